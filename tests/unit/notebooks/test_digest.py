"""Digests: what counts as a change, and what does not."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable

import nbformat
import pytest
from nbformat import NotebookNode

from openbis_nb.notebooks import document
from openbis_nb.notebooks.digest import code_digest, content_digest, saving_cells

Change = Callable[[NotebookNode], object]
STREAM = nbformat.v4.new_output


def _set_block(notebook: NotebookNode, **block: object) -> None:
    notebook.metadata["openbis"] = {"name": "a", **block}


def _split_stream(notebook: NotebookNode) -> None:
    notebook.cells[1].outputs = [STREAM("stream", text="4"), STREAM("stream", text="2\n")]


UNSEEN: list[Change] = [
    lambda n: n.cells[2].update(outputs=[STREAM("stream", text="saved")], execution_count=9),
    lambda n: n.cells[1].update(id="other"),
    lambda n: n.cells[1].metadata.update(execution={"iopub.execute_input": "2026"}),
    lambda n: n.cells[1].metadata.update(collapsed=True),
    lambda n: n.metadata.update(language_info={"name": "python", "version": "3.12"}),
    lambda n: n.update(nbformat_minor=4),
    _split_stream,
]
SEEN: list[Change] = [
    lambda n: n.cells[0].update(source="# Other"),
    lambda n: n.cells[1].update(source="print(43)"),
    lambda n: n.cells[1].update(execution_count=2),
    lambda n: n.cells[1].update(outputs=[]),
    lambda n: n.cells[1].outputs[0].update(text="43\n"),
    lambda n: n.cells[1].outputs[0].update(name="stderr"),
    lambda n: n.cells[2].update(source="nb.save(notes='x')"),
    lambda n: n.cells[1].metadata.update(tags=["a"]),
    lambda n: n.cells.pop(),
    lambda n: n.cells.reverse(),
    lambda n: _set_block(n),
]


@pytest.mark.parametrize("change", UNSEEN)
def test_what_no_reader_sees_changes_nothing(notebook: NotebookNode, change: Change) -> None:
    """D12: the saving cell's outputs are left out, execution counts and outputs are otherwise in."""
    before = content_digest(notebook)
    change(notebook)
    assert content_digest(notebook) == before


@pytest.mark.parametrize("change", SEEN)
def test_what_a_reader_sees_is_a_change(notebook: NotebookNode, change: Change) -> None:
    before = content_digest(notebook)
    change(notebook)
    assert content_digest(notebook) != before


def test_a_save_does_not_change_the_digest(notebook: NotebookNode) -> None:
    _set_block(notebook)
    before = content_digest(notebook)
    _set_block(notebook, checkpoint={"id": "20261101093000123-40"})
    assert content_digest(notebook) == before
    _set_block(notebook, name="b")
    assert content_digest(notebook) != before


def test_the_code_digest_is_about_sources_only(notebook: NotebookNode) -> None:
    other = copy.deepcopy(notebook)
    other.cells[0].source = "other text"
    other.cells[1].outputs, other.cells[1].execution_count = [], None
    assert code_digest(other) == code_digest(notebook)
    other.cells[1].source += " "
    assert code_digest(other) != code_digest(notebook)


def test_digests_have_their_form_and_outlive_the_file(notebook: NotebookNode) -> None:
    again = document.loads(document.dumps(notebook))
    assert content_digest(again) == content_digest(notebook)
    assert content_digest(again).startswith("sha256:")
    assert len(code_digest(again)) == len("sha256:") + 64


@pytest.mark.parametrize(
    ("source", "tags", "saves"),
    [
        ("nb.save()", [], True),
        ("page = nb.publish(code='hidden')", [], True),
        ("version = nb.save(name='x')", [], True),
        ("x = 1\nawait nb.save()", [], True),
        ("anything()", ["openbis-save"], True),
        ("# nb.save()", [], False),
        ("print('nb.save()')", [], False),
        ("figure.save()", [], False),
    ],
)
def test_the_saving_cell_is_found(
    notebook_of: Callable[..., NotebookNode], source: str, tags: list[str], saves: bool
) -> None:
    notebook = notebook_of(source)
    notebook.cells[0].metadata["tags"] = tags
    assert saving_cells(notebook) == ({"one"} if saves else set())


def test_a_lone_surrogate_has_a_digest(notebook: NotebookNode) -> None:
    notebook.cells[0].source = "\ud83d"
    assert content_digest(notebook) == content_digest(copy.deepcopy(notebook))


@pytest.mark.parametrize("source", ["\n" * 200_000, " " * 200_000, "x \n" * 50_000, "a = \n" * 50_000])
def test_empty_lines_take_no_time(notebook: NotebookNode, source: str) -> None:
    """The cell is a stranger's, and it is looked at as soon as somebody opens the notebook."""
    notebook.cells[0].source = source
    notebook.cells[0].cell_type = "code"
    began = time.process_time()
    saving_cells(notebook)
    assert time.process_time() - began < 2
