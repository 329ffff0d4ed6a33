"""Dashboards over a real sandbox, asked as pages and scripts do; who asks is given, the hub is not needed."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from openbis_nb.notebooks.html_page import to_html
from openbis_nb.sandbox import Sandbox
from openbis_nb.service import problems
from openbis_nb.service.library.query import Viewer
from openbis_nb.service.people import person as people_person
from openbis_nb.service.publishing.dashboards import routes
from openbis_nb.service.publishing.dashboards.pages import PageOutput, PageShown, no_such_page
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings
from tests.integration.service_library.conftest import (
    Guest,
    openbis,
    person,
    running_service,
    sandbox,
    service_settings,
)

__all__ = ["openbis", "person", "sandbox", "service_settings"]

PREFIX = "/services/openbis"


@dataclass(frozen=True)
class Person(Guest):
    """What a route needs of who asks."""

    hub_name: str = ""
    by_token: bool = True


NOTEBOOK = {
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "head", "source": "# Growth"},
        {
            "cell_type": "code",
            "id": "fit",
            "source": "secret_recipe()",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "rate = 0.31"}],
        },
    ],
}


@dataclass
class StubPages:
    """Pages by id, with the data set that a viewer's session must see."""

    service: Service
    pages: dict[str, str] = field(default_factory=dict)

    def publish(self, perm_id: str) -> str:
        page_id = uuid.uuid4().hex
        self.pages[page_id] = perm_id
        return page_id

    async def shown(self, viewer: Viewer, page_ids: Collection[str]) -> Mapping[str, PageShown]:
        wanted = {page: self.pages[page] for page in page_ids if page in self.pages}
        seen = await self.service.catalogue.confirm(viewer, wanted.values())
        return {page: _page(page, perm_id) for page, perm_id in wanted.items() if perm_id in seen}

    async def outputs(self, viewer: Viewer, page_id: str) -> list[PageOutput]:
        if not await self.shown(viewer, [page_id]):
            raise no_such_page()
        return [PageOutput(cell_id="fit", index=0, kind="text", label="rate = 0.31")]

    async def html(
        self, viewer: Viewer, page_id: str, *, code: bool = True, only: tuple[str, int] | None = None
    ) -> bytes:
        if not await self.shown(viewer, [page_id]):
            raise no_such_page()
        return to_html(NOTEBOOK, title="Growth", code="shown" if code else "left-out", only=only).encode()


def _page(page_id: str, perm_id: str) -> PageShown:
    return PageShown(
        id=page_id, title="Growth curves", link=f"{PREFIX}/published/{page_id}", notebook="Growth",
        version=perm_id, saved_at=datetime(2026, 11, 21, 9, 30, tzinfo=UTC), saved_by="alice",
        follow="latest", has_code=True,
    )  # fmt: skip


@dataclass
class Client:
    """One person; paths are below ``api/v1/``."""

    web: httpx.AsyncClient
    user: str

    async def ask(self, verb: str, path: str, **more: Any) -> httpx.Response:
        headers = {"X-Who": self.user} | more.pop("headers", {})
        return await self.web.request(verb, f"{PREFIX}/api/v1/{path}", headers=headers, **more)

    async def get(self, path: str, /, **params: Any) -> Any:
        answer = await self.ask("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def made(self, verb: str, path: str, json: Any, status: int = 201, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.ask(verb, path, json=json, headers=sent)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def refused(self, verb: str, path: str, status: int, **more: Any) -> Any:
        answer = await self.ask(verb, path, **more)
        assert answer.status_code == status, (answer.status_code, answer.text)
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = answer.json()
        assert problem["detail"]
        assert problem["next_step"]
        return problem


@dataclass
class Lab:
    """A service with pages and dashboards, and people who ask it."""

    service: Service
    pages: StubPages
    sandbox: Sandbox
    web: httpx.AsyncClient
    person: Callable[..., Awaitable[Guest]]

    def who(self, user: str) -> Client:
        return Client(self.web, user)


@pytest.fixture
async def lab(
    sandbox: Sandbox, service_settings: ServiceSettings, person: Callable[..., Awaitable[Guest]]
) -> AsyncIterator[Lab]:
    async with running_service(sandbox, service_settings) as service:
        pages = service.dashboards.pages = StubPages(service)
        app = FastAPI()
        app.state.service = service
        app.include_router(routes.router, prefix=PREFIX)
        problems.add_handlers(app)

        async def asks(request: Request) -> Person:
            known = await person(request.headers["X-Who"])
            return Person(known.user_id, known.client)

        app.dependency_overrides[people_person] = asks
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as web:
            yield Lab(service, pages, sandbox, web, person)
