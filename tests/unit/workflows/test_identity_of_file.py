"""Which notebook a file is, what it may claim, and when its content counts as new."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import NeedsConfirmation
from openbis_nb.models import Checkpoint, Entity, Identity
from openbis_nb.notebooks import identity as identity_block
from openbis_nb.workflows.claims import check_claims
from openbis_nb.workflows.file_identity import identity_of_file
from openbis_nb.workflows.version_digest import content_digest, version_digest
from openbis_nb.workflows.workplace import Workplace

from .conftest import OWNER, SERVER, an_entry, an_identity, known

A, B = "20260101000000000-31", "20260101000000000-32"


def notebook(identity: Identity | None) -> dict[str, Any]:
    return {"metadata": {"openbis": identity_block.to_block(identity)} if identity else {}}


def test_a_file_that_nobody_knows_is_what_it_says(workplace: Workplace, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    assert identity_of_file(workplace, notebook(None), path) is None
    assert identity_of_file(workplace, notebook(an_identity()), path) == an_identity()


def test_the_machine_knows_the_newest_version(workplace: Workplace, tmp_path: Path) -> None:
    """Design D12: under a front end the file's own block stays behind."""
    path = tmp_path / "a.ipynb"
    workplace.ledger.remember(known(digest="sha256:" + "1" * 64))
    workplace.ledger.place(SERVER, "notebook-1", path, block_id="notebook-1", checkpoint_id=B)
    found = identity_of_file(workplace, notebook(an_identity(checkpoint_id=A)), path)
    assert found is not None
    assert (found.checkpoint_id, found.digest) == (B, "sha256:" + "1" * 64)


@pytest.mark.parametrize("block", [None, an_identity(notebook_id="the-origin")])
def test_a_fork_or_first_save_lives_in_the_ledger(
    workplace: Workplace, tmp_path: Path, block: Identity | None
) -> None:
    path = tmp_path / "a.ipynb"
    workplace.ledger.remember(known("the-fork", inputs=(A,)))
    workplace.ledger.place(SERVER, "the-fork", path, block_id=block.notebook_id if block else "")
    found = identity_of_file(workplace, notebook(block), path)
    assert found is not None
    assert (found.notebook_id, found.inputs) == ("the-fork", (A,))


def test_another_servers_memory_is_not_used(workplace: Workplace, tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    other = "https://other.example"
    workplace.ledger.remember(known("theirs", server=other))
    workplace.ledger.place(other, "theirs", path, block_id="notebook-1")
    assert identity_of_file(workplace, notebook(an_identity()), path) == an_identity()


def claims(workplace: Workplace, identity: Identity, **given: Any) -> list[tuple[str, str]]:
    """What a person is asked about."""
    try:
        check_claims(workplace, identity, **given)
    except NeedsConfirmation as asked:
        return [(claim["kind"], claim["value"]) for claim in asked.extra["claims"]]
    return []


def saved_by(person: str, owner: str = OWNER) -> Checkpoint:
    entity = Entity("experiment", owner, "/LAB/P/EXP", "EXP")
    return Checkpoint(B, "notebook-1", registrator=person, owner=entity, parents=[A])


def test_every_claim_of_a_stranger_is_asked_about(workplace: Workplace) -> None:
    identity = an_identity(server="https://evil.example", inputs=(A, B))
    assert claims(workplace, identity) == [
        ("server", "https://evil.example"),
        ("owner", OWNER),
        ("input", A),
        ("input", B),
    ]
    assert claims(workplace, identity, confirmed=True) == []


def test_what_this_machine_wrote_is_known(workplace: Workplace) -> None:
    workplace.ledger.remember(known(inputs=(A,)))
    assert claims(workplace, an_identity(inputs=(A,))) == []
    assert claims(workplace, an_identity(inputs=(A, B))) == [("input", B)]
    assert claims(workplace, an_identity(notebook_id="another-1")) == [("owner", OWNER)]


def test_a_person_vouches_for_their_own_versions_only(workplace: Workplace) -> None:
    """N-30: what a thief stored under the id proves nothing to the victim, and the other way round."""
    identity = an_identity(inputs=(A,))
    assert claims(workplace, identity, person="alice", versions=[saved_by("alice")]) == []
    assert len(claims(workplace, identity, person="alice", versions=[saved_by("mallory")])) == 2
    elsewhere = saved_by("alice", "20260101000000000-99")
    assert claims(workplace, identity, person="alice", versions=[elsewhere]) == [("owner", OWNER)]


def test_an_owner_named_now_needs_no_question(workplace: Workplace) -> None:
    assert claims(workplace, an_identity(inputs=(A,)), owner_given=True) == [("input", A)]


def test_a_long_list_is_shown_in_part(workplace: Workplace) -> None:
    many = tuple(f"20260101000000000-{n}" for n in range(100, 200))
    with pytest.raises(NeedsConfirmation, match="And 96 more") as asked:
        check_claims(workplace, an_identity(inputs=many))
    assert len(asked.value.extra["claims"]) == 101


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Other"},
        {"notes": "<p>x</p>"},
        {"data_set_type": "OTHER"},
        {"properties": {"P": "1"}},
        {"attached": (A,)},
        {"content": "sha256:1"},
    ],
)
def test_each_part_of_a_version_makes_it_new(change: dict[str, Any]) -> None:
    assert version_digest(an_entry(**change)) != version_digest(an_entry())


def test_content_is_the_notebook_and_its_results(tmp_path: Path) -> None:
    (tmp_path / "r").write_text("1")
    found = [content_digest("c", {}), content_digest("d", {}), content_digest("c", {"r": tmp_path / "r"})]
    (tmp_path / "r").write_text("2")
    found.append(content_digest("c", {"r": tmp_path / "r"}))
    assert len(set(found)) == 4
    assert content_digest("c", {}) == found[0]


def test_nothing_else_makes_it_new() -> None:
    same = an_entry("save-2", created_at="2027-01-01T00:00:00Z", told=("x",), declared=(A,), person="bob")
    assert version_digest(same) == version_digest(an_entry())
    assert version_digest(an_entry(attached=(A, B))) == version_digest(an_entry(attached=(B, A)))
