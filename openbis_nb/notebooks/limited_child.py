"""Work on foreign notebooks in a limited process: no token, no network, bounded time and memory.

Twenty megabytes of text block an event loop for seconds, and a hostile notebook may try for ever (design
D9). The process sets its own limits (see ``child``); when it meets one, the caller gets an error. Each task
has a fresh process, forked from one that has the modules loaded (see ``starter``); should that fail, it is
started from nothing.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidNotebook, MissingExtra, TooLarge, UserMistake
from .child import EXIT_MEMORY, EXIT_MISSING, EXIT_PROBLEM
from .starter import Ended, Starter, StarterLost, clean_environment

__all__ = ["MEMORY", "TIMEOUT", "run", "stop"]

#: Defaults: longest time in seconds, largest address space in bytes.
TIMEOUT = 60.0
MEMORY = 2 * 2**30

_STARTER = Starter()
#: End the process that starts limited ones; it also ends with ours, and when it is idle.
stop = _STARTER.stop
atexit.register(stop)
os.register_at_fork(after_in_child=_STARTER.forget)


def run(
    task: str,
    notebooks: Sequence[bytes],
    options: Mapping[str, Any],
    *,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> bytes:
    """What a task of ``child`` makes of some notebooks.

    Blocks; call it in a thread where an event loop runs. Nothing is parsed on this side.

    Args:
        task: Its name there.
        notebooks: The JSON of each.
        options: What else it takes.
        timeout: In seconds, wall clock; then the process is killed.
        memory: Address space of the process, in bytes.

    Raises:
        TooLarge: it took too long or too much memory.
        InvalidNotebook: nothing can be made of them.
        MissingExtra: an optional part is not installed.
    """
    header = {
        "task": task,
        "options": dict(options),
        "sizes": [len(data) for data in notebooks],
        "memory": memory,
        "seconds": max(1, int(timeout) + 1),
    }
    request = b"".join((json.dumps(header).encode(), b"\n", *notebooks))
    until = time.monotonic() + timeout
    try:
        try:
            ended = _STARTER.run(task, request, timeout)
        except StarterLost:
            ended = _apart(request, until - time.monotonic())
    except TimeoutError as error:
        raise _over(task, f"took longer than {timeout:g} s") from error
    if ended.code != 0:
        raise _failure(task, ended, memory)
    return ended.output


def _apart(request: bytes, timeout: float) -> Ended:
    """The same with a process that is started from nothing."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "openbis_nb.notebooks.child"],
            input=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=timeout,
            check=False,
            cwd="/",
            env=clean_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise TimeoutError from error
    return Ended(done.returncode, done.stdout)


def _failure(task: str, ended: Ended, memory: int) -> UserMistake | MissingExtra:
    if ended.code < 0:  # killed by a signal: the limit of CPU time, or the system's memory
        return _over(task, "took too much time or memory")
    if ended.code == EXIT_MEMORY:
        return _over(task, f"needs more than {memory // 2**20} MB of memory")
    if ended.code == EXIT_MISSING:
        return MissingExtra("nbdime, which compares notebooks,", "service")
    if ended.code == EXIT_PROBLEM:
        told = json.loads(ended.output)
        kind = TooLarge if told["code"] == TooLarge.code else InvalidNotebook
        return kind(told["message"], next_step=told["next_step"])
    if task == "take":
        return InvalidNotebook(
            "The notebook cannot be read.",
            next_step="Open it in Jupyter where it comes from, save it again, and try once more.",
            detail=ended.output.decode(errors="replace"),
        )
    return InvalidNotebook(
        "The notebook cannot be shown as a page.",
        next_step="It can be saved and opened in Jupyter; tell us what is special about it.",
        detail=ended.output.decode(errors="replace"),
    )


def _over(task: str, why: str) -> TooLarge:
    if task == "take":
        return TooLarge(
            f"Reading the notebook {why}.", next_step="Clear its outputs where it comes from, and try again."
        )
    return TooLarge(
        f"Showing the notebook as a page {why}.",
        next_step="Clear large outputs and save again; the notebook itself is whole.",
    )
