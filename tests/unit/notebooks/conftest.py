"""A made-up experiment with two inputs, and small notebooks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import nbformat
import pytest

from openbis_nb.models import DataSet, Entity, Person
from openbis_nb.notebooks.context import InputSummary, NotebookContext

NOTEBOOK_ID = "2b7e1516-28ae-d2a6-abf7-158809cf4f3c"


@pytest.fixture
def experiment() -> Entity:
    return Entity(
        "experiment",
        "20261101093000123-12",
        "/BIOLAB/GROWTH/GROWTH_CURVES_1",
        "GROWTH_CURVES_1",
        name="Growth",
    )


@pytest.fixture
def context(experiment: Entity) -> NotebookContext:
    plate = DataSet("20261101093000123-31", "RAW_DATA", name="Plate 1")
    archived = DataSet("20261101093000123-32", "RAW_DATA", status="ARCHIVED")
    return NotebookContext(
        server="https://openbis.example.org",
        notebook_id=NOTEBOOK_ID,
        name="Growth curves",
        owner=experiment,
        person=Person("alice", "Alice", "Liddell"),
        created_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC),
        inputs=(InputSummary(plate, 2, 59_050, ("a.csv", "b.csv")), InputSummary(archived)),
    )


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    """Three cells: text, code with an output, and the cell that saves."""
    v4 = nbformat.v4
    output = v4.new_output("stream", name="stdout", text="42\n")
    cells = [
        v4.new_markdown_cell("# Title", id="text"),
        v4.new_code_cell("print(42)", id="code", outputs=[output], execution_count=1),
        v4.new_code_cell("nb.save()", id="save", execution_count=2),
    ]
    return v4.new_notebook(cells=cells)


@pytest.fixture
def notebook_of() -> Callable[..., nbformat.NotebookNode]:
    """A notebook with one cell: ``notebook_of(source)`` or ``notebook_of(outputs=[…])``."""

    def make(
        source: str = "", *, cell: str = "code", outputs: list[Any] | None = None
    ) -> nbformat.NotebookNode:
        v4 = nbformat.v4
        if cell == "markdown":
            return v4.new_notebook(cells=[v4.new_markdown_cell(source, id="one")])
        made = v4.new_code_cell(source, id="one", outputs=[nbformat.from_dict(o) for o in outputs or []])
        return v4.new_notebook(cells=[made])

    return make
