"""Notebooks that run in the background on the person's own server, with nobody looking (F-03, issue 5)."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pybis
import pytest
import requests

from openbis_nb import credentials
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.waiting import until

from .launches import blank
from .servers import PersonsServer

#: A cell that says a word and goes on when a file is there.
WAITS = """import pathlib, time
print('first', flush=True)
print('waiting', flush=True)
while not pathlib.Path('{}').exists():
    time.sleep(0.05)"""


@dataclass
class Night:
    """alice's server over a night: nobody has a tab open, we only ask now and then."""

    folder: Path
    sandbox: Sandbox
    server: PersonsServer

    def ask(self, method: str, where: str, body: Any = None) -> requests.Response:
        return self.server.script().request(
            method, f"{self.server.url}openbis/api/v1/{where}", json=body, timeout=60
        )

    def notebook(self, name: str, *sources: str) -> str:
        notebook = blank(*sources)
        notebook.cells[0].metadata["tags"] = ["parameters"]
        nbformat.write(notebook, self.server.root / name)
        return name

    def start(self, path: str, **more: Any) -> str:
        said = self.ask("POST", "runs", {"path": path, "owner": DEMO_EXPERIMENT, **more})
        assert said.status_code == 201, said.text
        return str(said.json()["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        document: dict[str, Any] = self.ask("GET", f"runs/{run_id}").json()
        return document

    def wait(self, run_id: str, *names: str) -> dict[str, Any]:
        def there() -> dict[str, Any] | None:
            seen = self.run(run_id)
            return seen if seen["state"] in names else None

        try:
            return until(there, f"the run is {names}")
        except AssertionError as error:
            raise AssertionError(f"{error}; it is {self.run(run_id)}") from None

    def until_line(self, run_id: str, line: str) -> None:
        until(lambda: self.run(run_id)["line"] == line or None, f"it says {line}")

    def copy(self, run: dict[str, Any]) -> nbformat.NotebookNode:
        return nbformat.read(self.server.root / run["executed"], 4)

    def go(self, name: str) -> None:
        (self.server.root / name).touch()

    def log_in(self) -> str:
        token = self.sandbox.token("alice")
        credentials.store_token(self.sandbox.url, self.server.state, Secret(token))
        return token

    def start_server(self) -> None:
        env = {
            "OPENBIS_URL": self.sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle),
            "OPENBIS_NB_REQUEST_TIMEOUT": "5",
            "OPENBIS_NB_SESSION_REFRESH": "0.5",
            "OPENBIS_NB_MAX_RUNS": "2",
        }
        self.server = PersonsServer(self.folder, env).wait_until_ready()

    def openbis(self) -> pybis.Openbis:
        """The witness."""
        openbis = pybis.Openbis(self.sandbox.url, verify_certificates=str(self.sandbox.ca_bundle))
        openbis.login("admin", self.sandbox.users["admin"])
        return openbis

    def versions(self) -> list[str]:
        """Names of the notebooks in the experiment, as pybis sees them."""
        found = self.openbis().get_datasets(
            experiment=DEMO_EXPERIMENT, type="ANALYSIS_NOTEBOOK", props="$NAME"
        )
        return sorted(found.df["$NAME"]) if len(found) else []


@pytest.fixture(scope="module")
def _night(_resettable_openbis_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    folder = tmp_path_factory.mktemp("night")
    night = Night(folder, _resettable_openbis_sandbox, None)  # type: ignore[arg-type]
    night.start_server()
    yield night
    night.server.stop()


@pytest.fixture
def night(_night: Night, openbis_sandbox: Sandbox) -> Night:
    """With a live session of alice."""
    _night.log_in()
    return _night


def test_a_run_over_night_is_saved_with_nobody_there(night: Night) -> None:
    """F-03, N-50: parameters set, a copy executed, one version; nothing secret is kept."""
    session = night.log_in()
    path = night.notebook(
        "night.ipynb", "window = 2\nlabel = 'a'", "print(window * 21)", WAITS.format("go-on")
    )
    form = night.ask("GET", f"runs/form?path={path}").json()["parameters"]
    assert [(one["name"], one["kind"], one["value"]) for one in form] == [
        ("window", "number", 2),
        ("label", "text", "a"),
    ]
    before = (night.server.root / path).read_bytes()
    started = night.start(path, parameters={"window": 3}, name="Night", notes="While I slept.", timeout=60)
    night.until_line(started, "waiting")
    seen = night.run(started)
    assert (seen["state"], seen["cell"], seen["cells"], seen["seen"]) == ("running", 3, 3, False)
    assert _printed(night.copy(seen).cells[1]) == "63\n"  # what was reached is on disk already
    assert night.ask("DELETE", f"runs/{started}").status_code == 409
    night.go("go-on")
    done = night.wait(started, "saved")
    [data_set] = night.openbis().get_datasets(permId=done["result"]["perm_id"], props=["$NAME", "$NOTES"])
    assert (data_set.props["$name"], data_set.experiment.identifier) == ("Night", DEMO_EXPERIMENT)
    assert done["executed"] == "night run.ipynb"
    assert (night.server.root / path).read_bytes() == before
    folder = night.server.state / "runs" / started
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert session not in "".join(file.read_text() for file in folder.iterdir())
    assert night.ask("POST", f"runs/{started}/stop").status_code == 409
    assert night.ask("POST", f"runs/{started}/seen").json()["seen"] is True
    assert night.ask("DELETE", f"runs/{started}").ok
    assert night.ask("GET", f"runs/{started}").status_code == 404
    assert (night.server.root / "night run.ipynb").is_file()


def test_two_at_once_one_fails_and_one_is_stopped(night: Night) -> None:
    """A failed cell keeps the copy with the error, a stopped run what was reached; neither is a version."""
    path = night.notebook("twice.ipynb", "1", WAITS.format("never"), "2")
    bad = night.notebook("bad.ipynb", "print('so far')", "1 / 0", "3")
    one, other = night.start(path), night.start(path)
    refused = night.ask("POST", "runs", {"path": bad, "owner": DEMO_EXPERIMENT})
    assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
    assert not (night.server.root / "bad run.ipynb").exists()
    for run_id in (one, other):
        night.until_line(run_id, "waiting")
        assert night.ask("POST", f"runs/{run_id}/stop").json()["state"] == "stopping"
    stopped = [night.wait(run_id, "stopped") for run_id in (one, other)]
    assert {run["executed"] for run in stopped} == {"twice run.ipynb", "twice run 2.ipynb"}
    assert _printed(night.copy(stopped[0]).cells[1]) == "first\nwaiting\n"
    failed = night.wait(night.start(bad), "failed")
    assert failed["problem"]["code"] == "run-failed"
    assert "ZeroDivisionError" in failed["problem"]["detail"]
    assert str(night.server.root) not in str(failed["problem"])
    assert night.copy(failed).cells[1].outputs[0].ename == "ZeroDivisionError"
    assert night.versions() == []


@pytest.mark.parametrize("reason", ["the session is over", "openBIS is away"])
def test_what_cannot_be_sent_at_the_end_waits_and_is_sent_once(night: Night, reason: str) -> None:
    """U-01: complete in the outbox, and sent by itself after the log-in or when openBIS is back."""
    path = night.notebook(f"{reason}.ipynb", "1", WAITS.format(reason))
    started = night.start(path, name=reason)
    night.until_line(started, "waiting")
    if reason == "openBIS is away":
        night.sandbox.faults.add(FaultKind.STATUS, "*", count=0)
    else:
        night.sandbox.state.sessions.expire()
    night.go(reason)
    waits = night.wait(started, "outbox")
    [entry] = night.ask("GET", "outbox").json()["entries"]
    assert entry["save_id"] == waits["result"]["save_id"]
    night.sandbox.faults.clear()
    if reason != "openBIS is away":
        night.log_in()
    done = night.wait(started, "saved")
    assert done["result"]["save_id"] == entry["save_id"]
    assert night.ask("GET", "outbox").json()["entries"] == []
    assert night.versions() == [reason]


def test_a_run_outlives_a_server_that_was_killed(night: Night) -> None:
    path = night.notebook("killed.ipynb", "1", WAITS.format("after-the-kill"))
    started = night.start(path, name="killed")
    night.until_line(started, "waiting")
    night.server.process.kill()
    night.server.process.wait()
    night.go("after-the-kill")
    night.start_server()
    night.wait(started, "saved")
    assert night.versions() == ["killed"]


def test_what_was_interrupted_says_so_and_keeps_what_was_reached(night: Night) -> None:
    """Killed with its whole machine, as a container is; and stopped with its server."""
    path = night.notebook("lost.ipynb", "print('reached')", WAITS.format("never"))
    lost = night.start(path)
    night.until_line(lost, "waiting")
    night.server.process.kill()
    night.server.process.wait()
    for process in _processes_of(lost):
        os.kill(process, signal.SIGKILL)
    night.start_server()
    seen = night.wait(lost, "interrupted")
    assert _printed(night.copy(seen).cells[0]) == "reached\n"
    stopped = night.start(path)
    night.until_line(stopped, "waiting")
    night.server.stop()
    assert _processes_of(stopped) == []
    night.start_server()
    seen = night.wait(stopped, "interrupted")
    assert "server was stopped" in seen["problem"]["detail"]
    assert _printed(night.copy(seen).cells[1]) == "first\nwaiting\n"
    assert night.versions() == []


def _printed(cell: nbformat.NotebookNode) -> str:
    """However often the kernel emptied its buffer."""
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def _processes_of(run_id: str) -> list[int]:
    """The living processes of a run."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"run_process" in command and run_id.encode() in command:
            found.append(int(entry.name))
    return found
