"""The web application: all routes of the sandbox at the root of one host and port (contract 1.1)."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from ..dss import direct_get, file_transfer, upload
from ..dss.direct_get import COOKIES, Cookies
from ..state import SandboxState
from . import absent, control, cross_origin, interference, rpc_routes, sso
from .current import CURRENT, Current

_LARGEST_CALL = 64 << 20
"""Bytes of a JSON-RPC request; uploads are streamed and have no limit."""


def build_app(state: SandboxState) -> web.Application:
    """The application that serves a state; a reset swaps the state inside ``app[CURRENT]``."""
    middlewares = [_departures, cross_origin.method_filter]
    app = web.Application(client_max_size=_LARGEST_CALL, middlewares=middlewares)
    app[CURRENT] = Current(state)
    app[COOKIES] = Cookies()
    # Paths that match much come last: direct GET, and what is not here.
    for module in (rpc_routes, upload, file_transfer, sso, control, direct_get, absent):
        app.add_routes(module.ROUTES)
    app.on_response_prepare.append(cross_origin.add_headers)
    app.on_shutdown.append(_release)
    return app


@web.middleware
async def _departures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A client that goes away in the middle of an answer is no fault of the server: nothing to log."""
    try:
        return await handler(request)
    except ConnectionError:
        return interference.broken(request)


async def _release(app: web.Application) -> None:
    """Let go of clients that a fault keeps waiting."""
    app[CURRENT].state.stopping.set()
