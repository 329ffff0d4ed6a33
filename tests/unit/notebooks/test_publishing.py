"""What is published of a version: page and single outputs, and what is said of them before."""

from __future__ import annotations

import json
from typing import Any, Literal

import pytest
from nbformat import NotebookNode, v4

from openbis_nb.errors import InvalidNotebook
from openbis_nb.notebooks.publishing import Prepared, output_in, prepared, unpack

from .hostile import all_notebooks
from .pages import parse
from .test_export import assert_harmless
from .test_left_out import QUOTING, SECRET, notebook_with

HOSTILE = all_notebooks()
TOKEN = "alice-260101120000000x0123456789ABCDEF0123456789ABCDEF"
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def made(notebook: NotebookNode | dict[str, Any], code: Literal["shown", "left-out"]) -> Prepared:
    return unpack(prepared(json.dumps(notebook).encode(), code=code))


def test_it_says_what_it_holds() -> None:
    notebook = notebook_with(
        QUOTING["a warning"],
        QUOTING["a traceback"],
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": PIXEL, "text/plain": "A fig"}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<table><tr><td>1</table>"}},
    )
    told = made(notebook, "left-out").told
    assert (told["cells"], told["code_cells"], told["pictures"]) == (4, 2, 1)
    assert [(one["kind"], one["index"], one["cell"]) for one in told["outputs"]] == [
        ("text", 0, 2), ("error", 2, 2), ("picture", 3, 2), ("table", 4, 2),
    ]  # fmt: skip
    assert [one["label"] for one in told["outputs"]] == ["the result", "", "A fig", "1"]
    assert told["warnings"] == [
        "One cell ended with an error.",
        "One cell had not run when it was saved.",
        "Warnings and messages on the error stream are left out: they quote the code.",
    ]


def test_without_code_there_is_none_in_any_of_the_bytes() -> None:
    """D-10: neither in the page nor in the single outputs, nor in what is said of them."""
    notebook = notebook_with(*QUOTING.values())
    assert b"recipe" in prepared(json.dumps(notebook).encode(), code="shown")
    assert b"recipe" not in prepared(json.dumps(notebook).encode(), code="left-out")


def test_a_label_says_only_what_is_shown() -> None:
    """An output has several forms; one is published, and viewers are told words of no other."""
    data = {"text/html": "<p title='no'>fish &amp; <b>chips</b></p>", "text/plain": "recipe()"}
    shown = {"output_type": "display_data", "metadata": {}, "data": data}
    [told] = [one for one in made(notebook_with(shown), "left-out").told["outputs"] if one["index"] == 1]
    assert told["label"] == "fish & chips"


def test_a_single_output_is_found_again() -> None:
    found = made(notebook_with({"output_type": "stream", "name": "stdout", "text": "zwölf"}), "shown")
    assert output_in(found.outputs, "code", 0) == "<pre>the result</pre>"
    assert "zwölf" in str(output_in(found.outputs, "code", 1))
    assert output_in(found.outputs, "code", 2) is None
    assert output_in(found.outputs, "silent", 0) is None


def test_secrets_are_taken_out_once_more() -> None:
    """A version that was stored by other means may hold a session (F-12): it is not published."""
    shown = {"output_type": "stream", "name": "stdout", "text": f"token {TOKEN}"}
    found = made(notebook_with(shown), "shown")
    assert [(one["place"], one["count"]) for one in found.told["redactions"]] == [("cell 2, output 2", 1)]
    assert TOKEN.encode() not in found.page + found.outputs
    site = prepared(json.dumps(notebook_with()).encode(), code="shown", patterns=["the result"])
    assert b"the result" not in site


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([v4.new_code_cell("1", id="a")], "was not run before"),
        ([v4.new_markdown_cell("```python\nx = 1\n```", id="a")], "written in the text"),
        ([v4.new_code_cell("1", id="a", execution_count=1)], "Nothing is left"),
    ],
)
def test_what_a_publisher_should_know(cells: list[Any], said: str) -> None:
    warnings = made(v4.new_notebook(cells=cells), "left-out").told["warnings"]
    assert any(said in warning for warning in warnings), warnings


def test_the_cell_that_saves_is_not_said_to_have_missed_its_run() -> None:
    """It has no number while it saves."""
    output = v4.new_output("stream", text="5")
    cells = [v4.new_code_cell("1", execution_count=1, outputs=[output]), v4.new_code_cell("nb.save()")]
    assert made(v4.new_notebook(cells=cells), "shown").told["warnings"] == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_is_published_harmless(name: str) -> None:
    """D9: page and each single output."""
    found = made(HOSTILE[name], "left-out")
    assert_harmless(found.page.decode())
    for one in found.told["outputs"]:
        html = output_in(found.outputs, one["cell_id"], one["index"])
        assert html
        assert not {name for _, name, _ in parse(html).attributes if name.startswith("on")}
        assert not parse(html).tags & {"script", "iframe", "object", "embed", "form", "style", "link", "meta"}


def test_what_is_no_notebook_is_said() -> None:
    with pytest.raises(InvalidNotebook):
        prepared(b"{}", code="shown")


def test_the_source_is_in_a_page_that_shows_it() -> None:
    assert SECRET.split()[1].split("(")[0] in parse(made(notebook_with(), "shown").page.decode()).text
