"""Our side of the process that forks limited ones (``starter_process``): started at the first task.

A task has two sockets. On ``work`` go the request and the result; ``status`` tells the exit code, and when
we close it before, the limited process is killed.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

__all__ = ["Ended", "Starter", "StarterLost", "clean_environment"]

#: Seconds without a task after which the process ends; it holds 60 MB.
IDLE = 300.0
#: Seconds for what takes milliseconds: taking a message, or ending a killed process.
_SOON = 5.0
_CHUNK = 2**20


@dataclass(frozen=True, slots=True)
class Ended:
    """How a limited process ended (negative: by that signal), and what it wrote."""

    code: int
    output: bytes


class StarterLost(Exception):
    """Nobody can say how the task ended."""


class Starter:
    """Starts a limited process for each task; for any number of threads.

    Args:
        idle: In seconds: without a task for so long, its process ends, and a new one starts when needed.
    """

    def __init__(self, idle: float = IDLE) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._environment: dict[str, str] = {}

    def run(self, task: str, request: bytes, timeout: float) -> Ended:
        """What a fresh limited process makes of *request*; it is gone afterwards in any case.

        Args:
            task: A task of ``child``.
            request: What ``child`` reads.
            timeout: In seconds, wall clock.

        Raises:
            TimeoutError: it took longer.
            StarterLost: its keeper has died, or cannot be started.
        """
        until = time.monotonic() + timeout
        with self._begun(task) as (work, status):
            try:
                output = _exchange(work, request, until)
                code = _read(status, until)
            except TimeoutError:
                self._see_it_end(status)
                raise
        if not code:
            raise StarterLost
        return Ended(int(code), output)

    def stop(self) -> None:
        """End the process, if there is one. The next task starts another."""
        with self._lock:
            self._stop()

    def forget(self) -> None:
        """In a process that was forked from ours: the starter is not its child."""
        self._lock = threading.Lock()
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            self._process.poll()
        self._process = self._control = None

    @contextmanager
    def _begun(self, task: str) -> Iterator[tuple[socket.socket, socket.socket]]:
        work, its_work = socket.socketpair()
        status, its_status = socket.socketpair()
        with work, status:
            with its_work, its_status, self._lock:
                self._send(task, [its_work.fileno(), its_status.fileno()])
            yield work, status

    def _send(self, task: str, descriptors: Sequence[int]) -> None:
        for _ in range(2):  # the process may have ended between two tasks
            control = self._started()
            try:
                socket.send_fds(control, [task.encode()], descriptors)
                return
            except OSError:
                self._stop()
        raise StarterLost

    def _started(self) -> socket.socket:
        environment = clean_environment()
        ended = self._process is not None and self._process.poll() is not None
        if ended or environment != self._environment:  # somebody has added to sys.path
            self._stop()
        if self._control is None:
            self._environment = environment
            self._control, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            self._control.settimeout(_SOON)
            with its:
                self._process = _start(its, self._idle, environment)
        return self._control

    def _stop(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._process is not None:
            try:
                self._process.wait(_SOON)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = self._control = None

    def _see_it_end(self, status: socket.socket) -> None:
        """Wait until the killed process is gone. If nobody answers, the starter hangs: a new one is due."""
        status.shutdown(socket.SHUT_WR)
        with suppress(TimeoutError):
            _read(status, time.monotonic() + _SOON)
            return
        with self._lock:
            if self._process is not None:
                self._process.kill()
            self._stop()


def _start(its: socket.socket, idle: float, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "openbis_nb.notebooks.starter_process"]
    return subprocess.Popen(  # noqa: S603  # our own module and two numbers
        [*command, str(its.fileno()), str(idle)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=environment,
        pass_fds=[its.fileno()],
        start_new_session=True,  # an interrupt in a terminal or of a kernel is not meant for it
    )


def clean_environment() -> dict[str, str]:
    """For limited processes: where the code is, and nothing of ours (tokens, addresses, home)."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.defpath,
    }


def _exchange(work: socket.socket, request: bytes, until: float) -> bytes:
    with suppress(BrokenPipeError, ConnectionResetError):  # it has ended early; its code says why
        work.settimeout(_left(until))
        work.sendall(request)
    return _read(work, until)


def _read(source: socket.socket, until: float) -> bytes:
    """All until its end."""
    read = bytearray()
    with suppress(ConnectionResetError):
        source.settimeout(_left(until))
        while part := source.recv(_CHUNK):
            read += part
            source.settimeout(_left(until))
    return bytes(read)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
