"""openBIS and the workplace of a command, made from settings and the stored session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .. import credentials
from ..openbis.client import OpenBIS
from ..openbis.connection import Server
from ..settings import Settings

__all__ = ["connect", "server"]


def server(settings: Settings) -> Server:
    """The openBIS that the settings name.

    Raises:
        ConfigurationProblem: they name none, or one that may not be spoken to.
    """
    credentials.check_address(settings.url)
    return Server(
        settings.url,
        ca_bundle=settings.ca_bundle,
        request_timeout=settings.request_timeout,
        transfer_timeout=settings.transfer_timeout,
        allow_http=settings.allow_http,
        parallel=settings.parallel_transfers,
    )


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[OpenBIS]:
    """A client with the stored session.

    Raises:
        NotLoggedIn: no session is stored for that server.
    """
    here = server(settings)
    token = credentials.require_token(here.url, settings.state_dir)
    async with OpenBIS(here) as openbis:
        openbis.use(token)
        yield openbis
