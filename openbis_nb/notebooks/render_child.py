"""The limited process that turns a notebook into HTML: ``python -m openbis_nb.notebooks.render_child``.

JSON comes in on stdin, HTML goes out on stdout. Before it looks at the notebook the process gives up
what it does not need: memory and CPU time beyond the limits, files, network and other programs.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from typing import Any

__all__ = ["EXIT_MEMORY", "main"]

#: Exit code when the memory limit was met.
EXIT_MEMORY = 3

_FORBIDDEN = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "ctypes.")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> int:
    """Read the request, render, write the page."""
    data = sys.stdin.buffer.read()
    # What may be imported late is imported now: afterwards no new code comes in from elsewhere.
    from .html_page import to_html

    request = json.loads(data)
    _limit(memory=request["memory"], seconds=request["seconds"])
    sys.addaudithook(_forbid)
    try:
        page = to_html(
            request["notebook"],
            title=request["title"],
            facts=[(label, text) for label, text in request["facts"]],
            hide_code=request["hide_code"],
        )
        sys.stdout.buffer.write(page.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()
    except MemoryError:
        return EXIT_MEMORY
    return 0


def _limit(*, memory: int, seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    """An audit hook: it cannot be taken off again (PEP 578)."""
    writes = event == "open" and arguments[2] & _WRITING
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(f"{event} is not allowed while rendering")


if __name__ == "__main__":
    sys.exit(main())
