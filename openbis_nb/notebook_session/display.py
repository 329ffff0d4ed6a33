"""Progress and results in a cell, from the calling thread only; plain text outside Jupyter."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from html import escape
from types import TracebackType
from typing import Any

from ..openbis.files import Progress
from ..units import human_size

__all__ = ["Display", "show_html"]


class Display:
    """One line below the cell that is replaced while work goes on, and gone at the end.

    Args:
        free: Bytes that are free where files are fetched to; said beside the progress.
        metadata: Of the output.
    """

    def __init__(self, *, free: int | None = None, metadata: Mapping[str, Any] | None = None) -> None:
        self._handle: Any = None
        self._metadata = dict(metadata or {})
        self._free = "" if free is None else f" ({human_size(free)} are free)"

    def __enter__(self) -> Display:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._handle is not None:
            # An empty output, not clear_output(): that would take the cell's other outputs along.
            self._handle.update({"text/plain": ""}, raw=True, metadata=self._metadata)

    def text(self, line: str) -> None:
        """Show one sentence."""
        self._show(escape(line), line)

    def progress(self, event: Progress) -> None:
        """Show how far a fetch has come: bytes, files, rate."""
        line = (
            f"{human_size(event.done)} of {human_size(event.total)}{self._free}, "
            f"{event.files_done} of {event.files_total} files, {human_size(int(event.rate))}/s"
        )
        share = event.done / event.total if event.total else 1.0
        self._show(f'<progress value="{share:.3f}" max="1"></progress> {escape(line)}', line)

    def _show(self, html: str, text: str) -> None:
        ipython_display = _ipython_display()
        if ipython_display is None:
            return
        bundle = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = ipython_display.display(bundle, raw=True, display_id=True, metadata=self._metadata)
        else:
            self._handle.update(bundle, raw=True, metadata=self._metadata)


def show_html(html: str, text: str, metadata: Mapping[str, Any] | None = None) -> None:
    """Show a result: HTML in Jupyter, with *metadata* of the output, text on a terminal."""
    ipython_display = _ipython_display()
    if ipython_display is not None:
        bundle = {"text/html": html, "text/plain": text}
        ipython_display.display(bundle, raw=True, metadata=dict(metadata or {}))
    else:
        sys.stdout.write(text + "\n")


def _ipython_display() -> Any:
    """IPython's display module inside a kernel or shell, else ``None``."""
    ipython = sys.modules.get("IPython")
    return ipython.display if ipython is not None and ipython.get_ipython() is not None else None
