"""openBIS hangs, is down, or is slow: the service goes on, and nobody waits longer than the time-out.

The time-outs of the service under test are a second (``conftest``); design section 6: no request hangs.
"""

from __future__ import annotations

import asyncio
import json
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.sandbox.faults import FaultKind
from tests.unit.notebooks.eln import Asked, generated
from tests.waiting import until

from .conftest import CONTENT_TIMEOUT, HUB_TIMEOUT, OPENBIS_TIMEOUT, Site
from .serving import Running

#: What a busy machine may add to a time-out, in seconds.
MARGIN = 2.0
#: More than the service has connections to openBIS.
CROWD = 80
NOTEBOOK = json.dumps(generated(Asked(inputs=(), owner=DEMO_EXPERIMENT)))
LAUNCH = {"place": DEMO_EXPERIMENT, "kind": "experiment", "inputs": [], "name": "Growth"}


@dataclass(frozen=True)
class Trouble:
    """What goes wrong, and the status that tells it."""

    begin: Callable[[Site], object]
    status: int
    code: str


TROUBLES = {
    "openBIS never answers": Trouble(
        lambda site: site.sandbox.faults.add(FaultKind.SILENCE, "*", count=0), 504, "openbis-timeout"
    ),
    "the network swallows everything": Trouble(lambda site: site.line.hold(), 504, "openbis-timeout"),
    "nobody listens": Trouble(lambda site: site.line.cut(), 502, "openbis-unreachable"),
    "its front server answers 502": Trouble(
        lambda site: site.sandbox.faults.add(FaultKind.STATUS, "*", count=0), 502, "openbis-unreachable"
    ),
}
in_each_trouble = pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES.keys())


@dataclass(frozen=True)
class Got:
    """An answer, and the seconds it took."""

    status: int
    content_type: str
    text: str
    seconds: float

    def problem(self) -> dict[str, Any]:
        """The problem that is told, complete."""
        assert self.content_type == "application/problem+json", self.text
        told: dict[str, Any] = json.loads(self.text)
        assert told["status"] == self.status
        assert told["detail"]
        assert told["next_step"]
        return told


async def ask(browser: aiohttp.ClientSession, method: str, url: str, **options: Any) -> Got:
    begun = time.monotonic()
    async with browser.request(method, url, allow_redirects=False, **options) as answer:
        text = await answer.text()
        return Got(answer.status, answer.content_type, text, time.monotonic() - begun)


async def launch_as_the_eln(browser: aiohttp.ClientSession, site: Site, url: str = "") -> Got:
    """The second call of the ELN, by a session that the service has not seen before."""
    query = f"token={site.sandbox.token('alice')}&folder=growth&filename=Growth.ipynb&test=False"
    headers = {"Origin": site.sandbox.url, "Content-Type": "application/x-www-form-urlencoded"}
    return await ask(browser, "POST", f"{url or site.url}eln?{query}", data=NOTEBOOK, headers=headers)


async def served_meanwhile(
    browser: aiohttp.ClientSession, site: Site, crowd: list[asyncio.Task[Got]]
) -> list[Got]:
    """What the crowd got. Until all of it was answered, health and pages are asked for, again and again."""
    while True:
        for page in ("health/live", "", "new", "launch/0123456789abcdef"):
            got = await ask(browser, "GET", site.url + page)
            assert (got.status, got.seconds < 1.0) == (200, True), (page, got)
        if all(task.done() for task in crowd):
            return [await task for task in crowd]


async def state_of(browser: aiohttp.ClientSession, launch_url: str, headers: dict[str, str]) -> str:
    got = await ask(browser, "GET", launch_url, headers=headers)
    return str(json.loads(got.text)["state"])


@in_each_trouble
async def test_the_eln_is_told_in_time_while_health_and_pages_are_served(
    site: Site, browser: aiohttp.ClientSession, trouble: Trouble
) -> None:
    trouble.begin(site)
    crowd = [asyncio.create_task(launch_as_the_eln(browser, site)) for _ in range(CROWD)]
    for got in await served_meanwhile(browser, site, crowd):
        assert got.status == trouble.status, got
        assert json.loads(got.text)["message"]
        assert got.seconds < OPENBIS_TIMEOUT + MARGIN
    site.recover()
    assert (await launch_as_the_eln(browser, site)).status == 200


@in_each_trouble
async def test_the_api_tells_the_problem_and_the_next_step(
    site: Site, browser: aiohttp.ClientSession, trouble: Trouble
) -> None:
    headers = site.token("alice")
    assert (await ask(browser, "GET", f"{site.url}api/v1/tree", headers=headers)).status == 200
    trouble.begin(site)
    asked = [
        ask(browser, "GET", f"{site.url}api/v1/tree", headers=headers),
        ask(browser, "GET", f"{site.url}api/v1/search?q=growth", headers=headers),
        ask(browser, "POST", f"{site.url}api/v1/downloads", headers=headers, json=LAUNCH),
    ]
    for got in await asyncio.gather(*asked):
        problem = got.problem()
        assert (problem["status"], problem["code"]) == (trouble.status, trouble.code)
        assert got.seconds < OPENBIS_TIMEOUT + MARGIN


@in_each_trouble
async def test_a_launch_is_accepted_fails_with_the_reason_and_works_when_tried_again(
    site: Site, browser: aiohttp.ClientSession, trouble: Trouble
) -> None:
    headers = site.token("ursula")
    trouble.begin(site)
    accepted = await ask(browser, "POST", f"{site.url}api/v1/launches", headers=headers, json=LAUNCH)
    assert (accepted.status, accepted.seconds < HUB_TIMEOUT + MARGIN) == (201, True), accepted
    url = f"{site.url}api/v1/launches/{json.loads(accepted.text)['id']}"
    fetched = await ask(browser, "GET", f"{url}/content", headers=headers)
    assert fetched.problem()["code"] == trouble.code
    assert fetched.seconds < CONTENT_TIMEOUT + MARGIN
    assert await state_of(browser, url, headers) == "failed"

    site.recover()
    await ask(browser, "POST", f"{url}/retry", headers=headers)
    fetched = await ask(browser, "GET", f"{url}/content", headers=headers)
    assert json.loads(fetched.text)["notebook"]["cells"]


async def test_who_fetches_a_launch_that_has_to_wait_for_others_is_answered_in_time(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    """More launches than are prepared at the same time, each of which waits for openBIS until the end."""
    headers = site.token("Eve.O-Neill")
    site.sandbox.faults.add(FaultKind.SILENCE, "*", count=0)
    accepted = await asyncio.gather(
        *(
            ask(browser, "POST", f"{site.url}api/v1/launches", headers=headers, json=LAUNCH)
            for _ in range(CROWD)
        )
    )
    last = json.loads(accepted[-1].text)["id"]
    got = await ask(browser, "GET", f"{site.url}api/v1/launches/{last}/content", headers=headers)
    assert got.problem()["code"] == "openbis-timeout"
    assert got.seconds < CONTENT_TIMEOUT + MARGIN


async def test_a_slow_openbis_makes_slow_launches_and_nothing_else_slow(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    site.sandbox.faults.add(FaultKind.LATENCY, "*", count=0, seconds=0.4)
    crowd = [asyncio.create_task(launch_as_the_eln(browser, site)) for _ in range(20)]
    for got in await served_meanwhile(browser, site, crowd):
        assert got.status == 200, got
        assert got.seconds >= 0.4


async def test_readiness_says_in_time_that_openbis_does_not_answer_and_that_it_does_again(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    """What is told may be five seconds old."""

    async def told(status: int) -> dict[str, Any]:
        end = time.monotonic() + 90
        while time.monotonic() < end:
            got = await ask(browser, "GET", f"{site.url}health/ready")
            assert got.seconds < OPENBIS_TIMEOUT + MARGIN
            if got.status == status:
                checks: dict[str, Any] = json.loads(got.text)["checks"]
                return checks
            await asyncio.sleep(0.2)
        raise AssertionError(f"readiness did not become {status}")

    site.sandbox.faults.add(FaultKind.SILENCE, "*", count=0)
    checks = await told(503)
    assert {name: check["ok"] for name, check in checks.items()} == {
        "database": True,
        "hub": True,
        "openbis": False,
    }
    assert checks["openbis"]["reason"]
    site.recover()
    assert all(check["ok"] for check in (await told(200)).values())


async def test_a_hub_that_hangs_is_told_in_time_and_the_eln_needs_none(
    site: Site, browser: aiohttp.ClientSession
) -> None:
    site.hub.delay = 60.0
    headers = {"Authorization": "token never-seen-before"}
    asked = asyncio.create_task(ask(browser, "GET", f"{site.url}api/v1/tree", headers=headers))
    assert (await launch_as_the_eln(browser, site)).status == 200
    got = await asked
    assert got.problem()["code"] == "hub-timeout"
    assert (got.status, got.seconds < HUB_TIMEOUT + MARGIN) == (504, True)


async def test_a_service_that_is_stopped_does_not_wait_for_openbis_longer_than_its_time_out(
    site: Site, browser: aiohttp.ClientSession, another_service: Running
) -> None:
    site.sandbox.faults.add(FaultKind.SILENCE, "*", count=0)
    url = another_service.url
    accepted = await ask(
        browser, "POST", f"{url}api/v1/launches", headers=site.token("alice"), json=LAUNCH
    )  # is being prepared
    assert accepted.status == 201
    waiting = asyncio.create_task(launch_as_the_eln(browser, site, url))
    await asyncio.to_thread(until, lambda: len(site.sandbox.faults.struck()) == 2, "both ask openBIS")
    another_service.process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    await asyncio.to_thread(another_service.process.wait, 30)
    assert time.monotonic() - begun < OPENBIS_TIMEOUT + MARGIN
    assert (await waiting).status == 504


def test_nothing_in_the_log_is_a_stack_trace_or_a_token(site: Site) -> None:
    """Runs last: of all that was in trouble above."""
    assert site.service.log.count("openbis-timeout") >= CROWD
    assert "Traceback" not in site.service.log
    assert "alice-2" not in site.service.log
