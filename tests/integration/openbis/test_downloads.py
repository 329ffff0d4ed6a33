"""Many files at once; what is there is not fetched again; what is wrong is never called complete."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from openbis_nb.errors import NoSpace, NotLoggedIn, TooLarge, TransferFailed, UnsafePath
from openbis_nb.models import DataFile, Entity
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.download import read
from openbis_nb.openbis.files import Progress, download, plan
from openbis_nb.openbis.mounts import StoreMounts
from openbis_nb.sandbox import DEMO_EXPERIMENT, FaultKind, Sandbox

from .conftest import big_file, noise, stored

CONTENTS = {
    "a.csv": b"x,y\n1,2\n",
    "empty.txt": b"",
    "sub/folder/deep.bin": noise(300_000),
    "sp ace+plus&amp#h%41.txt": b"odd",
    "ümläut's, ok.txt": b"umlaut",
    "A.csv": b"another case",
    "n" * 251 + ".csv": b"as long as a disk takes it",
}


async def test_files_of_all_names_arrive_as_they_were(
    alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    """Contract 4.3, 10.2 trap 12, 10.3 trap 16: the names on which pybis fails."""
    perm_id = await stored(alice, experiment, CONTENTS)
    files = (await alice.files_of([perm_id]))[perm_id]
    paths = await download(alice, files, cache)
    found = {
        f.path.removeprefix("original/default/"): p.read_bytes() for f, p in zip(files, paths, strict=True)
    }
    assert found == CONTENTS


async def test_what_one_file_does_to_the_data_store_does_not_stop_the_others(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    """A front server that does not take one name answers 404 or 400 for that one only."""
    perm_id = await stored(alice, experiment, CONTENTS)
    files = (await alice.files_of([perm_id]))[perm_id]
    openbis_sandbox.faults.add("status", "direct-get", status=404)
    with pytest.raises(TransferFailed, match="HTTP 404") as caught:
        await download(alice, files, cache)
    [failed] = caught.value.extra["files"]
    assert [f"{f.data_set}/{f.path}" for f in plan(files, cache).missing] == [failed]


async def test_a_second_time_costs_no_call(alice: OpenBIS, experiment: Entity, cache: Cache) -> None:
    files = [
        f
        for some in (await alice.files_of(d.perm_id for d in await alice.data_sets_of(experiment))).values()
        for f in some
    ]
    first = await download(alice, files, cache)
    before = alice.transport.stats.round_trips
    assert await download(alice, files, cache) == first
    assert alice.transport.stats.round_trips == before
    assert plan(files, cache).missing == ()


async def test_progress_ends_at_the_whole(alice: OpenBIS, experiment: Entity, cache: Cache) -> None:
    perm_id = await stored(alice, experiment, {f"{n}.bin": noise(200_000, n) for n in range(6)})
    events: list[Progress] = []
    await download(alice, (await alice.files_of([perm_id]))[perm_id], cache, progress=events.append)
    last = events[-1]
    assert (last.done, last.total, last.files_done, last.files_total) == (1_200_000, 1_200_000, 6, 6)
    assert last.rate > 0
    assert [e.done for e in events] == sorted(e.done for e in events)


async def test_the_plan_says_bytes_first(alice: OpenBIS, experiment: Entity, cache: Cache) -> None:
    """D11."""
    perm_id = await stored(alice, experiment, {"a": b"12345", "b": b"678"})
    files = (await alice.files_of([perm_id]))[perm_id]
    await download(alice, files[:1], cache)
    todo = plan(files, cache)
    assert (todo.size, len(todo.present), len(todo.missing)) == (3, 1, 1)
    assert todo.free > 0


async def test_what_does_not_fit_is_refused_before_a_byte(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    """A 500 GB input: one small file of it is read, next to nothing is written."""
    perm_id = await stored(alice, experiment, {"small.csv": b"x"})
    openbis_sandbox.add_sparse_file(perm_id, "original/huge.bin", 500 * 10**9)
    files = {f.name: f for f in (await alice.files_of([perm_id]))[perm_id]}
    before = alice.transport.stats.round_trips
    with pytest.raises(NoSpace, match=r"500 GB are wanted"):
        await download(alice, list(files.values()), cache)
    assert alice.transport.stats.round_trips == before
    assert (await download(alice, [files["small.csv"]], cache))[0].read_bytes() == b"x"


async def test_two_processes_may_fetch_the_same(alice: OpenBIS, experiment: Entity, cache: Cache) -> None:
    file, content = await big_file(alice, experiment)
    other = Cache(cache.root, server=alice.server.host, person="alice")
    first, second = await asyncio.gather(download(alice, [file], cache), download(alice, [file], other))
    assert first == second
    assert first[0].read_bytes() == content
    assert not list(cache.folder.glob(".partial/*"))


async def test_a_file_in_memory_is_verified_and_limited(alice: OpenBIS, experiment: Entity) -> None:
    perm_id = await stored(alice, experiment, {"a": b"12345"})
    file = (await alice.files_of([perm_id]))[perm_id][0]
    assert await read(alice, file, max_bytes=5) == b"12345"
    with pytest.raises(TooLarge):
        await read(alice, file, max_bytes=4)


async def test_a_path_that_leaves_the_folder_is_refused(alice: OpenBIS, cache: Cache) -> None:
    with pytest.raises(UnsafePath):
        await download(alice, [DataFile("20261121000000000-1", "original/../../x", 1)], cache)


async def test_a_wrong_checksum_in_the_list_is_never_called_complete(
    alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    """O-82, U-09."""
    perm_id = await stored(alice, experiment, {"a": b"12345", "b": b"ok"})
    listed = {f.name: f for f in (await alice.files_of([perm_id]))[perm_id]}
    wrong = replace(listed["a"], crc32=zlib.crc32(b"something else"))
    with pytest.raises(TransferFailed, match="damaged") as caught:
        await download(alice, [wrong, listed["b"]], cache)
    assert caught.value.extra["files"] == [f"{perm_id}/original/default/a"]
    assert cache.find(wrong) is None
    assert cache.find(listed["b"]) is not None, "the others go on"


@pytest.mark.parametrize("target", ["direct-get", "file-transfer:download"])
async def test_after_a_cut_only_the_rest_is_fetched(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache, target: str
) -> None:
    """U-09: inside a file by fast-download chunks, since GET knows no Range (contract 4.3)."""
    file, content = await big_file(alice, experiment)
    openbis_sandbox.faults.add("cut", "direct-get", after_bytes=12 * 2**20)
    if target != "direct-get":
        openbis_sandbox.faults.add("cut", target, after_bytes=3 * 2**20)
    before = alice.transport.stats.bytes_received
    paths = await download(alice, [file], cache)
    assert paths[0].read_bytes() == content
    assert len(openbis_sandbox.faults.struck()) == (1 if target == "direct-get" else 2)
    assert alice.transport.stats.bytes_received - before < 1.5 * len(content)


@pytest.mark.parametrize("seed", range(3))
async def test_a_new_process_goes_on_where_the_old_one_ended(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache, seed: int
) -> None:
    file, content = await big_file(alice, experiment)
    openbis_sandbox.faults.add("cut", "direct-get", after_bytes=9 * 2**20 + 12345 * seed)
    openbis_sandbox.faults.add("status", "*", skip=1, count=0)  # then openBIS goes away
    with pytest.raises(TransferFailed):
        await download(alice, [file], cache)
    openbis_sandbox.faults.clear()
    assert cache.find(file) is None
    anew = Cache(cache.root, server=alice.server.host, person="alice")
    async with OpenBIS(alice.server, alice.token) as client:
        await client.files_of([file.data_set])
        before = client.transport.stats.bytes_received
        paths = await download(client, [file], anew)
        assert paths[0].read_bytes() == content
        assert client.transport.stats.bytes_received - before < 0.85 * len(content)


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("cut", {"after_bytes": 100_000, "count": 2}),
        ("corrupt", {"after_bytes": 1000, "count": 2}),
        ("wrong-size", {"count": 2}),
        ("status", {"status": 502, "count": 2}),
        ("status", {"status": 503, "count": 2}),
        ("html", {"count": 2}),
        ("silence", {}),
        ("latency", {"seconds": 0.3, "count": 3}),
        ("answer-lost", {"count": 2}),
    ],
)
async def test_every_passing_fault_of_a_download_is_overcome(
    openbis_sandbox: Sandbox,
    alice: OpenBIS,
    experiment: Entity,
    cache: Cache,
    kind: str,
    settings: dict[str, object],
) -> None:
    contents = {f"{n}.bin": noise(400_000, n) for n in range(5)}
    perm_id = await stored(alice, experiment, contents)
    files = (await alice.files_of([perm_id]))[perm_id]
    openbis_sandbox.faults.add(kind, "direct-get", **settings)
    paths = await download(alice, files, cache)
    assert {p.name: p.read_bytes() for p in paths} == contents
    assert openbis_sandbox.faults.struck()


@pytest.mark.parametrize("kind", ["cut", "corrupt", "wrong-size", "status", "html", "answer-lost"])
async def test_a_lasting_fault_leaves_nothing_wrong_and_a_repeat_finishes(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache, kind: str
) -> None:
    contents = {f"{n}.bin": noise(100_000, n) for n in range(3)}
    perm_id = await stored(alice, experiment, contents)
    files = (await alice.files_of([perm_id]))[perm_id]
    openbis_sandbox.faults.add(
        kind, "direct-get", count=0, **({"after_bytes": 5000} if kind == "cut" else {})
    )
    with pytest.raises(TransferFailed):
        await download(alice, files, cache)
    assert all(cache.find(file) is None for file in files)
    openbis_sandbox.faults.clear()
    paths = await download(alice, files, cache)
    assert {p.name: p.read_bytes() for p in paths} == contents


async def test_an_expired_session_ends_a_download_at_once(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    """U-01: one sentence and what is there stays."""
    perm_id = await stored(alice, experiment, {f"{n}": b"x" * 100 for n in range(50)})
    files = (await alice.files_of([perm_id]))[perm_id]
    openbis_sandbox.faults.add(FaultKind.EXPIRED_SESSION, "direct-get", skip=10)
    with pytest.raises(NotLoggedIn):
        await download(alice, files, cache)
    kept = [f for f in files if cache.find(f)]
    assert 0 < len(kept) < 50
    await alice.login("alice", openbis_sandbox.users["alice"])
    assert len(await download(alice, files, cache)) == 50


async def test_a_cancelled_download_leaves_no_half_file(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    file, content = await big_file(alice, experiment)
    arrived = asyncio.Event()
    openbis_sandbox.faults.add("latency", "file-transfer", count=0)
    openbis_sandbox.faults.add("cut", "direct-get", after_bytes=9 * 2**20)
    task = asyncio.create_task(download(alice, [file], cache, progress=lambda _: arrived.set()))
    await arrived.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    openbis_sandbox.faults.clear()
    assert cache.find(file) is None
    assert (await download(alice, [file], cache))[0].read_bytes() == content


async def test_a_mounted_share_is_read_in_place(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    """Nothing is copied that is not needed (D11)."""
    mounts = StoreMounts({"1": openbis_sandbox.store_folder / "1"})
    data_set = (await alice.data_sets_of(experiment))[0]
    files = (await alice.files_of([data_set.perm_id]))[data_set.perm_id]
    found = [mounts.find(data_set, file) for file in files]
    assert [zlib.crc32(p.read_bytes()) for p in found if p] == [file.crc32 for file in files]


@pytest.mark.parametrize("api_version", ["3.5", "3.6", "3.7"])
async def test_every_version_of_the_interface_resumes(
    api_version: str, tmp_path: Path, versioned: Callable[[str], Sandbox]
) -> None:
    """Both forms of the fast download (contract 4.4); without it the file is fetched again."""
    sandbox = versioned(api_version)
    server = Server(sandbox.url, ca_bundle=sandbox.ca_bundle, transfer_timeout=3)
    async with OpenBIS(server) as client:
        await client.login("alice", sandbox.users["alice"])
        file, content = await big_file(client, await client.entity(DEMO_EXPERIMENT))
        sandbox.faults.add("cut", "direct-get", after_bytes=12 * 2**20)
        cache = Cache(tmp_path / "cache", server=server.host, person="alice")
        assert (await download(client, [file], cache))[0].read_bytes() == content
        methods = {fault.target for fault in sandbox.faults.struck()}
        assert methods == {"direct-get"}


async def test_ten_thousand_files_are_listed_planned_and_fetched_where_wanted(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity, cache: Cache
) -> None:
    perm_id = await stored(alice, experiment, {"a": b"x"})
    content = openbis_sandbox.state.content
    many = {f"original/folder/part_{n:05}.csv": f"{n}\n".encode() for n in range(10_000)}
    with openbis_sandbox.state.store.write() as db:
        content.remove(db, [perm_id])
        content.write(db, perm_id, many)
    before = alice.transport.stats.round_trips
    files = (await alice.files_of([perm_id]))[perm_id]
    assert alice.transport.stats.round_trips == before + 1
    assert len(plan(files, cache).missing) == 10_000
    paths = await download(alice, files[5000:5100], cache)
    assert [p.read_text() for p in paths] == [f"{n}\n" for n in range(5000, 5100)]
