"""Dashboards over a real sandbox, asked as pages and scripts do; who asks is given, the hub is not needed."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request

from openbis_nb.sandbox import Sandbox
from openbis_nb.service import problems
from openbis_nb.service.people import person as people_person
from openbis_nb.service.publishing.bodies import PublishBody
from openbis_nb.service.publishing.dashboards import routes
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
from tests.postgres import postgres

__all__ = ["openbis", "person", "postgres", "sandbox", "service_settings"]

PREFIX = "/services/openbis"


@dataclass(frozen=True)
class Person(Guest):
    """What a route needs of who asks: here somebody with an openBIS token."""

    hub_name: str = ""
    by_token: bool = True


#: With one output, and code that is nobody's business.
NOTEBOOK = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {},
    "cells": [
        {"cell_type": "markdown", "id": "head", "metadata": {}, "source": "# Growth"},
        {
            "cell_type": "code",
            "id": "fit",
            "metadata": {},
            "execution_count": 1,
            "source": "secret_recipe()",
            "outputs": [{"output_type": "stream", "name": "stdout", "text": "rate = 0.31"}],
        },
    ],
}


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
    sandbox: Sandbox
    web: httpx.AsyncClient
    person: Callable[..., Awaitable[Guest]]

    def who(self, user: str) -> Client:
        return Client(self.web, user)

    async def caller(self, user: str) -> Person:
        known = await self.person(user)
        return Person(known.user_id, known.client)

    async def publish(self, user: str, place: str, name: str, **more: Any) -> str:
        """A new notebook of somebody's, published by them; the id of its page."""
        files = {"notebook.ipynb": json.dumps(NOTEBOOK).encode()}
        _, perm_id = await (await self.person(user)).save(place, name, files=files)
        body = PublishBody(version=perm_id, title=name, **({"code": "shown"} | more))
        return (await self.service.publications.publish(await self.caller(user), body)).id


@pytest.fixture
async def lab(
    sandbox: Sandbox, service_settings: ServiceSettings, person: Callable[..., Awaitable[Guest]]
) -> AsyncIterator[Lab]:
    async with running_service(sandbox, service_settings) as service:
        app = FastAPI()
        app.state.service = service
        app.include_router(routes.router, prefix=PREFIX)
        problems.add_handlers(app)

        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub.test") as web:
            lab = Lab(service, sandbox, web, person)

            async def asks(request: Request) -> Person:
                return await lab.caller(request.headers["X-Who"])

            app.dependency_overrides[people_person] = asks
            yield lab
