"""The marks in notebooks of ours that the ELN writes into when it copies one (contract 8.7)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from openbis_nb.notebooks import document, eln_notebook
from openbis_nb.notebooks.context import NotebookContext
from openbis_nb.notebooks.eln_marks import OwnCopy, as_before, mark, read_copy
from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.notebooks.render import render

from .eln import GUID, as_notebook, copied

VERSION = "20260930000000000-40"


def made(context: NotebookContext, slug: str = "analysis") -> dict[str, Any]:
    notebook = render(TemplateLibrary().get(slug), context)
    content: dict[str, Any] = json.loads(document.dumps(notebook))
    return content


@pytest.mark.parametrize("slug", [template.slug for template in TemplateLibrary().list()])
def test_each_shipped_template_has_both_marks_and_gets_its_headings_back(
    slug: str, context: NotebookContext
) -> None:
    """O-21, O-27."""
    stored = made(context, slug)
    kept = as_notebook(copied(stored, VERSION, "b.ipynb"))
    fresh = as_notebook(copied(stored, VERSION, "b.ipynb", history_id=GUID))
    assert read_copy(kept) == OwnCopy(VERSION, None)
    assert read_copy(fresh) == OwnCopy(VERSION, GUID)
    assert as_before(kept) == as_before(fresh) == as_notebook(stored)
    assert eln_notebook.read(fresh) is None
    assert read_copy(as_notebook(stored)) is None


def test_what_stands_below_a_heading_is_kept(context: NotebookContext) -> None:
    stored = made(context)
    cell = next(cell for cell in stored["cells"] if cell["metadata"].get("code_cell_id"))
    cell["source"] = [cell["source"][0], "my own words\n", "in two lines"]
    assert as_before(as_notebook(copied(stored, VERSION, "b.ipynb"))) == as_notebook(stored)


def test_without_two_headings_there_are_no_marks() -> None:
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# one"}]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": "text"}]
    mark(cells)
    assert [cell["metadata"] for cell in cells] == [{}, {}]


@pytest.mark.parametrize(
    "change",
    [
        {"source": ['resultDatasetParents=["../x"]']},
        {"source": ["resultDatasetParents=evil()"]},
        {"metadata": {"code_cell_id": []}},
        {"metadata": {"code_cell_id": "resultDatasetParents", "openbis_first_line": 1}},
        {"cell_type": "raw"},
    ],
)
def test_what_is_no_mark_of_ours_says_nothing(change: dict[str, Any], context: NotebookContext) -> None:
    sent = copied(made(context), VERSION, "b.ipynb")
    cell = next(
        cell for cell in sent["cells"] if cell["metadata"].get("code_cell_id") == "resultDatasetParents"
    )
    cell.update(change)
    notebook = as_notebook(sent)
    assert read_copy(notebook) is None
    as_before(notebook)


def test_a_notebook_without_a_block_is_none_of_ours(context: NotebookContext) -> None:
    sent = copied(made(context), VERSION, "b.ipynb")
    del sent["metadata"]["openbis"]
    assert read_copy(as_notebook(sent)) is None
