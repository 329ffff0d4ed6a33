"""Processes of a benchmark: started, waited for, watched, and ended with the one that started them."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = [
    "ROOT",
    "Program",
    "Usage",
    "below",
    "free_port",
    "plain_environment",
    "running",
    "until_it_listens",
]

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT) not in sys.path:
    sys.path.append(str(ROOT))  # the tests' real hub and their notebook of the ELN serve here, too
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def plain_environment(home: Path) -> dict[str, str]:
    """What a service's environment holds besides its settings; nothing of the person's who measures."""
    kept = ("PATH", "LANG", "LC_ALL", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"HOME": str(home)}


@contextmanager
def running(command: list[str], log: Path, env: Mapping[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process for the length of a block; what it writes goes to *log*."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            command, cwd=log.parent, env=dict(env), stdout=written, stderr=written, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path, seconds: float = 30.0) -> None:
    """Wait until a process takes connections.

    Raises:
        SystemExit: it ended, or did not listen in time; with the end of its log.
    """
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"{log.name}: it does not listen\n{log.read_text(errors='replace')[-3000:]}")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process and its children used so far: seconds of CPU, and bytes of memory now and at most."""

    cpu: float
    resident: int
    peak: int

    @classmethod
    def of(cls, pid: int) -> Usage:
        """Now. The peak is the sum of each one's own peak."""
        total = cls(0.0, 0, 0)
        for one in (pid, *below(pid)):
            total = total.plus(cls._alone(one))
        return total

    def plus(self, other: Usage) -> Usage:
        return Usage(self.cpu + other.cpu, self.resident + other.resident, self.peak + other.peak)

    @classmethod
    def _alone(cls, pid: int) -> Usage:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        resident, peak = (int(status[name].split()[0]) * 1024 for name in ("VmRSS", "VmHWM"))
        return cls((int(fields[11]) + int(fields[12])) / _TICKS, resident, peak)


def below(pid: int) -> list[int]:
    """All processes that a process started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *below(int(child))]
    return found


class Program:
    """A module of this package as a process that answers one line of JSON to each line of JSON.

    It ends when its input does, that is with the process that started it.
    """

    def __init__(self, module: str, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"_launching.{module}", *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT / "benchmarks")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.pid = self._process.pid

    def ask(self, question: Any) -> Any:
        """Send one line; the answer to it."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        """The next line.

        Raises:
            SystemExit: there is none; why stands on standard error.
        """
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise SystemExit(f"A part of the benchmark ended: {self._process.args!r}")
        return json.loads(line)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
