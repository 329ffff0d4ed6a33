"""The two answers of JupyterHub's API that a launch needs, imitated: whose token it is, and their session.

A real hub is one process that reads its database for each question; it would be measured instead of the
service when 500 ask at once (the benchmark measures 50 behind a real one, too). This one answers after a
fixed time, however many ask.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping

from aiohttp import web

from .processes import Program

__all__ = ["PREFIX", "StandInHub"]

PREFIX = "/services/openbis/"
_SCOPES = ["access:services!service=openbis", "custom:openbis-session", "read:users:name!user"]


class StandInHub:
    """The imitated hub; a process.

    Args:
        delay: Each answer takes so long, in seconds.
        openbis_url: Said of each session.
        sessions: The openBIS session of each person.
    """

    def __init__(self, delay: float, openbis_url: str, sessions: Mapping[str, str]) -> None:
        self.tokens = {name: f"hub-token-of-{name}" for name in sessions}
        people = {
            self.tokens[name]: {"server": openbis_url, "user_id": name, "token": token}
            for name, token in sessions.items()
        }
        self._program = Program("hub")
        port = self._program.ask({"delay": delay, "people": people})["port"]
        self.api_url = f"http://127.0.0.1:{port}/hub/api"

    def __enter__(self) -> StandInHub:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


async def _serve() -> None:
    asked = json.loads(sys.stdin.readline())
    people, delay = asked["people"], asked["delay"]

    async def caller(request: web.Request) -> dict[str, str]:
        await asyncio.sleep(delay)
        found = people.get(request.headers.get("Authorization", "").removeprefix("token "))
        if found is None:
            raise web.HTTPForbidden
        return dict(found)

    async def user(request: web.Request) -> web.Response:
        name = (await caller(request))["user_id"]
        return web.json_response({"kind": "user", "name": name, "scopes": _SCOPES, "servers": {}})

    async def session(request: web.Request) -> web.Response:
        return web.json_response({**await caller(request), "valid_until": None, "note": ""})

    async def version(_: web.Request) -> web.Response:
        return web.json_response({"version": "stand-in"})

    app = web.Application()
    app.add_routes(
        [
            web.get("/hub/api/", version),
            web.get("/hub/api/user", user),
            web.get("/hub/api/openbis/session", session),
        ]
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the benchmark ends
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
