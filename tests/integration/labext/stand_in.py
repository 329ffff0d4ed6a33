"""The hub's session handler and our service, as a person's server sees them at the wire."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

#: The token that the hub gave the person's server.
SERVER_TOKEN = "a-token-of-the-persons-own-server"
HUB_PATH, SERVICE_PATH = "/hub/api", "/services/openbis/"


@dataclass
class Request:
    """What was asked: method and path, the body where there was one."""

    method: str
    path: str
    body: Any = None


@dataclass
class StandIn:
    """Say what it answers by the attributes; read off ``asked`` what it was asked."""

    url: str = ""
    #: The person's session; what makes it anew at each question; ``None`` when it is over.
    session: dict[str, Any] | Callable[[], dict[str, Any]] | None = None
    #: Launch id → the content's JSON, or (status, JSON).
    launches: dict[str, Any] = field(default_factory=dict)
    #: "folder/file" → launches, newest first.
    by_path: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    outcomes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    #: How saves ended, as they were reported.
    saves: list[dict[str, str]] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    #: Answered to everything while set.
    failing: int = 0
    hanging: bool = False

    def reset(self) -> None:
        self.__init__(url=self.url)  # type: ignore[misc]

    @property
    def env(self) -> dict[str, str]:
        """What the hub puts into the environment of the person's server."""
        return {
            "JUPYTERHUB_API_URL": self.url + HUB_PATH,
            "JUPYTERHUB_API_TOKEN": SERVER_TOKEN,
            "JUPYTERHUB_BASE_URL": "/",
            "OPENBIS_NB_SERVICE_API": self.url + SERVICE_PATH,
            "OPENBIS_NB_SERVICE_PREFIX": SERVICE_PATH,
        }

    def count(self, part: str) -> int:
        return sum(part in request.path for request in self.asked)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        assert request.headers.get("Authorization") == f"token {SERVER_TOKEN}", "not the server's own token"
        body = await request.json() if request.can_read_body else None
        self.asked.append(Request(request.method, request.path, body))
        while self.hanging:  # noqa: ASYNC110 (let go of by the test's thread)
            await asyncio.sleep(0.05)
        if self.failing:
            return web.Response(status=self.failing, text="<h1>Bad gateway</h1>")
        if request.path == f"{HUB_PATH}/openbis/session":
            return self._session()
        return self._service(request, body)

    def _session(self) -> web.Response:
        if self.session is None:
            said = {"status": 401, "code": "not-logged-in", "message": "over", "login_url": "/hub/login"}
            return web.json_response(said, status=401)
        session = self.session() if callable(self.session) else self.session
        return web.json_response({"valid_until": None, "note": "", **session})

    def _service(self, request: web.Request, body: Any) -> web.Response:
        parts = request.path.removeprefix(f"{SERVICE_PATH}api/v1/").split("/")
        if parts == ["launches"]:
            path = "/".join(part for part in (request.query["directory"], request.query["file"]) if part)
            return web.json_response({"launches": self.by_path.get(path, [])})
        if parts == ["saves"]:
            self.saves.append(body)
            return web.Response(status=204)
        _, launch, what = parts
        if launch not in self.launches:
            return web.json_response(NOT_THERE, status=404)
        if what == "outcome":
            self.outcomes.setdefault(launch, []).append(body)
            return web.json_response({})
        content = self.launches[launch]
        status, document = content if isinstance(content, tuple) else (200, content)
        return web.json_response(document, status=status)


NOT_THERE = {
    "type": "urn:openbis-nb:error:not-found",
    "title": "NotFound",
    "status": 404,
    "detail": "This launch is over, or was never there.",
    "code": "not-found",
    "next_step": "Launch the notebook again.",
}


class Running:
    """The stand-in on a port of 127.0.0.1, in a thread of its own."""

    def __init__(self) -> None:
        self.stand_in = StandIn()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        port = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(10)
        self.stand_in.url = f"http://127.0.0.1:{port}"
        return self.stand_in

    async def _listen(self) -> int:
        app = web.Application(client_max_size=2**27)
        app.router.add_route("*", "/{tail:.*}", self.stand_in.answer)
        self._runner = web.AppRunner(app, shutdown_timeout=2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        return int(self._runner.addresses[0][1])

    def __exit__(self, *_: object) -> None:
        self.stand_in.hanging = False
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(60)
        self._loop.close()
