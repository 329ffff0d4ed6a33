"""Each fault in the middle of a save: nothing lost, double or half-written, and a repeat finishes."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import Conflict, NotLoggedIn, OpenBISFailure, OpenBISRefused
from openbis_nb.models import Person
from openbis_nb.openbis.creation import Patience
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.save_result import SaveResult
from openbis_nb.workflows.sending import flush, send
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab, block, edit, hand_out

UPLOAD, CREATE, LISTING = "session_workspace_file_upload", "createUploadedDataSet", "searchFiles"

PASSING = [
    ("latency", UPLOAD, {"seconds": 0.3}),
    ("latency", CREATE, {"seconds": 0.3}),
    ("status", UPLOAD, {"status": 502}),
    ("status", UPLOAD, {"status": 503}),
    ("status", CREATE, {"status": 503}),
    ("status", LISTING, {"status": 502}),
    ("status", "getExperiments", {"status": 502}),
    ("silence", UPLOAD, {}),
    ("cut", UPLOAD, {"after_bytes": 100}),
    ("wrong-size", UPLOAD, {}),
    ("answer-lost", UPLOAD, {}),
    ("answer-lost", CREATE, {}),
    ("cut", CREATE, {"after_bytes": 20}),
    ("cut", LISTING, {"after_bytes": 20}),
]
STOPPING = [
    ("status", UPLOAD, {"status": 502, "count": 0}),
    ("status", CREATE, {"status": 502, "count": 0}),
    ("status", LISTING, {"status": 502, "count": 0}),
    ("silence", CREATE, {"count": 0}),
    ("html", CREATE, {"count": 0}),
    ("expired-session", "getExperiments", {}),
    ("expired-session", UPLOAD, {}),
    ("expired-session", CREATE, {}),
    ("expired-session", LISTING, {}),
    ("answer-lost", "*", {"count": 0}),
    ("disk-full", UPLOAD, {"after_bytes": 10, "count": 0}),
    ("status", "*", {"count": 0}),
]
REFUSING = [
    ("disk-full", CREATE, {}),
    ("error", CREATE, {"message": "Out of memory"}),
]


def named(faults: list[tuple[str, str, dict[str, Any]]]) -> list[Any]:
    return [pytest.param(*f, id=f"{f[0]} {f[1]} {' '.join(map(str, f[2].values()))}") for f in faults]


@pytest.fixture
async def ready(lab: Lab, alice: Workplace) -> Path:
    """A launched notebook that has attached one input."""
    path = await lab.launched(alice)
    hand_out(alice, path, lab.inputs()[:1])
    edit(path, text="42\n")
    return path


async def once(lab: Lab, alice: Workplace, path: Path) -> SaveResult:
    """Save, and prove that there is one whole data set, and that everybody here knows which."""
    result = await save(alice, SaveRequest(path=path))
    assert result.state in ("saved", "unchanged"), result
    assert alice.outbox.entries() == []
    assert await flush(alice) == []
    [data_set] = lab.saved()
    assert data_set.permId == result.perm_id
    assert len(data_set.parents) == 1
    names = {name.rsplit("/", 1)[-1] for name in lab.stored(data_set.permId)}
    assert names == {"Growth.ipynb", "Growth.ipynb.html", "provenance.json"}
    again = await save(alice, SaveRequest(path=path))
    assert (again.state, again.perm_id) == ("unchanged", result.perm_id)
    return result


@pytest.mark.parametrize(("kind", "target", "settings"), named(PASSING))
async def test_a_fault_that_passes_is_not_even_noticed(
    lab: Lab, alice: Workplace, ready: Path, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """U-10, F-09."""
    lab.sandbox.faults.add(kind, target, **settings)
    result = await save(alice, SaveRequest(path=ready))
    assert lab.sandbox.faults.struck()
    assert result.state == "saved"
    await once(lab, alice, ready)


@pytest.mark.parametrize(("kind", "target", "settings"), named(STOPPING))
async def test_a_fault_that_lasts_leaves_the_version_in_the_outbox(
    lab: Lab, alice: Workplace, ready: Path, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """U-10, U-13: the version waits, complete; a repeat of the save sends just that one."""
    lab.sandbox.faults.add(kind, target, **settings)
    result = await save(alice, SaveRequest(path=ready))
    assert result.state == "outbox"
    [entry] = alice.outbox.entries()
    assert entry.save_id == result.save_id
    assert all(entry.path_of(file.path).stat().st_size == file.size for file in entry.files)
    lab.sandbox.faults.clear()
    await alice.client.login("alice", "alice")
    assert (await once(lab, alice, ready)).save_id == result.save_id


@pytest.mark.parametrize(("kind", "target", "settings"), named(REFUSING))
async def test_a_refusal_is_said_and_the_version_kept(
    lab: Lab, alice: Workplace, ready: Path, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """U-11: openBIS' own reason, what was kept, and what to do."""
    lab.sandbox.faults.add(kind, target, **settings)
    with pytest.raises(OpenBISRefused) as refused:
        await save(alice, SaveRequest(path=ready))
    assert refused.value.extra["outbox"] in refused.value.next_step
    assert len(alice.outbox.entries()) == 1
    lab.sandbox.faults.clear()
    await once(lab, alice, ready)


@pytest.mark.parametrize(("kind", "target", "settings"), named(STOPPING[1:4]))
async def test_the_outbox_sends_what_a_fault_left(
    lab: Lab, alice: Workplace, ready: Path, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """U-10: by itself, once, when openBIS answers again."""
    lab.sandbox.faults.add(kind, target, **settings)
    await save(alice, SaveRequest(path=ready))
    lab.sandbox.faults.clear()
    [result] = await flush(alice)
    assert result.state == "saved"
    await once(lab, alice, ready)


async def test_a_version_kept_while_nobody_was_logged_in_is_sent_after_the_next_log_in(
    lab: Lab, alice: Workplace, ready: Path
) -> None:
    """U-10, U-13: whoever logs in on this account has written it."""
    alice.client.forget()
    assert (await save(alice, SaveRequest(path=ready))).state == "outbox"
    [waiting] = alice.outbox.entries()
    assert waiting.person == ""
    await alice.client.login("alice", "alice")
    [sent] = await flush(alice)
    assert (sent.state, sent.saved_by) == ("saved", "alice")
    await once(lab, alice, ready)


async def test_on_an_account_of_several_people_it_waits_until_somebody_sends_it(
    lab: Lab, alice: Workplace, ready: Path
) -> None:
    """U-10: no version goes out under another person's name by itself."""
    alice.ledger.remember_person(alice.server, "hash of bob's token", Person("bob"))
    alice.client.forget()
    await save(alice, SaveRequest(path=ready))
    await alice.client.login("alice", "alice")
    assert await flush(alice) == []
    [waiting] = alice.outbox.entries()
    sent = await send(alice, waiting.save_id)
    assert (sent.state, sent.saved_by) == ("saved", "alice")
    await once(lab, alice, ready)


async def test_damaged_bytes_are_noticed_and_named(lab: Lab, alice: Workplace, ready: Path) -> None:
    """F-09: openBIS stored something else; it is said which, and a repeat stores the right bytes."""
    lab.sandbox.faults.add("corrupt", UPLOAD, after_bytes=30)
    with pytest.raises(Conflict) as found:
        await save(alice, SaveRequest(path=ready))
    damaged = found.value.extra["perm_id"]
    assert damaged in found.value.message
    result = await save(alice, SaveRequest(path=ready))
    assert result.state == "saved"
    assert [data_set.permId for data_set in lab.saved() if data_set.permId != damaged] == [result.perm_id]


async def test_a_late_answer_is_waited_for(lab: Lab, alice: Workplace, ready: Path) -> None:
    """The call is at work when the client gives up: it is found, not repeated."""
    patient = replace(alice, patience=Patience(looks=(0.5, 0.5, 1.0, 1.0), over_after=900))
    lab.sandbox.faults.add("latency", CREATE, seconds=1.6)
    assert (await save(patient, SaveRequest(path=ready))).state == "saved"
    await once(lab, alice, ready)


async def test_nobody_knows_yet_is_said_and_never_doubled(lab: Lab, alice: Workplace, ready: Path) -> None:
    """The first call may still be at work: no second one before it must be over."""
    patient = replace(alice, patience=Patience(looks=(0.05,), over_after=900))
    lab.sandbox.faults.add("status", CREATE, status=502)
    first = await save(patient, SaveRequest(path=ready))
    assert (first.state, patient.outbox.get(first.save_id).state) == ("outbox", "undecided")
    second = await save(patient, SaveRequest(path=ready))
    assert (second.state, second.save_id) == ("outbox", first.save_id)
    assert lab.saved() == []
    assert (await once(lab, alice, ready)).save_id == first.save_id


@pytest.mark.parametrize("trouble", ["status", "expired-session", "error"])
async def test_a_lost_answer_stays_undecided_whatever_happens_next(
    lab: Lab, alice: Workplace, ready: Path, trouble: str
) -> None:
    """A failed look is no proof that nothing is stored: the next try must look again."""
    blind = replace(alice, patience=Patience(looks=(), over_after=0))
    lab.sandbox.faults.add("answer-lost", CREATE)
    result = await save(blind, SaveRequest(path=ready))
    assert result.state == "outbox"
    lab.sandbox.faults.add(trouble, "*", count=0)
    with pytest.raises((OpenBISFailure, NotLoggedIn, OpenBISRefused)):
        await send(blind, result.save_id)
    assert blind.outbox.get(result.save_id).state == "undecided"
    lab.sandbox.faults.clear()
    await alice.client.login("alice", "alice")
    await once(lab, alice, ready)


async def test_an_undecided_version_gets_no_other_owner(lab: Lab, alice: Workplace, ready: Path) -> None:
    """It may be stored at the first one already."""
    blind = replace(alice, patience=Patience(looks=(), over_after=0))
    lab.sandbox.faults.add("answer-lost", CREATE)
    result = await save(blind, SaveRequest(path=ready))
    with pytest.raises(Conflict, match="may already be stored"):
        await send(alice, result.save_id, owner="/BIOLAB/GROWTH/GROWTH_PILOT")
    await once(lab, alice, ready)


async def test_older_content_goes_first(lab: Lab, alice: Workplace, ready: Path) -> None:
    """What waited is sent before what is new, as the same notebook."""
    lab.sandbox.faults.add("status", "*", count=0)
    first = await save(alice, SaveRequest(path=ready, name="First"))
    lab.sandbox.faults.clear()
    edit(ready, "y = 2")
    second = await save(alice, SaveRequest(path=ready, name="Second"))
    assert (first.state, second.state) == ("outbox", "saved")
    found = lab.saved()
    assert [data_set.props["$name"] for data_set in found] == ["First", "Second"]
    assert len({data_set.props["$history_id"] for data_set in found}) == 1


async def test_two_processes_send_the_outbox_at_once(lab: Lab, alice: Workplace, ready: Path) -> None:
    """U-10: one data set; the other process finds it sent or being sent."""
    lab.sandbox.faults.add("status", "*", count=0)
    await save(alice, SaveRequest(path=ready))
    lab.sandbox.faults.clear()
    second = await lab.person("alice")
    results = await asyncio.gather(flush(alice), flush(second))
    assert sum(map(len, results)) == 1
    await once(lab, alice, ready)


async def test_a_file_without_identity_stays_one_notebook_over_the_outbox(
    lab: Lab, alice: Workplace, tmp_path: Path
) -> None:
    path = await lab.launched(alice)
    loose = tmp_path / "Loose.ipynb"
    loose.write_text(path.read_text().replace('"openbis": {', '"other": {'))
    lab.sandbox.faults.add("status", "*", count=0)
    request = SaveRequest(path=loose, owner=DEMO_EXPERIMENT, write_back=False)
    assert (await save(alice, request)).state == "outbox"
    lab.sandbox.faults.clear()
    [sent] = await flush(alice)
    edit(loose)
    second = await save(alice, request)
    assert second.notebook_id == sent.notebook_id


async def test_a_save_that_is_broken_off_is_finished_by_the_next(
    lab: Lab, alice: Workplace, ready: Path
) -> None:
    """Ctrl-C anywhere: the version lies in the outbox, and a repeat sends that one."""
    lab.sandbox.faults.add("silence", CREATE)
    task = asyncio.create_task(save(alice, SaveRequest(path=ready)))
    await asyncio.to_thread(lab.wait_for_fault)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(alice.outbox.entries()) == 1
    await once(lab, alice, ready)
    assert "checkpoint" in block(ready)
