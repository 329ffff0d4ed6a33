"""openBIS and the workplace of a command, made from settings and the stored session."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .. import assemble
from ..at_hub.hub import Hub
from ..openbis.client import OpenBIS
from ..settings import Settings
from ..workflows.workplace import Workplace
from .terminal import Terminal

__all__ = ["connect", "open_workplace", "send_waiting"]


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[OpenBIS]:
    """A client with the stored session.

    Raises:
        NotLoggedIn: no session is stored for that server.
    """
    server = assemble.server(settings)
    account = assemble.account_session(settings, Hub.from_environment(os.environ))
    token, _ = await account.current()
    async with OpenBIS(server, token, renew=account.renewed) as openbis:
        yield openbis


@asynccontextmanager
async def open_workplace(settings: Settings, terminal: Terminal | None = None) -> AsyncIterator[Workplace]:
    """The workplace of the person who is logged in.

    Args:
        settings: Where everything is.
        terminal: Where it is told that versions left in the outbox were sent; ``None`` leaves them there.

    Raises:
        NotLoggedIn: no session is stored for that server.
    """
    async with connect(settings) as openbis:
        workplace = await assemble.workplace(settings, openbis, Hub.from_environment(os.environ))
        if terminal is not None:
            await send_waiting(workplace, terminal)
        yield workplace


async def send_waiting(workplace: Workplace, terminal: Terminal) -> None:
    """Send what waits for this server and person: a live session is there now."""
    if not workplace.outbox.entries(server=workplace.server):
        return
    from ..workflows.sending import flush  # brings nbformat: a second that most commands need not spend

    for result in await flush(workplace):
        terminal.note(f"Sent from the outbox: {result.name!r} is {result.perm_id} now.")
