"""``/sandbox/faults``: ask a running sandbox for faults, from this machine only.

POST a fault as JSON (see ``faults.Fault``), GET what waits and what struck, DELETE to forget all. The body
must be declared as ``application/json``: a web page of another origin cannot send that without a permission
that is never given here. The ``Host`` must be a loopback name, so that no foreign DNS name leads here.
"""

from __future__ import annotations

import ipaddress
import json

from aiohttp import web

from ..faults import as_json, parse_fault
from .current import state_of

PATH = "/sandbox/faults"
_HOSTS = ("localhost", "127.0.0.1", "::1", "[::1]")


async def ask(request: web.Request) -> web.Response:
    """Add one fault; answers it with all its settings (201)."""
    _only_this_machine(request)
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="Send application/json.")
    try:
        settings = json.loads(await request.read())
        if not isinstance(settings, dict):
            raise ValueError("a fault is a JSON object")
        fault = parse_fault(settings)
    except ValueError as error:
        raise web.HTTPBadRequest(text=f"This is no fault: {error}.") from error
    state_of(request).faults.put(fault)
    return web.json_response(as_json(fault), status=201)


async def show(request: web.Request) -> web.Response:
    """The faults that wait and those that struck."""
    _only_this_machine(request)
    faults = state_of(request).faults
    waiting, struck = faults.waiting(), faults.struck()
    return web.json_response(
        {"waiting": [as_json(f) for f in waiting], "struck": [as_json(f) for f in struck]}
    )


async def forget(request: web.Request) -> web.Response:
    """Clear all faults."""
    _only_this_machine(request)
    state_of(request).faults.clear()
    return web.Response(status=204)


def _only_this_machine(request: web.Request) -> None:
    host = request.url.host or ""
    peer = ipaddress.ip_address((request.remote or "0.0.0.0").partition("%")[0])  # noqa: S104
    if not peer.is_loopback or host not in _HOSTS:
        raise web.HTTPForbidden(text="Faults can be asked for from the sandbox's own machine only.")


ROUTES = [web.post(PATH, ask), web.get(PATH, show, allow_head=False), web.delete(PATH, forget)]
