"""A notebook as HTML, made in a limited process: no token, no network, bounded time and memory.

When the process that renders meets one of its limits (see ``limited_child``), the caller gets an error and
:func:`page_html` a page that says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InvalidNotebook, TooLarge
from .limited_child import MEMORY, TIMEOUT, run

if TYPE_CHECKING:
    from .html_page import Code

__all__ = ["export_html", "page_html", "placeholder_html"]


def export_html(
    notebook: Mapping[str, Any] | Path | bytes,
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    code: Code = "shown",
    heading: bool = True,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> str:
    """The page of :func:`openbis_nb.notebooks.html_page.to_html`, made in a process of its own.

    Blocks; call it in a thread where an event loop runs.

    Args:
        notebook: A notebook, the path of one, or the bytes of its file, which are parsed over there.
        title: Title of the page.
        facts: Label and text pairs, shown below the title.
        code: ``shown``; ``folded``: a reader can open it; ``left-out``: it is not in the page at all, nor
            are tracebacks, error streams and raw cells, which quote it.
        heading: Show the title in the page, too.
        timeout: In seconds, wall clock; then the process is killed.
        memory: Address space of the process, in bytes.

    Raises:
        TooLarge: it took too long or too much memory.
        InvalidNotebook: it cannot be shown at all.
    """
    if isinstance(notebook, Path):
        from . import document

        notebook = document.read(notebook)
    checked = not isinstance(notebook, bytes)
    data = notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()
    options = {
        "checked": checked,
        "title": title,
        "facts": list(facts),
        "code": code,
        "heading": heading,
    }
    return run("render", [data], options, timeout=timeout, memory=memory).decode()


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
