"""Identifiers, permIds, file names and paths, by rule and by hypothesis."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import InvalidIdentifier, UnsafePath
from openbis_nb.identifiers import (
    MAX_NAME_BYTES,
    eln_experiment_view,
    free_name,
    hub_user_name,
    is_perm_id,
    normalise_identifier,
    openbis_user_id,
    perm_id_number,
    relative_path,
    safe_file_name,
)

CODES = st.text("ABCXYZ0129_-.", min_size=1, max_size=12)
ANY_TEXT = st.text(st.characters(codec="utf-8"), max_size=400)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20261121093000123-45", True),
        ("20261121-1", True),
        ("20261121093000123", False),
        ("20261121093000123-45 ", False),
        ("/LAB/20261121093000123-45", False),
        ("", False),
    ],
)
def test_perm_ids_have_one_form(text: str, expected: bool) -> None:
    assert is_perm_id(text) is expected


def test_the_number_of_a_perm_id_is_its_digits() -> None:
    """P-30: the local part of a file id."""
    assert perm_id_number("20261121093000123-45") == 2026112109300012345


def test_the_number_of_something_else_is_refused() -> None:
    with pytest.raises(InvalidIdentifier, match="not a permId"):
        perm_id_number("/LAB/P/E")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/LAB/GROWTH/EXP1", "/LAB/GROWTH/EXP1"),
        ("lab/growth/exp1", "/LAB/GROWTH/EXP1"),
        ("  /lab/  ", "/LAB"),
        ("/S/P/E/OBJ", "/S/P/E/OBJ"),
        ("/S/P/PLATE:A01", "/S/P/PLATE:A01"),
        ("/ELN_SETTINGS/$X", "/ELN_SETTINGS/$X"),
    ],
)
def test_identifiers_become_what_openbis_writes(text: str, expected: str) -> None:
    assert normalise_identifier(text) == expected


@pytest.mark.parametrize(
    "text", ["", "/", " ", "/A//B", "/A/B/C/D/E", "/A/../B C", "/A/B\n", "/Ä/B", "/A:B:C"]
)
def test_what_cannot_be_an_identifier_is_refused(text: str) -> None:
    if text == "/A/B\n":  # surrounding white space is a slip of the hand, not an error
        assert normalise_identifier(text) == "/A/B"
    else:
        with pytest.raises(InvalidIdentifier, match="not an openBIS identifier"):
            normalise_identifier(text)


@given(st.lists(CODES, min_size=1, max_size=4))
def test_normalising_twice_changes_nothing(codes: list[str]) -> None:
    once = normalise_identifier("/".join(codes))
    assert normalise_identifier(once) == once


@given(ANY_TEXT, st.sampled_from(["", ".ipynb", ".html", ".ipynb.html"]))
def test_a_safe_file_name_is_one_that_any_file_system_takes(text: str, suffix: str) -> None:
    """O-94: whatever people type becomes one name inside the folder."""
    name = safe_file_name(text, suffix=suffix)
    assert name.endswith(suffix)
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert not set(name) & set('/\\:*?"<>|')
    assert not any(unicodedata.category(c)[0] == "C" for c in name)
    assert not name.startswith(".") or suffix
    assert relative_path(name).name == name


@given(ANY_TEXT)
def test_making_a_name_safe_twice_changes_nothing(text: str) -> None:
    once = safe_file_name(text, suffix=".ipynb")
    assert safe_file_name(once, suffix=".ipynb") == once


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Growth curves", "Growth curves.ipynb"),
        ("Growth.ipynb", "Growth.ipynb"),
        ("GROWTH.IPYNB", "GROWTH.ipynb"),
        ("a/b\\c:d", "a_b_c_d.ipynb"),
        ("../../etc/passwd", "_.._etc_passwd.ipynb"),
        (".bashrc", "bashrc.ipynb"),
        ("con", "_con.ipynb"),
        ("  ", "notebook.ipynb"),
        ("café ☕ 日本", "café ☕ 日本.ipynb"),
        ("cafe\u0301", "café.ipynb"),
        ("line\nbreak\ttab", "line_break_tab.ipynb"),
        ("right\u202eleft", "right_left.ipynb"),
    ],
)
def test_names_stay_readable(text: str, expected: str) -> None:
    assert safe_file_name(text, suffix=".ipynb") == expected


def test_a_long_name_is_cut_on_a_character_border() -> None:
    name = safe_file_name("ä" * 300, suffix=".ipynb")
    assert len(name.encode()) <= MAX_NAME_BYTES
    assert name == "ä" * 124 + ".ipynb"


def test_a_taken_name_gets_a_number_from_two() -> None:
    """O-15: a blank and a number before the extension."""
    assert free_name("a.ipynb", set()) == "a.ipynb"
    assert free_name("a.ipynb", {"a.ipynb"}) == "a 2.ipynb"
    assert free_name("a.ipynb", {"a.ipynb", "a 2.ipynb"}) == "a 3.ipynb"


@given(st.text("ab. 2", min_size=1, max_size=8), st.sets(st.text("ab. 2", min_size=1, max_size=8)))
def test_a_free_name_is_free(name: str, taken: set[str]) -> None:
    """U-18: never the name of a file that is there."""
    assert free_name(name, taken) not in taken


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/etc/passwd",
        "..",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        "a\\b",
        "C:x",
        "a\x00b",
        "a\nb",
        "x" * 256,
        "ä" * 128,
        "a\ud800",
    ],
)
def test_a_path_that_could_leave_its_folder_is_refused(text: str) -> None:
    """O-53: no way out of the folder."""
    with pytest.raises(UnsafePath, match="not a path inside a folder"):
        relative_path(text)


@given(ANY_TEXT)
def test_an_accepted_path_stays_below_its_folder(text: str) -> None:
    """O-53: joined to a folder, an accepted path is strictly below it."""
    try:
        path = relative_path(text)
    except UnsafePath:
        return
    joined = Path("/base") / path
    assert Path("/base") in joined.parents
    assert str(path) == text


def test_the_view_of_an_experiment_in_the_eln() -> None:
    assert eln_experiment_view("/S/P/E") == '["/S/P/E",false]'


@pytest.mark.parametrize(
    ("user_id", "name"),
    [
        ("alice", "alice"),
        ("Alice", "-41lice"),
        ("Eve.O-Neill", "-45ve-2e-4f-2d-4eeill"),
        ("anna@ethz.ch", "anna-40ethz-2ech"),
        ("jürgen", "j-c3-bcrgen"),
        ("../x", "-2e-2e-2fx"),
    ],
)
def test_names_at_the_hub(user_id: str, name: str) -> None:
    """U-19, O-61."""
    assert hub_user_name(user_id) == name
    assert openbis_user_id(name) == user_id


@given(ANY_TEXT.filter(bool))
def test_a_name_at_the_hub_says_whose_it_is(user_id: str) -> None:
    """U-19: JupyterHub lower-cases names and refuses slashes."""
    name = hub_user_name(user_id)
    assert openbis_user_id(name) == user_id
    assert name == name.lower()
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


@pytest.mark.parametrize("name", ["", "Alice", "a-", "a-4", "a-zz", "-61lice", "-ff", "a.b", "-2E", "ä"])
def test_what_is_no_name_of_ours_is_nobody(name: str) -> None:
    with pytest.raises(InvalidIdentifier):
        openbis_user_id(name)


@pytest.mark.parametrize("user_id", ["", "\ud800"])
def test_what_is_no_user_id_has_no_name_at_the_hub(user_id: str) -> None:
    with pytest.raises(InvalidIdentifier):
        hub_user_name(user_id)
