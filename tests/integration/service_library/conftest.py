"""A service with a library over a real sandbox, asked in this process; people with sessions of their own.

``service`` has an empty index; ``person("alice")`` is what the routes know of who asks. Who needs HTTP takes
``tests.integration.service.running``.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.models import Entity
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.transport import Transport
from openbis_nb.sandbox import Sandbox, running_sandbox
from openbis_nb.service.place import Place
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings
from openbis_nb.settings import Settings

GROWTH = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
TITRATION = "/CHEMLAB/SYNTHESIS/TITRATION_1"
NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'


class CountingTransport(Transport):
    """Counts the calls of each method."""

    def __init__(self, server: Server) -> None:
        super().__init__(server)
        self.calls: Counter[str] = Counter()

    async def application(self, method: str, *params: Any, safe: bool = True) -> Any:
        self.calls[method] += 1
        return await super().application(method, *params, safe=safe)


@dataclass(frozen=True)
class Guest:
    """What a route needs of who asks: openBIS with their session."""

    user_id: str
    client: OpenBIS

    @property
    def calls(self) -> Counter[str]:
        assert isinstance(self.client.transport, CountingTransport)
        return self.client.transport.calls

    async def openbis_user(self) -> str:
        return self.user_id

    @asynccontextmanager
    async def openbis(self) -> AsyncIterator[OpenBIS]:
        yield self.client

    async def save(
        self,
        owner: str | Entity,
        name: str,
        notebook_id: str | None = None,
        *,
        notes: str = "",
        parents: tuple[str, ...] = (),
        files: Mapping[str, bytes] | None = None,
    ) -> tuple[str, str]:
        """A version, written past the library; notebook id and permId."""
        notebook_id = notebook_id or uuid.uuid4().hex
        entity = await self.client.entity(owner) if isinstance(owner, str) else owner
        new = NewDataSet(
            type_code="ANALYSIS_NOTEBOOK",
            owner=entity,
            files={"notebook.ipynb": NOTEBOOK, **(files or {})},
            properties={"$NAME": name, "NOTES": notes, "$HISTORY_ID": notebook_id},
            parents=parents,
        )
        return notebook_id, await create_data_set(self.client, new)


@pytest.fixture(scope="session")
def openbis() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(openbis: Sandbox) -> Iterator[Sandbox]:
    """The sandbox as seeded: other tests' notebooks are gone, and so are roles and faults."""
    openbis.reset()
    yield openbis
    openbis.faults.clear()


@pytest.fixture
def service_settings(tmp_path: Path) -> ServiceSettings:
    """Tests with other settings override it."""
    return ServiceSettings(database_url=f"sqlite:///{tmp_path / 'service.sqlite'}", openbis_timeout=2)


@asynccontextmanager
async def running_service(sandbox: Sandbox, settings: ServiceSettings) -> AsyncIterator[Service]:
    place = Place.of({"JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api", "JUPYTERHUB_API_TOKEN": "none"})
    ca_bundle = Path(str(sandbox.ca_bundle))
    core = Settings(url=sandbox.url, public_url="https://eln.example.org", ca_bundle=ca_bundle)
    service = Service(place, settings, core)
    try:
        yield service
    finally:
        await service.close()


@pytest.fixture
async def service(
    sandbox: Sandbox, service_settings: ServiceSettings, person: Callable[[str], Awaitable[Guest]]
) -> AsyncIterator[Service]:
    async with running_service(sandbox, service_settings) as service:
        yield service


@pytest.fixture
async def person(sandbox: Sandbox) -> AsyncIterator[Callable[[str], Awaitable[Guest]]]:
    """Somebody of the sandbox, logged in."""
    server = Server(sandbox.url, ca_bundle=Path(str(sandbox.ca_bundle)), request_timeout=2)
    transports = []

    async def log_in(user: str) -> Guest:
        transport = CountingTransport(server)
        transports.append(transport)
        return Guest(user, OpenBIS(server, sandbox.token(user), transport=transport))

    yield log_in
    for transport in transports:
        await transport.close()
