"""Starting and ending the processes of the demo; none is left behind, and no stranger is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

__all__ = ["ROOT", "is_ours", "start", "terminate", "tool", "until"]

ROOT = Path(__file__).resolve().parents[2]
Found = TypeVar("Found")


def tool(name: str) -> str:
    """A command of this environment, whether or not it is activated."""
    return str(Path(sys.executable).parent / name)


def start(
    command: list[str], log: Path, env: Mapping[str, str] | None = None, *, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start a process of its own session; what it writes goes to *log*."""
    with log.open("wb") as written:
        return subprocess.Popen(
            command, env=env, cwd=cwd, stdout=written, stderr=written, start_new_session=True
        )


def until(found: Callable[[], Found | None], what: str, seconds: float = 60.0) -> Found:
    """Wait for *found* to give something; what it gives.

    Raises:
        SystemExit: it gave nothing in time; the message says *what* was waited for.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if got := found():
            return got
        time.sleep(0.1)
    raise SystemExit(f"{what}: not within {seconds:.0f} s.")


def is_ours(pid: int, mark: str) -> bool:
    """Whether the process has *mark* in its command line: after a restart a number may be another's."""
    try:
        return mark.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def terminate(pid: int) -> None:
    """Ask a process to stop, and wait until it has; after ten seconds, insist."""
    with contextlib.suppress(ProcessLookupError):
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(pid, number)
            for _ in range(100):
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, os.WNOHANG)
                os.kill(pid, 0)  # raises ProcessLookupError when it is gone
                time.sleep(0.1)
