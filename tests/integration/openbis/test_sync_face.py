"""D1 against a real server: a cell, a thread, beside a top-level await, Ctrl-C within a transfer."""

from __future__ import annotations

import _thread
import asyncio
import threading
from pathlib import Path

import pytest

from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.blocking import BlockingOpenBIS, Relay
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.files import Progress, download
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import draft, noise, server_of


@pytest.fixture
def alice(openbis_sandbox: Sandbox):
    with BlockingOpenBIS(server_of(openbis_sandbox), openbis_sandbox.token("alice")) as openbis:
        yield openbis


def test_one_client_serves_a_cell_a_thread_and_a_top_level_await(alice: BlockingOpenBIS) -> None:
    found: list[str] = []

    def ask() -> None:
        found.append(alice.run(alice.client.whoami()).user_id)

    async def cell() -> None:
        ask()
        await asyncio.to_thread(ask)

    ask()
    asyncio.run(cell())
    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()
    assert found == ["alice"] * 4


def test_ctrl_c_in_the_middle_of_a_download_leaves_no_half_file(
    openbis_sandbox: Sandbox, alice: BlockingOpenBIS, tmp_path: Path
) -> None:
    owner = alice.run(alice.client.entity(DEMO_EXPERIMENT))
    contents = {f"{n}.bin": noise(100_000, n) for n in range(20)}
    new = NewDataSet(type_code="RAW_DATA", owner=owner, files=contents)
    perm_id = alice.run(create_data_set(alice.client, new))
    files = alice.run(alice.client.files_of([perm_id]))[perm_id]
    cache = Cache(tmp_path / "cache", server=alice.client.server.host, person="alice")
    openbis_sandbox.faults.add("latency", "direct-get", count=0, seconds=0.1)
    shown: list[Progress] = []

    def show(event: Progress) -> None:
        shown.append(event)
        _thread.interrupt_main()

    relay: Relay[Progress] = Relay(show)
    with pytest.raises(KeyboardInterrupt):
        alice.run(download(alice.client, files, cache, progress=relay), relay=relay)
    assert shown
    openbis_sandbox.faults.clear()
    assert not all(cache.find(file) for file in files)
    paths = alice.run(download(alice.client, files, cache))
    assert {p.name: p.read_bytes() for p in paths} == contents


def test_ctrl_c_in_the_middle_of_a_save_leaves_one_version_or_none(
    openbis_sandbox: Sandbox, alice: BlockingOpenBIS
) -> None:
    """The time of the try was written down before; a repeat looks first."""
    owner = alice.run(alice.client.entity(DEMO_EXPERIMENT))
    openbis_sandbox.faults.add("latency", "createUploadedDataSet", seconds=1.0)
    told: list[str] = []

    def interrupt() -> None:
        told.append("registering")
        _thread.interrupt_main()

    with pytest.raises(KeyboardInterrupt):
        alice.run(checkpoints.write(alice.client, draft(owner), before_register=interrupt))
    assert told == ["registering"]
    versions = alice.run(checkpoints.versions(alice.client, "notebook-1"))
    assert len(versions) <= 1
