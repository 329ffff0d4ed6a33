"""Parameters: their limits, and the cell that holds them."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.errors import InvalidNotebook, InvalidParameter
from openbis_nb.notebooks import parameter_cell
from openbis_nb.notebooks.parameters import Parameter, check_value, check_values, parse_text

WINDOW = Parameter(name="window", type="float", default=2.0, unit="h", minimum=0.5, maximum=12)
COUNT = Parameter(name="count", type="int", default=1, minimum=1)
NAME = Parameter(name="name", type="str", default="a", minimum=1, maximum=5)
FLAG = Parameter(name="flag", type="bool", default=False)
ITEMS = Parameter(name="items", type="list", default=[], maximum=2)
MODE = Parameter(name="mode", type="choice", default="fast", choices=("fast", 1))

Make = Callable[..., NotebookNode]


@pytest.mark.parametrize(
    ("parameter", "value", "kept"),
    [
        (WINDOW, 3, 3.0),  # a whole number is a number
        (WINDOW, 0.5, 0.5),
        (COUNT, 10**12, 10**12),
        (NAME, "äöü", "äöü"),
        (FLAG, True, True),
        (ITEMS, ("a", 1), ["a", 1]),
        (MODE, 1, 1),
    ],
)
def test_a_value_within_its_limits_is_taken(parameter: Parameter, value: object, kept: object) -> None:
    checked = check_value(parameter, value)
    assert checked == kept
    assert type(checked) is type(kept)


@pytest.mark.parametrize(
    ("parameter", "value", "said"),
    [
        (WINDOW, 13, "0.5 to 12 h"),
        (WINDOW, 0.49, "0.5 to 12 h"),
        (WINDOW, float("nan"), "a number"),
        (WINDOW, "3", "a number"),
        (WINDOW, True, "a number"),
        (COUNT, 0, "at least 1"),
        (COUNT, 1.5, "a whole number"),
        (COUNT, True, "a whole number"),
        (NAME, "", "1 to 5 characters"),
        (NAME, "abcdef", "1 to 5 characters"),
        (NAME, None, "a text"),
        (FLAG, 1, "true or false"),
        (ITEMS, [1, 2, 3], "at most 2 items"),
        (ITEMS, [[1]], "a list of plain values"),
        (ITEMS, "ab", "a list of plain values"),
        (MODE, "slow", "one of the choices"),
        (MODE, True, "one of the choices"),  # True == 1, but it is another choice
    ],
)
def test_a_value_out_of_its_limits_is_refused_by_name(parameter: Parameter, value: object, said: str) -> None:
    with pytest.raises(InvalidParameter) as caught:
        check_value(parameter, value)
    assert said in caught.value.message
    assert repr(parameter.name) in caught.value.message
    assert caught.value.extra["parameter"] == parameter.name
    assert caught.value.extra["unit"] == parameter.unit


@pytest.mark.parametrize(
    ("parameter", "text", "value"),
    [
        (WINDOW, " 2.5 ", 2.5),
        (COUNT, "7", 7),
        (NAME, " a ", " a "),
        (FLAG, "yes", True),
        (FLAG, "False", False),
        (ITEMS, "a, b", ["a", "b"]),
        (ITEMS, '["a,b", 1]', ["a,b", 1]),
        (ITEMS, "", []),
        (MODE, "1", 1),
        (MODE, "fast", "fast"),
    ],
)
def test_what_a_person_types_becomes_a_value(parameter: Parameter, text: str, value: object) -> None:
    assert parse_text(parameter, text) == value


@pytest.mark.parametrize(
    ("parameter", "text"), [(WINDOW, "two"), (COUNT, "1.5"), (FLAG, "maybe"), (ITEMS, "[1"), (MODE, "x")]
)
def test_what_cannot_be_a_value_is_refused(parameter: Parameter, text: str) -> None:
    with pytest.raises(InvalidParameter):
        parse_text(parameter, text)


def test_defaults_stand_in_and_strangers_are_named() -> None:
    assert check_values([WINDOW, COUNT], {"count": 4}) == {"window": 2.0, "count": 4}
    with pytest.raises(InvalidParameter, match="no parameter 'windw'; it has: window, count"):
        check_values([WINDOW, COUNT], {"windw": 1})


def tagged(make: Make, source: str) -> NotebookNode:
    notebook = make(source)
    notebook.cells[0].metadata["tags"] = ["parameters"]
    return notebook


@pytest.mark.parametrize("language", ["python", "r", "julia"])
@given(
    value=st.integers(0, 1000) | st.booleans() | st.text(st.characters(exclude_categories="C"), max_size=20)
)
def test_what_is_written_into_the_cell_is_read_back(language: str, value: object) -> None:
    parameter = Parameter(name="x", type="str", default="", unit="h", help='with a # and a "quote"')
    source = parameter_cell.write_cell([parameter], {"x": value}, language)
    cell = {"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}
    assert parameter_cell.read_values({"cells": [cell]}, language) == {"x": value}


def test_code_in_the_cell_comes_as_its_text(notebook_of: Make) -> None:
    notebook = tagged(notebook_of, "a = 1\nb = max(1, 2)\nc: float = -2.5\nimport os\nd = e = 3")
    assert parameter_cell.read_values(notebook) == {"a": 1, "b": "max(1, 2)", "c": -2.5}


@pytest.mark.parametrize(
    ("language", "source", "value"),
    [
        ("python", "x = {1, 2}", "{1, 2}"),
        ("python", "x = b'1'", "b'1'"),
        ("python", "x = 1j", "1j"),
        ("python", "x = ...", "..."),
        ("python", "x = 1e999", "1e309"),
        ("python", "x = {1: 'a', 'b': 2}", "{1: 'a', 'b': 2}"),
        ("python", "x = [{(1, 2): 3}]", "[{(1, 2): 3}]"),
        ("python", "x = (1, 'a', (None,))", [1, "a", [None]]),
        ("r", "x <- NaN", "NaN"),
        ("julia", "x = 1e999", "1e999"),
    ],
)
def test_what_json_cannot_hold_comes_as_its_text(
    notebook_of: Make, language: str, source: str, value: Any
) -> None:
    """It is written into provenance and outbox: a save must not fail for a set among the parameters."""
    notebook = tagged(notebook_of, source)
    found = parameter_cell.read_values(notebook, language)
    assert found == {"x": value}
    assert isinstance(found["x"], parameter_cell.Code) is isinstance(value, str)
    json.dumps(value, allow_nan=False)


STRANGE = {
    "signs, too long": ("python", "x = " + "-" * 100_000 + "1"),
    "signs": ("python", "x = " + "-" * 40_000 + "1"),
    "a long sum": ("python", "x = " + "+".join(["a"] * 5_000)),
    "a sum that is parsed": ("python", "x = 1" + "+1" * 900),
    "brackets": ("python", "x = " + "[" * 150 + "]" * 150),
    "empty lines, too long": ("python", "\n" * 1_000_000 + "x = 1"),
    "empty lines": ("python", "\n" * 40_000 + "x = 1"),
    "one line": ("python", "ä = 1;" * 8_000),
    "brackets in R": ("r", "x <- " + "[" * 40_000),
    "no such character": ("r", 'x <- "\\U99999999"'),
    "quotes": ("julia", "x = " + "\"'" * 20_000),
}


@pytest.mark.parametrize("case", STRANGE)
def test_a_strange_cell_takes_no_time_and_raises_nothing(notebook_of: Make, case: str) -> None:
    """The cell is a stranger's, and it is read as soon as somebody opens the notebook."""
    language, source = STRANGE[case]
    notebook = tagged(notebook_of, source)
    began = time.process_time()
    json.dumps(parameter_cell.read_values(notebook, language), allow_nan=False)
    assert time.process_time() - began < 3


@pytest.mark.parametrize("end", ["\x0c", "\x1c", "\u2028", "\x85", "\r", "\r\n"])
def test_a_value_is_exchanged_where_python_sees_it(notebook_of: Make, end: str) -> None:
    notebook = tagged(notebook_of, f"a = 'ü' # {end}\nb = 2\nc = 3")
    parameter_cell.set_values(notebook, {"b": 5})
    assert notebook.cells[0].source == f"a = 'ü' # {end}\nb = 5\nc = 3"


def test_a_value_is_exchanged_and_the_rest_stays(notebook_of: Make) -> None:
    source = "# settings\nä = 'ü'  # name\nwindow = (\n    2.0\n)  # h\nprint(window)"
    notebook = tagged(notebook_of, source)
    parameter_cell.set_values(notebook, {"window": 3.5, "ä": "x'y"})
    assert notebook.cells[0].source == '# settings\nä = "x\'y"  # name\nwindow = 3.5  # h\nprint(window)'


def test_a_value_is_exchanged_in_r(notebook_of: Make) -> None:
    notebook = tagged(notebook_of, 'pattern <- "a#b"  # which\nrows <- 5L  # rows')
    parameter_cell.set_values(notebook, {"pattern": "c\\d", "rows": 6}, "r")
    assert notebook.cells[0].source == 'pattern <- "c\\\\d"  # which\nrows <- 6L  # rows'
    assert parameter_cell.read_values(notebook, "r") == {"pattern": "c\\d", "rows": 6}


def test_an_unknown_parameter_is_refused(notebook_of: Make) -> None:
    with pytest.raises(InvalidParameter, match="no parameter 'b'; it has: a"):
        parameter_cell.set_values(tagged(notebook_of, "a = 1"), {"b": 2})
    with pytest.raises(InvalidParameter, match="it has: none"):
        parameter_cell.set_values(notebook_of("a = 1"), {"a": 2})


def test_two_parameter_cells_are_one_too_many(notebook_of: Make) -> None:
    notebook = tagged(notebook_of, "a = 1")
    notebook.cells.append(notebook.cells[0])
    with pytest.raises(InvalidNotebook, match="2 cells are tagged"):
        parameter_cell.find_cell(notebook)


def test_a_cell_that_is_no_python_has_no_values(notebook_of: Make) -> None:
    assert parameter_cell.read_values(tagged(notebook_of, "a = = 1")) == {}
