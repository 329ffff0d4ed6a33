"""What happens around every request: its number, a line in the log, safe headers, a largest size."""

from __future__ import annotations

import asyncio
import logging
import re
import secrets
import time
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..errors import InvalidInput, OpenbisNbError, TooLarge
from .logs import request_id

__all__ = ["EMBEDDABLE", "MAX_JSON", "BadBody", "Requests"]

_log = logging.getLogger("openbis_nb.service.requests")
_GIVEN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
#: In the request's state: the answer's own policy says who may frame it. ``X-Frame-Options`` knows no list.
EMBEDDABLE = "embeddable"
_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: Largest JSON that the API takes, in bytes: ten thousand inputs and more.
MAX_JSON = 2**20
#: Longest wait for the next piece of a body, in seconds.
_SILENCE = 30.0
#: Who watches: method, route, status, code of the failure.
Watcher = Callable[[str, str, int, str], None]


class BadBody(HTTPException):
    """In the middle of a body. FastAPI lets no other kind of error pass while it reads one."""

    def __init__(self, error: OpenbisNbError) -> None:
        super().__init__(error.status)
        self.problem = error.problem()


class _Body:
    """The body of one request as it comes: counted, whatever its header says, and not waited for for ever."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self._counted, self._is_complete = 0, False

    @property
    def is_too_large(self) -> bool:
        return self._counted > self._most

    async def receive(self) -> Message:
        if self._is_complete:  # what comes now is that the client goes away
            return await self._receive()
        try:
            async with asyncio.timeout(_SILENCE):
                message = await self._receive()
        except TimeoutError as error:
            raise BadBody(InvalidInput("The rest of the request did not come.")) from error
        self._counted += len(message.get("body", b""))
        self._is_complete = not message.get("more_body", False)
        if self.is_too_large:
            step = "Send less."
            if self._most > MAX_JSON:
                step = "Send less, or ask the admin to raise OPENBIS_NB_SERVICE_MAX_BODY."
            raise BadBody(TooLarge(f"The request is larger than {self._most} bytes.", next_step=step))
        return message


class Requests:
    """The middleware; the outermost one.

    Args:
        app: What answers.
        prefix: Of the service.
        max_body: Largest body of a request, in bytes.
        watch: Is told of each request when it is done.
    """

    def __init__(self, app: ASGIApp, prefix: str, max_body: int, watch: Watcher) -> None:
        self._app, self._api, self._max_body, self._watch = app, prefix + "api/", max_body, watch
        self._uploads = re.compile(rf"{re.escape(prefix)}api/v1/notebooks(?:/[^/]+/versions)?")

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
        body = _Body(receive, self._most(scope))

        async def completed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-ID"] = number
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if scope["state"].get(EMBEDDABLE):
                    del headers["X-Frame-Options"]
                if body.is_too_large:
                    headers["Connection"] = "close"  # else the rest would be read, to be thrown away
            await send(message)

        try:
            await self._app(scope, body.receive, completed)
        finally:
            self._done(scope, status, time.monotonic() - begun)
            request_id.reset(reset)

    def _most(self, scope: Scope) -> int:
        """Largest body of a request, in bytes.

        FastAPI reads the JSON of the API before it asks who is there: nobody may make it read much. Notebooks
        are read by their routes, when they know who sends them.
        """
        path = scope["path"]
        is_json = path.startswith(self._api) and not (
            scope["method"] == "POST" and self._uploads.fullmatch(path)
        )
        return min(self._max_body, MAX_JSON) if is_json else self._max_body

    def _done(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        failure = str(scope["state"].get("failure", ""))
        self._watch(scope["method"], route, status, failure)
        # Never the query: OAuth and the ELN put secrets there; nor the path: what stands there is anybody's.
        facts = {"method": scope["method"], "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        told = facts | ({"code": failure} if failure else {})
        _log.info("%s %s %s", scope["method"], route, status, extra=told)
