"""Archive and unarchive with a delay (contract 9.2); a manual clock stands for the waiting."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, ManualClock, Sandbox, SandboxConfig

from .wire_client import RpcError, WireClient, data_set_id

LAYOUT = "original/default/plate_1_layout.csv"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def slow_sandbox(clock: ManualClock) -> Iterator[Sandbox]:
    sandbox = Sandbox.prepare(SandboxConfig(archive_delay=60), clock=clock).start()
    yield sandbox
    sandbox.stop()


@pytest.fixture
def alice(slow_sandbox: Sandbox) -> Iterator[WireClient]:
    client = WireClient(slow_sandbox, "alice")
    yield client
    client.close()


def test_there_and_back_again(alice: WireClient, clock: ManualClock, slow_sandbox: Sandbox) -> None:
    plate = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    alice.application("archiveDataSets", [data_set_id(plate)], None)
    assert alice.status(plate) == "ARCHIVE_PENDING"
    clock.advance(61)
    assert alice.status(plate) == "ARCHIVED"
    assert "is not available" in alice.get(plate, LAYOUT).text
    assert len(alice.files(plate)) > 3, "the file list stays known"
    assert not list((slow_sandbox.store_folder / "1").rglob("plate_1_layout.csv"))
    alice.application("unarchiveDataSets", data_set_id(plate), None)
    assert alice.status(plate) == "UNARCHIVE_PENDING"
    clock.advance(61)
    assert alice.get(plate, LAYOUT).text.startswith("well,")


def test_direct_get_notices_that_the_time_has_come(alice: WireClient, clock: ManualClock) -> None:
    archived = alice.data_sets_of("/BIOLAB/ARCHIVE/PILOT_2019")[0]
    alice.application("unarchiveDataSets", [data_set_id(archived)], None)
    clock.advance(61)
    assert alice.get(archived, "original/default/pilot_od600.csv").text.startswith("time_s,")


def test_a_copy_in_the_archive_leaves_the_data_set_available(alice: WireClient, clock: ManualClock) -> None:
    plate = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    alice.application("archiveDataSets", [data_set_id(plate)], {"removeFromDataStore": False})
    assert alice.status(plate) == "BACKUP_PENDING"
    clock.advance(61)
    assert alice.status(plate) == "AVAILABLE"


def test_who_may_do_what(slow_sandbox: Sandbox, alice: WireClient) -> None:
    """Archiving needs PROJECT_POWER_USER, unarchiving PROJECT_USER, locking PROJECT_ADMIN."""
    plate = data_set_id(alice.data_sets_of(DEMO_EXPERIMENT)[0])
    archived = data_set_id(alice.data_sets_of("/BIOLAB/ARCHIVE/PILOT_2019")[0])
    ursula = WireClient(slow_sandbox, "ursula")
    with pytest.raises(RpcError, match="Authorization failure"):
        ursula.application("archiveDataSets", [plate], None)
    ursula.application("unarchiveDataSets", [archived], None)
    with pytest.raises(RpcError, match="Authorization failure"):
        alice.application("lockDataSets", [plate], None)
    ursula.close()


def test_locked_data_sets_stay(slow_sandbox: Sandbox, alice: WireClient) -> None:
    plate = data_set_id(alice.data_sets_of(DEMO_EXPERIMENT)[0])
    admin = WireClient(slow_sandbox, "admin")
    admin.application("lockDataSets", [plate], None)
    with pytest.raises(RpcError, match="has the status LOCKED"):
        alice.application("archiveDataSets", [plate], None)
    admin.application("unlockDataSets", [plate], None)
    alice.application("archiveDataSets", [plate], None)
    admin.close()


def test_pending_jobs_survive_a_restart(tmp_path: Path, clock: ManualClock) -> None:
    config = SandboxConfig(archive_delay=60, data=tmp_path)
    first = Sandbox.prepare(config, clock=clock).start()
    client = WireClient(first, "alice")
    plate = client.data_sets_of(DEMO_EXPERIMENT)[0]
    client.application("archiveDataSets", [data_set_id(plate)], None)
    client.close()
    first.stop()
    clock.advance(61)
    second = Sandbox.prepare(config, clock=clock).start()
    client = WireClient(second, "alice")
    assert client.status(plate) == "ARCHIVED"
    client.close()
    second.stop()
