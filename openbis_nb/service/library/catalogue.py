"""The catalogue: notebooks as one person sees them.

Nothing leaves that the person's own session has not confirmed within a named time (design D13): rows by the
permIds of their first and newest version, numbers by openBIS' own number of versions, values to filter by
through the places in which the person sees everything. The index only knows where to look.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import replace

from ...errors import OpenbisNbError
from ...openbis.client import OpenBIS
from ..database import Database
from .assembling import Asking, Assembler, Found
from .background import Background
from .confirmed import Confirmed
from .facts import Facts
from .positions import read_cursor, write_cursor
from .presenting import row_of
from .query import MOST_ROWS, Page, Query, Viewer
from .syncing import Look, Syncing

__all__ = ["Catalogue"]

#: Versions made from one data set that a query by input looks at.
_MADE_FROM = 5_000
#: Seconds between two looks of the observer.
_OBSERVED_EVERY = 60.0
_log = logging.getLogger(__name__)


class Catalogue:
    """Finds notebooks for a viewer, and keeps the index.

    Args:
        database: Where the index is.
        data_set_type: Its definition tells the spelling of the history-id property.
        confirmed_for: Seconds for which what a session has confirmed is good.
        clock: Seconds that only grow.
    """

    def __init__(
        self,
        database: Database,
        data_set_type: str,
        confirmed_for: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.background = Background("The library's index was")
        self._sync = Syncing(database, data_set_type, confirmed_for, self.background, clock)
        self._confirmed = Confirmed(confirmed_for, clock)
        self._assembler = Assembler(database, self._sync, self._confirmed, clock)
        self._facts = Facts(database, self.background)
        self._observing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """End what goes on in the background."""
        if self._observing is not None:
            self._observing.cancel()
            await asyncio.wait([self._observing])
        await self.background.close()

    async def page(self, viewer: Viewer, query: Query) -> Page:
        """One page of notebooks.

        Args:
            viewer: Who looks.
            query: For what.

        Raises:
            InvalidInput: a cursor that is none of this query.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked; then nothing is shown.
            StoreFailure: the index cannot be used.
        """
        after = read_cursor(query)
        query = replace(query, limit=max(1, min(query.limit, MOST_ROWS)), offset=max(0, query.offset))
        user = await viewer.openbis_user()
        async with viewer.openbis() as client:
            look = await self._sync.look(user, client)
            asking = Asking(user, client, look.sight, await self._made_from(client, query))
            if query.newer_data is None:
                found = await self._assembler.rows(asking, query, after)
            else:
                found = await self._assembler.by_newer_data(asking, query, after)
            agreed = await self._agreed(asking, look, found.listing.versions)
            if not agreed and query.newer_data is None:
                found = await self._assembler.rows(asking, query, after, thorough=True)
                agreed = await self._agreed(asking, look, found.listing.versions)
        self._facts.start(viewer, user, found.sight.places)
        if not agreed:
            self._sync.start_reading(viewer, user)
        rows = [row_of(row, found.sight, found.newer.get(row["key"])) for row in found.rows]
        return Page(
            rows=rows,
            matching=found.listing.matching if agreed and query.newer_data is None else None,
            total=found.listing.total if agreed else None,
            cursor=write_cursor(found.end) if found.end else None,
            complete=agreed,
            note=self._note(user, query, found, agreed),
            authors=found.listing.authors if agreed else _values(row.author for row in rows),
            templates=found.listing.templates if agreed else _values(row.template for row in rows),
        )

    async def confirm(self, viewer: Viewer, perm_ids: Iterable[str]) -> set[str]:
        """Which data sets the viewer's own session sees, asked within the last ``confirmed_for`` seconds.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
        """
        user = await viewer.openbis_user()
        async with viewer.openbis() as client:
            return set(await self._assembler.dates(user, client, perm_ids))

    async def saw(self, viewer: Viewer, perm_ids: Iterable[str]) -> None:
        """Versions that were just saved, renamed, moved or brought back: they are read anew.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the index cannot be used.
        """
        user = await viewer.openbis_user()
        async with viewer.openbis() as client:
            await self._sync.refresh(user, client, perm_ids)

    async def forget(self, perm_ids: Iterable[str]) -> None:
        """Versions that were just trashed: nobody is shown them any more.

        Raises:
            StoreFailure: the index cannot be used.
        """
        gone = list(perm_ids)
        self._confirmed.forget(gone)
        await self._sync.forget(gone)

    def keep_complete(self, observer: Viewer, every: float = _OBSERVED_EVERY) -> None:
        """Keep the index complete with the session of an account that sees all.

        Args:
            observer: The account.
            every: Seconds between two looks.
        """
        self._observing = asyncio.create_task(self._keep_complete(observer, every))

    async def _keep_complete(self, observer: Viewer, every: float) -> None:
        while True:
            try:
                await self.keep_up(observer)
            except OpenbisNbError as error:
                _log.warning("The observer could not keep the library's index complete: %s", error.message)
            await asyncio.sleep(every)

    async def keep_up(self, viewer: Viewer) -> None:
        """Bring the index up to date with all that a session sees, and its facts, and wait for it.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the index cannot be used.
        """
        await self._sync.read_all(viewer, await viewer.openbis_user())
        async with viewer.openbis() as client:
            look = await self._sync.look(await viewer.openbis_user(), client)
        await self._facts.read(viewer, look.sight.places)

    async def _made_from(self, client: OpenBIS, query: Query) -> list[str] | None:
        """For a query by input, openBIS says which versions were made from it: of an input that is hidden
        from the person, none."""
        if query.data_set is None:
            return None
        history = await self._sync.history(client)
        return await client.notebook_versions_made_from(history, query.data_set, limit=_MADE_FROM)

    async def _agreed(self, asking: Asking, look: Look, versions: int) -> bool:
        """Whether the index has just what openBIS shows the person."""
        if versions == look.total or look.total_is_new:
            return versions == look.total
        total, _ = await self._sync.total(asking.user, asking.client, anew=True)
        return versions == total

    def _note(self, user: str, query: Query, found: Found, agreed: bool) -> str:
        if not agreed:
            return self._sync.progress(user)
        if query.template and found.listing.lacks_facts:
            return "The templates of some notebooks are still being read."
        if not found.all_looked_at:
            return "Only a part of the notebooks was looked through; the next page goes on."
        return ""


def _values(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value is not None}))
