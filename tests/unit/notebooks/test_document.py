"""Notebook files: read with suspicion, written without harm."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import stat
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.errors import Conflict, InvalidNotebook, NotFound, OpenbisNbError, TooLarge
from openbis_nb.notebooks import document

EMPTY = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
CELL = {"cell_type": "code", "metadata": {}, "source": "", "outputs": [], "execution_count": None}


def as_bytes(**changes: Any) -> bytes:
    return json.dumps({**EMPTY, **changes}).encode()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"<!DOCTYPE html>", "not JSON"),
        (b"[]", "not a notebook"),
        (b"null", "not a notebook"),
        (b'{"a": 1}', "not a notebook"),
        (b'{"nbformat": 4, "nbformat": 4}', "'nbformat' stands twice"),
        (b'{"nbformat": 4, "x": NaN}', "NaN"),
        (b'{"nbformat": 4, "x": -Infinity}', "Infinity"),
        (b'{"nbformat": 4, "x": 1e999}', "too large a number"),
        (b'{"nbformat": 4, "x": ' + b"9" * 5000 + b"}", "not strict JSON"),
        (b'{"nbformat": 4, "x": ' + b"[" * 100_000, "nested too deeply"),
        (as_bytes(nbformat=3), "format 3"),
        (as_bytes(nbformat=5), "format 5"),
        (as_bytes(nbformat="4"), "does not say"),
        (as_bytes(nbformat=True), "does not say"),
        (as_bytes(nbformat_minor="x"), "does not say"),
        (as_bytes(cells={}), "damaged"),
        (as_bytes(cells=[1]), "damaged"),
        (as_bytes(cells=[{**CELL, "cell_type": "other"}]), "damaged"),
        (as_bytes(cells=[{**CELL, "id": "not an id!"}]), "damaged"),
        (as_bytes(metadata=[]), "damaged"),
    ],
)
def test_what_is_no_notebook_is_refused_with_a_reason(data: bytes, said: str) -> None:
    with pytest.raises(InvalidNotebook, match=said):
        document.loads(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda items: st.lists(items, max_size=3) | st.dictionaries(st.text(max_size=5), items, max_size=3),
)


@given(
    st.fixed_dictionaries({}, optional={"metadata": JSON, "cells": st.lists(JSON) | JSON, "nbformat": JSON})
)
def test_junk_gives_our_error_and_no_other(changes: dict[str, Any]) -> None:
    with contextlib.suppress(OpenbisNbError):
        assert document.loads(as_bytes(**changes)).nbformat == 4


@given(st.binary(max_size=200))
def test_random_bytes_give_our_error(data: bytes) -> None:
    with pytest.raises(InvalidNotebook):
        document.loads(data)


def test_the_size_limit_comes_first(tmp_path: Path) -> None:
    """A sparse file of 200 MB is refused without being read."""
    path = tmp_path / "large.ipynb"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    with pytest.raises(TooLarge, match="larger than 64 MB"):
        document.read(path)


@pytest.mark.parametrize(("name", "error"), [("missing.ipynb", NotFound), (".", InvalidNotebook)])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        document.read(tmp_path / name)


def test_older_minor_formats_are_brought_up_the_same_way_each_time() -> None:
    """The ELN writes nbformat 4.2 without cell ids (O-21)."""
    data = as_bytes(nbformat_minor=2, cells=[CELL, {**CELL, "source": ["a\n", "b"]}])
    notebook = document.loads(data)
    assert notebook.nbformat_minor == 5
    assert [cell.id for cell in notebook.cells] == [cell.id for cell in document.loads(data).cells]
    assert len({cell.id for cell in notebook.cells}) == 2
    assert notebook.cells[1].source == "a\nb"


def test_an_id_used_twice_stays_on_the_first_cell_only() -> None:
    notebook = document.loads(as_bytes(cells=[{**CELL, "id": "a"}, {**CELL, "id": "a"}]))
    assert notebook.cells[0].id == "a" != notebook.cells[1].id


def test_a_byte_order_mark_is_no_obstacle() -> None:
    assert document.loads(b"\xef\xbb\xbf" + as_bytes()).cells == []


def test_what_is_written_is_what_jupyter_writes(notebook: NotebookNode) -> None:
    assert document.dumps(notebook).decode() == nbformat.writes(notebook) + "\n"
    assert document.loads(document.dumps(notebook)) == notebook


def test_half_a_character_survives(notebook: NotebookNode) -> None:
    notebook.cells[0].source = "a\ud83db"
    assert document.loads(document.dumps(notebook)).cells[0].source == "a\ud83db"


def test_writing_leaves_the_notebook_itself_alone(notebook: NotebookNode) -> None:
    notebook.cells[0].source = "two\nlines"
    document.dumps(notebook)
    assert notebook.cells[0].source == "two\nlines"


def test_no_file_is_ever_overwritten(tmp_path: Path, notebook: NotebookNode) -> None:
    """O-15, N-47: name, name 2, name 3."""
    written = [document.write_new(tmp_path, "Growth/curves", notebook).name for _ in range(3)]
    assert written == ["Growth_curves.ipynb", "Growth_curves 2.ipynb", "Growth_curves 3.ipynb"]


def test_a_symlink_is_not_followed(tmp_path: Path, notebook: NotebookNode) -> None:
    (tmp_path / "a.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    assert document.write_new(tmp_path, "a", notebook).name == "a 2.ipynb"
    assert not (tmp_path / "elsewhere.ipynb").exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "..", "a\0b", "x" * 300, "ü" * 300, "con", " . "])
def test_a_hostile_name_stays_in_its_folder(tmp_path: Path, notebook: NotebookNode, name: str) -> None:
    path = document.write_new(tmp_path, name, notebook)
    assert path.parent == tmp_path
    assert path.name.endswith(".ipynb")
    assert os.listdir(tmp_path) == [path.name]


def test_a_notebook_that_cannot_be_written_leaves_no_file(tmp_path: Path, notebook: NotebookNode) -> None:
    notebook.metadata["x"] = object()
    with pytest.raises(TypeError):
        document.write_new(tmp_path, "a", notebook)
    assert os.listdir(tmp_path) == []


def test_a_full_disk_leaves_no_half_written_file(
    tmp_path: Path, notebook: NotebookNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    path = document.write_new(tmp_path, "a", notebook)
    before = path.read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        document.write_new(tmp_path, "b", notebook)
    with pytest.raises(OSError, match="No space"):
        document.replace(path, notebook, expected=before)
    assert os.listdir(tmp_path) == ["a.ipynb"]
    assert path.read_bytes() == before


def test_replacing_keeps_the_mode_and_leaves_nothing_behind(tmp_path: Path, notebook: NotebookNode) -> None:
    path = document.write_new(tmp_path, "a", notebook)
    path.chmod(0o640)
    notebook.cells[0].source = "changed"
    document.replace(path, notebook, expected=path.read_bytes())
    assert document.read(path).cells[0].source == "changed"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_file_that_another_changed_is_not_replaced(tmp_path: Path, notebook: NotebookNode) -> None:
    path = document.write_new(tmp_path, "a", notebook)
    before = path.read_bytes()
    path.write_bytes(before + b" ")
    with pytest.raises(Conflict, match="changed by another"):
        document.replace(path, notebook, expected=before)
    assert path.read_bytes() == before + b" "
    assert os.listdir(tmp_path) == ["a.ipynb"]


def test_a_file_that_is_gone_is_not_made_again(tmp_path: Path, notebook: NotebookNode) -> None:
    with pytest.raises(Conflict, match="no longer there"):
        document.replace(tmp_path / "a.ipynb", notebook, expected=b"")
    assert os.listdir(tmp_path) == []


def test_a_pipe_is_no_notebook_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    with pytest.raises(InvalidNotebook, match="not a file"):
        document.read(tmp_path / "pipe.ipynb")
