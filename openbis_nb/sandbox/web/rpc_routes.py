"""The JSON-RPC endpoints: V3 of application server and data store, and the v1 paths that clients know."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from .. import wire
from ..failures import UserFailure
from ..faults import Fault, FaultKind
from ..methods import application, data_store, data_store_v1, information, query
from ..rpc import Registry
from . import interference
from .current import state_of

if TYPE_CHECKING:
    from ..state import SandboxState

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def endpoint(registry: Registry) -> Handler:
    """The handler that runs one call of a registry, with the faults asked for its method."""

    async def answer(request: web.Request) -> web.StreamResponse:
        state = state_of(request)
        try:
            call = wire.parse_request(await request.read())
        except wire.WireFault as error:
            return _response(error.reply())
        fault = state.faults.strike(call.method)
        instead = await interference.before(request, state, fault, _token(call))
        if instead is not None:
            return instead
        reply = _refusal(registry, call, fault)
        if reply is None:
            reply = await asyncio.to_thread(_run, registry, state, call)
        return await interference.deliver(request, _response(reply), fault)

    return answer


def _run(registry: Registry, state: SandboxState, call: wire.Request) -> wire.Reply:
    state.archive.settle()
    return registry.execute(state, call)


def _token(call: wire.Request) -> str | None:
    first = call.params[0] if call.params else None
    return first if isinstance(first, str) else None


def _refusal(registry: Registry, call: wire.Request, fault: Fault | None) -> wire.Reply | None:
    """The error that a fault puts in place of the call."""
    if interference.struck(fault, FaultKind.ERROR):
        return wire.failure(call, UserFailure(fault.message if fault else ""), context=registry.context)
    if interference.struck(fault, FaultKind.DISK_FULL):
        text = "java.io.IOException: No space left on device"
        return wire.failure(call, UserFailure(text), context=registry.context)
    return None


def _response(reply: wire.Reply) -> web.Response:
    headers = {"Content-Type": wire.CONTENT_TYPE}
    return web.Response(status=reply.status, body=reply.body, headers=headers)


_AS = "/openbis/openbis/"
_DSS = "/datastore_server/"

ROUTES = [
    web.post(f"{_AS}rmi-application-server-v3.json", endpoint(application)),
    web.post(f"{_DSS}rmi-data-store-server-v3.json", endpoint(data_store)),
    web.post(f"{_AS}rmi-general-information-v1.json", endpoint(information)),
    web.post(f"{_AS}rmi-general-information-changing-v1.json", endpoint(information)),
    web.post(f"{_AS}rmi-web-information-v1.json", endpoint(information)),
    web.post(f"{_AS}rmi-query-v1.json", endpoint(query)),
    web.post(f"{_DSS}rmi-dss-api-v1.json", endpoint(data_store_v1)),
]
