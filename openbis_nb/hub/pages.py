"""The pages and calls that a hub with openBIS has, whichever way people log in there."""

from __future__ import annotations

from tornado import web

from . import account, command_line, diagnosis, handover, session_api

__all__ = ["COMMON"]

COMMON: list[tuple[str, type[web.RequestHandler]]] = [
    *handover.handlers,
    *account.handlers,
    *command_line.handlers,
    *session_api.handlers,
    *diagnosis.handlers,
]
