"""`openbis-nb save` killed at any moment: the outbox finishes it, with exactly one data set."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.outbox import Outbox

from .conftest import Lab

SCRIPT = Path(sys.executable).with_name("openbis-nb")
UPLOAD, CREATE, LISTING = "session_workspace_file_upload", "createUploadedDataSet", "searchFiles"


class Shell:
    """A person with a terminal, in a folder of their own."""

    def __init__(self, lab: Lab) -> None:
        self.lab, self.folder = lab, lab.folder
        self.env = os.environ | {
            "OPENBIS_URL": lab.sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(lab.sandbox.ca_bundle),
            "OPENBIS_NB_STATE_DIR": str(lab.folder / "state"),
            "OPENBIS_NB_CACHE_DIR": str(lab.folder / "cache"),
        }
        self.outbox = Outbox(lab.folder / "state" / "outbox")

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [SCRIPT, *words],
            env=self.env,
            cwd=self.folder,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run(self, *words: str, stdin: str = "") -> tuple[int, str]:
        process = self.start(*words)
        out, err = process.communicate(stdin, timeout=60)
        return process.returncode, out + err

    def killed(self, *words: str) -> None:
        """Start a command, and kill it when the sandbox has met its fault."""
        process = self.start(*words)
        self.lab.wait_for_fault()
        process.kill()
        process.communicate(timeout=60)


@pytest.fixture
def shell(lab: Lab) -> Shell:
    shell = Shell(lab)
    password = lab.sandbox.users["alice"]
    assert shell.run("login", "--user", "alice", "--password-stdin", stdin=password + "\n")[0] == 0
    code, said = shell.run("new", "--owner", DEMO_EXPERIMENT, "--name", "Killed")
    assert code == 0, said
    return shell


def finished(shell: Shell) -> None:
    """`outbox send` ends well, once and twice, and pybis finds one data set."""
    for _ in range(2):
        code, said = shell.run("outbox", "send")
        assert code == 0, said
    assert shell.outbox.entries() == []
    assert len(shell.lab.saved()) == 1


def test_killed_before_the_data_set_is_asked_for(shell: Shell, lab: Lab) -> None:
    """U-10, U-13."""
    lab.sandbox.faults.add("silence", UPLOAD)
    shell.killed("save", "Killed.ipynb")
    assert [entry.state for entry in shell.outbox.entries()] == ["waiting"]
    finished(shell)


def test_killed_while_openbis_makes_the_data_set(shell: Shell, lab: Lab) -> None:
    """U-10: the call goes on without its caller; it is found, not repeated."""
    lab.sandbox.faults.add("latency", CREATE, seconds=0.5)
    shell.killed("save", "Killed.ipynb")
    assert [entry.state for entry in shell.outbox.entries()] == ["undecided"]
    deadline = time.monotonic() + 90
    while not lab.saved():
        assert time.monotonic() < deadline
        time.sleep(0.1)
    finished(shell)


def test_killed_after_the_data_set_was_made(shell: Shell, lab: Lab) -> None:
    """U-10: when the list of its files was asked for."""
    lab.sandbox.faults.add("silence", LISTING)
    shell.killed("save", "Killed.ipynb")
    assert len(lab.saved()) == 1
    finished(shell)


def test_killed_with_a_call_that_never_worked(shell: Shell, lab: Lab) -> None:
    """Nobody can know that at once: it is said, and sent again only when the call must be over."""
    lab.sandbox.faults.add("silence", CREATE)
    shell.killed("save", "Killed.ipynb")
    code, said = shell.run("outbox", "send", shell.outbox.entries()[0].save_id)
    assert code == 8, said
    assert "may still be at work" in said
    assert lab.saved() == []
    [entry] = shell.outbox.entries()
    manifest = entry.folder / "version.json"
    content = json.loads(manifest.read_text())
    content["last_try_at"] = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    manifest.write_text(json.dumps(content))
    finished(shell)


def test_a_full_disk_loses_nothing(shell: Shell, lab: Lab) -> None:
    """Design section 6: the outbox does not fit; the notebook is whole, and nothing is half there."""
    path = shell.folder / "Killed.ipynb"
    before = path.read_bytes()
    (shell.folder / "big.txt").write_text("x" * 200_000)
    limited = f"ulimit -f 100; exec {SCRIPT} save Killed.ipynb --file big.txt"
    done = subprocess.run(
        ["bash", "-c", limited], env=shell.env, cwd=shell.folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 7, done.stderr
    assert "could not be kept in the outbox" in done.stderr
    assert path.read_bytes() == before
    assert shell.outbox.entries() == []
    assert [left.suffix for left in shell.outbox.folder.iterdir()] == [".saving"]  # the lock, empty
    assert shell.run("save", "Killed.ipynb", "--file", "big.txt")[0] == 0
    assert len(lab.saved()) == 1
