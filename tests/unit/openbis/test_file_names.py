"""A data set's file never leaves the local folder, and always has the same name there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import UnsafePath
from openbis_nb.identifiers import MAX_NAME_BYTES
from openbis_nb.openbis.file_names import folder_name, local_path


@pytest.mark.parametrize(
    "path", ["original/a.csv", "original/default/ümläut ß.txt", "a b/c+d&e#f%41.txt", "A/.hidden"]
)
def test_ordinary_names_stay(path: str) -> None:
    assert str(local_path(path)) == path


@pytest.mark.parametrize("path", ["", "/etc/passwd", "../a", "original/../../a", "a//b", "a/./b", "a/"])
def test_what_leaves_the_folder_is_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        local_path(path)


@pytest.mark.parametrize(
    "name", ["a" * 300 + ".csv", "ü" * 200, "line\nbreak.csv", "back\\slash", "C:evil", "\x1b[31m"]
)
def test_names_that_a_disk_does_not_take_get_a_safe_one(name: str) -> None:
    safe = local_path(f"original/{name}").name
    assert safe != name
    assert len(safe.encode()) <= MAX_NAME_BYTES
    assert not set(safe) & set("\n\\:\x1b")


def test_the_extension_survives() -> None:
    assert local_path("x/" + "a" * 300 + ".csv").suffix == ".csv"


def test_names_that_differ_only_in_case_stay_apart_where_the_disk_does_not_tell_case() -> None:
    upper, lower = (local_path(p, case_sensitive=False) for p in ("original/A.csv", "original/a.csv"))
    assert str(upper).lower() != str(lower).lower()
    assert str(lower) == "original/a.csv"


@given(st.text(min_size=1, max_size=400), st.booleans())
def test_whatever_a_name_is_it_stays_inside(path: str, case_sensitive: bool) -> None:
    try:
        local = local_path(path, case_sensitive=case_sensitive)
    except UnsafePath:
        return
    assert not local.is_absolute()
    assert ".." not in local.parts
    assert all(0 < len(part.encode(errors="replace")) <= MAX_NAME_BYTES for part in local.parts)
    assert local == local_path(path, case_sensitive=case_sensitive)


def test_persons_that_differ_in_case_have_folders_of_their_own() -> None:
    assert folder_name("eve") == "eve"
    assert folder_name("Eve") != folder_name("EVE")
    assert folder_name("Eve").lower() == folder_name("Eve")


@given(st.text(min_size=1, max_size=300))
def test_a_folder_name_is_one_part(text: str) -> None:
    name = folder_name(text)
    assert "/" not in name
    assert name not in ("", ".", "..")
    assert len(name.encode()) <= MAX_NAME_BYTES
