"""The process that forks limited ones: ``python -m openbis_nb.notebooks.starter_process FD SECONDS``.

It has imported what the tasks need, so that a fork replaces a start. It sees names of tasks and passes
sockets on, never a notebook: what is in its memory is the same for everybody. It ends when nobody holds the
other end of socket FD any more, or after SECONDS without a task.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from types import FrameType

from . import child

__all__ = ["main"]

#: Shown once at the start: a first notebook imports what reads its Markdown and colours its code.
_SMALL = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"language_info": {"name": "python"}},
    "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": "# Title\n\n*text*\n\n```python\n1\n```"},
        {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 1, "outputs": []},
    ],
}
_SHOWN = {"checked": True, "title": "", "facts": [], "code": "shown", "heading": True}


def main(control: socket.socket, idle: float) -> None:
    """Start one task after the other; each message is its name and two sockets (see ``starter``)."""
    signal.signal(signal.SIGCHLD, _reap)
    control.settimeout(idle)
    with suppress(TimeoutError):
        while True:
            name, descriptors, _, _ = socket.recv_fds(control, 64, 2)
            if not name:
                return
            with suppress(ImportError):  # the child will say so
                _prepare(name.decode())
            work, status = (socket.socket(fileno=descriptor) for descriptor in descriptors)
            _fork(partial(_keep, control, work, status))
            work.close()
            status.close()


@cache
def _prepare(name: str) -> None:
    task = child.load(name)
    if name == "render":
        task([json.dumps(_SMALL).encode()], _SHOWN)
    gc.freeze()  # a child's collector leaves alone what it shares with us


def _keep(control: socket.socket, work: socket.socket, status: socket.socket) -> int:
    """Start the limited process, kill it when nobody waits any more, tell its exit code.

    A process of its own: it keeps its word when the starter is gone.
    """
    control.close()
    ended, wake = socket.socketpair()
    wake.setblocking(False)
    signal.signal(signal.SIGCHLD, _nothing)
    signal.set_wakeup_fd(wake.fileno())
    pid = _fork(partial(_work, work, (status, ended, wake)))
    with suppress(ProcessLookupError):
        os.setpgid(pid, pid)
    work.close()
    ready, _, _ = select.select([ended, status], [], [])
    if ended not in ready:
        os.killpg(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    with suppress(BrokenPipeError):
        status.sendall(str(code).encode())
    return 0


def _work(work: socket.socket, others: tuple[socket.socket, ...]) -> int:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    for other in others:
        other.close()
    return child.main(work.makefile("rb"), work.makefile("wb"))


def _fork(work: Callable[[], int]) -> int:
    """The pid of a process that does *work* and ends with the code it gives."""
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def _reap(_signal: int, _frame: FrameType | None) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _nothing(_signal: int, _frame: FrameType | None) -> None:
    """Python tells the descriptor of ``set_wakeup_fd`` of signals that have a handler only."""


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]))
    os._exit(0)
