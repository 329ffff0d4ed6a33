"""How a fault shows in an HTTP exchange: before the call, in its bytes, or after it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

from ..failures import InvalidSession
from ..faults import Fault, FaultKind
from ..sessions import PAT_PREFIX

if TYPE_CHECKING:
    from ..state import SandboxState

_POLL_SECONDS = 0.05
_PROXY_PAGE = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_PORTAL_PAGE = "<html><body><form>Please log in to the network.</form></body></html>"


def struck(fault: Fault | None, *kinds: FaultKind) -> bool:
    """Whether the fault of this call is one of these kinds."""
    return fault is not None and fault.kind in kinds


async def before(
    request: web.Request, state: SandboxState, fault: Fault | None, token: str | None = None
) -> web.StreamResponse | None:
    """What a fault does before the call: an answer in its place, or None (then the call goes on)."""
    if fault is None:
        return None
    match fault.kind:
        case FaultKind.LATENCY:
            await asyncio.sleep(fault.seconds)
        case FaultKind.STATUS:
            page = _PROXY_PAGE.format(f"{fault.status} Bad answer")
            return web.Response(status=fault.status, text=page, content_type="text/html")
        case FaultKind.HTML:
            return web.Response(text=_PORTAL_PAGE, content_type="text/html")
        case FaultKind.SILENCE:
            await _until_gone(request, state)
            return broken(request)
        case FaultKind.EXPIRED_SESSION if token:
            await asyncio.to_thread(_expire, state, token)
        case _:
            pass
    return None


async def deliver(request: web.Request, response: web.Response, fault: Fault | None) -> web.StreamResponse:
    """Send a complete answer, or what a fault leaves of it."""
    if fault is None or not isinstance(response.body, (bytes, bytearray)):
        return response
    if fault.kind is FaultKind.CORRUPT and response.body:
        body = bytearray(response.body)
        body[fault.after_bytes % len(body)] ^= 0xFF
        response.body = bytes(body)
    if fault.kind is FaultKind.CUT:
        body = bytearray(response.body)
        cut = web.StreamResponse(status=response.status, headers=response.headers)
        cut.content_length = len(body)
        await cut.prepare(request)
        await cut.write(body[: min(fault.after_bytes, max(0, len(body) - 1))])
        break_connection(request)
        return cut
    return broken(request) if fault.kind is FaultKind.ANSWER_LOST else response


def broken(request: web.Request) -> web.Response:
    """Break the connection; what is returned never reaches the client."""
    break_connection(request)
    return web.Response()


def break_connection(request: web.Request) -> None:
    """Close the client's connection without a word, as a network that fails does."""
    if request.transport is not None:
        request.transport.abort()


async def _until_gone(request: web.Request, state: SandboxState) -> None:
    while not state.stopping.is_set():
        transport = request.transport
        if transport is None or transport.is_closing():
            return
        await asyncio.sleep(_POLL_SECONDS)


def _expire(state: SandboxState, token: str) -> None:
    try:
        session = state.sessions.require(token)
    except InvalidSession:
        return  # it is over already
    if token.startswith(PAT_PREFIX):
        with state.store.write() as db:
            over = int(state.clock.now() * 1000) - 1
            db.execute("UPDATE personal_access_tokens SET valid_to = ? WHERE token = ?", (over, token))
    else:
        state.sessions.expire(session.user)
