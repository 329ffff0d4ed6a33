"""A notebook as HTML, made in a limited process: no token, no network, bounded time and memory.

Twenty megabytes of text block an event loop for seconds, and a hostile notebook may try for ever
(design D9). The process that renders has its own limits; when it meets one, the caller gets an error
and :func:`page_html` a page that says so.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import InvalidNotebook, TooLarge

__all__ = ["export_html", "page_html", "placeholder_html"]

#: Defaults: longest time in seconds, largest address space in bytes.
TIMEOUT = 60.0
MEMORY = 2 * 2**30

# As in render_child, which is not imported here: running it as a module would warn.
_EXIT_MEMORY = 3


def export_html(
    notebook: Mapping[str, Any] | Path,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    hide_code: bool = False,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> str:
    """The page of :func:`openbis_nb.notebooks.html_page.to_html`, made in a process of its own.

    Blocks; call it in a thread where an event loop runs.

    Args:
        notebook: A notebook, or the path of one.
        title: Title of the page.
        facts: Label and text pairs, shown below the title.
        hide_code: Fold the code away.
        timeout: In seconds, wall clock; then the process is killed.
        memory: Address space of the process, in bytes.

    Raises:
        TooLarge: it took too long or too much memory.
        InvalidNotebook: it cannot be shown at all.
    """
    if isinstance(notebook, Path):
        from . import document

        notebook = document.read(notebook)
    request = {
        "notebook": notebook,
        "title": title,
        "facts": list(facts),
        "hide_code": hide_code,
        "memory": memory,
        "seconds": max(1, int(timeout) + 1),
    }
    done = _run_child(json.dumps(request).encode(), timeout)
    if done.returncode != 0:
        raise _failure(done, memory)
    return done.stdout.decode()


def page_html(
    notebook: Mapping[str, Any], *, title: str, facts: Sequence[tuple[str, str]] = ()
) -> tuple[str, str | None]:
    """A page in any case: that of the notebook, or one that says why there is none.

    A notebook that cannot be shown can still be saved; nobody's work waits for a page.

    Returns:
        The page, and what to tell the person when it is only a placeholder, else ``None``.
    """
    try:
        return export_html(notebook, title=title, facts=facts), None
    except (InvalidNotebook, TooLarge) as error:
        return placeholder_html(title, error.message, facts), f"{error.message} {error.next_step}"


def placeholder_html(title: str, reason: str, facts: Sequence[tuple[str, str]] = ()) -> str:
    """A page in place of one that could not be made, saying why (O-24: a version holds a page)."""
    from .html_page import placeholder_html as page

    return page(title, reason, facts)


def _run_child(request: bytes, timeout: float) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            [sys.executable, "-P", "-m", "openbis_nb.notebooks.render_child"],
            input=request,
            capture_output=True,
            timeout=timeout,
            check=False,
            cwd="/",
            env=_environment(),
        )
    except subprocess.TimeoutExpired as error:
        raise _over(f"took longer than {timeout:g} s") from error


def _failure(done: subprocess.CompletedProcess[bytes], memory: int) -> TooLarge | InvalidNotebook:
    if done.returncode < 0:  # killed by a signal: the limit of CPU time, or the system's memory
        return _over("took too much time or memory")
    if done.returncode == _EXIT_MEMORY or b"MemoryError" in done.stderr:
        return _over(f"needs more than {memory // 2**20} MB of memory")
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
