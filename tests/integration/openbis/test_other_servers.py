"""What answers at the address is not openBIS, or not as it should be: one error of ours, never a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from openbis_nb.errors import OpenbisNbError, UnexpectedAnswer
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.secrets import Secret

ANSWERS = {
    "a page": b"<html>Please log in to the network.</html>",
    "nothing": b"",
    "no object": b"[]",
    "nested without end": b"[" * 100_000,
    "not UTF-8": b'{"result":"\xe9"}',
    "a number": b'{"result":5}',
    "an error of another form": b'{"error":[{}]}',
    "objects that are none": b'{"result":{"objects":[1,null,"x"],"totalCount":3}}',
    "a total beyond numbers": b'{"result":{"objects":[{"@type":"x"}],"totalCount":1e400}}',
    "a circle": b'{"result":{"objects":[{"@id":1,"permId":1,"parents":[1],"experiment":1}],"totalCount":1}}',
}
ACTS: dict[str, Callable[[OpenBIS], Awaitable[object]]] = {
    "whoami": lambda client: client.whoami(),
    "entity": lambda client: client.entity("/BIOLAB/GROWTH/EXP1"),
    "data sets": lambda client: client.data_sets(["20261121000000000-1"]),
    "files": lambda client: client.files_of(["20261121000000000-1"]),
}


@asynccontextmanager
async def answering(body: bytes) -> AsyncIterator[OpenBIS]:
    """A client of a server that answers everything with *body*."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server = Server(f"http://127.0.0.1:{runner.addresses[0][1]}", request_timeout=5)
    try:
        async with OpenBIS(server, Secret("a token")) as client:
            yield client
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("body", ANSWERS)
async def test_it_is_said_and_nothing_crashes(body: str, act: str) -> None:
    async with answering(ANSWERS[body]) as client:
        with pytest.raises(OpenbisNbError) as caught:
            await ACTS[act](client)
    assert caught.value.next_step


async def test_a_log_in_that_gives_no_text_is_no_log_in() -> None:
    async with answering(b'{"result":true}') as client:
        with pytest.raises(UnexpectedAnswer):
            await client.login("alice", "a password")
