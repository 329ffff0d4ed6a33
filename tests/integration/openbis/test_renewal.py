"""A session that is over is renewed once, and the call repeated once; never a loop (U-01)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from openbis_nb.errors import NotLoggedIn
from openbis_nb.models import Entity
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.download import fetch, read
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind

from .conftest import big_file, noise, stored


@dataclass
class Keeper:
    """Keeps a session, as the hub does: ``asked`` says for which ended ones another was asked."""

    give: Callable[[], str | None]
    asked: list[Secret] = field(default_factory=list)

    async def __call__(self, ended: Secret) -> Secret | None:
        self.asked.append(ended)
        await asyncio.sleep(0.01)
        given = self.give()
        return Secret(given) if given is not None else None


@pytest.fixture
def keeper(openbis_sandbox: Sandbox) -> Keeper:
    return Keeper(lambda: openbis_sandbox.token("alice"))


@pytest.fixture
async def alice(openbis_sandbox: Sandbox, server: Server, keeper: Keeper) -> AsyncIterator[OpenBIS]:
    async with OpenBIS(server, openbis_sandbox.token("alice"), renew=keeper) as client:
        yield client


async def test_the_same_call_goes_on_with_the_new_session(
    alice: OpenBIS, keeper: Keeper, openbis_sandbox: Sandbox
) -> None:
    before = alice.token
    openbis_sandbox.state.sessions.expire("alice")
    assert (await alice.entity(DEMO_EXPERIMENT)).identifier == DEMO_EXPERIMENT
    assert keeper.asked == [before]
    assert alice.token != before
    await alice.entity(DEMO_EXPERIMENT)
    assert keeper.asked == [before]


async def test_many_calls_at_once_ask_once(alice: OpenBIS, keeper: Keeper, openbis_sandbox: Sandbox) -> None:
    openbis_sandbox.state.sessions.expire("alice")
    await asyncio.gather(*(alice.entity(DEMO_EXPERIMENT) for _ in range(10)))
    assert len(keeper.asked) == 1


@pytest.mark.parametrize("given", ["nothing", "the same", "a dead one"])
async def test_no_loop_when_there_is_no_other_session(
    given: str, openbis_sandbox: Sandbox, server: Server
) -> None:
    token = openbis_sandbox.token("alice")
    dead = openbis_sandbox.token("alice")
    keeper = Keeper({"nothing": lambda: None, "the same": lambda: token, "a dead one": lambda: dead}[given])
    openbis_sandbox.state.sessions.expire("alice")
    async with OpenBIS(server, token, renew=keeper) as client:
        with pytest.raises(NotLoggedIn):
            await client.server_information()
        assert client.transport.stats.round_trips <= 2
    assert len(keeper.asked) == 1


async def test_a_session_of_somebody_else_is_not_taken(openbis_sandbox: Sandbox, server: Server) -> None:
    """Cache and outbox beside the client are one person's."""
    keeper = Keeper(lambda: openbis_sandbox.token("bob"))
    async with OpenBIS(server, openbis_sandbox.token("alice"), renew=keeper) as client:
        await client.whoami()
        openbis_sandbox.state.sessions.expire("alice")
        with pytest.raises(NotLoggedIn):
            await client.entity(DEMO_EXPERIMENT)
        assert client.token.reveal().startswith("alice-")


async def test_what_the_keeper_says_reaches_the_person(openbis_sandbox: Sandbox, server: Server) -> None:
    async def over(_: Secret) -> None:
        raise NotLoggedIn("The openBIS session is over.", next_step="Log in at the hub.")

    async with OpenBIS(server, openbis_sandbox.token("alice"), renew=over) as client:
        openbis_sandbox.state.sessions.expire("alice")
        with pytest.raises(NotLoggedIn, match="Log in at the hub"):
            await client.entity(DEMO_EXPERIMENT)


async def test_files_are_listed_and_read_and_fetched(
    alice: OpenBIS, keeper: Keeper, openbis_sandbox: Sandbox, cache: Cache
) -> None:
    experiment = await alice.entity(DEMO_EXPERIMENT)
    perm_id = await stored(alice, experiment, {"a.txt": b"hello", "b.bin": noise(10_000)})
    openbis_sandbox.state.sessions.expire("alice")
    files = {file.name: file for file in (await alice.files_of([perm_id]))[perm_id]}
    openbis_sandbox.state.sessions.expire("alice")
    assert await read(alice, files["a.txt"], max_bytes=100) == b"hello"
    openbis_sandbox.state.sessions.expire("alice")
    assert (await fetch(alice, files["b.bin"], cache, lambda _: None)).read_bytes() == noise(10_000)
    assert len(keeper.asked) == 3


async def test_a_large_file_goes_on_inside_with_the_new_session(
    alice: OpenBIS, openbis_sandbox: Sandbox, cache: Cache
) -> None:
    file, content = await big_file(alice, await alice.entity(DEMO_EXPERIMENT))
    openbis_sandbox.faults.add(FaultKind.CUT, "direct-get", after_bytes=15 * 2**20, count=1)
    openbis_sandbox.faults.add(FaultKind.EXPIRED_SESSION, "createFastDownloadSession", count=1)
    assert (await fetch(alice, file, cache, lambda _: None)).read_bytes() == content


@pytest.mark.parametrize(
    ("call", "skip"),
    [
        ("session_workspace_file_upload", 0),
        ("session_workspace_file_upload", 2),
        ("createUploadedDataSet", 0),
    ],
)
async def test_an_upload_begins_again_and_is_stored_once(
    call: str, skip: int, alice: OpenBIS, keeper: Keeper, openbis_sandbox: Sandbox
) -> None:
    """The files lie in the workspace of the session that is over (contract 5.2)."""
    experiment: Entity = await alice.entity(DEMO_EXPERIMENT)
    before = {data_set.perm_id for data_set in await alice.data_sets_of(experiment)}
    openbis_sandbox.faults.add(FaultKind.EXPIRED_SESSION, call, skip=skip, count=1)
    files = {f"{number}.bin": noise(1000, number) for number in range(5)}
    perm_id = await stored(alice, experiment, files)
    after = {data_set.perm_id for data_set in await alice.data_sets_of(experiment)}
    assert after - before == {perm_id}
    listed = (await alice.files_of([perm_id]))[perm_id]
    assert {file.name for file in listed} == set(files)
    assert len(keeper.asked) == 1


async def test_a_log_out_ends_the_session_that_is_held_and_no_other(
    alice: OpenBIS, keeper: Keeper, openbis_sandbox: Sandbox
) -> None:
    openbis_sandbox.state.sessions.expire("alice")
    await alice.logout()
    assert keeper.asked == []
