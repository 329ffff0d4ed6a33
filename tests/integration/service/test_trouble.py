"""openBIS or the hub hanging, down or slow: answered within the time-outs, and the rest goes on (D8)."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .hub_at_the_wire import FakeHub
from .running import RunningService, request, running

#: Seconds until a failure is said: much for a busy machine, and less than people and proxies wait.
PATIENCE = 60.0


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ({"kind": "status", "status": 503}, 502, "openbis-unreachable"),
        ({"kind": "html"}, 502, "unexpected-answer"),
        ({"kind": "silence"}, 504, "openbis-timeout"),
        ({"kind": "error", "message": "NullPointerException"}, 422, "openbis-refused"),
    ],
)
def test_openbis_failing_is_said_in_time_and_can_be_tried_again(
    service: RunningService,
    hasty: RunningService,
    openbis: Sandbox,
    fault: dict[str, object],
    status: int,
    code: str,
) -> None:
    alice = (hasty if status == 504 else service).person("alice")
    openbis.faults.add(target="*", count=0, **fault)  # type: ignore[arg-type]
    begun = time.monotonic()
    launch = alice.launch()
    problem = alice.until_state(launch, "failed")["problem"]
    assert time.monotonic() - begun < PATIENCE
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["next_step"]
    again = alice.get(f"launches/{launch['id']}/content")
    assert (again.status_code, again.json()["code"]) == (status, code)
    openbis.faults.clear()
    retried = alice.post(f"launches/{launch['id']}/retry").json()
    if status == 422:  # openBIS has decided
        assert retried["state"] == "failed"
    else:
        assert retried["state"] == "checking"
        assert alice.until_state(launch, "waiting")["problem"] is None


def test_a_slow_openbis_is_waited_for(service: RunningService, openbis: Sandbox) -> None:
    alice = service.person("alice")
    openbis.faults.add("latency", "*", count=0, seconds=0.3)
    launch = alice.launch()
    assert alice.get(f"launches/{launch['id']}/content").status_code == 200


def test_the_service_answers_while_openbis_hangs_for_many(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path
) -> None:
    """Launches are accepted, and the service says that it lives, whatever openBIS does."""
    with running(tmp_path, hub, openbis, openbis_timeout="600") as service:
        alice = service.person("alice")
        openbis.faults.add("silence", "*", count=0)
        with ThreadPoolExecutor(10) as pool:
            answers = list(pool.map(lambda _: alice.post("launches", request()), range(40)))
        assert {answer.status_code for answer in answers} == {201}
        assert requests.get(service.url + "health/live", timeout=60).ok
        openbis.faults.clear()


def test_a_hub_that_hangs_or_fails_is_an_answer_in_time(hasty: RunningService, hub: FakeHub) -> None:
    for trouble, status, code in (
        (hub.hanging(), 504, "hub-timeout"),
        (hub.broken(500), 502, "hub-failure"),
    ):
        somebody_new = hasty.person("alice")
        with trouble:
            begun = time.monotonic()
            answer = somebody_new.post("launches", request())
            assert time.monotonic() - begun < PATIENCE
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert "admin of the hub" in answer.json()["next_step"]
        assert somebody_new.launch()["state"] == "checking"  # a failure is not kept


def test_who_somebody_is_is_asked_once_for_many_requests(service: RunningService, hub: FakeHub) -> None:
    alice = service.person("alice")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: alice.launch(), range(20)))
    assert hub.asked.count((alice.token, "GET /user")) == 1
    assert hub.asked.count((alice.token, "GET /openbis/session")) <= 1


def test_the_readiness_says_what_is_wrong(service: RunningService, hub: FakeHub, openbis: Sandbox) -> None:
    def ready() -> requests.Response:
        return requests.get(service.url + "health/ready", timeout=60)

    assert until(lambda: ready().json() if ready().ok else None, "all is well") == {
        "status": "ok",
        "checks": {"database": {"ok": True}, "hub": {"ok": True}, "openbis": {"ok": True}},
    }
    openbis.faults.add("status", "*", count=0, status=503)
    answer = until(lambda: [ready()] if ready().status_code == 503 else None, "openBIS is away")[0]
    assert "not ready" in answer.json()["checks"]["openbis"]["reason"]
    assert answer.json()["checks"]["hub"] == {"ok": True}
    openbis.faults.clear()
    with hub.broken(500):
        answer = until(
            lambda: [ready()] if not ready().json()["checks"]["hub"]["ok"] else None, "the hub is away"
        )[0]
    assert answer.json()["checks"]["hub"]["reason"]


def test_the_figures_name_nobody(service: RunningService) -> None:
    """Launches, failures by cause, latency to openBIS and to the hub."""
    alice = service.person("alice")
    alice.until_state(alice.launch(place="/NO/SUCH/THING"), "failed")
    requests.request("X" * 30, service.url + "health/live", timeout=60)
    text = requests.get(service.url + "metrics", timeout=60).text
    for wanted in (
        'openbis_nb_launches_total{outcome="accepted"}', 'openbis_nb_failures_total{code="not-found"}',
        "openbis_nb_openbis_seconds_bucket", "openbis_nb_hub_seconds_bucket", "openbis_nb_launches_pending",
    ):  # fmt: skip
        assert wanted in text
    for name in ("alice", "BIOLAB", "NO/SUCH", alice.token, "X" * 3):
        assert name not in text


def test_saves_are_counted_by_how_they_end(service: RunningService) -> None:
    """What a person's server says is a stranger's input: no outcome and no code of its own."""
    alice = service.person("alice")

    def counted(series: str) -> float:
        lines = requests.get(service.url + "metrics", timeout=60).text.splitlines()
        return sum(float(line.split()[-1]) for line in lines if line.startswith(series))

    saved, other = 'openbis_nb_saves_total{outcome="saved"}', 'openbis_nb_failures_total{code="other"}'
    before = counted(saved), counted(other)
    assert alice.post("saves", {"outcome": "saved"}).status_code == 204
    assert alice.post("saves", {"outcome": "failed", "code": "alice's own"}).status_code == 204
    assert alice.post("saves", {"outcome": "alice"}).status_code == 400
    assert (counted(saved), counted(other)) == (before[0] + 1, before[1] + 1)
    assert (
        requests.post(f"{service.url}api/v1/saves", json={"outcome": "saved"}, timeout=60).status_code == 401
    )


def test_a_request_has_a_number_in_answer_and_log(service: RunningService) -> None:
    number = "a-number-from-nginx"
    answer = requests.get(
        service.url + "api/v1/launches?secret=q", headers={"X-Request-ID": number}, timeout=5
    )
    assert answer.headers["X-Request-ID"] == number
    line = next(line for line in service.log_lines if line.get("request_id") == number and "status" in line)
    assert (line["route"], line["status"], line["code"]) == ("/api/v1/launches", 401, "not-logged-in")
    strange = requests.get(service.url + "health/live", headers={"X-Request-ID": "a b\x01"}, timeout=60)
    assert strange.headers["X-Request-ID"] != "a b\x01"
    assert "secret=q" not in service.log
