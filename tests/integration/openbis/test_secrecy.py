"""D16, U-12: the token is in no exception, no log record and no address that we show, whatever goes wrong."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Awaitable, Callable

import pytest

from openbis_nb.errors import OpenbisNbError, UnexpectedAnswer
from openbis_nb.models import DataFile, Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.openbis.creation import Patience
from openbis_nb.openbis.files import download
from openbis_nb.sandbox import Sandbox

from .conftest import draft

Act = Callable[[OpenBIS, Entity, list[DataFile], Cache], Awaitable[object]]


async def read(alice: OpenBIS, experiment: Entity, files: list[DataFile], cache: Cache) -> object:
    return await alice.data_sets_of(experiment)


async def fetch(alice: OpenBIS, experiment: Entity, files: list[DataFile], cache: Cache) -> object:
    return await download(alice, files, cache)


async def save(alice: OpenBIS, experiment: Entity, files: list[DataFile], cache: Cache) -> object:
    return await checkpoints.write(alice, draft(experiment), patience=Patience(looks=(0.01,)))


def everything_about(error: BaseException) -> str:
    """All that a log or an error tracker could show: the chain, its attributes, and the contexts."""
    seen: list[str] = ["".join(traceback.format_exception(error))]
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None:
            seen += [repr(one), str(one), repr(one.args), repr(getattr(one, "__dict__", {}))]
            waiting += [one.__cause__, one.__context__]
    return "\n".join(seen)


@pytest.mark.parametrize("act", [read, fetch, save])
@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("cut", {}),
        ("status", {}),
        ("status", {"status": 302}),
        ("status", {"status": 500}),
        ("html", {}),
        ("silence", {}),
        ("answer-lost", {}),
        ("expired-session", {}),
        ("error", {"message": "wrong in session {token}"}),
    ],
)
async def test_no_failure_shows_the_token(
    openbis_sandbox: Sandbox,
    alice: OpenBIS,
    experiment: Entity,
    cache: Cache,
    caplog: pytest.LogCaptureFixture,
    act: Act,
    kind: str,
    settings: dict[str, object],
) -> None:
    caplog.set_level(logging.DEBUG)  # an application may set the root logger so
    token = alice.token.reveal()
    data_set = (await alice.data_sets_of(experiment))[0]
    files = (await alice.files_of([data_set.perm_id]))[data_set.perm_id]
    told = {
        key: value.format(token=token) if isinstance(value, str) else value for key, value in settings.items()
    }
    openbis_sandbox.faults.add(kind, "*", count=0, **told)
    with pytest.raises(OpenbisNbError) as caught:
        await act(alice, experiment, files, cache)
    secret = token.rpartition("x")[2]
    assert secret not in everything_about(caught.value)
    assert secret not in caplog.text
    assert secret not in repr(alice) + repr(alice.token) + repr(alice.server)


async def test_a_data_store_of_another_host_gets_no_token(
    openbis_sandbox: Sandbox, alice: OpenBIS, experiment: Entity
) -> None:
    openbis_sandbox.state.download_url = "https://evil.example.org:8444"
    async with OpenBIS(alice.server, alice.token) as client:
        data_sets = await client.data_sets_of(experiment)
        before = client.transport.stats.round_trips
        with pytest.raises(UnexpectedAnswer, match=r"evil\.example\.org"):
            await client.files_of([data_sets[0].perm_id])
        assert client.transport.stats.round_trips == before
        with pytest.raises(UnexpectedAnswer, match=r"evil\.example\.org"):
            await client.data_stores()
