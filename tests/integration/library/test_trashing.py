"""The trash of openBIS: what goes in, what comes back, what goes for ever; pybis is the witness."""

from __future__ import annotations

from typing import Any

import pytest

from openbis_nb.errors import Conflict, EntityFrozen, Forbidden, NotFound, OpenBISRefused, OpenBISTimeout
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.library.model import fid_of
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.rights import trash_permissions
from openbis_nb.workflows.library.trash_reason import TrashReason, write_reason
from openbis_nb.workflows.library.trashing import (
    delete_for_ever,
    find_trashed,
    restore_from_trash,
    trash,
    trash_ref,
    trash_versions,
    trashed,
)
from openbis_nb.workflows.library.writing import Attempt, take_over
from openbis_nb.workflows.workplace import Workplace

from .conftest import PILOT, Lab, a_notebook, fresh, next_version, stolen


def seen(lab: Lab) -> set[str]:
    """PermIds of all notebooks in the demo experiment, as pybis finds them."""
    found = lab.pybis().get_datasets(experiment=DEMO_EXPERIMENT, type="ANALYSIS_NOTEBOOK")
    return set(found.df["permId"]) if len(found) else set()


def deletions(lab: Lab) -> list[Any]:
    """All deletions, past the wire of ours: id and reason."""
    with lab.sandbox.state.store.read() as db:
        return [tuple(row) for row in db.execute("SELECT id, reason FROM deletions ORDER BY id")]


async def test_trashing_takes_just_its_own_versions_and_is_idempotent(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """P-12: one deletion, however often; the fork of another under the same id stays, and so do inputs."""
    notebook = await a_notebook(alice)
    await next_version(alice, notebook, "Curves")
    theft = await stolen(ursula, notebook)
    notebook = await fresh(alice, notebook)
    own = {version.perm_id for version in notebook.counting}
    assert len(own) == 2
    inputs = set(lab.inputs())
    for _ in range(2):
        done = await trash(alice.client, notebook, why="wrong strain")
        assert set(done.perm_ids) == own
        again = await trash_ref(alice.client, notebook.notebook_id)  # where ursula's fork is all that is left
        assert again == done
    assert (await trash_ref(alice.client, notebook.fid)).deletions == done.deletions
    assert (seen(lab), set(lab.inputs())) == ({theft.perm_id}, inputs)
    [(_, reason)] = deletions(lab)
    assert reason.startswith(f"openbis-nb: notebook {notebook.notebook_id} ({notebook.fid}), 2 data sets")
    assert reason.endswith('by alice: "Curves" wrong strain')


async def test_a_reason_that_anybody_wrote_does_not_stand_for_the_notebook(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """A later data set under the same id, trashed with a reason of our form: the notebook itself is still
    the one that is meant by the id."""
    notebook = await a_notebook(alice)
    theft = await stolen(ursula, notebook)
    claim = TrashReason(
        kind="notebook", notebook_id=notebook.notebook_id, fid=fid_of("ursula", theft.perm_id), name="Curves",
        owner="/ELSEWHERE", by="alice",
    )  # fmt: skip
    await alice.client.delete_data_sets([theft.perm_id], write_reason(claim, [theft.perm_id]))
    done = await trash_ref(alice.client, notebook.notebook_id)
    assert done.fid == notebook.fid
    assert set(done.perm_ids) == {version.perm_id for version in notebook.counting}


async def test_the_trash_comes_back_just_as_it_was(lab: Lab, alice: Workplace) -> None:
    """A version that was trashed by itself before stays there, until it is named."""
    notebook = await a_notebook(alice)
    for name in ("Two", "Three"):
        notebook = await next_version(alice, notebook, name)
    first, second, third = (version.perm_id for version in notebook.counting)
    [part] = await trash_versions(alice.client, [second])
    await trash(alice.client, await fresh(alice, notebook))
    assert [one.whole for one in await trashed(alice.client)] == [True, False]
    back = await restore_from_trash(alice.client, notebook.fid)
    assert back.perm_ids == (first, third)
    assert seen(lab) == {first, third}
    assert (await fresh(alice, notebook)).fid == notebook.fid
    assert (await restore_from_trash(alice.client, second)).perm_ids == part.perm_ids
    assert [version.perm_id for version in (await fresh(alice, notebook)).counting] == [first, second, third]
    assert deletions(lab) == []
    with pytest.raises(NotFound):
        await restore_from_trash(alice.client, notebook.fid)


async def test_a_deletion_that_holds_other_things_is_left_alone(lab: Lab, alice: Workplace) -> None:
    """Made in openBIS itself: 409 with the way out; a single version of it is found by its permId."""
    notebook = await a_notebook(alice)
    own = notebook.newest.perm_id
    await alice.client.delete_data_sets([own, lab.inputs()[0]], "tidied up")
    admin = await lab.person("admin")
    for act in (restore_from_trash, delete_for_ever):
        for ref in (notebook.fid, own):
            with pytest.raises(Conflict, match="holds other things") as refused:
                await act(admin.client, ref)
            assert "trash of openBIS" in refused.value.next_step
    [deletion] = await alice.client.deletions()
    await alice.client.revert(deletion.id)
    lab.pybis().get_dataset(own).delete("made with pybis")
    assert (await restore_from_trash(admin.client, notebook.fid)).perm_ids == (own,)
    assert own in seen(lab)


async def test_a_forged_reason_takes_nothing_else_along(lab: Lab, alice: Workplace) -> None:
    """Who may delete may write any reason: it is held against what the deletion holds."""
    notebook = await a_notebook(alice)
    done = await trash(alice.client, notebook)
    [(_, reason)] = deletions(lab)
    await alice.client.delete_data_sets([lab.inputs()[0]], reason)
    admin = await lab.person("admin")
    assert await find_trashed(admin.client, notebook.notebook_id) == done
    await delete_for_ever(admin.client, notebook.notebook_id)
    assert len(deletions(lab)) == 1


async def test_deleting_for_ever_needs_the_trash_first_and_an_admin(lab: Lab, alice: Workplace) -> None:
    """P-13, P-37: 409 unless trashed; 403 names the role; then it is gone, with its trashed versions."""
    notebook = await a_notebook(alice)
    for name in ("Two", "Three"):
        notebook = await next_version(alice, notebook, name)
    admin = await lab.person("admin")
    with pytest.raises(Conflict, match="not in the trash"):
        await delete_for_ever(admin.client, notebook.fid)
    await trash_versions(alice.client, [notebook.counting[1].perm_id])
    done = await trash(alice.client, await fresh(alice, notebook))
    for person, allowed in ((alice, False), (admin, True)):
        [may] = await trash_permissions(person.client, [done])
        assert (may["revert"].allowed, may["delete"].allowed) == (True, allowed)
    with pytest.raises(Forbidden, match="the role ADMIN in its project"):
        await delete_for_ever(alice.client, notebook.fid)
    await delete_for_ever(admin.client, notebook.fid)
    assert (deletions(lab), seen(lab)) == ([], set())
    with pytest.raises(NotFound):
        await delete_for_ever(admin.client, notebook.fid)


async def test_what_openbis_forbids_stays(lab: Lab, alice: Workplace) -> None:
    """A frozen version is not trashed, nor is anything beside it; a type may forbid deletion for ever."""
    notebook = await a_notebook(alice)
    notebook = await next_version(alice, notebook, "Two")
    with lab.sandbox.state.store.write() as db:
        db.execute("UPDATE entities SET frozen = 'frozen' WHERE perm_id = ?", (notebook.first.perm_id,))
    with pytest.raises(EntityFrozen) as refused:
        await trash(alice.client, notebook)
    assert "cannot be trashed" in refused.value.next_step
    assert len(seen(lab)) == 2
    with lab.sandbox.state.store.write() as db:
        db.execute("UPDATE entities SET frozen = '' WHERE perm_id = ?", (notebook.first.perm_id,))
        db.execute("UPDATE entity_types SET no_deletion = 1 WHERE code = 'ANALYSIS_NOTEBOOK'")
    await trash(alice.client, notebook)
    admin = await lab.person("admin")
    with pytest.raises(OpenBISRefused, match="Disallow deletion"):
        await delete_for_ever(admin.client, notebook.fid)
    assert len((await restore_from_trash(alice.client, notebook.fid)).perm_ids) == 2


async def test_what_says_whose_notebook_it_is_is_not_trashed_by_itself(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """Nothing is trashed before all are judged: newest, first, and the version that names a co-author."""
    notebook = await a_notebook(alice)
    await next_version(alice, notebook, "Growth", co_authors=("ursula",))
    await next_version(ursula, await fresh(ursula, notebook), "Hers")
    notebook = await next_version(alice, await fresh(alice, notebook), "Mine")
    first, naming, by_ursula, newest = (version.perm_id for version in notebook.counting)
    other = await a_notebook(alice, "Other", PILOT)
    for perm_id, why in ((newest, "newest"), (first, "first"), (naming, "would count no longer")):
        with pytest.raises(Conflict, match=why):
            await trash_versions(alice.client, [perm_id])
    with pytest.raises(Conflict):
        await trash_versions(alice.client, [by_ursula, other.newest.perm_id])
    assert deletions(lab) == []
    with pytest.raises(Forbidden, match="POWER_USER"):
        await trash_versions(ursula.client, [by_ursula])
    done = await trash_versions(alice.client, [by_ursula, naming])
    assert set(done[0].perm_ids) == {by_ursula, naming}
    assert (await trash_versions(alice.client, [by_ursula])) == []  # already there
    assert (await fresh(alice, notebook)).fid == notebook.fid


async def test_a_lost_answer_makes_no_second_deletion(lab: Lab, alice: Workplace) -> None:
    """Design section 6: it was carried out, so it is done; and the same for the way back and for ever."""
    notebook = await a_notebook(alice)
    lab.sandbox.faults.add("answer-lost", "deleteDataSets")
    done = await trash(alice.client, notebook)
    assert len(deletions(lab)) == 1
    lab.sandbox.faults.add("answer-lost", "revertDeletions")
    assert await restore_from_trash(alice.client, notebook.fid) == done
    assert seen(lab) == set(done.perm_ids)
    await trash(alice.client, notebook)
    admin = await lab.person("admin")
    lab.sandbox.faults.add("answer-lost", "confirmDeletions")
    await delete_for_ever(admin.client, notebook.fid)
    assert deletions(lab) == []
    other = await a_notebook(alice)
    lab.sandbox.faults.add("silence", "deleteDataSets")
    hasty = await lab.person("alice", seconds=2)
    with pytest.raises(OpenBISTimeout):  # never carried out: said, and nothing half-done
        await trash(hasty.client, other)
    assert len((await read_notebook(alice.client, other.notebook_id)).counting) == 1


async def test_a_take_over_is_trashed_with_the_notebook_by_who_sees_that_it_counts(
    lab: Lab, alice: Workplace
) -> None:
    """A power user who may not see roles has the admin's version as a fork: it stays."""
    notebook = await a_notebook(alice)
    admin = await lab.person("admin")
    written = await take_over(admin, await fresh(admin, notebook), attempt=Attempt.new())
    done = await trash(alice.client, await fresh(alice, notebook))
    assert done.perm_ids == (notebook.first.perm_id,)
    assert seen(lab) == {written.checkpoint.perm_id}
