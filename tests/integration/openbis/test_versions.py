"""N-28, N-29: the versions of a notebook, and which of them count (design section 2), as openBIS has them."""

from __future__ import annotations

import json
import zlib

import pytest

from openbis_nb.models import Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox

from .conftest import Login, draft


async def write(client: OpenBIS, owner: str | Entity, *, name: str = "N", **claims: object) -> str:
    record = json.dumps({"save_id": name, **claims}).encode()
    entity = await client.entity(owner) if isinstance(owner, str) else owner
    files = {"n.ipynb": b"{}", "provenance.json": record}
    new = draft(entity, name=name, files=files, provenance_crc32=zlib.crc32(record))
    return (await checkpoints.write(client, new)).perm_id


async def judged(client: OpenBIS) -> list[tuple[str, str, bool]]:
    return [(v.name, v.registrator, v.counts) for v in await checkpoints.versions(client, "notebook-1")]


async def test_versions_come_in_order_with_author_and_name(alice: OpenBIS) -> None:
    """O-29."""
    for name in ("first", "second", "third"):
        await write(alice, DEMO_EXPERIMENT, name=name)
    assert await judged(alice) == [(name, "alice", True) for name in ("first", "second", "third")]
    assert await checkpoints.versions(alice, "another notebook") == []


async def test_one_person_s_versions_are_one_search(alice: OpenBIS) -> None:
    await write(alice, DEMO_EXPERIMENT)
    before = alice.transport.stats.round_trips
    await judged(alice)
    assert alice.transport.stats.round_trips - before == 1


async def test_a_stranger_s_version_is_a_fork_whatever_it_claims(login: Login) -> None:
    ursula, alice = await login("ursula"), await login("alice")
    await write(ursula, DEMO_EXPERIMENT, name="mine")
    await write(alice, DEMO_EXPERIMENT, name="claimed", co_authors=["alice"], takeover=True)
    assert await judged(ursula) == [("mine", "ursula", True), ("claimed", "alice", False)]


async def test_a_co_author_named_by_the_author_counts(login: Login) -> None:
    ursula, alice = await login("ursula"), await login("alice")
    await write(ursula, DEMO_EXPERIMENT, name="mine", co_authors=["alice"])
    await write(alice, DEMO_EXPERIMENT, name="ours")
    assert await judged(alice) == [("mine", "ursula", True), ("ours", "alice", True)]
    counting = [v for v in await checkpoints.versions(alice, "notebook-1") if v.counts]
    assert await checkpoints.co_authors(alice, counting) == ("alice",)


async def test_an_admin_takes_over_where_the_roles_can_be_seen(login: Login) -> None:
    ursula, admin = await login("ursula"), await login("admin")
    await write(ursula, DEMO_EXPERIMENT, name="mine")
    await write(admin, DEMO_EXPERIMENT, name="silently")
    await write(admin, DEMO_EXPERIMENT, name="declared", takeover=True)
    as_admin = [("mine", "ursula", True), ("silently", "admin", False), ("declared", "admin", True)]
    assert await judged(admin) == as_admin
    assert [counts for _, _, counts in await judged(ursula)] == [True, False, False], (
        "ursula may not ask for roles"
    )


async def test_on_another_owner_a_version_is_a_fork(alice: OpenBIS) -> None:
    await write(alice, DEMO_EXPERIMENT, name="here")
    await write(alice, "/BIOLAB/GROWTH/GROWTH_PILOT", name="there")
    assert [(name, counts) for name, _, counts in await judged(alice)] == [("here", True), ("there", False)]


async def test_a_broken_provenance_says_nothing(login: Login) -> None:
    ursula, alice = await login("ursula"), await login("alice")
    record = b"\xff{not json"
    owner = await ursula.entity(DEMO_EXPERIMENT)
    new = draft(
        owner, files={"n.ipynb": b"{}", "provenance.json": record}, provenance_crc32=zlib.crc32(record)
    )
    await checkpoints.write(ursula, new)
    await write(alice, DEMO_EXPERIMENT, name="later")
    assert [counts for _, _, counts in await judged(alice)] == [True, False]


@pytest.mark.parametrize(("api_version", "prefix"), [("3.5", "$"), ("3.6", ""), ("3.7", ""), ("3.7", "$")])
async def test_every_release_and_spelling(api_version: str, prefix: str) -> None:
    """D6: $HISTORY_ID and HISTORY_ID; the server's type definition says which."""
    with running_sandbox(api_version=api_version, internal_prefix=prefix) as sandbox:
        async with OpenBIS(Server(sandbox.url, ca_bundle=sandbox.ca_bundle)) as client:
            await client.login("alice", sandbox.users["alice"])
            perm_id = await write(client, DEMO_EXPERIMENT, name="spelled")
            stored = (await client.data_sets([perm_id]))[perm_id]
            assert stored.properties[f"{prefix}HISTORY_ID"] == "notebook-1"
            assert await judged(client) == [("spelled", "alice", True)]
