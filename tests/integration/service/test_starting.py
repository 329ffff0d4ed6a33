"""The person's server, started in their name and followed: each failure with reason and next step."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .hub_at_the_wire import ALL, FakeHub
from .running import RunningService, running

READY = {"progress": 100, "ready": True, "message": "Server ready"}


def states(events: list[dict[str, Any]]) -> list[str]:
    return [event["state"] for event in events]


def is_waiting(event: dict[str, Any]) -> bool:
    return event["state"] == "waiting"


def test_a_warm_server_is_not_started(service: RunningService, hub: FakeHub) -> None:
    alice = service.person("alice")
    events = alice.events(alice.launch(), stop=is_waiting)
    assert states(events)[-1] == "waiting"
    assert hub.people[alice.token].started_with == []


def test_a_cold_server_is_started_and_followed(service: RunningService, hub: FakeHub) -> None:
    """U-04: what the hub says of the start reaches the page; then it goes to the person's own server."""
    progress = [{"progress": 0, "message": "Requested"}, {"progress": 50, "message": "Pulling image"}, READY]
    alice = service.person("alice", server={}, progress=progress)
    launch = alice.launch(profile={"profile": "large"})
    events = alice.events(launch, stop=is_waiting)
    starting = [event for event in events if event["state"] == "starting"]
    assert (starting[-1]["progress"], starting[-1]["message"]) == (50, "Pulling image")
    assert [event["progress"] for event in starting] == sorted(event["progress"] for event in starting)
    assert hub.people[alice.token].started_with == [{"profile": "large"}]
    assert events[-1]["url"] == launch["url"]


def test_the_stream_goes_on_until_the_file_is_there(service: RunningService) -> None:
    alice = service.person("alice")
    launch = alice.launch()

    def write(event: dict[str, Any]) -> bool:
        if is_waiting(event):
            alice.get(f"launches/{launch['id']}/content")
            alice.post(f"launches/{launch['id']}/outcome", {"state": "ready", "path": "growth/A look.ipynb"})
        return False

    events = alice.events(launch, stop=write)
    assert states(events)[-1] == "ready"
    assert events[-1]["path"] == "growth/A look.ipynb"


def test_a_failure_of_the_persons_server_reaches_the_page(service: RunningService) -> None:
    alice = service.person("alice")
    launch = alice.launch()
    problem = {
        "type": "urn:x", "title": "NoSpace", "status": 507, "code": "no-space",
        "detail": "There is no room left.", "next_step": "Free some space.",
    }  # fmt: skip

    def fail(event: dict[str, Any]) -> bool:
        if is_waiting(event):
            alice.get(f"launches/{launch['id']}/content")
            alice.post(f"launches/{launch['id']}/outcome", {"state": "failed", "problem": problem})
        return False

    last = alice.events(launch, stop=fail)[-1]
    assert (last["state"], last["message"], last["problem"]) == ("failed", "There is no room left.", problem)
    # The disk is full no more: the same launch can be opened again.
    assert alice.get(f"launches/{launch['id']}/content").status_code == 200


def test_a_launch_whose_writing_came_to_nothing_is_opened_again(service: RunningService) -> None:
    alice = service.person("alice")
    launch = alice.launch()
    alice.get(f"launches/{launch['id']}/content")
    assert alice.get(f"launches/{launch['id']}").json()["state"] == "writing"
    assert states(alice.events(launch, stop=is_waiting))[-1] == "waiting"


def test_a_notebook_of_yesterday_has_its_server_started(service: RunningService, hub: FakeHub) -> None:
    alice = service.person("alice")
    launch = alice.launch()
    alice.get(f"launches/{launch['id']}/content")
    alice.post(f"launches/{launch['id']}/outcome", {"state": "ready", "path": "growth/A look.ipynb"})
    hub.people[alice.token].server, hub.people[alice.token].progress = {}, [READY]
    assert states(alice.events(launch))[-1] == "ready"
    assert hub.people[alice.token].started_with == [{}]


FAILURES = [  # what the hub does, the code, a word of the reason
    ({"progress": [{"progress": 100, "failed": True, "message": "Spawn failed: quota exceeded"}]},
     "spawn-failed", "quota exceeded"),
    ({"start": (500, "Not enough memory on any node")}, "spawn-failed", "Not enough memory"),
    ({"start": (400, "alice already has the maximum of 3 servers.")}, "spawn-failed", "maximum"),
    ({"start": (429, "Too many users trying to log in right now.")}, "too-many", "Too many users"),
    ({"start": (403, "Action is not authorized")}, "forbidden", "start your server"),
    ({"scopes": ALL[:2]}, "forbidden", "start your server"),
]  # fmt: skip


@pytest.mark.parametrize(("hub_does", "code", "reason"), FAILURES)
def test_a_server_that_does_not_start_says_why(
    service: RunningService, hub_does: dict[str, Any], code: str, reason: str
) -> None:
    alice = service.person("alice", server={}, **hub_does)
    launch = alice.launch()
    last = alice.events(launch)[-1]
    assert (last["state"], last["problem"]["code"]) == ("failed", code)
    assert reason in last["problem"]["detail"]
    assert last["problem"]["next_step"]
    # The notebook itself waits: the person starts the server by hand, and opens the launch.
    assert alice.get(f"launches/{launch['id']}").json()["state"] == "waiting"


def test_a_server_that_takes_too_long_is_given_up(hasty: RunningService) -> None:
    alice = hasty.person("alice", server={"ready": False, "pending": "spawn"}, progress=[{"progress": 10}])
    last = alice.events(alice.launch())[-1]
    assert last["problem"]["code"] == "spawn-failed"
    assert "6 seconds" in last["problem"]["detail"]


def test_many_servers_that_start_at_once_hold_up_nobody_else(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path
) -> None:
    """A course begins: each start keeps a connection to the hub for as long as it takes."""
    hub.starts_go_on.clear()
    with running(tmp_path, hub, openbis) as service, ExitStack() as streams:
        streams.callback(hub.starts_go_on.set)
        for _ in range(70):
            student = service.person("alice", server={"ready": False, "pending": "spawn"})
            url = service.origin + student.launch()["events"]
            streams.enter_context(requests.get(url, headers=student.headers, stream=True, timeout=60))
        until(lambda: hub.starts_waiting >= 70, "all starts wait")
        assert service.person("bob").get("launches").status_code == 200


def test_a_hub_that_is_away_is_said_to_be(hasty: RunningService, hub: FakeHub) -> None:
    alice = hasty.person("alice", server={})
    launch = alice.launch()
    alice.until_state(launch, "waiting")
    with hub.broken(503):
        last = alice.events(launch)[-1]
    assert (last["state"], last["problem"]["code"]) == ("failed", "hub-failure")
    with hub.hanging():
        last = alice.events(launch)[-1]
    assert (last["state"], last["problem"]["code"]) == ("failed", "hub-timeout")
