"""In the limited process: two notebooks compared, with nbdime, and the page of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from . import document
from .compare import NotebookDiff
from .compare_cells import Budget, Cell, cells_of, diff_cells
from .compare_html import side_by_side_html
from .digest import saving_cells
from .quick_import import without_address_parsers

with without_address_parsers():
    import nbdime
    from nbdime.diffing.notebooks import set_notebook_diff_targets

__all__ = ["align", "compare"]

#: Of a longer source nbdime sees its beginning and its end: it compares character by character.
_SEEN = 400


def compare(notebooks: Sequence[bytes], options: dict[str, Any]) -> bytes:
    """JSON: ``diff``, and ``html`` where a page is wanted.

    Args:
        notebooks: The base and the other.
        options: ``seconds`` for fine work, ``coarse``, ``page`` (``None``, or title and labels),
            ``without_saves`` where the outputs of cells that save are left out.

    Raises:
        InvalidNotebook, TooLarge: one of them is none.
    """
    base, other = (document.parse(data, max_size=len(data)) for data in notebooks)
    if options.get("without_saves"):
        for notebook in (base, other):
            _forget_saves(notebook)
    budget = Budget(options["seconds"])
    cells = diff_cells(cells_of(base), cells_of(other), align, budget)
    page, html = options["page"], None
    if page is not None:
        html = side_by_side_html(base, other, cells, budget=budget, coarse=options["coarse"], **page)
    diff = NotebookDiff(cells, tuple(budget.notes))
    return json.dumps({"diff": asdict(diff), "html": html}).encode()


def _forget_saves(notebook: dict[str, Any]) -> None:
    saving = saving_cells(notebook)
    for cell in notebook["cells"]:
        if cell.get("id") in saving:
            cell |= {"outputs": [], "execution_count": None}


def align(base: Sequence[Cell], other: Sequence[Cell]) -> list[tuple[int, int]]:
    """What nbdime puts beside each other in two runs of cells that differ.

    Outputs are left out: they may be huge, and a cell is known by its source.
    """
    # Only which cells belong together is asked, not what differs in them.
    set_notebook_diff_targets(
        sources=False, outputs=False, attachments=False, metadata=False, identifier=False, details=False
    )
    found = nbdime.diff_notebooks(_lean(base), _lean(other))
    edits: list[Any] = next((entry.diff for entry in found if entry.key == "cells"), [])
    pairs, i, j = [], 0, 0
    for edit in sorted(edits, key=lambda entry: (entry.key, entry.op != "addrange")):
        while i < edit.key:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        if edit.op == "addrange":
            j += len(edit.valuelist)
        elif edit.op == "removerange":
            i += edit.length
    pairs += zip(range(i, len(base)), range(j, len(other)), strict=True)
    return pairs


def _lean(cells: Sequence[Cell]) -> dict[str, Any]:
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [_lean_cell(cell) for cell in cells]}


def _lean_cell(cell: Cell) -> dict[str, Any]:
    source = cell.source
    if len(source) > _SEEN:
        source = source[: _SEEN // 2] + source[-_SEEN // 2 :]
    lean: dict[str, Any] = {"cell_type": cell.type, "metadata": {}, "source": source}
    if cell.id:
        lean["id"] = cell.id
    if cell.type == "code":
        lean |= {"outputs": [], "execution_count": None}
    return lean
