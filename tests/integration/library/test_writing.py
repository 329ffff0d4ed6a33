"""Versions that the library writes: pybis reads them, and nothing of what was there is touched."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from openbis_nb.errors import Forbidden, InvalidInput, InvalidNotebook, NotFound, TooLarge
from openbis_nb.openbis.checkpoints import versions
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.library.continuing import continue_from, read_base
from openbis_nb.workflows.library.model import Notebook
from openbis_nb.workflows.library.moving import move
from openbis_nb.workflows.library.reading import notebook_of, read_content, read_notebook, read_provenance
from openbis_nb.workflows.library.writing import (
    Attempt,
    add_version,
    describe_version,
    fork,
    name_co_authors,
    rename,
    restore,
    take_over,
    upload,
)
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.workplace import Workplace

from ..workflows.conftest import edit, hand_out
from .conftest import PILOT, Lab, a_notebook, content, fresh, next_version, owner, stolen


def files(lab: Lab, perm_id: str) -> list[str]:
    """What a version holds, sorted, without the folder."""
    return sorted(path.removeprefix("original/default/") for path in lab.stored(perm_id))


def sources(lab: Lab, perm_id: str) -> list[str]:
    return ["".join(cell["source"]) for cell in lab.notebook(perm_id)["cells"]]


async def with_inputs(lab: Lab, workplace: Workplace) -> tuple[Notebook, list[str]]:
    """A notebook that a kernel ran with two inputs, saved with parameters, a template and an environment."""
    inputs = lab.inputs()[:2]
    path = await lab.launched(workplace, inputs=tuple(inputs))
    hand_out(workplace, path, inputs)
    edit(path, "rate = 1")
    result = await save(workplace, SaveRequest(path=path, notes="first", co_authors=["ursula"]))
    return await read_notebook(workplace.client, result.notebook_id), inputs


async def test_a_rename_is_a_new_version_with_the_same_content(lab: Lab, ursula: Workplace) -> None:
    """A plain user may do it, and it shows at once (9.2); O-24: notebook and page; N-20: the block."""
    before = await a_notebook(ursula)
    written = await rename(ursula, before, name="Curves", attempt=Attempt.new())
    after = await fresh(ursula, written)
    assert (after.name, len(after.counting), after.fid) == ("Curves", 2, before.fid)
    old, new = lab.saved()
    assert (old.props["$name"], new.props["$name"]) == ("Growth", "Curves")
    assert new.props["$history_id"] == old.props["$history_id"] == before.notebook_id
    assert lab.notebook(new.permId)["cells"] == lab.notebook(old.permId)["cells"]
    assert files(lab, new.permId) == ["Curves.ipynb", "Curves.ipynb.html", "provenance.json"]
    block = lab.notebook(new.permId)["metadata"]["openbis"]
    assert (block["notebook_id"], block["name"]) == (before.notebook_id, "Curves")
    assert block["owner"]["identifier"] == DEMO_EXPERIMENT
    described = await rename(ursula, after, notes="two\nlines & more", attempt=Attempt.new())
    newest = lab.saved()[-1]
    assert (newest.permId, newest.props["$name"]) == (described.checkpoint.perm_id, "Curves")
    assert newest.props["notes"] == "<p>two<br>lines &amp; more</p>"


async def test_a_version_without_a_kernel_goes_on_with_what_the_last_one_had(
    lab: Lab, alice: Workplace
) -> None:
    """D10: inputs, evidence, parameters, template, environment and co-authors; its results stay with it."""
    notebook, inputs = await with_inputs(lab, alice)
    before = lab.provenance(notebook.newest.perm_id)
    written = await rename(alice, notebook, name="Curves", attempt=Attempt.new())
    after = lab.provenance(written.checkpoint.perm_id)
    same = [
        "attached",
        "declared",
        "unticked",
        "parents",
        "observed",
        "parameters",
        "template",
        "environment",
    ]
    assert {key: after[key] for key in [*same, "co_authors", "code_digest"]} == {
        key: before[key] for key in [*same, "co_authors", "code_digest"]
    }
    assert (after["based_on"], after["results"]) == (notebook.newest.perm_id, [])
    parents = lab.pybis().get_dataset(written.checkpoint.perm_id).parents
    assert sorted(str(parent) for parent in parents) == sorted(inputs)
    assert lab.saved()[-1].props["notes"] == "<p>first</p>"


async def test_an_input_that_openbis_takes_no_more_is_named(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """D10: in the trash, or frozen: the version is written, the input stays in the record, and it is told."""
    notebook, inputs = await with_inputs(lab, alice)
    lab.pybis().get_dataset(inputs[0]).delete("measured wrongly")
    with lab.sandbox.state.store.write() as db:
        db.execute("UPDATE entities SET frozen = 'frozenForChildren' WHERE perm_id = ?", (inputs[1],))
    written = await rename(ursula, notebook, name="Curves", attempt=Attempt.new())
    assert sorted(written.missing) == sorted(inputs)
    assert all(perm_id in " ".join(written.told) for perm_id in inputs)
    record = lab.provenance(written.checkpoint.perm_id)
    assert (record["parents"], sorted(record["missing"])) == ([], sorted(inputs))
    assert sorted(record["attached"]) == sorted(inputs)
    again = await rename(ursula, await fresh(ursula, written), name="Again", attempt=Attempt.new())
    record = lab.provenance(again.checkpoint.perm_id)
    assert (record["parents"], sorted(record["missing"])) == ([], sorted(inputs))
    assert sorted(record["attached"]) == sorted(inputs)


async def test_restoring_keeps_the_current_state(lab: Lab, alice: Workplace) -> None:
    """The old content becomes the newest version; what was the newest stays before it, untouched."""
    notebook = await a_notebook(alice)
    where = await owner(alice)
    second = await add_version(
        alice, notebook, content("x = 2"), name="Second", owner=where, attempt=Attempt.new()
    )
    before = lab.stored(second.checkpoint.perm_id)
    notebook = await fresh(alice, second)
    written = await restore(alice, notebook, notebook.first.perm_id, attempt=Attempt.new())
    after = await fresh(alice, written)
    assert [version.perm_id for version in after.counting][:2] == [v.perm_id for v in notebook.counting]
    assert (after.name, sources(lab, after.newest.perm_id)) == ("Second", ["x = 1"])
    assert lab.provenance(after.newest.perm_id)["based_on"] == notebook.first.perm_id
    assert lab.stored(second.checkpoint.perm_id) == before
    with pytest.raises(NotFound):
        await restore(alice, after, lab.inputs()[0], attempt=Attempt.new())


async def test_others_cannot_write_it_and_get_a_fork(lab: Lab, alice: Workplace, ursula: Workplace) -> None:
    """N-28, N-29: a version of somebody else is a notebook of their own, linked to where it comes from."""
    notebook, inputs = await with_inputs(lab, alice)
    eve = await lab.person("Eve.O-Neill")
    mine = await read_notebook(eve.client, notebook.notebook_id)
    with pytest.raises(Forbidden, match="alice is the author") as refused:
        await rename(eve, mine, name="Eve's", attempt=Attempt.new())
    assert "fork" in refused.value.next_step
    for written in (
        await fork(eve, mine, attempt=Attempt.new()),
        await add_version(eve, mine, content("x = 9"), attempt=Attempt.new()),
    ):
        assert written.fork_of == notebook.newest.perm_id
        forked = await fresh(eve, written)
        assert (forked.author, forked.co_authors) == ("Eve.O-Neill", ())
        record = lab.provenance(written.checkpoint.perm_id)
        assert record["forked_from"] == {
            "notebook_id": notebook.notebook_id,
            "checkpoint_id": notebook.newest.perm_id,
            "author": "alice",
        }
        assert sorted(record["parents"]) == sorted(inputs)
    assert "alice is the author" in " ".join(written.told)
    by_co_author = await add_version(ursula, mine, content("x = 10"), attempt=Attempt.new())
    assert (by_co_author.fork_of, by_co_author.checkpoint.notebook_id) == (None, notebook.notebook_id)
    assert [v.registrator for v in (await fresh(alice, notebook)).counting] == ["alice", "ursula"]


async def test_observers_read_and_store_nothing(lab: Lab, alice: Workplace, olga: Workplace) -> None:
    """N-26: 403 names the role; nothing is stored."""
    notebook = await a_notebook(alice)
    seen = await fresh(olga, notebook)
    assert b"x = 1" in await read_content(olga.client, seen.newest.perm_id, 2**20)
    acts = {
        "fork": fork(olga, seen, attempt=Attempt.new()),
        "add": add_version(olga, seen, content("x = 2"), attempt=Attempt.new()),
        "upload": upload(olga, content("x = 2"), owner=await owner(olga), attempt=Attempt.new()),
    }
    for act in acts.values():
        with pytest.raises(Forbidden, match="role USER"):
            await act
    assert len(lab.saved()) == 1


async def test_co_authors_are_named_in_a_new_version(lab: Lab, alice: Workplace, ursula: Workplace) -> None:
    notebook = await a_notebook(alice)
    written = await name_co_authors(alice, notebook, ["ursula"], attempt=Attempt.new())
    notebook = await fresh(ursula, written)
    assert notebook.co_authors == ("ursula",)
    await next_version(ursula, notebook, "Ours")
    after = await fresh(alice, notebook)
    assert ([v.counts for v in after.versions], after.co_authors) == ([True] * 3, ("ursula",))
    for wrong in (["ursula", "two words"], ["ursula", ""], ["ursula", *(f"user{n}" for n in range(100))]):
        with pytest.raises(InvalidInput, match=r"no user id|101 co-authors"):
            await name_co_authors(alice, after, wrong, attempt=Attempt.new())
    with pytest.raises(InvalidInput, match="cannot be taken off"):
        await name_co_authors(alice, after, [], attempt=Attempt.new())


async def test_a_space_admin_takes_over(lab: Lab, alice: Workplace, ursula: Workplace) -> None:
    """openBIS' own roles decide; afterwards the admin writes on as a co-author does."""
    notebook = await a_notebook(alice)
    with pytest.raises(Forbidden, match="the role ADMIN in the space"):
        await take_over(ursula, notebook, attempt=Attempt.new())
    admin = await lab.person("admin")
    written = await take_over(admin, await fresh(admin, notebook), attempt=Attempt.new())
    assert lab.provenance(written.checkpoint.perm_id)["takeover"] is True
    taken = await fresh(admin, written)
    assert (taken.author, taken.co_authors, len(taken.counting)) == ("alice", ("admin",), 2)
    await next_version(admin, taken, "Carried on")
    assert len((await fresh(admin, taken)).counting) == 3


def foreign(notebook: Notebook, inputs: list[str], **changes: Any) -> dict[str, Any]:
    """An identity block that claims to be that notebook."""
    return {
        "schema": 1,
        "server": "https://openbis.example.org",
        "notebook_id": notebook.notebook_id,
        "name": "Claimed",
        "owner": {"kind": "experiment", "perm_id": "20200101000000000-1", "identifier": PILOT},
        "inputs": inputs,
        **changes,
    }


async def test_what_an_upload_says_of_itself_decides_nothing(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """N-22, N-27, N-30, design section 2: never another's version, never parents without a yes; told."""
    victim = await a_notebook(alice)
    inputs = lab.inputs()[:2]
    where = await owner(ursula, PILOT)
    elsewhere = content("x = 1", block=foreign(victim, inputs))
    first = await upload(ursula, elsewhere, owner=where, name="Mine", attempt=Attempt.new())
    assert (first.fork_of, lab.provenance(first.checkpoint.perm_id)["parents"]) == (None, [])
    here = content("x = 1", block=foreign(victim, inputs, server=ursula.server))
    second = await upload(ursula, here, owner=where, attempt=Attempt.new())
    assert second.fork_of == victim.newest.perm_id
    assert lab.provenance(second.checkpoint.perm_id)["parents"] == []
    assert "stored as a fork" in " ".join(second.told)
    assert inputs[0] in " ".join(second.told)
    third = await upload(ursula, here, owner=where, confirm_inputs=True, attempt=Attempt.new())
    assert lab.provenance(third.checkpoint.perm_id)["parents"] == inputs
    block = lab.notebook(third.checkpoint.perm_id)["metadata"]["openbis"]
    assert (block["notebook_id"], block["inputs"]) == (third.checkpoint.notebook_id, inputs)
    assert block["owner"]["perm_id"] == where.perm_id
    assert [v.registrator for v in await versions(alice.client, victim.notebook_id)] == ["alice"]
    other = await fresh(ursula, third)
    fourth = await add_version(ursula, other, here, attempt=Attempt.new())
    assert fourth.checkpoint.notebook_id == other.notebook_id
    assert "says that it is another notebook" in " ".join(fourth.told)


async def test_no_secret_and_no_rubbish_is_stored(lab: Lab, alice: Workplace) -> None:
    """U-12, N-41, N-44: redacted as at a save; limits; what is no notebook is refused, before openBIS."""
    where = await owner(alice)
    token = alice.client.token.reveal()
    written = await upload(
        alice, content(f"token = '{token}'"), owner=where, name=f"Run {token}", attempt=Attempt.new()
    )
    stored = b"".join(lab.stored(written.checkpoint.perm_id).values())
    assert token.encode() not in stored
    assert token not in lab.saved()[-1].props["$name"]
    assert written.redactions
    wrong: list[dict[str, Any]] = [{"name": "x" * 513}, {"notes": "x" * 1025}, {"name": "  "}]
    for texts in wrong:
        with pytest.raises(InvalidInput):
            await upload(alice, content("x"), owner=where, attempt=Attempt.new(), **texts)
    with pytest.raises(InvalidNotebook):
        await upload(alice, b"<html>", owner=where, attempt=Attempt.new())
    with pytest.raises(TooLarge, match="The notebook is larger"):
        await upload(alice, b" " * (64 * 2**20 + 1), owner=where, attempt=Attempt.new())
    notebook = await fresh(alice, written)
    with pytest.raises(TooLarge, match="The version is larger"):
        await add_version(alice, notebook, b" " * (64 * 2**20 + 1), attempt=Attempt.new())
    assert len(lab.saved()) == 1


async def test_a_repeat_is_the_same_version(lab: Lab, alice: Workplace) -> None:
    """U-10: after a lost answer it is found by its save id, whatever else has changed in between."""
    noted: list[str] = []

    async def note() -> None:
        noted.append("now")

    where = await owner(alice)
    first = Attempt.new()
    written = await upload(alice, content("x = 1"), owner=where, attempt=first, before_register=note)
    assert noted == ["now"]
    tried = Attempt(first.save_id, first.saved_at, last_try_at=datetime.now(UTC))
    again = await upload(alice, content("x = 1"), owner=where, attempt=tried)
    assert again.checkpoint.perm_id == written.checkpoint.perm_id
    notebook, inputs = await with_inputs(lab, alice)
    second = Attempt.new()
    renamed = await rename(alice, notebook, name="Curves", attempt=second)
    lab.pybis().get_dataset(inputs[0]).delete("meanwhile")
    tried = Attempt(second.save_id, second.saved_at, last_try_at=datetime.now(UTC))
    again = await rename(alice, await fresh(alice, renamed), name="Curves", attempt=tried)
    assert again.checkpoint.perm_id == renamed.checkpoint.perm_id
    assert len(lab.saved()) == 3
    lab.sandbox.faults.add("answer-lost", "createUploadedDataSet")
    await rename(alice, await fresh(alice, renamed), name="Lost", attempt=Attempt.new())
    assert [one.props["$name"] for one in lab.saved()][-1:] == ["Lost"]
    assert len(lab.saved()) == 4


async def test_name_and_notes_of_a_stored_version_are_an_update(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """9.2: takes a power user; the properties that are not named stay."""
    notebook = await a_notebook(alice)
    perm_id = notebook.newest.perm_id
    await describe_version(alice.client, perm_id, name="Better", notes="a\nb")
    props = lab.saved()[0].props
    assert (props["$name"], props["notes"], props["$history_id"]) == (
        "Better",
        "<p>a<br>b</p>",
        notebook.notebook_id,
    )
    with pytest.raises(Forbidden):
        await describe_version(ursula.client, perm_id, name="Hers")
    with pytest.raises(NotFound):
        await describe_version(alice.client, lab.inputs()[0], name="Data")


async def test_moving_takes_all_that_counts_and_nothing_else(
    lab: Lab, alice: Workplace, ursula: Workplace
) -> None:
    """P-11: the owner changes, the fid does not; a fork of others stays; who may not is told the role."""
    notebook = await a_notebook(alice)
    await next_version(alice, notebook, "Curves")
    theft = await stolen(ursula, notebook)
    notebook = await fresh(alice, notebook)
    pilot = await owner(alice, PILOT)
    with pytest.raises(Forbidden, match="POWER_USER"):
        await move(ursula.client, notebook, pilot)
    await move(alice.client, notebook, pilot)
    moved = await fresh(alice, notebook)
    assert (moved.fid, moved.owner and moved.owner.identifier) == (notebook.fid, PILOT)
    assert len(moved.counting) == 2
    assert [data_set.permId for data_set in lab.saved()] == [theft.perm_id]
    plate = await owner(alice, "/BIOLAB/GROWTH/PLATE_4")
    await move(alice.client, moved, plate)
    assert {str(one.sample.permId) for one in lab.saved(PILOT)} == {plate.perm_id}
    await move(alice.client, await fresh(alice, moved), pilot)
    assert {one.sample for one in lab.saved(PILOT)} == {None}
    chem = await owner(await lab.person("admin"), "/CHEMLAB/SYNTHESIS/TITRATION_1")
    with pytest.raises((Forbidden, NotFound)):
        await move(alice.client, await fresh(alice, moved), chem)
    assert len((await fresh(alice, moved)).counting) == 2


async def test_reading_by_id_version_and_fid(lab: Lab, alice: Workplace, bob: Workplace) -> None:
    """P-30: the fid names the first version; what a person may not see is not there."""
    notebook = await a_notebook(alice)
    notebook = await next_version(alice, notebook, "Two")
    refs = [notebook.notebook_id, notebook.fid, notebook.newest.perm_id]
    for ref in refs:
        assert await notebook_of(alice.client, ref) == notebook
        with pytest.raises(NotFound):
            await notebook_of(bob.client, ref)
    wrong = [notebook.fid.replace("alice", "ursula"), f"{notebook.fid}0", lab.inputs()[0], "nothing"]
    for ref in wrong:
        with pytest.raises(NotFound):
            await notebook_of(alice.client, ref)
    record = await read_provenance(alice.client, notebook.newest.perm_id)
    assert record is not None
    assert record.based_on == notebook.first.perm_id
    assert await read_provenance(alice.client, lab.inputs()[0]) is None


async def test_a_notebook_of_plain_pybis_is_gone_on_with(lab: Lab, alice: Workplace) -> None:
    """No provenance, another layout, no page: its parents in openBIS are its inputs."""
    path = lab.folder / "plain.ipynb"
    path.write_bytes(content("x = 1"))
    parent = lab.inputs()[0]
    openbis = lab.pybis("alice")
    data_set = openbis.new_dataset(
        type="ANALYSIS_NOTEBOOK",
        experiment=DEMO_EXPERIMENT,
        files=[str(path)],
        props={"$name": "Plain", "$history_id": "made-by-hand 1"},
        parents=[parent],
    )
    data_set.save()
    notebook = await read_notebook(alice.client, "made-by-hand 1")
    written = await rename(alice, notebook, name="Fancy", attempt=Attempt.new())
    record = lab.provenance(written.checkpoint.perm_id)
    assert (record["parents"], record["attached"], record["environment"]) == ([parent], [parent], {})
    assert len((await fresh(alice, written)).counting) == 2
    base = await read_base(alice.client, notebook.newest.perm_id, same_content=True)
    where = await owner(alice)
    new = await continue_from(alice, where, "id", b"", base, name=None, notes=None)
    assert (new.name, new.notes, new.parents) == ("Plain", "", (parent,))
