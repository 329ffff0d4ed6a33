"""The limited process that works on foreign notebooks: ``python -m openbis_nb.notebooks.child``.

A line of JSON and the notebooks come in, the result goes out. Before it looks at a notebook the process
gives up what it does not need: memory and CPU time beyond the limits, files, network and other programs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from ..errors import InvalidNotebook, TooLarge

__all__ = ["EXIT_FAILED", "EXIT_MEMORY", "EXIT_MISSING", "EXIT_PROBLEM", "load", "main"]

#: Exit codes: the memory limit was met; a module is not installed; a problem of the notebook itself, told as
#: JSON; any other error, told by the name of its class.
EXIT_MEMORY, EXIT_MISSING, EXIT_PROBLEM, EXIT_FAILED = 3, 4, 5, 6

#: What makes the result of notebooks and options.
Task = Callable[[Sequence[bytes], dict[str, Any]], bytes]

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main(source: BinaryIO, target: BinaryIO) -> int:
    """Read the request, do it, write the result; the exit code of this process, which can do nothing else
    any more.
    """
    header = json.loads(source.readline())
    notebooks = [source.read(size) for size in header["sizes"]]
    try:
        # What may be imported late is imported now: afterwards no new code comes in from elsewhere.
        task = load(header["task"])
    except ImportError:
        return EXIT_MISSING
    _limit(memory=header["memory"], seconds=header["seconds"])
    sys.addaudithook(_forbid)
    try:
        code, told = 0, task(notebooks, header["options"])
    except MemoryError:
        return EXIT_MEMORY
    except (InvalidNotebook, TooLarge) as error:
        problem = {"code": error.code, "message": error.message, "next_step": error.next_step}
        code, told = EXIT_PROBLEM, json.dumps(problem).encode()
    except Exception as error:  # its text may quote the notebook
        code, told = EXIT_FAILED, type(error).__name__.encode()
    target.write(told)
    target.flush()
    return code


def load(name: str) -> Task:
    """The task of that name, with all modules that it needs.

    Raises:
        ImportError: one is not installed.
    """
    if name == "compare":
        from .compare_task import compare

        return compare
    if name == "take":
        from .foreign_task import take

        return take
    if name == "publish":
        from .publish_task import publish

        return publish
    from .render_task import render

    return render


def _limit(*, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: it cannot be taken off again (PEP 578)."""
    writes = event == "open" and arguments[2] & _WRITING
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while working on a notebook")


if __name__ == "__main__":
    sys.exit(main(sys.stdin.buffer, sys.stdout.buffer))
