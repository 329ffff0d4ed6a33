"""``openbis/launch/<id>`` and ``openbis/open/<path>``: where a browser arrives (design D3).

They are GET, since a browser goes there from the hub's log-in and spawn pages. What they do was asked for at
the launch, by this very person: an id of somebody else's is unknown to the service, so it does nothing.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import PurePosixPath

from jupyter_server.utils import url_path_join
from tornado import web

from ..errors import NotFound
from .handlers import Page
from .jobs import Job
from .problems import progress_page

__all__ = ["ROUTES"]

_LAUNCH = re.compile(r"[A-Za-z0-9_-]{8,64}")
#: A page is not kept waiting for the hub's session for longer, in seconds; the notebook can do without.
_SESSION_PATIENCE = 5.0


class LaunchRoute(Page):
    """A launch becomes a file or a folder, and the browser goes there; a repeat leads to the same one."""

    @web.authenticated
    async def get(self, launch: str) -> None:
        """302 to the notebook.

        Raises:
            OpenbisNbError: as ``Landing.land``.
        """
        if not _LAUNCH.fullmatch(launch):
            raise NotFound("There is no such launch.", next_step="Launch the notebook again from openBIS.")
        found, _ = await asyncio.gather(self.desk.landing.land(launch), self.fresh_session())
        await self.arrive(found)

    async def arrive(self, found: PurePosixPath | Job) -> None:
        """302 to what is there; a page with the progress of what is on its way, which comes back here."""
        if isinstance(found, Job):
            jobs = url_path_join(self.base_url, "openbis/api/v1/jobs", found.id)
            html, policy = progress_page(jobs)
            self.set_header("Content-Type", "text/html; charset=utf-8")
            self.set_header("Content-Security-Policy", policy)
            self.finish(html)
            return
        here = self.desk.here
        full = here.root / found
        is_notebook = found.suffix == ".ipynb" and not await asyncio.to_thread(full.is_dir)
        self.redirect((here.document_url if is_notebook else here.folder_url)(str(found)))

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
        await self.arrive(found)


ROUTES = [(r"/openbis/launch/([^/]+)", LaunchRoute), (r"/openbis/open/(.+)", OpenRoute)]
