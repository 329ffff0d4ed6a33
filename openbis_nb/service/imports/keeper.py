"""``Imports``: what people looked at, and what they imported, in the database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from ...errors import NotFound
from ..database import Database
from ..launches.keeper import Launches
from ..launches.model import Launch, NewLaunch, of_hub_user
from ..launches.room import Room
from ..settings import ServiceSettings
from . import store
from .model import Imported, Kind, Preview

if TYPE_CHECKING:
    from ..visitors import Visitor

__all__ = ["Found", "Imports"]

#: Previews that are kept of one person, however small.
_MOST_PREVIEWS = 10
#: Addresses that are looked at at the same time; one person takes half of the places.
_AT_ONCE = 8
#: Seconds for which an import stands in its person's list.
_LISTED_FOR = 180 * 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Found:
    """What is at an address.

    Args:
        kind: What it is.
        facts: JSON values, as ``answers.PreviewAnswer`` has them: ``url``, ``source``, ``contacted``,
            ``warnings``, and a ``notebook`` or a ``repository``.
        content: The bytes of a notebook.
    """

    kind: Kind
    facts: dict[str, Any]
    content: bytes | None = None


class Imports:
    """Previews and imports of this service.

    Args:
        database: With the tables of ``tables``.
        launches: An import is a launch, too.
        settings: How long a preview is good, and how much of one person waits.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        launches: Launches,
        settings: ServiceSettings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._launches, self._settings, self._clock = database, launches, settings, clock
        self.room = Room(_AT_ONCE)
        launches.before_removal.append(partial(store.tidy, life=_LISTED_FOR))

    async def keep(self, visitor: Visitor, found: Found) -> Preview:
        """Keep what the visitor has looked at, for a while."""
        return await self._database.run(
            store.add_preview,
            owner=of_hub_user(visitor.hub_name),
            kind=found.kind,
            facts=found.facts,
            content=found.content,
            now=self._clock(),
            life=self._settings.import_preview_life,
            most=_MOST_PREVIEWS,
            most_bytes=self._settings.max_pending,
        )

    async def preview(self, preview_id: str, visitor: Visitor) -> Preview:
        """What the visitor looked at.

        Raises:
            NotFound: it is over, was never there, or is somebody else's.
        """
        whose, now = of_hub_user(visitor.hub_name), self._clock()
        found = await self._database.run(store.get_preview, preview_id, whose, now=now)
        if found is None:
            raise _gone()
        return found

    async def content(self, preview: Preview) -> bytes:
        """The bytes that were fetched for it.

        Raises:
            NotFound: they are kept no longer.
        """
        content = await self._database.run(store.content_of, preview.id)
        if content is None:
            raise _gone()
        return content

    async def accept(self, new: NewLaunch, preview: Preview) -> Launch:
        """Keep the launch of what was looked at, and note it in the person's list, both or none.

        Raises:
            TooMany, TooLarge: the person has too much waiting already.
        """

        def note(connection: Connection, launch: Launch) -> None:
            facts = preview.facts | (preview.facts["notebook"] or preview.facts["repository"])
            url = preview.facts["url"]
            store.add_import(connection, launch, kind=preview.kind, url=url, facts=facts)

        return await self._launches.accept(new, note)

    async def find(self, visitor: Visitor) -> list[Imported]:
        """The visitor's imports, newest first."""
        whose, now = of_hub_user(visitor.hub_name), self._clock()
        return await self._database.run(store.find, whose, now=now)


def _gone() -> NotFound:
    return NotFound(
        "What was looked at is not kept any more.",
        next_step="Look at the address again; then import it.",
    )
