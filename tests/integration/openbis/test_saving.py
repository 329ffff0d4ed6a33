"""A version is written once, whatever happens on the way (issue: never a second data set)."""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.errors import (
    Conflict,
    Forbidden,
    InvalidInput,
    InvalidProperties,
    NotFound,
    NotLoggedIn,
    OpenbisNbError,
    OpenBISUnreachable,
    SaveUndecided,
    TooLarge,
    TransferFailed,
    UnsafePath,
)
from openbis_nb.models import Checkpoint, Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.openbis.creation import Patience
from openbis_nb.sandbox import Sandbox

from .conftest import Login, draft, noise

#: A lost call is over at once in these tests; in life, after a quarter of an hour.
SHORT = Patience(looks=(0.05, 0.1), over_after=0)
WAITING = Patience(looks=(0.05, 0.1), over_after=3600)


async def write(client: OpenBIS, owner: Entity, patience: Patience = SHORT, **changes: object) -> Checkpoint:
    return await checkpoints.write(client, draft(owner, **changes), patience=patience)


async def saved(client: OpenBIS) -> list[Checkpoint]:
    return await checkpoints.versions(client, "notebook-1")


async def test_a_version_is_a_data_set_with_its_inputs_as_parents(alice: OpenBIS, experiment: Entity) -> None:
    """O-22, O-23, O-24, O-29."""
    inputs = [d.perm_id for d in await alice.data_sets_of(experiment)][:2]
    written = await write(alice, experiment, parents=inputs)
    stored = (await alice.data_sets([written.perm_id]))[written.perm_id]
    assert (stored.type_code, stored.name, stored.parents) == ("ANALYSIS_NOTEBOOK", "Growth", tuple(inputs))
    assert stored.properties == {"$NAME": "Growth", "NOTES": "<p>first</p>", "$HISTORY_ID": "notebook-1"}
    assert stored.owner is not None
    assert stored.owner.perm_id == experiment.perm_id
    files = {f.path for f in (await alice.files_of([written.perm_id]))[written.perm_id]}
    assert files == {
        f"original/default/{n}" for n in ("growth.ipynb", "growth.ipynb.html", "provenance.json")
    }
    assert await checkpoints.read(alice, written.perm_id) == b'{"cells": []}'


async def test_an_object_can_own_versions_too(alice: OpenBIS, experiment: Entity) -> None:
    some_object = await anext(alice.objects_of(experiment))
    written = await write(alice, some_object)
    owner = (await alice.data_sets([written.perm_id]))[written.perm_id].owner
    assert owner is not None
    assert owner.perm_id == some_object.perm_id


async def test_a_save_takes_at_most_four_round_trips_besides_the_bytes(
    alice: OpenBIS, experiment: Entity
) -> None:
    """Design section 5; pybis takes 17 cold and 7 warm (contract 10.6)."""
    trips = []
    for notebook_id in ("cold", "warm"):
        before = alice.transport.stats.round_trips
        await write(alice, experiment, notebook_id=notebook_id)
        trips.append(alice.transport.stats.round_trips - before - len(draft(experiment).files))
    assert trips[0] <= 4
    assert trips[1] <= 2


async def test_large_and_odd_files_are_stored_as_they_are(
    alice: OpenBIS, experiment: Entity, tmp_path: Path
) -> None:
    """Contract 5.2 and 10.2 trap 12: parts of 10 MiB; folder names on which pybis fails."""
    large = noise(25 * 2**20)
    (tmp_path / "large.bin").write_bytes(large)
    extra = {"large.bin": tmp_path / "large.bin", "a & b#c/d+e%41/ü.csv": b"x", "empty.txt": b""}
    written = await write(alice, experiment, files={**draft(experiment).files, **extra})
    listed = {f.path: f for f in (await alice.files_of([written.perm_id]))[written.perm_id]}
    assert listed["original/default/large.bin"].crc32 == zlib.crc32(large)
    assert listed["original/default/a & b#c/d+e%41/ü.csv"].size == 1
    assert listed["original/default/empty.txt"].size == 0


@pytest.mark.parametrize(
    ("target", "kind", "settings"),
    [
        ("session_workspace_file_upload", "cut", {"after_bytes": 10, "count": 3}),
        ("session_workspace_file_upload", "status", {"count": 3}),
        ("session_workspace_file_upload", "silence", {}),
        ("session_workspace_file_upload", "wrong-size", {"count": 2}),
        ("session_workspace_file_upload", "answer-lost", {"count": 3}),
        ("session_workspace_file_upload", "latency", {"count": 3, "seconds": 0.2}),
        ("createUploadedDataSet", "status", {"status": 503}),
        ("createUploadedDataSet", "latency", {"seconds": 0.3}),
        ("createUploadedDataSet", "answer-lost", {}),
        ("searchFiles", "answer-lost", {"count": 2}),
        ("searchFiles", "status", {"status": 502, "count": 2}),
        ("getDataSetTypes", "cut", {"count": 2}),
    ],
)
async def test_passing_faults_are_overcome_with_one_data_set(
    openbis_sandbox: Sandbox,
    alice: OpenBIS,
    experiment: Entity,
    target: str,
    kind: str,
    settings: dict[str, object],
) -> None:
    await alice.whoami()
    openbis_sandbox.faults.add(kind, target, **settings)
    written = await write(alice, experiment)
    assert openbis_sandbox.faults.struck()
    assert [version.perm_id for version in await saved(alice)] == [written.perm_id]


@pytest.mark.parametrize(
    ("target", "kind", "settings", "error"),
    [
        ("session_workspace_file_upload", "cut", {"after_bytes": 3, "count": 0}, TransferFailed),
        ("session_workspace_file_upload", "status", {"count": 0}, TransferFailed),
        ("session_workspace_file_upload", "disk-full", {"count": 0}, OpenbisNbError),
        ("session_workspace_file_upload", "expired-session", {}, NotLoggedIn),
        ("session_workspace_file_upload", "wrong-size", {"count": 0}, TransferFailed),
        ("createUploadedDataSet", "disk-full", {}, OpenbisNbError),
        ("createUploadedDataSet", "error", {}, OpenbisNbError),
        ("createUploadedDataSet", "expired-session", {}, NotLoggedIn),
        ("createUploadedDataSet", "status", {"status": 503, "count": 0}, OpenBISUnreachable),
        ("createUploadedDataSet", "status", {"status": 502}, SaveUndecided),
        ("createUploadedDataSet", "html", {}, SaveUndecided),
        ("createUploadedDataSet", "silence", {}, SaveUndecided),
        ("*", "status", {"status": 502, "count": 0}, OpenBISUnreachable),
    ],
)
async def test_lasting_faults_store_nothing_and_a_repeat_stores_once(
    openbis_sandbox: Sandbox,
    alice: OpenBIS,
    experiment: Entity,
    target: str,
    kind: str,
    settings: dict[str, object],
    error: type[OpenbisNbError],
) -> None:
    """U-10: a retry makes no doubles."""
    await alice.whoami()
    began: list[datetime] = []
    openbis_sandbox.faults.add(kind, target, **settings)
    with pytest.raises(error) as caught:
        await checkpoints.write(
            alice, draft(experiment), before_register=lambda: began.append(datetime.now(UTC)), patience=SHORT
        )
    assert caught.value.next_step
    assert openbis_sandbox.faults.struck()
    openbis_sandbox.faults.clear()
    if not await alice.is_session_active():
        await alice.login("alice", openbis_sandbox.users["alice"])
    assert await saved(alice) == []
    written = await write(alice, experiment, last_try_at=began[-1] if began else None)
    assert [version.perm_id for version in await saved(alice)] == [written.perm_id]


async def test_a_lost_answer_found_later_is_the_same_data_set(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    """The call was carried out, and openBIS went away before anybody could look."""
    await alice.whoami()
    began = datetime.now(UTC)
    openbis_sandbox.faults.add("answer-lost", "createUploadedDataSet")
    openbis_sandbox.faults.add("status", "searchDataSets", count=0)
    with pytest.raises(SaveUndecided):
        await write(alice, experiment)
    openbis_sandbox.faults.clear()
    uploads = alice.transport.stats.bytes_sent
    written = await write(alice, experiment, WAITING, last_try_at=began)
    assert [version.perm_id for version in await saved(alice)] == [written.perm_id]
    assert alice.transport.stats.bytes_sent - uploads < 5000, "nothing was uploaded again"


@pytest.mark.parametrize("target", ["searchDataSets", "getDataSetTypes", "searchFiles"])
async def test_a_repeat_that_cannot_look_stays_undecided(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, target: str
) -> None:
    """Only SaveUndecided keeps the time of the earlier try; any other error would forget it."""
    began = datetime.now(UTC)
    first = await write(alice, experiment)
    async with OpenBIS(alice.server, alice.token) as later:
        openbis_sandbox.faults.add("status", target, count=0)
        with pytest.raises(SaveUndecided):
            await write(later, experiment, last_try_at=began)
        openbis_sandbox.faults.clear()
        assert (await write(later, experiment, last_try_at=began)).perm_id == first.perm_id
    assert len(await saved(alice)) == 1


async def test_a_stored_version_that_cannot_be_compared_is_found_by_the_repeat(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    began = datetime.now(UTC)
    openbis_sandbox.faults.add("status", "searchFiles", count=0)
    with pytest.raises(SaveUndecided, match="could not be asked"):
        await write(alice, experiment)
    openbis_sandbox.faults.clear()
    await write(alice, experiment, last_try_at=began)
    assert len(await saved(alice)) == 1


async def test_other_bytes_than_were_sent_are_noticed(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    """Sizes and checksums are compared: a damaged version is never called saved."""
    openbis_sandbox.faults.add("corrupt", "session_workspace_file_upload", after_bytes=2)
    with pytest.raises(Conflict, match="other files than were sent") as caught:
        await write(alice, experiment)
    assert [version.perm_id for version in await saved(alice)] == [caught.value.extra["perm_id"]]


async def test_while_the_first_call_may_still_be_at_work_nothing_is_sent(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    """Where it can't be known, it is said so: never a second data set."""
    with pytest.raises(SaveUndecided, match="may still be at work"):
        await write(alice, experiment, WAITING, last_try_at=datetime.now(UTC))
    assert await saved(alice) == []
    written = await write(alice, experiment, WAITING, last_try_at=datetime.now(UTC) - timedelta(hours=2))
    assert [version.perm_id for version in await saved(alice)] == [written.perm_id]


async def test_another_version_of_the_notebook_is_not_mistaken_for_this_one(
    alice: OpenBIS, login: Login, experiment: Entity
) -> None:
    """The save id stands in provenance.json; somebody else's copy of that very file does not count."""
    await write(alice, experiment)
    ursula = await login("ursula")
    await write(ursula, await ursula.entity(experiment.perm_id))
    long_ago = datetime.now(UTC) - timedelta(hours=2)
    record = b'{"save_id": "save-2"}'
    files = {**draft(experiment).files, "provenance.json": record}
    second = await write(
        alice, experiment, files=files, provenance_crc32=zlib.crc32(record), last_try_at=long_ago
    )
    assert len(await saved(alice)) == 3
    again = await write(
        alice, experiment, files=files, provenance_crc32=zlib.crc32(record), last_try_at=long_ago
    )
    assert again.perm_id == second.perm_id
    assert len(await saved(alice)) == 3


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"properties": {"NOPE": "x"}}, InvalidProperties),
        ({"type_code": "RAW_DATA"}, InvalidProperties),
        ({"type_code": "NO_SUCH_TYPE"}, NotFound),
        ({"files": {}}, InvalidInput),
        ({"files": {"../a.ipynb": b"x"}}, UnsafePath),
    ],
)
async def test_what_cannot_be_right_is_refused_before_a_byte_is_sent(
    alice: OpenBIS, experiment: Entity, changes: dict[str, object], error: type[OpenbisNbError]
) -> None:
    """U-33; contract 5.6: the server would check only after the upload."""
    with pytest.raises(error):
        await write(alice, experiment, **changes)
    assert alice.transport.stats.bytes_sent < 10_000
    assert await saved(alice) == []


async def test_a_missing_parent_or_no_right_is_openbis_own_word(
    alice: OpenBIS, login: Login, experiment: Entity
) -> None:
    with pytest.raises(NotFound, match="20200101000000000-1"):
        await write(alice, experiment, parents=["20200101000000000-1"])
    olga = await login("olga")
    with pytest.raises(Forbidden):
        await write(olga, experiment)
    assert await saved(alice) == []


async def test_a_notebook_of_another_layout_is_read_wherever_it_lies(
    alice: OpenBIS, experiment: Entity
) -> None:
    """Contract 5.4: never assume original/DEFAULT."""
    files = {"deep/er/x.IPYNB": b"{}", "provenance.json": b"{}"}
    written = await write(alice, experiment, files=files, provenance_crc32=zlib.crc32(b"{}"))
    assert await checkpoints.read(alice, written.perm_id) == b"{}"
    with pytest.raises(TooLarge):
        await checkpoints.read(alice, written.perm_id, max_bytes=1)
    raw = (await alice.data_sets_of(experiment))[0]
    with pytest.raises(NotFound, match="no notebook"):
        await checkpoints.read(alice, raw.perm_id)
