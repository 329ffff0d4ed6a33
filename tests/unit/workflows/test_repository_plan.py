"""Every line of the table by which an update decides about one file (U-15)."""

from __future__ import annotations

import pytest

from openbis_nb.workflows.importing.repository_plan import Item, decide, planned

A, B, C = Item("file", "a"), Item("file", "b"), Item("file", "c")
PROGRAM, LINK, OTHER = Item("program", "a"), Item("link", "a"), Item("other")


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "action"),
    [
        (A, A, A, "nothing"),
        (A, A, B, "update"),
        (A, None, A, "restore"),
        (A, None, B, "restore"),
        (A, B, A, "leave"),
        (A, B, C, "merge"),
        (A, B, B, "nothing"),
        (A, B, None, "keep"),
        (A, A, None, "remove"),
        (A, None, None, "nothing"),
        (None, None, A, "add"),
        (None, A, A, "nothing"),
        (None, B, A, "make-room"),
        (None, OTHER, A, "make-room"),
        (A, OTHER, A, "leave"),
        (A, OTHER, B, "keep"),
        (A, OTHER, None, "keep"),
        (A, LINK, A, "leave"),
        (A, LINK, B, "keep"),
        (LINK, A, B, "keep"),
        (A, A, PROGRAM, "update"),
        (PROGRAM, PROGRAM, A, "update"),
        (A, PROGRAM, A, "nothing"),
        (A, PROGRAM, B, "update"),
        (A, A, LINK, "update"),
        (LINK, LINK, A, "update"),
        (LINK, LINK, None, "remove"),
        (PROGRAM, A, None, "remove"),
        (A, Item("program", "b"), C, "merge"),
    ],
)
def test_what_happens_to_a_file(
    base: Item | None, mine: Item | None, theirs: Item | None, action: str
) -> None:
    """U-15, table row 81: what the person did wins, and is never lost."""
    assert decide(base, mine, theirs) == action


def test_what_goes_away_goes_first() -> None:
    """A folder may stand where a file was."""
    steps = list(planned({"a": A}, {"a": A, "a/b": None}, {"a/b": B}))
    assert steps == [("remove", "a"), ("add", "a/b")]
