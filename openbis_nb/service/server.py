"""uvicorn, stopped so that streams of events do not hold it up."""

from __future__ import annotations

import signal
import socket
from types import FrameType

import uvicorn
from fastapi import FastAPI

__all__ = ["GracefulServer"]


class GracefulServer(uvicorn.Server):
    """At a signal, open streams are told to end; requests in progress are answered; the process ends well."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop; at a second Ctrl-C at once. uvicorn would send itself the same signal once more at the end,
        so that who started the service sees it killed."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, let streams end, wait for the rest."""
        app = self.config.app
        if isinstance(app, FastAPI) and hasattr(app.state, "service"):
            app.state.service.stopping.set()
        await super().shutdown(sockets)
