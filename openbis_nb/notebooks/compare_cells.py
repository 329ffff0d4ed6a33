"""Which cell of one notebook belongs to which of another, and what of it differs.

Cells of the same id, and else equal ones, are found whatever their number and size. What lies between them
is aligned by nbdime (likeness of the sources), as long as that is affordable; it compares all with all.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from .compare import CellDiff, NotebookDiff, Part
from .document import cell_id
from .streams import join_text, joined_streams

__all__ = ["Budget", "Cell", "NotebookDiff", "cell_of", "cells_of", "diff_cells"]

#: Finds what belongs together in two runs of cells: pairs of places in them, in order.
Aligner = Callable[[Sequence["Cell"], Sequence["Cell"]], list[tuple[int, int]]]

#: Most pairs of cells that are compared for likeness.
_MOST_PAIRS = 4_000
_TOO_MANY = "Cells that changed much stand as removed and added: there are too many to look for pairs."
#: Longest source in a result, in characters.
_MOST_SOURCE = 200_000


class Budget:
    """How long to be fine; and what was left out when that was over.

    Args:
        seconds: From now.
    """

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds
        self.notes: dict[str, None] = {}

    def allows(self, note: str) -> bool:
        """Whether there is time left; else *note* is told to people, once."""
        if time.monotonic() < self._until:
            return True
        self.notes[note] = None
        return False


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, with digests of what a reader sees of it. ``id`` is empty where the file had none."""

    place: int
    id: str
    type: str
    source: str
    outputs: list[Any] = field(repr=False)
    attachments: dict[str, Any] = field(repr=False)
    count: int | None
    outputs_digest: str
    attachments_digest: str

    @property
    def content(self) -> tuple[str, str, str, str]:
        """Equal for cells that look the same; the execution count is told apart."""
        return (self.type, self.source, self.outputs_digest, self.attachments_digest)


def cells_of(notebook: Mapping[str, Any]) -> list[Cell]:
    """The cells of a notebook that :mod:`.document` has parsed."""
    return [cell_of(place, cell) for place, cell in enumerate(notebook["cells"])]


def diff_cells(
    base: Sequence[Cell], other: Sequence[Cell], align: Aligner, budget: Budget
) -> tuple[CellDiff, ...]:
    """All cells of both, aligned; in the order of *other*, removed ones where they were."""
    pairs = list(_pairs(base, other, align, budget))
    moved = _moved(base, other, pairs)
    diffs, i, j = [], 0, 0
    for a, b in [*pairs, (len(base), len(other))]:
        left, right = base[i:a], other[j:b]
        diffs += [_one_sided("removed", cell, None) for cell in left if cell.place not in moved.values()]
        for cell in right:
            origin = moved.get(cell.place)
            diffs.append(
                _one_sided("added", None, cell) if origin is None else _both(base[origin], cell, True)
            )
        if a < len(base):
            diffs.append(_both(base[a], other[b], False))
        i, j = a + 1, b + 1
    return tuple(diffs)


def _pairs(
    base: Sequence[Cell], other: Sequence[Cell], align: Aligner, budget: Budget
) -> Iterator[tuple[int, int]]:
    shared = {cell.id for cell in base} & {cell.id for cell in other} - {""}
    left_keys, right_keys = ([_key(cell, shared) for cell in cells] for cells in (base, other))
    matcher = SequenceMatcher(None, left_keys, right_keys, autojunk=False)
    for operation, a, a_end, b, b_end in matcher.get_opcodes():
        if operation == "equal":
            yield from zip(range(a, a_end), range(b, b_end), strict=True)
        elif operation == "replace":
            left, right = base[a:a_end], other[b:b_end]
            if len(left) * len(right) > _MOST_PAIRS:
                budget.notes[_TOO_MANY] = None
            elif budget.allows(_TOO_MANY):
                yield from ((a + i, b + j) for i, j in align(left, right))


def _key(cell: Cell, shared: set[str]) -> Sequence[str]:
    return (cell.id,) if cell.id in shared else cell.content


def _moved(base: Sequence[Cell], other: Sequence[Cell], pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Cells that stand elsewhere now: place in *other* → place in *base*, by id, else by an equal source."""
    paired_base, paired_other = {a for a, _ in pairs}, {b for _, b in pairs}
    by_id: dict[str, int] = {}
    by_source: dict[tuple[str, str], list[int]] = {}
    for cell in base:
        if cell.place not in paired_base:
            if cell.id:
                by_id[cell.id] = cell.place
            if cell.source.strip():
                by_source.setdefault((cell.type, cell.source), []).append(cell.place)
    left = [cell for cell in other if cell.place not in paired_other]
    moved = {cell.place: by_id[cell.id] for cell in left if cell.id in by_id}
    taken = set(moved.values())
    for cell in left:
        free = [p for p in by_source.get((cell.type, cell.source), ()) if p not in taken]
        if cell.place not in moved and free:
            moved[cell.place] = free[0]
            taken.add(free[0])
    return moved


def _one_sided(kind: Any, base: Cell | None, other: Cell | None) -> CellDiff:
    cell = other or base
    assert cell is not None
    return CellDiff(
        kind=kind,
        cell_type=cell.type,
        base=base.place if base else None,
        other=other.place if other else None,
        base_source=_told(base.source) if base else None,
        other_source=_told(other.source) if other else None,
        base_count=base.count if base else None,
        other_count=other.count if other else None,
    )


def _both(base: Cell, other: Cell, is_moved: bool) -> CellDiff:
    differing: dict[Part, bool] = {
        "type": base.type != other.type,
        "source": base.source != other.source,
        "attachments": base.attachments_digest != other.attachments_digest,
        "outputs": base.outputs_digest != other.outputs_digest,
    }
    parts = tuple(part for part, differs in differing.items() if differs)
    return CellDiff(
        kind="moved" if is_moved else "changed" if parts else "same",
        cell_type=other.type,
        base=base.place,
        other=other.place,
        parts=parts,
        base_source=_told(base.source),
        other_source=_told(other.source),
        base_count=base.count,
        other_count=other.count,
    )


def cell_of(place: int, cell: Mapping[str, Any]) -> Cell:
    """One cell; *place* is its place in the notebook, from 0."""
    outputs = joined_streams([_joined(output) for output in cell.get("outputs") or ()])
    attachments = cell.get("attachments") or {}
    known = str(cell.get("id") or "")
    count = cell.get("execution_count")
    return Cell(
        place,
        "" if known == cell_id("", place) else known,  # given by its place when the file was read
        str(cell.get("cell_type")),
        join_text(cell.get("source")),
        outputs,
        attachments,
        count if isinstance(count, int) else None,
        _digest([_seen(output) for output in outputs]),
        _digest(attachments),
    )


def _told(source: str) -> str:
    """A source in a result: cut, and without halves of characters, which UTF-8 does not know."""
    return source[:_MOST_SOURCE].encode("utf-8", "replace").decode()


def _joined(output: Any) -> dict[str, Any]:
    """An output with each text in one piece, as nbformat joins them."""
    if not isinstance(output, dict):
        return {"output_type": "unknown", "data": output}
    data = output.get("data")
    if not isinstance(data, dict):
        return output
    joined = {
        mime: value if "json" in mime or not isinstance(value, list) else join_text(value)
        for mime, value in data.items()
    }
    return {**output, "data": joined}


def _seen(output: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in output.items() if key not in ("execution_count", "metadata")}


def _digest(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest() if value else ""
