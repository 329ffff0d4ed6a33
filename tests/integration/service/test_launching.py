"""A launch from the request to the file, and everybody else's (design D3)."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import nbformat

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .hub_at_the_wire import FakeHub
from .running import PREFIX, Client, RunningService, request, running


def test_a_launch_is_accepted_prepared_fetched_and_done(alice: Client) -> None:
    """O-07, U-05: what the person's own server gets is ready to run, and knows its owner and inputs."""
    answer = alice.post("launches", request(directory="growth/november", name="Growth curves"))
    assert answer.status_code == 201
    launch = answer.json()
    assert answer.headers["Location"] == f"{PREFIX}api/v1/launches/{launch['id']}"
    assert (launch["state"], launch["problem"]) == ("checking", None)
    assert launch["url"].endswith(f"/openbis/launch/{launch['id']}")

    content = alice.get(f"launches/{launch['id']}/content").json()
    assert (content["directory"], content["file_name"]) == ("growth/november", "Growth curves.ipynb")
    assert (content["kernel"], content["path"]) == ("python3", None)
    notebook = nbformat.from_dict(content["notebook"])
    nbformat.validate(notebook)
    block = notebook.metadata["openbis"]
    remember = content["remember"]
    assert remember["owner"] == block["owner"]["perm_id"]
    assert remember["notebook_id"] == block["notebook_id"]
    assert remember["inputs"] == block["inputs"] != []

    path = "growth/november/Growth curves 2.ipynb"
    done = alice.post(f"launches/{launch['id']}/outcome", {"state": "ready", "path": path}).json()
    assert (done["state"], done["path"]) == ("ready", path)
    again = alice.get(f"launches/{launch['id']}/content").json()
    assert (again["path"], again["notebook"]) == (path, None)


def test_the_first_file_wins(alice: Client) -> None:
    """U-18: the browser is sent to the file that was written, however often the launch is opened."""
    launch = alice.launch()
    alice.get(f"launches/{launch['id']}/content")
    outcome, first = f"launches/{launch['id']}/outcome", "growth/A look.ipynb"
    assert alice.post(outcome, {"state": "ready", "path": first}).json()["path"] == first
    for said in ({"state": "ready", "path": "growth/A look 2.ipynb"}, {"state": "writing"}):
        assert alice.post(outcome, said).json()["path"] == first
    problem = {"detail": "too late", "code": "no-space", "status": 507}
    assert alice.post(outcome, {"state": "failed", "problem": problem}).json()["state"] == "ready"


def test_nothing_is_ready_that_was_never_fetched(alice: Client) -> None:
    launch = alice.launch(place="/NO/SUCH/THING")
    alice.until_state(launch, "failed")
    said = alice.post(f"launches/{launch['id']}/outcome", {"state": "ready", "path": "x.ipynb"})
    assert said.json()["state"] == "failed"


def test_launches_are_found_by_folder_and_file(alice: Client) -> None:
    first = alice.launch(directory="a/b", name="x")
    second = alice.launch(directory="a/b", name="x")
    alice.launch(directory="a", name="x")
    found = alice.get("launches", params={"directory": "a/b", "file": "x.ipynb"}).json()["launches"]
    assert [launch["id"] for launch in found] == [second["id"], first["id"]]
    assert len(alice.get("launches").json()["launches"]) == 3


def test_what_is_somebody_elses_is_not_there(service: RunningService, alice: Client) -> None:
    """Two people, every route: the other's launch cannot be told from one that never was."""
    bob = service.person("bob")
    launch = alice.launch()
    alice.until_state(launch, "waiting")
    outcome = {"state": "failed", "problem": {"detail": "no", "code": "x", "status": 500}}
    for number in (launch["id"], "0" * 32):
        own = f"launches/{number}"
        answers = [
            bob.get(own), bob.get(f"{own}/events"), bob.get(f"{own}/content"), bob.post(f"{own}/retry"),
            bob.post(f"{own}/outcome", outcome), bob.post(f"{own}/outcome", {"state": "ready", "path": "x"}),
        ]  # fmt: skip
        assert {answer.status_code for answer in answers} == {404}
        assert {answer.json()["code"] for answer in answers} == {"not-found"}
        assert len({answer.json()["detail"] for answer in answers}) == 1
    assert bob.get("launches").json() == {"launches": []}
    assert alice.get(f"launches/{launch['id']}").json()["state"] == "waiting"


def test_an_expired_launch_is_gone_and_says_so(openbis: Sandbox, hub: FakeHub, tmp_path: Path) -> None:
    with running(tmp_path, hub, openbis, launch_life="0.5") as service:
        alice = service.person("alice")
        launch = alice.launch()

        def gone() -> bool:
            return alice.get(f"launches/{launch['id']}").status_code == 404

        until(gone, "the launch expires")
        problem = alice.get(f"launches/{launch['id']}/content").json()
        assert "expired" in problem["detail"]
        assert "Start the notebook again" in problem["next_step"]


def test_a_notebook_can_be_made_and_downloaded(alice: Client) -> None:
    answer = alice.post("downloads", request(name="Größe 1"))
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.ipynb"
    nbformat.validate(nbformat.reads(answer.text, as_version=4))
    assert alice.get("launches").json() == {"launches": []}


def test_a_restart_keeps_launches_and_takes_up_what_was_not_prepared(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path
) -> None:
    with running(tmp_path, hub, openbis) as service:
        alice = service.person("alice")
        openbis.faults.add("silence", "*", count=0)
        launch = alice.launch()
        assert service.stop() == 0
        assert "Traceback" not in service.log
        openbis.faults.clear()
        service.start()
        assert alice.get(f"launches/{launch['id']}").json()["state"] == "checking"
        assert alice.get(f"launches/{launch['id']}/content").json()["file_name"] == "A look.ipynb"


def test_a_stop_ends_open_streams_and_is_quick(openbis: Sandbox, hub: FakeHub, tmp_path: Path) -> None:
    with running(tmp_path, hub, openbis) as service:
        alice = service.person("alice")
        begun = 0.0

        def stop(event: dict[str, object]) -> bool:
            nonlocal begun
            if event["state"] == "waiting":
                begun = time.monotonic()
                service.process.send_signal(signal.SIGTERM)  # type: ignore[union-attr]
            return False

        assert alice.events(alice.launch(), stop=stop)[-1]["state"] == "waiting"
        service.process.wait(60)  # type: ignore[union-attr]
        assert 0 < time.monotonic() - begun < 30  # a stream may last for hours
        assert "Traceback" not in service.log
