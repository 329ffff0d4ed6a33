"""uvicorn, stopped so that streams of events do not hold it up."""

from __future__ import annotations

import socket

import uvicorn
from fastapi import FastAPI

__all__ = ["GracefulServer"]


class GracefulServer(uvicorn.Server):
    """At a signal, open streams are told to end; requests in progress are answered."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let streams end, wait for the rest."""
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "service"):
            app.state.service.stopping.set()
        await super().shutdown(sockets)
