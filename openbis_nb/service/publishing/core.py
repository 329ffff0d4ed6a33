"""What reading, writing and keeping of published pages share."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ...openbis.roles import is_instance_admin
from ...settings import Settings
from ..database import Database
from ..settings import ServiceSettings
from . import audit, store
from .blobs import Blobs
from .documents import Addresses, Documents
from .judging import Judged, judge, no_page
from .model import Page, Snapshot
from .neighbours import Boards, Links
from .times import stamp

if TYPE_CHECKING:
    from ..library.query import Viewer
    from ..people import Asker
    from ..service import Service

__all__ = ["Core", "folder_of"]


def _now() -> datetime:
    return datetime.now(UTC)


def folder_of(settings: ServiceSettings, core: Settings, database: Database) -> Path:
    """Where the bytes are: with the database, which is as hard to lose."""
    if settings.published_dir is not None:
        return settings.published_dir
    return (database.file.parent if database.file else core.state_dir) / "published"


class Core:
    """The parts; ``boards`` and ``links`` are set by the service, whose other parts need these ones.

    Args:
        here: The service.
        clock: The time.
    """

    boards: Boards
    links: Links

    def __init__(self, here: Service, clock: Callable[[], datetime] = _now) -> None:
        self.here, self.clock = here, clock
        self.blobs = Blobs(folder_of(here.settings, here.core, here.database))
        self.documents = Documents(here.links, Addresses(here.place.prefix))

    async def stored(self, page_id: str) -> Page | None:
        """A page, whatever its state, without asking anybody: for what judges it otherwise.

        Raises:
            StoreFailure: the database is away.
        """
        return await self.here.database.run(store.page, page_id)

    async def live(self) -> int:
        """How many pages are live.

        Raises:
            StoreFailure: the database is away.
        """
        return await self.here.database.run(store.live, self.now())

    async def snapshot_of(self, page: Page) -> Snapshot:
        """The snapshot that a page shows.

        Raises:
            NotFound: the page was removed meanwhile.
            StoreFailure: the database is away.
        """
        found = await self.here.database.run(store.snapshot, page.snapshot_id)
        if found is None:
            raise no_page()
        return found

    async def stored_html(self, page: Page) -> bytes:
        """The bytes of a page, without asking anybody.

        Raises:
            NotFound: the page was removed meanwhile.
            StoreFailure: the database is away, or the bytes are.
        """
        return await self.bytes_of((await self.snapshot_of(page)).digest)

    async def bytes_of(self, digest: str) -> bytes:
        """What is kept under a digest.

        Raises:
            StoreFailure: it is not there, or damaged.
        """
        return await asyncio.to_thread(self.blobs.read, digest)

    async def judged(self, caller: Asker, page_id: str) -> Judged:
        """A page and the caller, whatever they may do with it.

        Raises:
            NotFound: there is none.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
            StoreFailure: the database is away.
        """
        page = await self.stored(page_id)
        if page is None:
            raise no_page()
        found = await judge(self.here, caller, page)
        if not found.may["stop"].allowed and found.version is None and await self.is_admin(caller):
            stop = replace(found.may["stop"], allowed=True, reason="", role="")
            return replace(found, may={**found.may, "stop": stop})
        return found

    async def is_admin(self, caller: Viewer) -> bool:
        """Whether the caller is an INSTANCE_ADMIN of openBIS.

        Raises:
            NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
        """
        user = await caller.openbis_user()
        async with caller.openbis() as client:
            return await is_instance_admin(client, user)

    async def note(
        self, who: str, action: audit.Act, page_id: str, /, **details: str | int | bool | None
    ) -> None:
        """A line in the audit, of what changed nothing else; see ``audit.write``.

        Raises:
            StoreFailure: the database is away.
        """

        await self.here.database.run(audit.write, self.now(), who, action, page_id, **details)

    def now(self) -> int:
        """The time, in milliseconds since 1970."""
        return stamp(self.clock())

    @asynccontextmanager
    async def kept(self, *contents: bytes) -> AsyncIterator[None]:
        """Bytes that are on the disk while the block writes their digests into the database.

        Raises:
            NoSpace, OpenbisNbError: as ``Blobs.kept``.
        """
        holding = self.blobs.kept(*contents)
        await asyncio.to_thread(holding.__enter__)
        try:
            yield
        finally:
            holding.__exit__(None, None, None)
