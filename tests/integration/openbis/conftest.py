"""Alice and others at a sandbox: real sockets, TLS with the sandbox's own CA."""

from __future__ import annotations

import random
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from openbis_nb.models import DataFile, Entity
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.checkpoints import CheckpointDraft
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.silence import meets_silence

Login = Callable[[str], Awaitable[OpenBIS]]


def server_of(sandbox: Sandbox, *, hasty: bool = False) -> Server:
    return Server(
        sandbox.url,
        ca_bundle=sandbox.ca_bundle,
        request_timeout=2 if hasty else 30,
        transfer_timeout=1 if hasty else 30,
        parallel=4,
        retry_pause=0.02,
    )


@pytest.fixture
def server(openbis_sandbox: Sandbox, request: pytest.FixtureRequest) -> Server:
    return server_of(openbis_sandbox, hasty=meets_silence(request))


@pytest.fixture
async def login(openbis_sandbox: Sandbox, server: Server) -> AsyncIterator[Login]:
    """Log somebody in; all are closed at the end."""
    clients: list[OpenBIS] = []

    async def log_in(user: str) -> OpenBIS:
        client = OpenBIS(server)
        clients.append(client)
        await client.login(user, openbis_sandbox.users[user])
        return client

    yield log_in
    for client in clients:
        await client.close()


@pytest.fixture
async def alice(login: Login) -> OpenBIS:
    return await login("alice")


@pytest.fixture
async def experiment(alice: OpenBIS) -> Entity:
    return await alice.entity(DEMO_EXPERIMENT)


@pytest.fixture
def cache(tmp_path: Path, server: Server) -> Cache:
    return Cache(tmp_path / "cache", server=server.host, person="alice")


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


async def stored(client: OpenBIS, owner: Entity, files: dict[str, bytes], type_code: str = "RAW_DATA") -> str:
    """A data set with these files, made by our own way."""
    return await create_data_set(client, NewDataSet(type_code=type_code, owner=owner, files=files))


async def big_file(client: OpenBIS, owner: Entity, size: int = 20 * 2**20) -> tuple[DataFile, bytes]:
    """A file large enough to be gone on with after a cut."""
    content = noise(size)
    perm_id = await stored(client, owner, {"big.bin": content})
    return (await client.files_of([perm_id]))[perm_id][0], content


def draft(owner: Entity, **changes: object) -> CheckpointDraft:
    """A version that is ready to be written."""
    record = b'{"save_id": "save-1"}'
    values: dict[str, object] = {
        "type_code": "ANALYSIS_NOTEBOOK",
        "owner": owner,
        "name": "Growth",
        "notes": "<p>first</p>",
        "notebook_id": "notebook-1",
        "files": {"growth.ipynb": b'{"cells": []}', "growth.ipynb.html": b"<p>", "provenance.json": record},
        "save_id": "save-1",
        "provenance_crc32": zlib.crc32(record),
    }
    return CheckpointDraft(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture
def versioned() -> Iterator[Callable[[str], Sandbox]]:
    """Starts sandboxes that imitate other releases; all are stopped at the end."""
    with ExitStack() as stack:
        yield lambda api_version: stack.enter_context(running_sandbox(api_version=api_version))
