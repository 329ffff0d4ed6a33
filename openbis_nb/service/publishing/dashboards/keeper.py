"""Dashboards as each person may see and change them: one place for pages, API and publishing.

Nobody but the person's own session is asked. A dashboard of a place that they do not see is not there, and
neither is its number in a count.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace

from ....errors import ChangedMeanwhile, InvalidInput, NotFound
from ....models import Entity
from ...database import Database
from ...library.query import Viewer
from . import layout, store
from .arranging import TileWish, arranged, new_tile, touched
from .homes import Homes, forbidden, home_of
from .model import Dashboard, Tile
from .pages import Pages, no_such_page

__all__ = ["Dashboards", "Found", "Seen"]

#: Tries of a change that names no state, while others change the same dashboard.
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Seen:
    """A dashboard that somebody sees, and where it belongs, as that is called now."""

    dashboard: Dashboard
    place: Entity


@dataclass(frozen=True, slots=True)
class Found:
    """One page of dashboards by name; ``end``: key of the last one, for the next page, if there is one."""

    rows: list[Seen]
    total: int
    end: tuple[str, str] | None


#: Makes the tiles or the name of the next revision; may raise.
Edit = Callable[[Dashboard], Awaitable[Dashboard]]


class Dashboards:
    """Keeps dashboards.

    Args:
        database: Where.
        pages: Finds published pages.
        confirmed_for: Seconds for which a place that a session has seen is not asked for again.
        clock: Seconds since 1970.
    """

    def __init__(
        self,
        database: Database,
        pages: Pages,
        confirmed_for: float,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._database, self._clock = database, clock
        self.pages, self.homes = pages, Homes(confirmed_for)

    async def page(
        self,
        viewer: Viewer,
        *,
        words: str = "",
        place: Entity | None = None,
        writable: bool = False,
        after: tuple[str, str] | None = None,
        limit: int = 50,
    ) -> Found:
        """Dashboards that the viewer sees.

        Args:
            viewer: Who looks.
            words: Each stands in the name, or in identifier or name of the place.
            place: Only of this one.
            writable: Only those that they may edit.
            after: ``end`` of the page before.
            limit: How many.
        """
        homes = [home_of(place)] if place else await self._database.run(store.homes)
        seen = await self.homes.seen(viewer, homes)
        if writable and seen:
            may = await self.homes.writable(viewer, seen.values())
            seen = {home: entity for home, entity in seen.items() if entity.perm_id in may}
        told = {home: f"{entity.identifier} {entity.name}".lower() for home, entity in seen.items()}
        parts = [
            (word, [home for home, text in told.items() if word in text]) for word in words.lower().split()
        ]
        wanted = store.Wanted(list(seen), parts, after, limit + 1)
        rows, total = await self._database.run(store.find, wanted)
        shown = [Seen(one, seen[one.home]) for one in rows[:limit]]
        last = rows[limit - 1] if len(rows) > limit else None
        return Found(shown, total, (last.name.lower(), last.id) if last else None)

    async def get(self, viewer: Viewer, dashboard_id: str) -> Seen:
        """Raises:
        NotFound: there is none, or the viewer does not see its place.
        """
        found = await self._database.run(store.get, dashboard_id)
        seen = await self.homes.seen(viewer, [found.home]) if found else {}
        if found is None or found.home not in seen:
            raise NotFound(
                "There is no such dashboard that you may see.",
                next_step="It may have been deleted, or belong to a place in openBIS that you do not see.",
            )
        return Seen(found, seen[found.home])

    async def may_edit(self, viewer: Viewer, place: Entity) -> bool:
        """Whether the viewer may make and change dashboards there."""
        return place.perm_id in await self.homes.writable(viewer, [place])

    async def create(
        self, viewer: Viewer, name: str, place: Entity, wishes: Sequence[TileWish], made_by: str
    ) -> Dashboard:
        """A new dashboard; the same one for the same *made_by*.

        Raises:
            Forbidden: the viewer may store nothing there.
            InvalidInput, NotFound: the tiles do not make a dashboard, or show what the viewer may not see.
            Conflict: the place has too many.
        """
        home = home_of(place)
        await self.require_edit(viewer, place)
        tiles = arranged((), wishes, made_by)
        await self._check_pages(viewer, tiles)
        who, now = await viewer.openbis_user(), self.now()
        new = Dashboard(
            id=made_by.replace("-", "")[:32], name=name, home=home, tiles=tiles, revision=1,
            created_by=who, created_at=now, changed_by=who, changed_at=now,
        )  # fmt: skip
        return await self._database.run(store.add, new, made_by)

    async def change(self, viewer: Viewer, dashboard_id: str, edit: Edit, made_by: str) -> Dashboard:
        """The next revision of a dashboard; nothing more for the same *made_by*.

        Raises:
            NotFound: not visible.
            Forbidden: the viewer may not edit it.
            ChangedMeanwhile: others change it all the time.
            OpenbisNbError: what *edit* raises.
        """
        for _ in range(_TRIES):
            seen = await self.get(viewer, dashboard_id)
            before = seen.dashboard
            if await self._database.run(store.is_made_by, before.id, made_by):
                return before
            await self.require_edit(viewer, seen.place)
            after = await edit(before)
            await self._check_pages(viewer, touched(before.tiles, after.tiles))
            if after == before:
                return before
            who = await viewer.openbis_user()
            changed = replace(after, revision=before.revision + 1, changed_by=who, changed_at=self.now())
            if await self._database.run(store.change, changed, made_by):
                return changed
        raise ChangedMeanwhile("Somebody is changing this dashboard at the same time.")

    async def moved(self, viewer: Viewer, dashboard: Dashboard, place: Entity) -> Dashboard:
        """The dashboard as one of another place; not stored yet.

        Raises:
            Forbidden: the viewer may store nothing there.
        """
        home = home_of(place)
        if home != dashboard.home:
            await self.require_edit(viewer, place)
        return replace(dashboard, home=home)

    async def add_tile(
        self, viewer: Viewer, dashboard_id: str, wish: TileWish, made_by: str
    ) -> tuple[Dashboard, Tile]:
        """One more tile (D-07, D-08); the same one for the same *made_by*.

        Raises:
            OpenbisNbError: what :meth:`change` raises; NotFound also: no page that the viewer may see.
        """
        seed = f"{made_by} tile"
        made = new_tile((), wish, seed)

        async def add(before: Dashboard) -> Dashboard:
            tile = new_tile(before.tiles, wish, seed)
            tiles = layout.reading_order([*before.tiles, tile])
            layout.check(tiles)
            return replace(before, tiles=tuple(tiles))

        after = await self.change(viewer, dashboard_id, add, made_by)
        return after, next((tile for tile in after.tiles if tile.id == made.id), made)

    async def remove(self, viewer: Viewer, dashboard_id: str, check: Callable[[Dashboard], None]) -> None:
        """Delete a dashboard; the pages that it shows stay.

        Args:
            viewer: Who does it.
            dashboard_id: Which one.
            check: Raises where it is not in the state that the caller knows.

        Raises:
            NotFound: not visible, or deleted meanwhile.
            Forbidden: the viewer may not edit it.
            ChangedMeanwhile: somebody changed it at this moment.
        """
        seen = await self.get(viewer, dashboard_id)
        await self.require_edit(viewer, seen.place)
        check(seen.dashboard)
        if not await self._database.run(store.remove, dashboard_id, seen.dashboard.revision):
            raise ChangedMeanwhile("Somebody has changed or deleted this dashboard since you read it.")

    async def holding(self, viewer: Viewer, page_ids: Collection[str]) -> list[Seen]:
        """Dashboards that the viewer sees and on which one of the pages stands, by name."""
        found = await self._database.run(store.holding, page_ids)
        seen = await self.homes.seen(viewer, [one.home for one in found])
        return [Seen(one, seen[one.home]) for one in found if one.home in seen]

    def now(self) -> int:
        """Milliseconds since 1970."""
        return int(self._clock() * 1000)

    async def require_edit(self, viewer: Viewer, place: Entity) -> None:
        """Raises:
        Forbidden: the viewer may not make and change dashboards there.
        """
        if not await self.may_edit(viewer, place):
            raise forbidden(place)

    async def _check_pages(self, viewer: Viewer, tiles: Collection[Tile]) -> None:
        """Whoever puts a page on a dashboard must see it themselves (D-04), and the output must be there."""
        if not tiles:
            return
        shown = await self.pages.shown(viewer, {tile.page_id for tile in tiles})
        if any(tile.page_id not in shown for tile in tiles):
            raise no_such_page()
        for page_id in {tile.page_id for tile in tiles if tile.output}:
            known = {(one.cell_id, one.index) for one in await self.pages.outputs(viewer, page_id)}
            wanted = {(t.output.cell_id, t.output.index) for t in tiles if t.output and t.page_id == page_id}
            if wanted - known:
                raise InvalidInput("The page has no such output.", next_step="Choose another one.")
