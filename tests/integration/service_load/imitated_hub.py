"""JupyterHub's API, as the service asks it, imitated: whose token it is, their session, OAuth's last step.

For tests and measurements in which a hub must not be what is slow; each answer takes a time that is chosen.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

__all__ = ["ImitatedHub", "token_of"]

_SCOPES = ["access:services!service=openbis", "custom:openbis-session", "read:users:name!user"]


def token_of(name: str) -> str:
    """The hub token of a person."""
    return f"hub-token-of-{name}"


@dataclass
class ImitatedHub:
    """A hub whose people have these openBIS sessions, by their names.

    Args:
        openbis_url: Said of each session.
        sessions: The session of each person.
        delay: Seconds until each answer.
    """

    openbis_url: str
    sessions: Mapping[str, str]
    delay: float = 0.0
    _people: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self._people = {token_of(name): name for name in self.sessions}

    def app(self) -> web.Application:
        """Its routes."""
        app = web.Application()
        app.add_routes(
            [
                web.get("/hub/api/", self._version),
                web.get("/hub/api/user", self._user),
                web.get("/hub/api/openbis/session", self._session),
                web.post("/hub/api/oauth2/token", self._oauth_token),
            ]
        )
        return app

    async def _caller(self, request: web.Request) -> str:
        await asyncio.sleep(self.delay)
        name = self._people.get(request.headers.get("Authorization", "").removeprefix("token "))
        if name is None:
            raise web.HTTPForbidden
        return name

    async def _version(self, _: web.Request) -> web.Response:
        await asyncio.sleep(self.delay)
        return web.json_response({"version": "imitated"})

    async def _user(self, request: web.Request) -> web.Response:
        name = await self._caller(request)
        model: dict[str, Any] = {"kind": "user", "name": name, "scopes": _SCOPES, "servers": {}}
        return web.json_response(model)

    async def _session(self, request: web.Request) -> web.Response:
        name = await self._caller(request)
        told = {"server": self.openbis_url, "user_id": name, "token": self.sessions[name]}
        return web.json_response({**told, "valid_until": None, "note": ""})

    async def _oauth_token(self, request: web.Request) -> web.Response:
        """The code is the name of who logs in."""
        await asyncio.sleep(self.delay)
        form = await request.post()
        return web.json_response({"access_token": token_of(str(form["code"])), "token_type": "Bearer"})
