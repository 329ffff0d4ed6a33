"""Clients write addresses with and without a slash at their end; both mean the same."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from .addresses import BASE

__all__ = ["TrailingSlashes"]


class TrailingSlashes:
    """Takes the slash off before a route is looked for.

    Args:
        app: What answers.
        prefix: Of the service.
    """

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app, self._base = app, f"{prefix}{BASE}/"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "http" and scope["path"].startswith(self._base):
            scope["path"] = scope["path"].removesuffix("/")  # in place: who logs the request reads it, too
        await self._app(scope, receive, send)
