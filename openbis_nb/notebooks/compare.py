"""Two notebooks, cell by cell (N-10): what is the same, added, removed, changed or moved.

The work is done in the limited process that also renders (``limited_child``); only that imports nbdime.
What takes too long there is compared again coarsely, cell by cell, and says so.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ..errors import TooLarge
from .limited_child import MEMORY, run

__all__ = ["CellCounts", "CellDiff", "Compared", "NotebookDiff", "Part", "compare", "compare_page"]

#: Longest time for a comparison in detail, and for a coarse one after that, in seconds.
TIMEOUT = 30.0

Kind = Literal["same", "added", "removed", "changed", "moved"]
Part = Literal["type", "source", "attachments", "outputs"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CellDiff:
    """One cell, or two that belong together.

    Args:
        kind: A moved cell may have changed, too: then *parts* is not empty.
        cell_type: code, markdown or raw; of the other notebook where both have the cell.
        base: Its place in the base notebook, from 0; ``None``: it is not there.
        other: Its place in the other notebook.
        parts: What differs, beside the execution count.
        base_source, other_source: Sources; very long ones are cut.
        base_count, other_count: Execution counts.
    """

    kind: Kind
    cell_type: str
    base: int | None
    other: int | None
    parts: tuple[Part, ...] = ()
    base_source: str | None = None
    other_source: str | None = None
    base_count: int | None = None
    other_count: int | None = None

    @property
    def is_recounted(self) -> bool:
        """Both notebooks have it, with another execution count."""
        return None not in (self.base, self.other) and self.base_count != self.other_count


@dataclass(frozen=True, slots=True)
class CellCounts:
    """How many cells differ; ``recounted``: how many of those on both sides have another execution count."""

    added: int
    removed: int
    changed: int
    moved: int
    same: int
    recounted: int


@dataclass(frozen=True, slots=True)
class NotebookDiff:
    """All cells in the order of the other notebook, removed ones where they were.

    ``notes`` say to people what was compared less finely than usual.
    """

    cells: tuple[CellDiff, ...]
    notes: tuple[str, ...] = ()

    @property
    def counts(self) -> CellCounts:
        """The cells by kind."""
        kinds = [cell.kind for cell in self.cells]
        return CellCounts(
            added=kinds.count("added"),
            removed=kinds.count("removed"),
            changed=kinds.count("changed"),
            moved=kinds.count("moved"),
            same=kinds.count("same"),
            recounted=sum(cell.is_recounted for cell in self.cells),
        )


@dataclass(frozen=True, slots=True)
class Compared:
    """A comparison and its page."""

    diff: NotebookDiff
    html: str


def compare(
    base: Mapping[str, Any] | bytes,
    other: Mapping[str, Any] | bytes,
    *,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> NotebookDiff:
    """What differs between two notebooks.

    Blocks; call it in a thread where an event loop runs.

    Args:
        base: The notebook that is compared against, or the bytes of its file.
        other: The notebook that is looked at.
        timeout: In seconds, for each of two tries at most.
        memory: Address space of the process, in bytes.

    Raises:
        InvalidNotebook: one of them is none.
        TooLarge: they cannot be compared even coarsely.
        MissingExtra: nbdime is not installed.
    """
    told = _run(_bytes(base), _bytes(other), {"page": None}, timeout, memory)
    return _read(told["diff"])


def compare_page(
    base: Mapping[str, Any] | bytes,
    other: Mapping[str, Any] | bytes,
    *,
    title: str,
    base_label: str,
    other_label: str,
    heading: bool = True,
    without_saves: bool = False,
    timeout: float = TIMEOUT,
    memory: int = MEMORY,
) -> Compared:
    """The comparison with the page of :func:`.compare_html.side_by_side_html`. As :func:`compare`.

    Args:
        base, other: The two notebooks.
        title: Title of the page.
        base_label, other_label: What stands above the two sides.
        heading: Show title and labels in the page, too; not where the page around this one has them.
        without_saves: Leave out what the cells that save have printed: it differs after each save (D12).
        timeout, memory: As for :func:`compare`.
    """
    page = {"title": title, "base_label": base_label, "other_label": other_label, "heading": heading}
    options = {"page": page, "without_saves": without_saves}
    told = _run(_bytes(base), _bytes(other), options, timeout, memory)
    return Compared(_read(told["diff"]), told["html"])


def _run(base: bytes, other: bytes, options: dict[str, Any], timeout: float, memory: int) -> dict[str, Any]:
    try:
        # The process stops comparing finely in time to write its page.
        fine = options | {"seconds": timeout / 3, "coarse": False}
        done = run("compare", [base, other], fine, timeout=timeout, memory=memory)
    except TooLarge:
        coarse = options | {"seconds": 0.0, "coarse": True}
        done = run("compare", [base, other], coarse, timeout=timeout, memory=memory)
    told: dict[str, Any] = json.loads(done)
    return told


def _bytes(notebook: Mapping[str, Any] | bytes) -> bytes:
    return notebook if isinstance(notebook, bytes) else json.dumps(notebook).encode()


def _read(told: dict[str, Any]) -> NotebookDiff:
    cells = tuple(CellDiff(**{**cell, "parts": tuple(cell["parts"])}) for cell in told["cells"])
    return NotebookDiff(cells, tuple(told["notes"]))
