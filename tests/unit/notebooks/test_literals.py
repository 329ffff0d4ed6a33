"""Values become literals, never code."""

from __future__ import annotations

import ast
import math
import re
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openbis_nb.errors import InvalidParameter
from openbis_nb.notebooks.literals import LANGUAGES, assignment, to_literal

PLAIN = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
)
NESTED = st.recursive(PLAIN, lambda items: st.lists(items) | st.dictionaries(st.text(), items), max_leaves=10)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.mark.parametrize(
    ("value", "python", "r", "julia", "bash"),
    [
        (None, "None", "NULL", "nothing", "''"),
        (True, "True", "TRUE", "true", "true"),  # bool before int
        (5, "5", "5L", "5", "5"),
        (2**40, "1099511627776", "1099511627776", "1099511627776", "1099511627776"),
        (0.1, "0.1", "0.1", "0.1", "0.1"),
        (math.nan, "float('nan')", "NaN", "NaN", "nan"),
        (-math.inf, "float('-inf')", "-Inf", "-Inf", "-inf"),
        ("a b", "'a b'", '"a b"', '"a b"', "'a b'"),
        ('it\'s "so"', "'it\\'s \"so\"'", '"it\'s \\"so\\""', '"it\'s \\"so\\""', "'it'\"'\"'s \"so\"'"),
        ("$(rm)`x`", "'$(rm)`x`'", '"$(rm)`x`"', '"\\$(rm)`x`"', "'$(rm)`x`'"),
        ("\n", "'\\n'", '"\\u{a}"', '"\\U0000000a"', "$'\\012'"),
        ([1, 2], "[1, 2]", "c(1L, 2L)", "[1, 2]", "(1 2)"),
        ([1, "a"], "[1, 'a']", 'list(1L, "a")', '[1, "a"]', "(1 a)"),
        ([], "[]", "list()", "[]", "()"),
    ],
)
def test_one_value_in_four_languages(value: object, python: str, r: str, julia: str, bash: str) -> None:
    written = [to_literal(value, language) for language in LANGUAGES]
    assert written == [python, r, julia, bash]


def test_names_become_mappings() -> None:
    assert to_literal({"a b": 1}, "python") == "{'a b': 1}"
    assert to_literal({"a b": 1}, "r") == 'list("a b" = 1L)'
    assert to_literal({"a b": 1}, "julia") == 'Dict("a b" => 1)'


@given(NESTED)
def test_python_reads_back_what_was_written(value: object) -> None:
    assert ast.literal_eval(to_literal(value, "python")) == value


@given(NESTED)
def test_a_python_literal_stays_on_one_line(value: object) -> None:
    tree = ast.parse(assignment("x", value, "python"))
    assert len(tree.body) == 1
    assert "\n" not in to_literal(value, "python")


R_STRING = re.compile(r'"(?:[^"\\\n]|\\["\\]|\\u\{[0-9a-f]{1,6}\})*"')


@given(TEXT)
def test_an_r_string_ends_where_it_should(text: str) -> None:
    """A tokenizer of our own, because not every machine has R."""
    literal = to_literal(text, "r")
    assert R_STRING.fullmatch(literal)
    unescaped = re.sub(
        r"\\(?:u\{([0-9a-f]+)\}|(.))", lambda m: chr(int(m[1], 16)) if m[1] else m[2], literal[1:-1]
    )
    assert unescaped == text


@given(TEXT)
def test_a_julia_string_interpolates_nothing(text: str) -> None:
    literal = to_literal(text, "julia")
    assert re.fullmatch(r'"(?:[^"\\$\n]|\\["\\$]|\\U[0-9a-f]{8})*"', literal)


@settings(max_examples=60)
@given(TEXT)
def test_bash_says_what_was_written(text: str) -> None:
    script = f'{assignment("x", text, "bash")}; printf %s "$x"'
    said = subprocess.run(["bash", "-c", script], capture_output=True, env={"LC_ALL": "C.UTF-8"}, check=True)
    assert said.stdout.decode() == text


@pytest.mark.parametrize(
    ("value", "language"),
    [
        (b"bytes", "python"),
        ({1, 2}, "python"),
        (object(), "python"),
        ({1: 2}, "python"),
        pytest.param(10**5000, "python", id="too many digits"),
        ("\0", "r"),
        ("\ud800", "r"),
        (2**60, "r"),
        ({"": 1}, "r"),
        ("\0", "bash"),
        ([[1]], "bash"),
        ({"a": 1}, "bash"),
        (1, "cobol"),
    ],
)
def test_what_a_language_cannot_hold_is_refused(value: object, language: str) -> None:
    with pytest.raises(InvalidParameter):
        to_literal(value, language)


def test_a_subclass_cannot_bring_its_own_repr() -> None:
    class Sly(str):
        def __repr__(self) -> str:
            return "__import__('os')"

    class SlyInt(int):
        def __repr__(self) -> str:
            return "__import__('os')"

    assert to_literal(Sly("a"), "python") == "'a'"
    assert [to_literal(SlyInt(5), language) for language in LANGUAGES] == ["5", "5L", "5", "5"]
