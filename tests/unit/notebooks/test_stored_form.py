"""What is stored of a notebook does not tell which way it was saved (F-08)."""

from __future__ import annotations

import copy
from typing import Any

import nbformat
import pytest

from openbis_nb.notebooks.stored_form import SAVE_OUTPUT, as_stored

PLOT = {"output_type": "display_data", "data": {"text/plain": "a plot"}, "metadata": {}}
CARD = {"output_type": "display_data", "data": {"text/plain": "Saved"}, "metadata": dict(SAVE_OUTPUT)}
ODD = {"output_type": "display_data", "data": {"text/plain": "odd"}, "metadata": {"openbis_nb": "save"}}


def printed(text: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def notebook(source: str, *outputs: dict[str, Any]) -> Any:
    cell = nbformat.v4.new_code_cell(source, execution_count=7)
    cell.outputs = [nbformat.from_dict(copy.deepcopy(output)) for output in outputs]
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("Text"), cell])


@pytest.mark.parametrize(
    ("source", "outputs", "count", "kept"),
    [
        ("nb.save()", [CARD], None, []),
        ("plot()\nnb.save()", [PLOT, CARD], None, [PLOT]),
        ("nb.save()", [ODD], None, [ODD]),
        ("my_own_save()", [CARD, PLOT], 7, [PLOT]),
        ("1 + 1", [PLOT], 7, [PLOT]),
        ("print()", [printed("a"), printed("b")], 7, [printed("ab")]),
    ],
    ids=["card", "plot before", "others' metadata", "wrapped", "no save", "stream"],
)
def test_only_what_the_save_shows_is_left_out(
    source: str, outputs: list[dict[str, Any]], count: int | None, kept: list[dict[str, Any]]
) -> None:
    given = notebook(source, *outputs)
    before = copy.deepcopy(given)
    cell = as_stored(given).cells[1]
    assert (cell.execution_count, cell.outputs) == (count, kept)
    assert given == before
