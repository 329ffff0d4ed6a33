"""openBIS and the workplace of a command, made from settings and the stored session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .. import assemble, credentials
from ..openbis.client import OpenBIS
from ..settings import Settings
from ..workflows.workplace import Workplace

__all__ = ["connect", "open_workplace"]


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[OpenBIS]:
    """A client with the stored session.

    Raises:
        NotLoggedIn: no session is stored for that server.
    """
    server = assemble.server(settings)
    token = credentials.require_token(server.url, settings.state_dir)
    async with OpenBIS(server, token) as openbis:
        yield openbis


@asynccontextmanager
async def open_workplace(settings: Settings) -> AsyncIterator[Workplace]:
    """The workplace of the person who is logged in.

    Raises:
        NotLoggedIn: no session is stored for that server.
    """
    async with connect(settings) as openbis:
        yield await assemble.workplace(settings, openbis)
