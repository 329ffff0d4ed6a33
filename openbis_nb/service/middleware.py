"""What happens around every request: its number, a line in the log, safe headers, a largest size."""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import TooLarge
from .logs import request_id

__all__ = ["Requests"]

_log = logging.getLogger("openbis_nb.service.requests")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Who watches: method, route, status, code of the failure.
Watcher = Callable[[str, str, int, str], None]


class Requests:
    """The middleware; the outermost one.

    Args:
        app: What answers.
        max_body: Largest body of a request, in bytes; counted while it comes, whatever its header says.
        watch: Is told of each request when it is done.
    """

    def __init__(self, app: ASGIApp, max_body: int, watch: Watcher) -> None:
        self._app, self._max_body, self._watch = app, max_body, watch

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("X-Request-ID", "")
        number = given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = number
        reset = request_id.set(number)
        begun, status = time.monotonic(), 500
        counted = 0

        async def limited() -> Message:
            nonlocal counted
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > self._max_body:
                raise TooLarge(
                    f"The request is larger than {self._max_body} bytes.",
                    next_step="Send less, or ask the admin to raise OPENBIS_NB_SERVICE_MAX_BODY.",
                )
            return message

        async def completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = number
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, limited, completed)
        finally:
            self._done(scope, status, time.monotonic() - begun)
            request_id.reset(reset)

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        failure = str(scope["state"].get("failure", ""))
        self._watch(scope["method"], route, status, failure)
        # Never the query: OAuth and the ELN put secrets there; nor the path: what stands there is anybody's.
        facts = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        _log.info(
            "%(method)s %(route)s %(status)s", facts, extra=facts | ({"code": failure} if failure else {})
        )
