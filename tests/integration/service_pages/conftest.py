"""The browse API over a real sandbox, asked as a page does; who asks is given, the hub is not needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from openbis_nb.models import Entity
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import NewDataSet, create_data_set
from openbis_nb.sandbox import Sandbox
from openbis_nb.service import problems
from openbis_nb.service.browse import router
from openbis_nb.service.place import Place
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings
from openbis_nb.service.visitors import visitor
from openbis_nb.settings import Settings

PREFIX = "/services/openbis"


@dataclass(frozen=True)
class Guest:
    """What a route needs of a visitor: openBIS with their session."""

    client: OpenBIS

    @asynccontextmanager
    async def openbis(self) -> AsyncIterator[OpenBIS]:
        yield self.client


@dataclass
class Page:
    """A page of one person: asks the API, and counts what that cost at openBIS."""

    web: httpx.AsyncClient
    client: OpenBIS
    calls: list[int] = field(default_factory=list)

    async def ask(self, path: str, /, **params: Any) -> httpx.Response:
        before = self.client.transport.stats.round_trips
        answer = await self.web.get(f"{PREFIX}/api/v1/{path}", params=params)
        self.calls.append(self.client.transport.stats.round_trips - before)
        return answer

    async def get(self, path: str, /, **params: Any) -> Any:
        answer = await self.ask(path, **params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def problem(self, path: str, /, **params: Any) -> dict[str, Any]:
        answer = await self.ask(path, **params)
        assert answer.headers["Content-Type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert body["status"] == answer.status_code >= 400
        return body

    async def perm_id(self, identifier: str) -> str:
        return (await self.client.entity(identifier)).perm_id


@pytest.fixture
def service_settings() -> ServiceSettings:
    """Tests with other settings override it."""
    return ServiceSettings(preselect_limit=10**9)


@pytest.fixture
async def page(openbis_sandbox: Sandbox, service_settings: ServiceSettings) -> AsyncIterator[Page]:
    async with _page_of("alice", openbis_sandbox, service_settings) as page:
        yield page


@pytest.fixture
async def olgas_page(openbis_sandbox: Sandbox, service_settings: ServiceSettings) -> AsyncIterator[Page]:
    """Olga may look, but add nothing."""
    async with _page_of("olga", openbis_sandbox, service_settings) as page:
        yield page


@asynccontextmanager
async def _page_of(user: str, sandbox: Sandbox, settings: ServiceSettings) -> AsyncIterator[Page]:
    ca_bundle = Path(str(sandbox.ca_bundle))
    place = Place.of({"JUPYTERHUB_API_URL": "http://127.0.0.1:1/hub/api", "JUPYTERHUB_API_TOKEN": "none"})
    core = Settings(url=sandbox.url, public_url="https://eln.example.org", ca_bundle=ca_bundle)
    service = Service(place, settings, core)
    client = OpenBIS(Server(sandbox.url, ca_bundle=ca_bundle, request_timeout=5))
    await client.login(user, sandbox.users[user])
    app = FastAPI()
    app.state.service = service
    app.include_router(router, prefix=PREFIX)
    app.dependency_overrides[visitor] = lambda: Guest(client)
    problems.add_handlers(app)
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.test")
    try:
        yield Page(web, client)
    finally:
        await web.aclose()
        await client.close()
        await service.close()


async def stored(client: OpenBIS, owner: Entity, name: str, type_code: str = "RAW_DATA") -> str:
    """A small data set."""
    return await create_data_set(
        client,
        NewDataSet(type_code=type_code, owner=owner, files={"a.txt": b"a" * 100}, properties={"$NAME": name}),
    )
