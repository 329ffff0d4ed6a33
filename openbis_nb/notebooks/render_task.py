"""In the limited process: one notebook as a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from . import document
from .html_page import to_html

__all__ = ["render"]


def render(notebooks: Sequence[bytes], options: dict[str, Any]) -> bytes:
    """The page of :func:`.html_page.to_html` for the one notebook.

    Args:
        notebooks: One.
        options: ``checked`` (it was read by :mod:`.document` before), and the arguments of ``to_html``.

    Raises:
        InvalidNotebook, TooLarge: not *checked*, and it is none.
    """
    [data] = notebooks
    notebook = json.loads(data) if options["checked"] else document.parse(data, max_size=len(data))
    page = to_html(
        notebook,
        title=options["title"],
        facts=[(label, text) for label, text in options["facts"]],
        code=options["code"],
        heading=options["heading"],
    )
    return page.encode("utf-8", "replace")
