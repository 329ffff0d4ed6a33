"""What the catalogue is asked, and what it answers."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from ...models import Checkpoint, Entity, EntityKind
from ...openbis.client import OpenBIS

__all__ = ["MOST_ROWS", "Page", "Query", "Row", "Sort", "Viewer"]

Sort = Literal["updateTime", "name", "owner", "size", "creationTime"]

#: Rows of one page.
MOST_ROWS = 200


class Viewer(Protocol):
    """Who looks, with a session of their own: a :class:`~openbis_nb.service.visitors.Visitor`."""

    async def openbis_user(self) -> str:
        """Their user id in openBIS' spelling."""

    def openbis(self) -> AbstractAsyncContextManager[OpenBIS]:
        """openBIS with their own session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which notebooks, in which order; all filters must fit.

    Args:
        place: Kind and permId (a space's code) of where they lie, at any depth.
        author: User ids, one of them.
        text: Words that all stand in name, notes or code of where it is stored; without case.
        template: Slug.
        since: First version registered at or after (aware).
        until: First version registered at or before (aware).
        newer_data: Whether an input has a newer version.
        data_set: PermId of an input of a version that counts.
        ids: Notebook ids, one of them.
        sort: ``owner`` is the author, as Neptune's clients say (N-60).
        descending: Largest, newest, last first.
        limit: At most :data:`MOST_ROWS`.
        after: Cursor of the page before, of the same query.
        offset: How many to leave out, after the cursor.
    """

    place: tuple[EntityKind, str] | None = None
    author: tuple[str, ...] = ()
    text: str = ""
    template: str = ""
    since: datetime | None = None
    until: datetime | None = None
    newer_data: bool | None = None
    data_set: str | None = None
    ids: tuple[str, ...] = ()
    sort: Sort = "updateTime"
    descending: bool = True
    limit: int = 50
    after: str | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One notebook as one person sees it, judged (design section 2).

    Args:
        notebook_id: Value of the history-id property.
        name: Of its newest version that counts.
        description: Notes of that version, plain text.
        author: User id of who registered the first version.
        owner: Where it is stored: kind, permId, identifier, code.
        project: The project that it lies in; ``None`` in a space itself.
        space: Code of its space.
        newest: The newest version that counts.
        first_perm_id: PermId of the first version.
        created: When that was registered, UTC.
        versions: How many count.
        size: Bytes of the newest version.
        total_size: Bytes of all that count.
        template: Slug; ``None`` where there is none or it is not known yet.
        newer: Whether an input has a newer version; ``None`` unless the query filters by it.
    """

    notebook_id: str
    name: str
    description: str
    author: str
    owner: Entity | None
    project: Entity | None
    space: str
    newest: Checkpoint
    first_perm_id: str
    created: datetime | None
    versions: int
    size: int
    total_size: int
    template: str | None = None
    newer: bool | None = None

    @property
    def updated(self) -> datetime | None:
        """When the newest version was registered, UTC."""
        return self.newest.registered_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page of notebooks.

    Args:
        rows: In the order that was asked for.
        matching: Notebooks that fit the query; ``None`` while openBIS and the index do not agree on the
            number of versions that this person sees.
        total: Notebooks that this person sees at all; ``None`` likewise.
        cursor: For the next page; ``None`` on the last.
        complete: False while versions are still being read in.
        note: One sentence for people on what is still missing; empty when nothing is.
        authors: User ids to filter by, in order.
        templates: Slugs to filter by, in order.
    """

    rows: list[Row]
    matching: int | None
    total: int | None
    cursor: str | None = None
    complete: bool = True
    note: str = ""
    authors: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()
