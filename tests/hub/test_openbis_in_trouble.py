"""openBIS hangs or is down: the hub's pages go on, and a log-in is told so in time (design section 6)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from openbis_nb.sandbox import Sandbox, running_sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.integration.service_load.line import Line

from .running import Browser, Hub, hidden, path_of

#: Seconds that openBIS may take to answer the hub; a page that needs no answer must be there sooner.
OPENBIS_TIMEOUT, SOON = 4.0, 2.0
#: What a busy machine may add.
MARGIN = 2.0
SETTINGS = f"c.OpenBISAuthenticator.request_timeout = {OPENBIS_TIMEOUT}"


@pytest.fixture(scope="module")
def openbis() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def line(openbis: Sandbox) -> Iterator[Line]:
    made = Line(urlsplit(openbis.url).port or 0)
    yield made
    made.close()


@pytest.fixture(scope="module")
def patient_hub(openbis: Sandbox, line: Line, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    where = {"OPENBIS_URL": f"https://127.0.0.1:{line.port}"}
    hub = Hub(tmp_path_factory.mktemp("patient-hub"), openbis, SETTINGS, environment=where)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture(params=["openBIS never answers", "nobody listens"])
def troubled(
    request: pytest.FixtureRequest, openbis: Sandbox, line: Line, patient_hub: Hub
) -> Iterator[Callable[[], None]]:
    """Begins the trouble; afterwards all is well again."""

    def begin() -> None:
        if request.param == "nobody listens":
            line.cut()
        else:
            openbis.faults.add(FaultKind.SILENCE, "*", count=0)

    yield begin
    openbis.faults.clear()
    line.mend()


def timed(ask: Callable[[], requests.Response]) -> tuple[requests.Response, float]:
    begun = time.monotonic()
    return ask(), time.monotonic() - begun


def test_pages_and_health_are_there_at_once(patient_hub: Hub, troubled: Callable[[], None]) -> None:
    """A kernel gets its session, too, after one question to openBIS whether it is good (design D5)."""
    alice = patient_hub.browser()
    alice.log_in("alice")
    token = alice.api_token()
    troubled()
    stranger = patient_hub.browser()
    pages = {
        "log-in page": lambda: stranger.go("/hub/login"),
        "hub's health": lambda: stranger.go("/hub/health"),
        "service's health": lambda: stranger.go("/services/openbis/health/live"),
        "home": lambda: alice.go("/hub/home"),
    }
    slow = {}
    for name, page in pages.items():
        answer, seconds = timed(page)
        assert answer.status_code == 200, (name, answer.text)
        if seconds > SOON:
            slow[name] = seconds
    assert not slow
    answer, seconds = timed(lambda: patient_hub.api(token, "/openbis/session"))
    assert (answer.status_code, seconds < OPENBIS_TIMEOUT + MARGIN) == (200, True)


def test_a_hub_that_starts_beside_an_openbis_that_hangs_shows_its_log_in_page_at_once(
    openbis: Sandbox, line: Line, tmp_path: Path
) -> None:
    """What the page asks openBIS for is a button: people who log in by password need not wait for it."""
    line.hold()
    hub = Hub(tmp_path, openbis, SETTINGS, environment={"OPENBIS_URL": f"https://127.0.0.1:{line.port}"})
    try:
        hub.wait_until_ready()
        for _ in range(3):
            answer, seconds = timed(lambda: hub.browser().go("/hub/login"))
            assert 'name="password"' in answer.text
            assert seconds < SOON
        line.mend()
        alice = hub.browser()
        alice.log_in("alice")
        assert alice.person == "alice"
    finally:
        line.mend()
        hub.stop()


def test_log_ins_are_refused_in_time_and_hold_nobody_up(
    patient_hub: Hub, troubled: Callable[[], None]
) -> None:
    """The form comes again, with the reason (U-11); whoever looks at a page meanwhile gets it at once."""
    people = [patient_hub.browser() for _ in range(8)]
    forms = [person.go("/hub/login") for person in people]
    troubled()
    over = threading.Event()

    def meanwhile() -> list[float]:
        times = []
        while not over.is_set():
            answer, seconds = timed(lambda: patient_hub.browser().go("/hub/health"))
            assert answer.status_code == 200
            times.append(seconds)
        return times

    with ThreadPoolExecutor(len(people) + 1) as pool:
        watching = pool.submit(meanwhile)
        try:
            told = list(pool.map(_log_in, people, forms))
        finally:
            over.set()
        assert max(watching.result()) < SOON
    for answer, seconds in told:
        assert answer.status_code == 503
        assert 'name="password"' in answer.text
        assert "Try again" in answer.text
        assert seconds < OPENBIS_TIMEOUT + MARGIN


def test_a_link_of_the_eln_ends_at_the_log_in_page_in_time(
    patient_hub: Hub, openbis: Sandbox, troubled: Callable[[], None]
) -> None:
    troubled()
    token = openbis.token("ursula")
    answer, seconds = timed(lambda: patient_hub.browser().go(f"/hub/login?token={token}"))
    assert path_of(answer).startswith("/hub/login?failed=openbis-away")
    assert seconds < OPENBIS_TIMEOUT + MARGIN


def test_afterwards_people_log_in_as_before(
    patient_hub: Hub, openbis: Sandbox, line: Line, troubled: Callable[[], None]
) -> None:
    troubled()
    assert patient_hub.browser().go("/hub/login").status_code == 200
    openbis.faults.clear()
    line.mend()
    ursula = patient_hub.browser()
    ursula.log_in("ursula")
    assert ursula.person == "ursula"


def _log_in(person: Browser, form: requests.Response) -> tuple[requests.Response, float]:
    sent = {"username": "alice", "password": "alice", "_xsrf": hidden(form, "_xsrf")}
    return timed(lambda: person.post("/hub/login", sent))
