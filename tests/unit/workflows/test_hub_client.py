"""What the doctor sends to a hub, read off the wire."""

from __future__ import annotations

from aiohttp import web
from aiohttp.test_utils import TestServer

from openbis_nb.openbis.secrets import Secret
from openbis_nb.workflows.doctor.hub_client import HubClient


async def test_a_websocket_is_tried_as_browsers_do() -> None:
    """With the origin of the page: behind a proxy that drops the port, just that is refused."""
    origins = []

    async def answer(request: web.Request) -> web.WebSocketResponse:
        origins.append(request.headers.get("Origin"))
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/jupyter/user/ann/api/events/subscribe", answer)
    async with TestServer(app) as server, HubClient(str(server.make_url("/jupyter/")), Secret("t")) as hub:
        assert await hub.websocket_opens("user/ann/api/events/subscribe")
        assert origins == [f"http://{server.host}:{server.port}"]
