"""What browsers from other origins may do, and which HTTP methods exist at all (contract 1.6)."""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from .current import state_of

_SERVERS = ("/openbis/", "/datastore_server/")
_ALLOWED = ("GET", "POST", "OPTIONS")


@web.middleware
async def method_filter(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer every OPTIONS, refuse all but GET and POST."""
    if request.path.startswith(_SERVERS):
        if request.method == "OPTIONS":
            return web.Response()
        if request.method not in _ALLOWED:
            raise web.HTTPMethodNotAllowed(request.method, _ALLOWED)
    return await handler(request)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """The CORS headers for an accepted origin; others get none, and the call still runs."""
    if request.path.startswith("/openbis/"):
        response.headers["X-Frame-Options"] = "SAMEORIGIN"
    origin = request.headers.get("Origin")
    if origin is None or not request.path.startswith(_SERVERS):
        return
    state = state_of(request)
    trusted = state.config.trusted_origins
    if origin == state.url or origin in trusted or "*" in trusted:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Credentials"] = "true"
        response.headers["Access-Control-Allow-Headers"] = "content-type"
