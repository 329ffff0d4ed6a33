"""``scripts/demo`` in a folder of its own: the whole chain, what stays up, and nothing is left behind."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from scripts.demonstration.processes import until

ROOT = Path(__file__).parents[2]


def demo(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "scripts.demonstration", "--folder", str(folder), *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def processes_of(folder: Path) -> list[str]:
    """Command lines of all running processes that name *folder*."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "demo"
    demo(tmp_path / "demo", "--stop")


def test_the_whole_chain_and_what_stays_up(folder: Path) -> None:
    """O-04, O-22, O-24, O-31, U-05, N-01: from the ELN to a data set that pybis and the library show."""
    said = demo(folder, "--keep")
    assert "Growth curves.ipynb.html" in said
    state = json.loads((folder / "state.json").read_text())
    for link in (state["hub_url"], state["launcher_url"], state["library_url"]):
        assert link in said
        assert requests.get(link, timeout=30).ok
    assert "Growth curves" in Path(state["saved_html"]).read_text(encoding="utf-8")
    assert all(state["users"][user] in said for user in ("alice", "bob"))
    assert state["users"]["alice"] != "alice"
    demo(folder, "--stop")
    assert processes_of(folder) == []


def test_a_demo_that_is_ended_leaves_nothing_running(folder: Path) -> None:
    """By a time limit, say, which sends SIGTERM."""
    command = [sys.executable, "-m", "scripts.demonstration", "--folder", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as running:
        until(lambda: len(processes_of(folder)) > 1, "the sandbox starts")
        running.terminate()
    assert running.returncode == 143
    assert processes_of(folder) == []
