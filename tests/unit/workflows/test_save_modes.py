"""What a dialog offers is what a save would do (N-22, N-29 to N-31)."""

from __future__ import annotations

import pytest

from openbis_nb.models import Checkpoint, Entity, Identity
from openbis_nb.workflows.save_modes import modes_of

HOME = Entity("experiment", "20260101000000000-1", "/A/B/C", "C")
MINE = Checkpoint("20260101000000000-10", "n" * 32, "Growth", registrator="alice", owner=HOME)
LATER = Checkpoint("20260101000000000-11", "n" * 32, "Growth", registrator="alice", owner=HOME)
FILE = Identity(
    "https://openbis.example.org",
    "n" * 32,
    "Growth",
    HOME.kind,
    HOME.perm_id,
    HOME.identifier,
    checkpoint_id=MINE.perm_id,
)
#: Allowed, chosen at first, what it becomes, and ``as_new``.
CLOSED = (False, False, "version", False)
VERSION, MAY = (True, True, "version", False), (True, False, "version", False)
NEW, APART = (True, True, "notebook", None), (True, False, "notebook", True)
FORK, MAY_FORK = (True, True, "fork", None), (True, False, "fork", True)


@pytest.mark.parametrize(
    ("identity", "versions", "person", "asked", "version", "new", "says"),
    [
        (None, [], "alice", {}, CLOSED, NEW, "no notebook"),
        (None, [], "alice", {"may_choose": True}, MAY, NEW, ""),
        (FILE, [], "alice", {}, CLOSED, NEW, "no version"),
        (FILE, [], "alice", {"is_copy": True}, MAY, APART, ""),
        (FILE, [MINE], "alice", {}, VERSION, MAY_FORK, ""),
        (FILE, [MINE, LATER], "alice", {}, VERSION, MAY_FORK, "newer"),
        (FILE, [MINE], "alice", {"is_copy": True}, MAY, MAY_FORK, ""),
        (FILE, [MINE], "bob", {}, CLOSED, FORK, "alice is the author"),
        (FILE, [MINE], "bob", {"co_authors": ["bob"]}, VERSION, MAY_FORK, ""),
    ],
    ids=[
        "nowhere",
        "nowhere, own ones there",
        "launched",
        "launched, copied",
        "own",
        "own, newer",
        "own, copied",
        "another's",
        "co-author",
    ],
)
def test_the_two_ways(
    identity: Identity | None,
    versions: list[Checkpoint],
    person: str,
    asked: dict[str, object],
    version: tuple[object, ...],
    new: tuple[object, ...],
    says: str,
) -> None:
    found = modes_of(identity, versions, person, **asked)  # type: ignore[arg-type]
    assert [mode.mode for mode in found] == ["version", "new"]
    shown = [(mode.allowed, mode.default, mode.becomes, mode.as_new) for mode in found]
    assert shown == [version, new]
    assert says in found[0].reason
    assert found[0].owner_locked is not (identity is not None and not versions)
