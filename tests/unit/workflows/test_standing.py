"""Under whose notebook a save belongs: one row for each situation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import Conflict
from openbis_nb.models import Checkpoint, Entity, Identity
from openbis_nb.workflows.standing import check_not_a_copy, decide, renamed

HOME = Entity("experiment", "20260101000000000-10", "/LAB/P/HOME", "HOME")
AWAY = "20260101000000000-11"
IDENTITY = Identity(
    server="https://openbis.example.org",
    notebook_id="notebook-1",
    name="Growth",
    owner_kind="experiment",
    owner_perm_id=HOME.perm_id,
    owner_identifier=HOME.identifier,
)


def version(number: int, by: str = "alice", *, counts: bool = True) -> Checkpoint:
    return Checkpoint(f"20260101000000000-{number}", "notebook-1", registrator=by, owner=HOME, counts=counts)


V1, V2, FORK = version(1), version(2), version(3, "ursula", counts=False)

CASES: list[tuple[str, list[Checkpoint], dict[str, Any], str, str | None]] = [
    # situation, versions, arguments, id ("same" or "new"), fork of
    ("first version", [], {}, "same", None),
    ("the author's next", [V1, V2], {}, "same", None),
    ("after somebody's fork", [V1, FORK], {}, "same", None),
    ("only forks are seen", [FORK], {}, "same", None),
    ("as new, never saved", [], {"as_new": True}, "new", None),
    ("as new", [V1, V2], {"as_new": True}, "new", V2.perm_id),
    ("a stranger", [V1, V2], {"person": "ursula"}, "new", V2.perm_id),
    ("a stranger whose fork is there", [V1, FORK], {"person": "ursula"}, "new", V1.perm_id),
    ("a co-author", [V1], {"person": "ursula", "co_authors": ["ursula"]}, "same", None),
    ("another's co-author", [V1], {"person": "eve", "co_authors": ["ursula"]}, "new", V1.perm_id),
    ("an admin without a word", [V1], {"person": "ada"}, "new", V1.perm_id),
    (
        "an admin elsewhere",
        [V1],
        {"person": "ada", "takeover": True, "owner_perm_id": AWAY},
        "new",
        V1.perm_id,
    ),
    ("stored elsewhere", [V1], {"owner_perm_id": AWAY}, "new", V1.perm_id),
    ("a stranger who opened the first", [V1, V2], {"person": "ursula", "began": V1}, "new", V1.perm_id),
    ("as new from the first", [V1, V2], {"as_new": True, "began": V1}, "new", V1.perm_id),
    ("a stranger whose origin is gone", [V2], {"person": "ursula", "began": V1}, "new", V2.perm_id),
    ("user ids keep their case", [V1], {"person": "Alice"}, "new", V1.perm_id),
]


@pytest.mark.parametrize(
    ("versions", "changes", "which", "origin"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_where_a_save_belongs(
    versions: list[Checkpoint], changes: dict[str, Any], which: str, origin: str | None
) -> None:
    """N-27, N-28, N-29, N-30, N-31."""
    arguments = {"person": "alice", "owner_perm_id": HOME.perm_id} | changes
    began: Checkpoint | None = arguments.pop("began", None)
    identity = replace(IDENTITY, checkpoint_id=began.perm_id) if began else IDENTITY
    standing = decide(identity, versions, **arguments)
    assert (standing.notebook_id == "notebook-1") == (which == "same")
    assert standing.fork_of == origin
    assert bool(standing.told) == (origin is not None), "a fork is always told, nothing else is"


def test_a_take_over_is_declared_by_who_needs_it_only() -> None:
    """Design section 2: it is told, and the author and co-authors never declare one."""
    taken = decide(IDENTITY, [V1], "ada", HOME.perm_id, takeover=True)
    assert (taken.notebook_id, taken.fork_of, taken.takeover) == ("notebook-1", None, True)
    assert "alice" in taken.told[0]
    own = decide(IDENTITY, [V1], "alice", HOME.perm_id, takeover=True)
    co_author = decide(IDENTITY, [V1], "bo", HOME.perm_id, co_authors=["bo"], takeover=True)
    assert [one.takeover for one in (own, co_author)] == [False, False]


def test_a_repeat_makes_the_same_fork() -> None:
    """Whoever tries again gives the id again, and so looks for it in the right place."""
    forks = {decide(IDENTITY, [V1], "eve", HOME.perm_id, new_id="made").notebook_id for _ in range(2)}
    assert forks == {"made"}


def test_a_file_from_nowhere_gets_an_id_of_its_own() -> None:
    ids = {decide(None, [], "alice", HOME.perm_id).notebook_id for _ in range(3)}
    assert len(ids) == 3


def test_a_newer_version_than_ones_own_is_told() -> None:
    """U-15."""
    began_with_first = replace(IDENTITY, checkpoint_id=V1.perm_id)
    standing = decide(began_with_first, [V1, V2], "alice", HOME.perm_id)
    assert V2.perm_id in standing.told[0]
    began_with_newest = replace(IDENTITY, checkpoint_id=V2.perm_id)
    assert decide(began_with_newest, [V1, V2], "alice", HOME.perm_id).told == ()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "Growth.ipynb").touch()
    return tmp_path / "Growth.ipynb"


def test_a_known_or_first_file_is_no_copy(here: Path) -> None:
    assert check_not_a_copy(IDENTITY, here, []) == ()
    assert check_not_a_copy(IDENTITY, here, [here, here.with_name("Gone.ipynb")]) == ()


def test_a_copy_beside_its_original_is_asked_for(here: Path) -> None:
    """N-22."""
    copy = here.with_name("Copy.ipynb")
    copy.touch()
    with pytest.raises(Conflict, match=r"Copy\.ipynb is a copy of Growth\.ipynb"):
        check_not_a_copy(IDENTITY, copy, [here])
    assert check_not_a_copy(IDENTITY, copy, [here, copy]) == (), "it was saved as one before"


def test_a_renamed_file_is_told(here: Path) -> None:
    """N-23."""
    renamed = here.rename(here.with_name("Better.ipynb"))
    [sentence] = check_not_a_copy(IDENTITY, renamed, [here])
    assert "Better.ipynb" in sentence
    moved = renamed.with_name("elsewhere") / here.name
    assert check_not_a_copy(IDENTITY, moved, [here]) == (), "moved under its own name: nothing to tell"


@pytest.mark.parametrize(("name", "told"), [(None, 0), (IDENTITY.name, 0), ("Another", 1)])
def test_another_name_is_told(name: str | None, told: int) -> None:
    """N-23: a changed name is never silent."""
    assert len(renamed(IDENTITY, name)) == told
