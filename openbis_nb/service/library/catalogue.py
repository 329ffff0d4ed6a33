"""The catalogue: notebooks as one person sees them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from ...openbis.authorship import decide
from ...openbis.notebook_search import FoundVersion
from ..database import Database
from ..plain_text import plain_text
from ..remembered import Remembered
from .query import MOST_ROWS, Page, Query, Row, Viewer

__all__ = ["Catalogue"]


class Catalogue:
    """Finds notebooks for a viewer; nothing leaves that the viewer's own session has not confirmed (D13).

    Args:
        database: Where the index is.
        data_set_type: Its definition tells the spelling of the history-id property.
        confirmed_for: Seconds for which what a session has confirmed is good.
    """

    def __init__(self, database: Database, data_set_type: str, confirmed_for: float) -> None:
        self._database, self._type = database, data_set_type
        self._confirmed_for = confirmed_for
        self._history: Remembered[str, str] = Remembered(3600.0)

    async def page(self, viewer: Viewer, query: Query) -> Page:
        """One page of notebooks.

        Raises:
            InvalidInput: a cursor that is none of this query.
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked; then nothing is shown.
        """
        async with viewer.openbis() as client:
            history = await self._history.get("", lambda: client.history_code(self._type))
            found, total = await client.notebook_versions(history, limit=1000)
            projects = {project.perm_id: project for project in await client.all_projects()}
        groups: defaultdict[str, list[FoundVersion]] = defaultdict(list)
        for version in sorted(found, key=lambda one: (one.registered, one.perm_id)):
            groups[version.notebook_id].append(version)
        rows = [_row(versions, projects) for versions in groups.values()]
        fitting = [row for row in rows if _fits(row, query)]
        fitting.sort(key=lambda row: (_key(row, query), row.notebook_id), reverse=query.descending)
        limit = min(query.limit, MOST_ROWS)
        start = query.offset + int(query.after or 0)
        complete = len(found) == total
        return Page(
            rows=fitting[start : start + limit],
            matching=len(fitting) if complete else None,
            total=len(rows) if complete else None,
            cursor=str(start + limit) if start + limit < len(fitting) else None,
            complete=complete,
            authors=tuple(sorted({row.author for row in rows})),
        )

    async def confirm(self, viewer: Viewer, perm_ids: Iterable[str]) -> set[str]:
        """Which data sets the viewer's own session sees, asked within the last ``confirmed_for`` seconds.

        Raises:
            NotLoggedIn, Forbidden, OpenBISFailure: openBIS cannot be asked.
        """
        async with viewer.openbis() as client:
            return set(await client.visible_data_sets(perm_ids))

    async def saw(self, viewer: Viewer, perm_ids: Iterable[str]) -> None:
        """Versions that were just saved, renamed, moved or brought back: read anew in the viewer's name."""

    async def forget(self, perm_ids: Iterable[str]) -> None:
        """Versions that were just trashed."""


def _row(versions: list[FoundVersion], projects: dict[str, Any]) -> Row:
    judged = decide([version.checkpoint() for version in versions], {}, frozenset())
    counting = [version for version in judged if version.counts]
    newest, first = counting[-1], judged[0]
    project = projects.get(versions[0].place)
    identifier = project.identifier if project else versions[0].place
    return Row(
        notebook_id=first.notebook_id,
        name=newest.name,
        description=plain_text(newest.notes, "MULTILINE_VARCHAR"),
        author=first.registrator,
        owner=first.owner,
        project=project,
        space=identifier.strip("/").split("/")[0],
        newest=newest,
        first_perm_id=first.perm_id,
        created=first.registered_at,
        versions=len(counting),
        size=newest.size or 0,
        total_size=sum(version.size or 0 for version in counting),
    )


def _fits(row: Row, query: Query) -> bool:
    words = f"{row.name} {row.description}".casefold()
    return (
        (not query.author or row.author in query.author)
        and (not query.ids or row.notebook_id in query.ids)
        and all(word in words for word in query.text.casefold().split())
        and (query.data_set is None or query.data_set in row.newest.parents)
        and (query.place is None or _lies_in(row, *query.place))
    )


def _lies_in(row: Row, kind: str, perm_id: str) -> bool:
    if kind == "space":
        return row.space == perm_id
    if kind == "project":
        return row.project is not None and row.project.perm_id == perm_id
    return row.owner is not None and row.owner.perm_id == perm_id


def _key(row: Row, query: Query) -> Any:
    by = {
        "updateTime": row.newest.registered_at,
        "creationTime": row.created,
        "name": row.name.casefold(),
        "owner": row.author.casefold(),
        "size": row.size,
    }
    return by[query.sort]
