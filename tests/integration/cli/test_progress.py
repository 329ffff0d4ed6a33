"""What goes on is shown on a terminal, and only there."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import Any

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import SCRIPT, Cli


def on_terminal(cli: Cli, *words: Any) -> tuple[str, str]:
    """Run the script with a terminal as stderr and a pipe as stdout; both texts."""
    ours, theirs = pty.openpty()
    env = os.environ | cli.settings() | {"TERM": "xterm", "COLUMNS": "120"}
    process = subprocess.Popen(
        [SCRIPT, *map(str, words)], stdout=subprocess.PIPE, stderr=theirs, env=env, cwd=cli.work, text=True
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # EIO: the other end is closed
            break
        if not piece:
            break
        shown += piece
    stdout, _ = process.communicate(timeout=60)
    os.close(ours)
    return stdout, shown.decode(errors="replace")


def test_a_fetch_shows_a_bar_of_bytes(alice: Cli) -> None:
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    stdout, shown = on_terminal(alice, "attach", notebook)
    assert "Attaching" in shown
    assert "177" in shown  # kB of the three plates
    assert len(stdout.splitlines()) == 6


def test_elsewhere_bytes_and_free_space_are_said_first(alice: Cli) -> None:
    """D11: what is fetched, and how much room there is; the second time there is nothing to fetch."""
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT)["path"]
    first, done = alice.script("attach", notebook).stderr.splitlines()
    assert first.startswith("To fetch: 6 files, 177 kB; free on the disk of the cache: ")
    assert done == "6 files of 3 data sets, 177 kB."
    assert alice.script("attach", notebook).stderr.splitlines() == [done]
