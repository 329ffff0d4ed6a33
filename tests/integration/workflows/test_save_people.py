"""Whose version it becomes, and what a notebook may claim of itself."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import Forbidden, NeedsConfirmation
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.save_result import SaveResult
from openbis_nb.workflows.versions import download_version, versions
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, block, change_block, edit, hand_out

PILOT = "/BIOLAB/GROWTH/GROWTH_PILOT"


async def first_version(lab: Lab, alice: Workplace, **request: Any) -> tuple[Path, SaveResult]:
    """Alice's notebook, saved once."""
    path = await lab.launched(alice)
    return path, await save(alice, SaveRequest(path=path, **request))


def given(path: Path, to: Path) -> Path:
    """The file as somebody else gets it, by mail or on a stick."""
    to.mkdir(exist_ok=True)
    return Path(shutil.copy(path, to / path.name))


async def counting(workplace: Workplace, notebook_id: str) -> list[str]:
    """Who wrote the versions that count."""
    return [v.registrator for v in await versions(workplace, notebook_id) if v.counts]


async def test_somebody_elses_notebook_becomes_a_fork(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    """N-27, N-28, N-29: nothing is refused, nothing mixed; the fork knows its origin."""
    path, first = await first_version(lab, alice)
    theirs = given(path, tmp_path / "ursula")
    edit(theirs)
    result = await save(ursula, SaveRequest(path=theirs, confirm=True))
    assert "alice is the author" in " ".join(result.told)
    assert result.perm_id is not None
    assert lab.provenance(result.perm_id)["forked_from"] == {
        "notebook_id": first.notebook_id,
        "checkpoint_id": first.perm_id,
        "author": "alice",
    }
    assert result.notebook_id != first.notebook_id
    assert await counting(alice, first.notebook_id) == ["alice"]
    edit(theirs, "y = 2")
    second = await save(ursula, SaveRequest(path=theirs))
    assert (second.notebook_id, second.fork_of) == (result.notebook_id, None)


async def test_a_strangers_owner_and_inputs_are_confirmed_first(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    """Design section 2: the block is a stranger's input; nothing is sent and nothing kept."""
    inputs = lab.inputs()[:2]
    path = await lab.launched(alice, inputs=tuple(inputs))
    theirs = given(path, tmp_path / "ursula")
    with pytest.raises(NeedsConfirmation) as asked:
        await save(ursula, SaveRequest(path=theirs))
    claims = asked.value.extra["claims"]
    assert [claim["kind"] for claim in claims] == ["owner", "input", "input"]
    assert [claim["value"] for claim in claims[1:]] == inputs
    assert (lab.saved(), ursula.outbox.entries()) == ([], [])


async def test_naming_the_owner_confirms_the_owner_only(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    path = await lab.launched(alice, inputs=tuple(lab.inputs()[:1]))
    theirs = given(path, tmp_path / "ursula")
    with pytest.raises(NeedsConfirmation) as asked:
        await save(ursula, SaveRequest(path=theirs, owner=PILOT))
    assert [claim["kind"] for claim in asked.value.extra["claims"]] == ["input"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"server": "https://evil.example"}, "server"),
        ({"owner": {"kind": "experiment", "perm_id": "20200101000000000-1", "identifier": PILOT}}, "owner"),
        ({"inputs": ["20200101000000000-2"]}, "input"),
    ],
)
async def test_a_changed_block_is_not_obeyed(
    lab: Lab, alice: Workplace, changes: dict[str, Any], kind: str
) -> None:
    """Even in a file of one's own: the server is compared, never connected to."""
    path = await lab.launched(alice)
    change_block(path, changes)
    with pytest.raises(NeedsConfirmation) as asked:
        await save(alice, SaveRequest(path=path))
    assert kind in [claim["kind"] for claim in asked.value.extra["claims"]]
    assert (lab.saved(), alice.outbox.entries()) == ([], [])


@pytest.mark.parametrize("named", ["an input", "an older version of one's own"])
async def test_a_block_cannot_say_that_the_work_is_stored(
    lab: Lab, alice: Workplace, tmp_path: Path, named: str
) -> None:
    """A sender knows the digest of what is sent, and may name any data set as the place where it is."""
    path, first = await first_version(lab, alice)
    elsewhere = await lab.person("alice", machine="another laptop")
    theirs = given(path, tmp_path / "elsewhere")
    edit(theirs, "changed_on_the_way = 1")
    await save(alice, SaveRequest(path=given(theirs, tmp_path / "sender"), as_new=False))
    [sent] = [one.digest for one in [alice.ledger.get(alice.server, str(first.notebook_id))] if one]
    lab.pybis().get_dataset(lab.saved()[-1].permId).delete("only the first version is left")
    perm_id = first.perm_id if named != "an input" else lab.inputs()[0]
    change_block(theirs, {"checkpoint": block(path)["checkpoint"] | {"id": perm_id, "digest": sent}})
    result = await save(elsewhere, SaveRequest(path=theirs, confirm=True))
    assert result.state == "saved"
    assert "changed_on_the_way" in str(lab.notebook(str(result.perm_id)))


async def test_ones_own_version_is_known_on_another_machine(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    """Unchanged is unchanged there too: openBIS says who stored it and what it is."""
    path, first = await first_version(lab, alice)
    elsewhere = await lab.person("alice", machine="another laptop")
    result = await save(elsewhere, SaveRequest(path=given(path, tmp_path / "elsewhere")))
    assert (result.state, result.perm_id) == ("unchanged", first.perm_id)


async def test_a_stolen_history_id_is_a_fork(lab: Lab, alice: Workplace, ursula: Workplace) -> None:
    """N-30: it never enters the victim's versions, whatever is confirmed."""
    _, first = await first_version(lab, alice)
    thief = await lab.launched(ursula)
    change_block(thief, {"notebook_id": first.notebook_id})
    result = await save(ursula, SaveRequest(path=thief, confirm=True))
    assert result.fork_of == first.perm_id
    assert await counting(alice, first.notebook_id) == ["alice"]


async def test_an_id_stolen_where_the_victim_is_not_seen_does_not_count(
    lab: Lab, alice: Workplace, bob: Workplace
) -> None:
    """Bob sees none of Alice's versions, so his own looks like a first one; to others it is a fork."""
    _, first = await first_version(lab, alice)
    thief = await lab.launched(bob, "/CHEMLAB/SYNTHESIS/TITRATION_1")
    change_block(thief, {"notebook_id": first.notebook_id})
    await save(bob, SaveRequest(path=thief, confirm=True))
    everybody = await lab.person("admin")
    judged = [(v.registrator, v.counts) for v in await versions(everybody, first.notebook_id)]
    assert judged == [("alice", True), ("bob", False)]


async def test_a_co_author_writes_versions_that_count(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    path, first = await first_version(lab, alice, co_authors=["ursula"])
    theirs = given(path, tmp_path / "ursula")
    edit(theirs)
    result = await save(ursula, SaveRequest(path=theirs, confirm=True))
    assert (result.notebook_id, result.fork_of) == (first.notebook_id, None)
    assert await counting(alice, first.notebook_id) == ["alice", "ursula"]


async def test_nobody_makes_himself_a_co_author(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    path, first = await first_version(lab, alice)
    theirs = given(path, tmp_path / "ursula")
    edit(theirs)
    result = await save(ursula, SaveRequest(path=theirs, confirm=True, co_authors=["ursula"]))
    assert result.fork_of == first.perm_id


async def test_another_owner_makes_a_fork(lab: Lab, alice: Workplace) -> None:
    """A notebook lives in one place; stored elsewhere it is another one, linked."""
    path, first = await first_version(lab, alice)
    result = await save(alice, SaveRequest(path=path, owner=PILOT))
    assert (result.state, result.fork_of, result.owner) == ("saved", first.perm_id, PILOT)
    assert len(lab.saved(PILOT)) == 1
    edit(path)
    again = await save(alice, SaveRequest(path=path))
    assert (again.notebook_id, again.owner) == (result.notebook_id, PILOT)


async def test_work_goes_on_at_another_computer(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    """N-24, N-47: a downloaded version is continued, and no file is overwritten."""
    path, first = await first_version(lab, alice)
    desktop = await lab.person("alice", "desktop")
    assert first.perm_id is not None
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / path.name).write_text("mine")
    fetched = await download_version(desktop, first.perm_id, folder)
    assert fetched.name == "Growth 2.ipynb"
    edit(fetched)
    result = await save(desktop, SaveRequest(path=fetched))
    assert (result.notebook_id, result.fork_of) == (first.notebook_id, None)


async def test_a_newer_version_from_elsewhere_is_told(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    """U-15: both are kept."""
    path, first = await first_version(lab, alice)
    desktop = await lab.person("alice", "desktop")
    assert first.perm_id is not None
    fetched = await download_version(desktop, first.perm_id, given(path, tmp_path / "elsewhere").parent)
    edit(fetched)
    await save(desktop, SaveRequest(path=fetched))
    edit(path, "y = 2")
    result = await save(alice, SaveRequest(path=path))
    assert "A newer version than the one you began with exists" in " ".join(result.told)
    assert len(await counting(alice, first.notebook_id)) == 3


async def test_inputs_of_an_own_notebook_need_no_question_elsewhere(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    """What this very person stored before under the id is known."""
    path = await lab.launched(alice, inputs=tuple(lab.inputs()[:1]))
    hand_out(alice, path, lab.inputs()[:1])
    await save(alice, SaveRequest(path=path))
    desktop = await lab.person("alice", "desktop")
    theirs = given(path, tmp_path / "elsewhere")
    assert block(theirs)["inputs"] == lab.inputs()[:1]
    edit(theirs)
    assert (await save(desktop, SaveRequest(path=theirs))).state == "saved"
    assert len(lab.saved(DEMO_EXPERIMENT)) == 2


async def test_a_space_admin_takes_a_notebook_over(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    """Design section 2: declared at a save, judged by openBIS' roles; later saves need not declare it."""
    path, first = await first_version(lab, alice)
    admin = await lab.person("admin")
    theirs = given(path, tmp_path / "admin")
    edit(theirs)
    result = await save(admin, SaveRequest(path=theirs, confirm=True, takeover=True))
    assert (result.notebook_id, result.fork_of) == (first.notebook_id, None)
    assert "taken over the notebook of alice" in " ".join(result.told)
    record = lab.provenance(str(result.perm_id))
    assert (record["takeover"], record["co_authors"]) == (True, ["admin"])
    edit(theirs, "y = 2")
    again = await save(admin, SaveRequest(path=theirs))
    assert (again.notebook_id, again.fork_of) == (first.notebook_id, None)
    assert lab.provenance(str(again.perm_id))["takeover"] is False
    assert await counting(admin, first.notebook_id) == ["alice", "admin", "admin"]


async def test_nobody_else_takes_a_notebook_over(
    lab: Lab, alice: Workplace, ursula: Workplace, tmp_path: Path
) -> None:
    path, _ = await first_version(lab, alice)
    theirs = given(path, tmp_path / "ursula")
    edit(theirs)
    with pytest.raises(Forbidden, match="the role ADMIN in its space"):
        await save(ursula, SaveRequest(path=theirs, confirm=True, takeover=True))
    assert len(lab.saved()) == 1


async def test_a_notebook_that_was_moved_is_saved_where_it_is(lab: Lab, alice: Workplace) -> None:
    """The file names the former owner; its versions lie elsewhere now, and the next one goes to them."""
    path, first = await first_version(lab, alice)
    pilot = await alice.client.entity(PILOT)
    await alice.client.move_data_sets([str(first.perm_id)], pilot)
    edit(path)
    result = await save(alice, SaveRequest(path=path))
    assert (result.notebook_id, result.owner, result.fork_of) == (first.notebook_id, PILOT, None)
    assert f"has been moved to {PILOT}" in " ".join(result.told)
    assert block(path)["owner"]["identifier"] == PILOT
