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

import pybis
import pytest

from openbis_nb.models import Entity
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.openbis.transport import Transport
from openbis_nb.sandbox import Sandbox, running_sandbox
from openbis_nb.service.library.catalogue import Catalogue
from openbis_nb.service.place import Place
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings
from openbis_nb.settings import Settings

from .api import admin, alice, api_hub, api_openbis, bob, hasty, olga, site, ursula

__all__ = ["admin", "alice", "api_hub", "api_openbis", "bob", "hasty", "olga", "site", "ursula"]

GROWTH = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
TITRATION = "/CHEMLAB/SYNTHESIS/TITRATION_1"
STRAINS = "/BIOLAB/STRAINS"  # an object in no project
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

    def new_calls(self) -> Counter[str]:
        """The calls since this was asked last."""
        found = Counter(self.calls)
        self.calls.clear()
        return found

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

    async def derive(self, perm_id: str) -> str:
        """A corrected version of a data set: its child, of the same type and owner."""
        old = (await self.client.data_sets([perm_id]))[perm_id]
        assert old.owner is not None
        new = NewDataSet(type_code=old.type_code, owner=old.owner, files={"a.csv": b"1"}, parents=(perm_id,))
        return await create_data_set(self.client, new)


@dataclass
class Clock:
    """Seconds that only grow when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def set_roles(sandbox: Sandbox, user: str, *roles: tuple[str, str]) -> None:
    """These roles and no others: ``("OBSERVER", "/BIOLAB/GROWTH")``; of a space ``"BIOLAB"``, or ``"*"``."""
    with sandbox.state.store.write() as db:
        db.execute("DELETE FROM role_assignments WHERE user_id = ?", (user,))
        for role, place in roles:
            level = "INSTANCE" if place == "*" else "PROJECT" if "/" in place else "SPACE"
            query = "SELECT id FROM entities WHERE kind = ? AND ? IN (identifier, code)"
            home = db.execute(query, (level, place)).fetchone()
            db.execute(
                "INSERT INTO role_assignments (user_id, role, role_level, space_id, project_id, registrator,"
                " registered_at) VALUES (?, ?, ?, ?, ?, 'admin', 0)",
                (
                    user,
                    role,
                    level,
                    home[0] if level == "SPACE" else None,
                    home[0] if level == "PROJECT" else None,
                ),
            )


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
def witness(sandbox: Sandbox) -> Callable[[str], pybis.Openbis]:
    """Somebody with pybis: what is done outside of our code."""

    def log_in(user: str) -> pybis.Openbis:
        openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
        openbis.login(user, sandbox.users[user])
        return openbis

    return log_in


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def service_settings(tmp_path: Path) -> ServiceSettings:
    """Tests with other settings override it."""
    return ServiceSettings(database_url=f"sqlite:///{tmp_path / 'service.sqlite'}")


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
    sandbox: Sandbox, service_settings: ServiceSettings, person: Callable[..., Awaitable[Guest]]
) -> AsyncIterator[Service]:
    async with running_service(sandbox, service_settings) as service:
        yield service


@pytest.fixture
async def catalogue(service: Service, clock: Clock) -> AsyncIterator[Catalogue]:
    """One whose 30 seconds pass when the test says so."""
    catalogue = Catalogue(service.database, service.core.data_set_type, 30, clock)
    yield catalogue
    await catalogue.close()


@pytest.fixture
async def person(sandbox: Sandbox) -> AsyncIterator[Callable[..., Awaitable[Guest]]]:
    """Somebody of the sandbox, logged in."""
    transports = []

    async def log_in(user: str, *, patience: float = 20) -> Guest:
        server = Server(sandbox.url, ca_bundle=Path(str(sandbox.ca_bundle)), request_timeout=patience)
        transport = CountingTransport(server)
        transports.append(transport)
        return Guest(user, OpenBIS(server, sandbox.token(user), transport=transport))

    yield log_in
    for transport in transports:
        await transport.close()
