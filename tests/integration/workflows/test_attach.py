"""Inputs to files: what is fetched, what is said of the rest, and faults on the way."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.errors import NoSpace, NotLoggedIn, OpenBISFailure, TransferFailed
from openbis_nb.openbis.files import Progress
from openbis_nb.openbis.mounts import StoreMounts
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.attach import AttachedDataSet, attach, fetch
from openbis_nb.workflows.workplace import Limits, Workplace

from .conftest import Lab, plant

PILOT, ARCHIVE = "/BIOLAB/GROWTH/GROWTH_PILOT", "/BIOLAB/ARCHIVE/PILOT_2019"


def states(found: Iterable[AttachedDataSet]) -> list[str]:
    return [data_set.state for data_set in found]


def check_files(lab: Lab, found: Iterable[AttachedDataSet]) -> int:
    """That each local file holds just the bytes of the store; how many there are."""
    count = 0
    for data_set in found:
        stored = lab.stored(data_set.perm_id)
        for path, local in data_set.local.items():
            assert local.read_bytes() == stored[path]
            count += 1
    return count


def leftovers(workplace: Workplace) -> list[Path]:
    """Files in the cache that are not finished."""
    return [path for path in workplace.cache.folder.rglob("*.part") if path.is_file()]


async def test_small_inputs_are_fetched_at_once(lab: Lab, alice: Workplace) -> None:
    """U-09: every byte compared with the store; two questions for any number of inputs."""
    before = alice.client.transport.stats.round_trips
    found = await attach(alice, lab.inputs())
    assert states(found) == ["here"] * 3
    assert check_files(lab, found) == 6
    assert alice.client.transport.stats.round_trips - before <= 2 + 6 + 1
    assert not os.access(next(iter(found[0].local.values())), os.W_OK) or os.geteuid() == 0


async def test_large_inputs_wait_for_their_first_use(lab: Lab, alice: Workplace) -> None:
    """Design D11."""
    careful = replace(alice, limits=Limits(eager=1000))
    found = await attach(careful, lab.inputs())
    assert states(found) == ["listed"] * 3
    file = found[0].files[0]
    local = await fetch(careful, found[0].data_set, file)
    assert zlib.crc32(local.read_bytes()) == file.crc32
    assert check_files(lab, await attach(careful, lab.inputs())) == 1


async def test_all_and_none(lab: Lab, alice: Workplace) -> None:
    careful = replace(alice, limits=Limits(eager=1000))
    assert states(await attach(alice, lab.inputs(), fetch_what="none")) == ["listed"] * 3
    events: list[Progress] = []
    found = await attach(careful, lab.inputs(), fetch_what="all", progress=events.append)
    assert states(found) == ["here"] * 3
    assert (events[-1].files_done, events[-1].done) == (6, sum(data_set.size for data_set in found))


async def test_only_what_fits_the_pattern(lab: Lab, alice: Workplace) -> None:
    found = await attach(alice, lab.inputs(), only=["*layout.csv"])
    assert check_files(lab, found) == 3
    assert all(name.endswith("layout.csv") for data_set in found for name in data_set.local)


async def test_each_state_is_told_apart_and_the_rest_goes_on(lab: Lab, alice: Workplace) -> None:
    """U-29, U-30: one broken data set does not block the others."""
    admin = lab.pybis()
    found = admin.get_datasets(experiment=ARCHIVE).df["permId"]
    kinds = {
        admin.get_dataset(str(p)).kind: str(p) for p in found if admin.get_dataset(str(p)).kind != "PHYSICAL"
    }
    [trashed] = plant(lab.sandbox, PILOT, 1)
    [empty] = plant(lab.sandbox, PILOT, 1, files={})
    lab.pybis("alice").get_dataset(trashed).delete("a test")
    wanted = {
        lab.inputs(ARCHIVE)[0]: "archived",
        kinds["CONTAINER"]: "container",
        kinds["LINK"]: "linked",
        "20200101000000000-1": "missing",
        trashed: "in trash",
        empty: "empty",
        lab.inputs()[0]: "here",
    }
    attached = await attach(alice, wanted)
    assert {data_set.perm_id: data_set.state for data_set in attached} == wanted
    assert all(data_set.perm_id in data_set.reason for data_set in attached if data_set.state != "here")


async def test_a_mount_is_read_in_place(lab: Lab, alice: Workplace) -> None:
    """O-75, design D11: nothing is copied."""
    mounted = replace(alice, mounts=StoreMounts({"1": lab.sandbox.store_folder / "1"}))
    found = await attach(mounted, lab.inputs(), fetch_what="all")
    assert states(found) == ["in place"] * 3
    assert check_files(lab, found) == 6
    assert all(str(lab.sandbox.store_folder) in str(p) for one in found for p in one.local.values())
    assert list(alice.cache.folder.rglob("*.csv")) == []


async def test_files_without_bytes_are_files(lab: Lab, alice: Workplace) -> None:
    [perm_id] = plant(lab.sandbox, PILOT, 1, files={"original/empty.txt": b"", "original/b.txt": b"b"})
    [found] = await attach(alice, [perm_id])
    assert (found.state, check_files(lab, [found])) == ("here", 2)


async def test_strange_file_names_arrive(lab: Lab, alice: Workplace) -> None:
    names = ["Zürich µ.csv", "with space & plus+.csv", "100%#?.csv", "a;b=c,d.csv", "日本語.csv", "'\".csv"]
    files = {f"original/sub dir/{name}": name.encode() for name in names}
    [perm_id] = plant(lab.sandbox, PILOT, 1, files=files)
    [found] = await attach(alice, [perm_id])
    assert check_files(lab, [found]) == len(names)


async def test_ten_thousand_files(lab: Lab) -> None:
    """Listed in one call; a few are fetched."""
    alice = await lab.person("alice", seconds=60)
    files = {f"original/{n // 100:03}/{n:05}.txt": str(n).encode() for n in range(10_000)}
    [perm_id] = plant(lab.sandbox, PILOT, 1, files=files)
    before = alice.client.transport.stats.round_trips
    [found] = await attach(alice, [perm_id], fetch_what="none")
    assert len(found.files) == 10_000
    assert alice.client.transport.stats.round_trips - before <= 3
    [some] = await attach(alice, [perm_id], only=["original/099/*"])
    assert check_files(lab, [some]) == 100


async def test_half_a_terabyte_costs_next_to_nothing(lab: Lab, alice: Workplace) -> None:
    """Design D11: it launches, one small file is read, and the bulk is refused before its first byte."""
    [perm_id] = plant(lab.sandbox, PILOT, 1)
    lab.sandbox.add_sparse_file(perm_id, "original/big.raw", 500 * 10**9, crc32=1)
    path = await lab.launched(alice, PILOT, inputs=(perm_id,))
    [found] = await attach(alice, [perm_id])
    assert (path.stat().st_size < 2**20, found.state, found.size) == (True, "listed", 500 * 10**9 + 2)
    [small] = [file for file in found.files if file.size < 100]
    assert (await fetch(alice, found.data_set, small)).read_bytes() == b"1\n"
    with pytest.raises(NoSpace):
        await attach(alice, [perm_id], fetch_what="all")
    assert alice.client.transport.stats.bytes_received < 2**20
    used = sum(path.stat().st_blocks * 512 for path in alice.cache.root.rglob("*"))
    assert used < 2**20


GET, LISTING = "direct-get", "searchFiles"
PASSING = [
    ("latency", GET, {"seconds": 0.3}),
    ("status", GET, {"status": 502}),
    ("status", GET, {"status": 503}),
    ("status", "getDataSets", {}),
    ("status", LISTING, {}),
    ("silence", GET, {}),
    ("cut", GET, {"after_bytes": 1000}),
    ("cut", LISTING, {"after_bytes": 100}),
    ("corrupt", GET, {"after_bytes": 500}),
    ("wrong-size", GET, {}),
    ("answer-lost", GET, {}),
]
LASTING = [
    ("status", GET, {"count": 0}),
    ("corrupt", GET, {"after_bytes": 500, "count": 0}),
    ("cut", GET, {"after_bytes": 1000, "count": 0}),
    ("wrong-size", GET, {"count": 0}),
    ("status", LISTING, {"count": 0}),
    ("html", "getDataSets", {"count": 0}),
    ("expired-session", GET, {}),
    ("expired-session", LISTING, {}),
]


def named(faults: list[tuple[str, str, dict[str, Any]]]) -> list[Any]:
    return [pytest.param(*f, id=f"{f[0]} {f[1]} {' '.join(map(str, f[2].values()))}") for f in faults]


@pytest.mark.parametrize(("kind", "target", "settings"), named(PASSING))
async def test_a_fault_that_passes_is_not_even_noticed(
    lab: Lab, alice: Workplace, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """F-09, U-09."""
    wanted = lab.inputs()
    lab.sandbox.faults.add(kind, target, **settings)
    found = await attach(alice, wanted)
    assert lab.sandbox.faults.struck()
    assert (states(found), check_files(lab, found)) == (["here"] * 3, 6)
    assert leftovers(alice) == []


@pytest.mark.parametrize(("kind", "target", "settings"), named(LASTING))
async def test_a_fault_that_lasts_leaves_nothing_half_and_a_repeat_finishes(
    lab: Lab, alice: Workplace, kind: str, target: str, settings: dict[str, Any]
) -> None:
    """U-09: no file under its final name is incomplete or damaged, ever."""
    wanted = lab.inputs()
    lab.sandbox.faults.add(kind, target, **settings)
    with pytest.raises((OpenBISFailure, NotLoggedIn)):
        await attach(alice, wanted)
    lab.sandbox.faults.clear()
    whole = {content for perm_id in wanted for content in lab.stored(perm_id).values()}
    assert all(path.read_bytes() in whole for path in alice.cache.folder.rglob("*.csv"))
    await alice.client.login("alice", "alice")
    found = await attach(alice, wanted)
    assert (states(found), check_files(lab, found)) == (["here"] * 3, 6)
    assert leftovers(alice) == []


async def test_one_bad_file_does_not_keep_the_others(lab: Lab, alice: Workplace) -> None:
    """What arrived whole stays; the bad one is named."""
    serial = await lab.person("alice", "laptop")
    wanted = lab.inputs()
    path = "original/default/plate_1_od600.csv"
    data = lab.stored(wanted[0])[path]
    with lab.sandbox.state.store.read() as db:
        place = lab.sandbox.state.content.file(db, wanted[0], path)
    assert place is not None
    place.location.write_bytes(data[:-1] + b"?")  # rotten on the store's own disk
    with pytest.raises(TransferFailed, match=r"plate_1_od600\.csv") as failed:
        await attach(serial, wanted)
    assert failed.value.extra["files"] == [f"{wanted[0]}/{path}"]
    assert states(await attach(serial, wanted, fetch_what="none")) == ["listed", "here", "here"]


async def test_another_process_goes_on_where_one_was_cut(lab: Lab, alice: Workplace) -> None:
    """F-09: what is here is not fetched again."""
    await attach(alice, lab.inputs())
    later = await lab.person("alice")
    found = await attach(later, lab.inputs())
    assert check_files(lab, found) == 6
    assert later.client.transport.stats.bytes_received < 100_000


async def test_people_on_one_machine_do_not_share_files(lab: Lab, alice: Workplace, bob: Workplace) -> None:
    """Rights differ: what one may read is no other's."""
    await attach(alice, lab.inputs())
    shared = replace(
        bob, cache=type(bob.cache)(alice.cache.root, server=bob.client.server.host, person="bob")
    )
    found = await attach(shared, lab.inputs())
    assert set(states(found)) <= {"forbidden", "missing"}, "openBIS need not say which (contract 9.3)"
    assert check_files(lab, found) == 0
    assert DEMO_EXPERIMENT not in str(found)
