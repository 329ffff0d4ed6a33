"""Values of --set: as the template defines them, else like what they replace."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.cli.parameters import for_notebook, for_template
from openbis_nb.errors import InvalidParameter
from openbis_nb.notebooks.library import TemplateLibrary

LIBRARY = TemplateLibrary()
SOURCE = "window = 2.0\nlabel = 'a'\nplates = []\nverbose = False\nlimit = None"
#: What a notebook made from a template carries.
BLOCK = {
    "schema": 1,
    "server": "https://openbis.example.org",
    "notebook_id": "0" * 32,
    "name": "x",
    "owner": {"kind": "experiment", "perm_id": "20261121093000123-12", "identifier": "/S/P/E"},
    "inputs": [],
    "template": {"slug": "growth-curves", "version": "1.0.0"},
}


def notebook(folder: Path, source: str = SOURCE, **metadata: Any) -> Path:
    path = folder / "x.ipynb"
    cell = {"cell_type": "code", "id": "p", "metadata": {"tags": ["parameters"]}, "outputs": []}
    cells = [cell | {"source": source, "execution_count": None}]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}))
    return path


def values(path: Path, **texts: str) -> dict[str, Any]:
    return for_notebook(path, texts, LIBRARY, max_size=10**6)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("window", "3", 3),
        ("window", "3.5", 3.5),
        ("label", "3", "3"),
        ("label", "a=b 'c'\n\"d\"", "a=b 'c'\n\"d\""),
        ("plates", '["x"]', ["x"]),
        ("verbose", "True", True),
        ("verbose", "true", True),
        ("limit", "7", 7),
        ("limit", "word", "word"),
        ("unknown", "7", 7),  # the runner refuses it, and lists what there is
    ],
)
def test_values_are_like_what_they_replace(name: str, text: str, value: Any, tmp_path: Path) -> None:
    assert values(notebook(tmp_path), **{name: text}) == {name: value}


@pytest.mark.parametrize(
    ("name", "text"),
    [("window", "wide"), ("window", "true"), ("verbose", "1"), ("plates", "1"), ("plates", "a")],
)
def test_values_of_another_type_are_refused(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidParameter, match=name):
        values(notebook(tmp_path), **{name: text})


def test_the_template_decides_where_it_is_known(tmp_path: Path) -> None:
    path = notebook(tmp_path, "window_hours = 2.0", openbis=BLOCK)
    assert values(path, window_hours="3") == {"window_hours": 3.0}
    with pytest.raises(InvalidParameter, match=r"0\.5 to 12 h"):
        values(path, window_hours="99")


def test_a_notebook_outlives_its_template(tmp_path: Path) -> None:
    gone = BLOCK | {"template": {"slug": "gone", "version": "1.0.0"}}
    assert values(notebook(tmp_path, openbis=gone), window="3") == {"window": 3}


def test_without_values_the_notebook_is_not_even_read(tmp_path: Path) -> None:
    assert for_notebook(tmp_path / "nope.ipynb", {}, LIBRARY, max_size=1) == {}


def test_values_for_a_new_notebook_are_the_templates() -> None:
    template = LIBRARY.get("growth-curves")
    assert for_template(template, {"plates": "a.csv,b.csv"}) == {"plates": ["a.csv", "b.csv"]}
    with pytest.raises(InvalidParameter, match="nope"):
        for_template(template, {"nope": "1"})
