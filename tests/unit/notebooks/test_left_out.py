"""A page without code has none of it in its bytes (D-10, U-34)."""

from __future__ import annotations

from typing import Any

import pytest
from nbformat import NotebookNode, v4

from openbis_nb.notebooks.export import export_html
from openbis_nb.notebooks.html_page import to_html

from .hostile import all_notebooks
from .pages import parse
from .test_export import assert_harmless

HOSTILE = all_notebooks()
SECRET = "def recipe(dose): return dose * 42"
#: Everything that quotes the code, as IPython and R write it.
QUOTING: dict[str, dict[str, Any]] = {
    "a traceback": {
        "output_type": "error",
        "ename": "ValueError",
        "evalue": f"in {SECRET}",
        "traceback": ["ValueError  Traceback", f"\x1b[0;32m----> 1\x1b[0m {SECRET}"],
    },
    "an error with a name that is none": {
        "output_type": "error",
        "ename": SECRET,
        "evalue": "",
        "traceback": [],
    },
    "a warning": {
        "output_type": "stream",
        "name": "stderr",
        "text": f"/tmp/ipykernel_1/2.py:1: UserWarning: no\n  {SECRET}\n",
    },
}


def notebook_with(*outputs: dict[str, Any]) -> NotebookNode:
    shown = v4.new_output("display_data", data={"text/plain": "the result"})
    code = v4.new_code_cell(SECRET, id="code", execution_count=7, outputs=[shown])
    code["outputs"] += [dict(output) for output in outputs]
    cells = [
        v4.new_markdown_cell("# What we found", id="text"),
        code,
        v4.new_raw_cell(SECRET, id="raw"),
        v4.new_code_cell(f"{SECRET}  # without an output", id="silent"),
    ]
    return v4.new_notebook(cells=cells)


@pytest.mark.parametrize("name", QUOTING)
def test_left_out_code_is_not_in_the_bytes(name: str) -> None:
    """D-10: hidden is not folded; also what quotes the code is gone, and the results stay."""
    html = to_html(notebook_with(QUOTING[name]), title="T", code="left-out")
    page = assert_harmless(html)
    assert "recipe" not in html
    assert "dose" not in html
    assert "[7]" not in page.text
    assert "the result" in page.text
    assert "What we found" in page.text
    if QUOTING[name].get("ename") == "ValueError":
        assert "ended with an error: ValueError" in page.text


@pytest.mark.parametrize("code", ["shown", "folded"])
def test_code_that_is_not_left_out_is_there(code: Any) -> None:
    html = to_html(notebook_with(*QUOTING.values()), title="T", code=code)
    assert parse(html).text.count("recipe") >= 3


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_without_code_is_harmless(name: str) -> None:
    assert_harmless(to_html(HOSTILE[name], title="Hostile", code="left-out"))


def _code_cells(notebook: Any) -> list[str]:
    found = [cell for cell in notebook.get("cells", ()) if cell.get("cell_type") == "code"]
    return ["".join(cell["source"]) for cell in found if isinstance(cell.get("source"), str | list)]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_notebook_gets_its_code_into_the_bytes(name: str) -> None:
    """A line of code that stands in no output and no text of it is not in the page."""
    notebook = {**HOSTILE[name], "cells": [dict(cell) for cell in HOSTILE[name].get("cells", ())]}
    for number, cell in enumerate(notebook["cells"]):
        if cell.get("cell_type") in ("code", "raw"):
            cell["source"] = f"marker_{number} = 'zzqqy'"
    if _code_cells(notebook):
        assert "zzqqy" in to_html(notebook, title="T")
    assert "zzqqy" not in to_html(notebook, title="T", code="left-out")


def test_the_limited_process_does_the_same() -> None:
    notebook = notebook_with(*QUOTING.values())
    assert export_html(notebook, title="T", code="left-out") == to_html(notebook, title="T", code="left-out")
