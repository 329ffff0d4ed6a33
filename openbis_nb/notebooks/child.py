"""The limited process that works on foreign notebooks: ``python -m openbis_nb.notebooks.child``.

A line of JSON and the notebooks come in on stdin, the result goes out on stdout. Before it looks at a
notebook the process gives up what it does not need: memory and CPU time beyond the limits, files, network
and other programs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Sequence
from typing import Any

from .limited_child import EXIT_MEMORY, EXIT_MISSING, EXIT_PROBLEM

__all__ = ["main"]

#: What makes the result of notebooks and options.
Task = Callable[[Sequence[bytes], dict[str, Any]], bytes]

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> int:
    """Read the request, do it, write the result."""
    header = json.loads(sys.stdin.buffer.readline())
    notebooks = [sys.stdin.buffer.read(size) for size in header["sizes"]]
    # What may be imported late is imported now: afterwards no new code comes in from elsewhere.
    from ..errors import InvalidNotebook, TooLarge

    try:
        task = _task(header["task"])
    except ImportError:
        return EXIT_MISSING
    _limit(memory=header["memory"], seconds=header["seconds"])
    sys.addaudithook(_forbid)
    try:
        result = task(notebooks, header["options"])
    except MemoryError:
        return EXIT_MEMORY
    except (InvalidNotebook, TooLarge) as error:
        told = {"code": error.code, "message": error.message, "next_step": error.next_step}
        sys.stdout.buffer.write(json.dumps(told).encode())
        return EXIT_PROBLEM
    sys.stdout.buffer.write(result)
    sys.stdout.buffer.flush()
    return 0


def _task(name: str) -> Task:
    if name == "compare":
        from .compare_task import compare

        return compare
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
    sys.exit(main())
