"""``openbis/launch/<id>`` and ``openbis/open/<path>``: where a browser arrives (design D3).

They are GET, since a browser goes there from the hub's log-in and spawn pages. What they do was asked for at
the launch, by this very person: an id of somebody else's is unknown to the service, so it does nothing.
"""

from __future__ import annotations

import asyncio
import re

from tornado import web

from ..errors import NotFound
from .handlers import Page

__all__ = ["ROUTES"]

_LAUNCH = re.compile(r"[A-Za-z0-9_-]{8,64}")
#: A page is not kept waiting for the hub's session for longer, in seconds; the notebook can do without.
_SESSION_PATIENCE = 5.0


class LaunchRoute(Page):
    """A launch becomes a file, and the browser goes there; a repeat leads to the same file."""

    @web.authenticated
    async def get(self, launch: str) -> None:
        """302 to the notebook.

        Raises:
            OpenbisNbError: as ``Landing.land``.
        """
        if not _LAUNCH.fullmatch(launch):
            raise NotFound("There is no such launch.", next_step="Launch the notebook again from openBIS.")
        path, _ = await asyncio.gather(self.desk.landing.land(launch), self.fresh_session())
        self.redirect(self.desk.here.document_url(str(path)))

    async def fresh_session(self) -> None:
        """Have the session at hand before the first cell runs."""
        try:
            async with asyncio.timeout(_SESSION_PATIENCE):
                await self.desk.keeper.refresh_quietly()
        except TimeoutError:
            return  # it goes on every minute


class OpenRoute(LaunchRoute):
    """The address that an unmodified ELN makes, as the hub's log-in rewrites it (contract 8.6, O-94)."""

    @web.authenticated
    async def get(self, path: str) -> None:
        """302 to the notebook.

        Raises:
            OpenbisNbError: as ``Landing.open``.
        """
        found, _ = await asyncio.gather(self.desk.landing.open(path), self.fresh_session())
        self.redirect(self.desk.here.document_url(str(found)))


ROUTES = [(r"/openbis/launch/([^/]+)", LaunchRoute), (r"/openbis/open/(.+)", OpenRoute)]
