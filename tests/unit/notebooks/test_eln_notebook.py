"""Reading what the ELN generates, and changing it, without running a line of it."""

from __future__ import annotations

import ast
import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.notebooks import document
from openbis_nb.notebooks.eln_notebook import read, renamed, with_parents

from .eln import GUID, INPUTS, Asked, as_notebook, code, copied, generated, markdown, worked_on

OBJECT = Asked(owner="/LAB/GROWTH/STEP1", owner_kind="object", inputs=INPUTS[:1])


@pytest.mark.parametrize("asked", [Asked(), OBJECT, Asked(inputs=()), Asked(prefix="")])
def test_a_new_notebook_says_all_that_ours_needs(asked: Asked) -> None:
    """O-20, O-21, O-93: the owner is one identifier although the cell's trailing comma makes a tuple."""
    said = read(as_notebook(generated(asked)))
    assert said is not None
    assert (said.file_name, said.history_id) == (asked.file_name, GUID)
    assert said.parents == said.data_sets == tuple(asked.inputs)
    assert (said.owner_kind, said.owner_identifier) == (asked.owner_kind, asked.owner)
    assert said.is_new
    assert said.copied is None
    assert said.unread == ()


def marked(notebook: Any, key: str) -> Any:
    return next(cell for cell in notebook["cells"] if cell["metadata"].get("code_cell_id") == key)


@pytest.mark.parametrize(
    "name", ["it's.ipynb", 'a "b".ipynb', "Größe + 50% & more #1.ipynb", "x.ipynb.ipynb"]
)
def test_names_that_the_eln_does_not_quote(name: str) -> None:
    """O-94."""
    said = read(as_notebook(generated(Asked(file_name=name))))
    assert said is not None
    assert said.file_name == name
    assert said.is_new


def test_a_copy_names_what_it_was_copied_from() -> None:
    """O-27, O-28."""
    stored = worked_on(generated())
    kept = read(as_notebook(copied(stored, "20260930000000000-40", "Again.ipynb")))
    fresh = read(as_notebook(copied(stored, "20260930000000000-40", "Again.ipynb", history_id="new-" + GUID)))
    assert kept is not None
    assert fresh is not None
    assert (kept.file_name, kept.copied, kept.data_sets) == ("Again.ipynb", "20260930000000000-40", INPUTS)
    assert (kept.history_id, fresh.history_id) == (GUID, "new-" + GUID)
    assert not kept.is_new
    assert kept.owner_identifier == "/LAB/GROWTH/EXP1"


def test_a_copy_that_was_never_run_is_a_copy() -> None:
    said = read(as_notebook(copied(generated(Asked(inputs=())), "20260930000000000-40", "Again.ipynb")))
    assert said is not None
    assert said.copied == "20260930000000000-40"
    assert not said.is_new


TOUCHES = {
    "code in the empty cell": lambda n: n["cells"].append(code("rate = 1")),
    "code behind ours": lambda n: n["cells"].append(code("o = Openbis(); import os")),
    "a remark": lambda n: n["cells"].append(markdown("My remark")),
    "a remark below a heading": lambda n: n["cells"].append(markdown("## Datasets Download\nby hand")),
    "a raw cell": lambda n: n["cells"].append({"cell_type": "raw", "metadata": {}, "source": "x"}),
    "a picture": lambda n: n["cells"][0].update(attachments={"a.png": {"image/png": "AA=="}}),
    "an output": lambda n: n["cells"][3].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "x"}]
    ),
    "a cell that was run": lambda n: n["cells"][3].update(execution_count=1),
    "a block of ours": lambda n: n["metadata"].update(openbis={}),
    "a pasted token": lambda n: n["cells"].append(code('sessionToken = "alice-1"')),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_what_a_person_or_a_plugin_added_is_never_replaced(touch: Any) -> None:
    made = generated()
    touch(made)
    said = read(as_notebook(made))
    assert said is not None
    assert not said.is_new
    assert said.copied is None
    assert said.parents == INPUTS


def with_cell(key: str, text: str) -> dict[str, Any]:
    made = generated()
    marked(made, key)["source"] = [text]
    return made


HOSTILE_LISTS = [
    "__import__('os').system('id')",
    "[__import__('os').system('id')]",
    '["20260921101500123-31"] + x',
    '[["20260921101500123-31"]]',
    '["20260921101500123-31", 1]',
    '["../../etc/passwd"]',
    '["20260921101500123-31\\n"]',
    "['20260921101500123-31\", \"20260921101500456-32']",
    '[f"20260921101500123-31"]',
    "[*x]",
    "[" * 10_000,
    "[" + '"20260921101500123-31",' * 20_001 + "]",
    "[,]",
    "",
]


@pytest.mark.parametrize("text", HOSTILE_LISTS, ids=range(len(HOSTILE_LISTS)))
def test_a_list_that_is_no_list_of_perm_ids_is_not_read(text: str) -> None:
    said = read(as_notebook(with_cell("resultDatasetParents", f"resultDatasetParents={text}")))
    assert said is not None
    assert said.parents == ()
    assert "the data sets" in said.unread
    assert not said.is_new


@pytest.mark.parametrize(
    "text",
    ["x", "'a' + 'b'", "'short'", "'" + "a" * 101 + "'", "'../../../x'", "f'{x}' or 'aaaaaaaaaa'", "''"],
)
def test_a_history_id_that_no_block_takes_is_not_read(text: str) -> None:
    made = with_cell("resultDatasetHistoryId", f"resultDatasetHistoryId={text}")
    said = read(as_notebook(made))
    assert said is not None
    assert said.history_id is None
    assert not said.is_new


@pytest.mark.parametrize(
    "line",
    [
        "owner= o.get_experiment('/A/B/C');evil()",
        "owner= o.get_experiment(evil('/A/B/C')),",
        "owner= o.get_experiment('/A/B C/D'),",
        "owner= o.get_experiment('/A/B/C\\x00'),",
        "owner= o.get_project('/A/B'),",
        "owner= evil.get_experiment('/A/B/C'),",
        "owner= o.get_experiment('" + "/A" * 400 + "'),",
        "owner= o.get_experiment(''),",
        "owner = 1",
    ],
)
def test_an_owner_that_is_more_than_one_identifier_is_not_read(line: str) -> None:
    made = generated()
    cell = next(
        cell
        for cell in made["cells"]
        if cell["source"][:1] == ["owner= o.get_experiment('/LAB/GROWTH/EXP1'),\n"]
    )
    cell["source"][0] = line + "\n"
    said = read(as_notebook(made))
    assert said is not None
    assert (said.owner_kind, said.owner_identifier) == (None, None)
    assert not said.is_new


def test_two_owners_are_none() -> None:
    made = generated()
    made["cells"].append(code("owner= o.get_experiment('/LAB/OTHER/EXP9'),", "owner"))
    said = read(as_notebook(made))
    assert said is not None
    assert said.unread == ("the owner",)


def test_a_mark_used_twice_decides_nothing() -> None:
    made = generated()
    made["cells"].append(code("resultDatasetHistoryId='99999999-other'", marked="resultDatasetHistoryId"))
    said = read(as_notebook(made))
    assert said is not None
    assert said.history_id is None
    assert not said.is_new


@pytest.mark.parametrize("mark", [[], {}, 1, True, None, "fileName "])
def test_marks_of_any_type(mark: Any) -> None:
    made = generated()
    for cell in made["cells"]:
        cell["metadata"]["code_cell_id"] = mark
    assert read(as_notebook(made)) is None


@pytest.mark.parametrize("flag", [False, "yes", 1, None, {}])
def test_what_the_eln_did_not_mark_is_no_notebook_of_the_elns(flag: Any) -> None:
    made = generated()
    made["metadata"]["autogenerated_by_openbis"] = flag
    assert read(as_notebook(made)) is None


@pytest.mark.parametrize(
    "line",
    [
        "props={" + "'a': resultDatasetName, " * 40_000,
        "fileName='" + ".ipynb'x" * 100_000,
        "resultDatasetParents=[" + "'1'," * 200_000,
        "owner= o.get_experiment('" + "/A" * 300_000,
        " " * 500_000 + "x",
    ],
    ids=["props", "name", "list", "owner", "blanks"],
)
def test_long_lines_take_no_time(line: str) -> None:
    made = generated()
    for cell in made["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = [line]
    notebook = as_notebook(made)
    start = time.perf_counter()
    read(notebook)
    renamed(notebook, "x.ipynb")
    assert time.perf_counter() - start < 30


@given(
    st.dictionaries(
        st.sampled_from(["fileName", "resultDatasetParents", "resultDatasetHistoryId"]), st.text()
    )
)
def test_reading_never_raises(sources: dict[str, str]) -> None:
    made = generated()
    for key, text in sources.items():
        marked(made, key)["source"] = [f"{key}={text}"]
    said = read(as_notebook(made))
    assert said is not None
    renamed(as_notebook(made), "x.ipynb")


@pytest.mark.parametrize(
    "name", ["Growth curves 2.ipynb", "it's 2.ipynb", "both ' and \" 2.ipynb", "Größe 2.ipynb"]
)
def test_a_new_name_stands_in_the_cell_as_python_reads_it(name: str) -> None:
    """O-92: the ELN's last cells save the file that was written, not the older one of the name asked for."""
    for before in ("Growth curves.ipynb", "it's.ipynb"):
        notebook = as_notebook(generated(Asked(file_name=before)))
        untouched = copy.deepcopy(notebook)
        changed = renamed(notebook, name)
        source = marked(changed, "fileName")["source"]
        assert source.startswith("fileName='") or '"' in source
        assert ast.literal_eval(source.partition("=")[2]) == name
        assert notebook == untouched
        assert [c for c in changed["cells"] if c["metadata"].get("code_cell_id") != "fileName"] == [
            c for c in notebook["cells"] if c["metadata"].get("code_cell_id") != "fileName"
        ]
        document.loads(document.dumps(changed))


def test_what_else_stands_in_the_cell_stays() -> None:
    """Contract 8.7: the ELN replaces a first line without its end."""
    stored = generated()
    marked(stored, "fileName")["source"] = ["fileName='a.ipynb'\n", "folder = 'x'\n", "# why"]
    copy_of_it = as_notebook(copied(stored, "20260930000000000-40", "b.ipynb"))
    assert marked(copy_of_it, "fileName")["source"] == "fileName='b.ipynb'folder = 'x'\n# why"
    changed = renamed(copy_of_it, "b 2.ipynb")
    assert marked(changed, "fileName")["source"] == "fileName='b 2.ipynb'\nfolder = 'x'\n# why"


def test_a_notebook_without_the_cell_has_no_name_to_change() -> None:
    plain = as_notebook({"cells": [code("x = 1")], "metadata": {}, "nbformat": 4, "nbformat_minor": 2})
    assert renamed(plain, "x.ipynb") == plain


def test_the_parents_that_the_elns_cells_would_write() -> None:
    changed = with_parents(as_notebook(generated()), ["20260930000000000-40"])
    assert (
        marked(changed, "resultDatasetParents")["source"] == "resultDatasetParents=['20260930000000000-40']"
    )
    said = read(changed)
    assert said is not None
    assert said.parents == ("20260930000000000-40",)
    assert json.loads(marked(changed, "resultDatasetParents")["source"].partition("=")[2].replace("'", '"'))
