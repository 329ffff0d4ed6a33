"""Work on foreign notebooks in a limited process: no token, no network, bounded time and memory.

Twenty megabytes of text block an event loop for seconds, and a hostile notebook may try for ever (design
D9). The process sets its own limits (see ``child``); when it meets one, the caller gets an error.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors import InvalidNotebook, MissingExtra, TooLarge, UserMistake

__all__ = ["EXIT_MEMORY", "EXIT_MISSING", "EXIT_PROBLEM", "MEMORY", "TIMEOUT", "run"]

#: Defaults: longest time in seconds, largest address space in bytes.
TIMEOUT = 60.0
MEMORY = 2 * 2**30

#: Exit codes of the process: the memory limit was met; a module is not installed; a problem of the notebook
#: itself, told as JSON.
EXIT_MEMORY, EXIT_MISSING, EXIT_PROBLEM = 3, 4, 5


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
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "openbis_nb.notebooks.child"],
            input=request,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise _over(f"took longer than {timeout:g} s") from error
    if done.returncode != 0:
        raise _failure(done, memory)
    return done.stdout


def _failure(done: subprocess.CompletedProcess[bytes], memory: int) -> UserMistake | MissingExtra:
    if done.returncode < 0:  # killed by a signal: the limit of CPU time, or the system's memory
        return _over("took too much time or memory")
    if done.returncode == EXIT_MEMORY or b"MemoryError" in done.stderr:
        return _over(f"needs more than {memory // 2**20} MB of memory")
    if done.returncode == EXIT_MISSING:
        return MissingExtra("nbdime, which compares notebooks,", "service")
    if done.returncode == EXIT_PROBLEM:
        told = json.loads(done.stdout)
        kind = TooLarge if told["code"] == TooLarge.code else InvalidNotebook
        return kind(told["message"], next_step=told["next_step"])
    return InvalidNotebook(
        "The notebook cannot be shown as a page.",
        next_step="It can be saved and opened in Jupyter; tell us what is special about it.",
        # The last line names the error; the lines above may quote the notebook.
        detail=done.stderr.decode(errors="replace").strip().rpartition("\n")[2].partition(":")[0],
    )


def _environment() -> dict[str, str]:
    """The child's environment: where its code is, and nothing of ours (tokens, addresses, home)."""
    return {
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": os.defpath,
    }


def _over(why: str) -> TooLarge:
    return TooLarge(
        f"Showing the notebook as a page {why}.",
        next_step="Clear large outputs and save again; the notebook itself is whole.",
    )
