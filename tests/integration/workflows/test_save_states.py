"""What became of owner and parents between launch and save: each has its sentence, and nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from openbis_nb.errors import EntityFrozen, EntityInTrash, Forbidden, NotFound, UserMistake
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.sending import flush, send
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, edit, hand_out

PILOT = "/BIOLAB/GROWTH/GROWTH_PILOT"
SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


async def kept(workplace: Workplace, path: Path, error: type[UserMistake], text: str) -> str:
    """A save that is refused with this text, and leaves a complete version; its save id."""
    with pytest.raises(error, match=text) as refused:
        await save(workplace, SaveRequest(path=path))
    [entry] = workplace.outbox.entries()
    assert (entry.state, entry.save_id) == ("refused", refused.value.extra["outbox"])
    assert entry.save_id in refused.value.next_step
    assert await flush(workplace) == [], "a person must decide first"
    return entry.save_id


async def sent_elsewhere(lab: Lab, workplace: Workplace, save_id: str, owner: str) -> None:
    """The version goes to another owner, and says so everywhere."""
    result = await send(workplace, save_id, owner=owner)
    [data_set] = lab.saved(owner)
    assert (result.state, data_set.permId) == ("saved", result.perm_id)
    perm_id = str(lab.pybis().get_experiment(owner).permId)
    expected = {"kind": "experiment", "perm_id": perm_id, "identifier": owner}
    assert lab.provenance(data_set.permId)["owner"] == expected
    assert lab.notebook(data_set.permId)["metadata"]["openbis"]["owner"] == expected
    assert workplace.outbox.entries() == []


async def test_a_moved_owner_is_found_and_told(lab: Lab, alice: Workplace) -> None:
    """O-11: the permId wins."""
    path = await lab.launched(alice)
    experiment = lab.pybis().get_experiment(DEMO_EXPERIMENT)
    experiment.project = "/BIOLAB/SCREENING"
    experiment.save()
    result = await save(alice, SaveRequest(path=path))
    assert result.owner == "/BIOLAB/SCREENING/GROWTH_CURVES_1"
    assert f"{DEMO_EXPERIMENT} has moved: it is {result.owner} now." in result.told
    assert lab.provenance(str(result.perm_id))["owner"]["identifier"] == result.owner


async def test_a_trashed_owner(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice, PILOT)
    lab.pybis("alice").get_sample("/BIOLAB/GROWTH/PLATE_4").delete("a test")
    lab.pybis("alice").get_experiment(PILOT).delete("a test")
    save_id = await kept(alice, path, EntityInTrash, "lies in the trash")
    await sent_elsewhere(lab, alice, save_id, SCREENING)


async def test_a_frozen_owner(lab: Lab, alice: Workplace) -> None:
    path = await lab.launched(alice, PILOT)
    experiment = lab.pybis().get_experiment(PILOT)
    experiment.freezeForDataSets = True
    experiment.save()
    save_id = await kept(alice, path, EntityFrozen, "is frozen")
    await sent_elsewhere(lab, alice, save_id, SCREENING)


async def test_an_owner_that_may_no_longer_be_seen(lab: Lab, ursula: Workplace) -> None:
    """The right was withdrawn between launch and save; what was computed is not lost."""
    path = await lab.launched(ursula)
    roles = lab.pybis().get_role_assignments(person="ursula")
    lab.pybis().get_role_assignment(str(roles.df["techId"][0])).delete("a test")
    lab.pybis().assign_role(role="USER", person="ursula", space="CHEMLAB")
    save_id = await kept(ursula, path, NotFound, "is not there, or you may no longer see it")
    await sent_elsewhere(lab, ursula, save_id, "/CHEMLAB/SYNTHESIS/TITRATION_1")


async def test_a_person_who_may_only_look_on(lab: Lab, ursula: Workplace) -> None:
    """N-26: from USER to OBSERVER between launch and save."""
    path = await lab.launched(ursula)
    roles = lab.pybis().get_role_assignments(person="ursula")
    lab.pybis().get_role_assignment(str(roles.df["techId"][0])).delete("a test")
    lab.pybis().assign_role(role="OBSERVER", person="ursula", space="BIOLAB")
    await kept(ursula, path, Forbidden, "allow")
    lab.pybis().assign_role(role="USER", person="ursula", space="BIOLAB")
    result = await save(ursula, SaveRequest(path=path))
    assert result.state == "saved"
    assert ursula.outbox.entries() == [], "the same content waits for nothing any more"


async def test_a_large_version_asks_before_it_sends(lab: Lab, ursula: Workplace) -> None:
    """Nobody uploads for minutes to hear that it is not allowed."""
    path = await lab.launched(ursula)
    roles = lab.pybis().get_role_assignments(person="ursula")
    lab.pybis().get_role_assignment(str(roles.df["techId"][0])).delete("a test")
    lab.pybis().assign_role(role="OBSERVER", person="ursula", space="BIOLAB")
    (path.parent / "large.bin").write_bytes(b"\0" + bytes(11 * 2**20))
    before = ursula.client.transport.stats.bytes_sent
    with pytest.raises(Forbidden, match="takes the role USER"):
        await save(ursula, SaveRequest(path=path, files=["large.bin"]))
    assert ursula.client.transport.stats.bytes_sent - before < 2**20
    assert len(ursula.outbox.entries()) == 1


async def with_parent(lab: Lab, workplace: Workplace) -> tuple[Path, str]:
    """A notebook in the pilot experiment that attached a data set of another one."""
    parent = lab.inputs(SCREENING)[0]
    path = await lab.launched(workplace, PILOT, inputs=(parent,))
    hand_out(workplace, path, [parent])
    return path, parent


async def test_a_trashed_parent(lab: Lab, alice: Workplace) -> None:
    """Left out by the person, never by us."""
    path, parent = await with_parent(lab, alice)
    lab.pybis("alice").get_dataset(parent).delete("a test")
    await kept(alice, path, EntityInTrash, f"{parent} lies in the trash")
    result = await save(alice, SaveRequest(path=path, unused=[parent]))
    assert (result.state, result.parents, result.unused) == ("saved", (), (parent,))
    assert alice.outbox.entries() == [], "what was refused is stored now, as the person chose"


async def test_a_frozen_parent(lab: Lab, alice: Workplace) -> None:
    path, parent = await with_parent(lab, alice)
    data_set = lab.pybis().get_dataset(parent)
    data_set.freezeForChildren = True
    data_set.save()
    await kept(alice, path, EntityFrozen, "takes no more children")


async def test_a_parent_that_may_no_longer_be_seen(lab: Lab, ursula: Workplace) -> None:
    lab.pybis().assign_role(role="USER", person="ursula", space="CHEMLAB")
    parent = lab.inputs("/CHEMLAB/SYNTHESIS/TITRATION_1")[0]
    path = await lab.launched(ursula, PILOT, inputs=(parent,))
    hand_out(ursula, path, [parent])
    roles = lab.pybis().get_role_assignments(person="ursula").df
    [role] = roles[roles["space"] == "CHEMLAB"]["techId"]
    lab.pybis().get_role_assignment(str(role)).delete("a test")
    await kept(ursula, path, EntityInTrash, "no longer visible to you")


async def test_unused_takes_a_parent_off_and_says_so(lab: Lab, alice: Workplace) -> None:
    """F-01, U-08: 4 declared, 3 attached, 1 unticked → 2 parents; the others are listed."""
    declared = [*lab.inputs(), *lab.inputs(SCREENING)][:4]
    path = await lab.launched(alice, inputs=tuple(declared))
    hand_out(alice, path, declared[:3])
    result = await save(alice, SaveRequest(path=path, unused=[declared[1]]))
    assert result.perm_id is not None
    assert lab.pybis().get_dataset(result.perm_id).parents == [declared[0], declared[2]]
    record = lab.provenance(result.perm_id)
    assert record["unticked"] == [declared[1]]
    assert record["never_attached"] == [declared[3]] == list(result.never_attached)
    edit(path)
    second = await save(alice, SaveRequest(path=path))
    assert set(second.parents) == set(declared[:3])
