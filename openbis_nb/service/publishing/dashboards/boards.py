"""Dashboards as publishing sees them: a page is put on one in the same step (D-07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from ....errors import Conflict, NotFound
from ....models import Entity
from ....openbis.client import OpenBIS
from ..shapes import DashboardRef
from . import layout, store
from .arranging import TileWish, new_tile
from .homes import home_of
from .keeper import Dashboards, Seen
from .model import Dashboard
from .presenting import Presenting

if TYPE_CHECKING:
    from ...people import Asker

__all__ = ["Boards"]

#: Dashboards that are offered to somebody who publishes.
_OFFERED = 200


class Boards:
    """What ``neighbours.Boards`` asks for.

    Args:
        dashboards: That there are.
        presenting: Knows their addresses.
    """

    def __init__(self, dashboards: Dashboards, presenting: Presenting) -> None:
        self._dashboards, self._presenting = dashboards, presenting

    async def check(self, caller: Asker, dashboard_id: str) -> None:
        """Nothing, if the caller may put a page on it.

        Raises:
            NotFound: none that the caller sees.
            Forbidden: the caller may not change it.
            InvalidInput: it is full.
        """
        seen = await self._dashboards.get(caller, dashboard_id)
        await self._dashboards.require_edit(caller, seen.place)
        _with_page(seen.dashboard, "")

    async def editable(self, caller: Asker) -> Sequence[DashboardRef]:
        """Those on which the caller may put a page, last changed first."""
        found = await self._dashboards.page(caller, writable=True, limit=_OFFERED)
        rows = sorted(found.rows, key=lambda seen: seen.dashboard.changed_at, reverse=True)
        return [self._ref(seen) for seen in rows]

    async def holding(self, caller: Asker, page_ids: Sequence[str]) -> Mapping[str, Sequence[DashboardRef]]:
        """Page → dashboards with a tile of it, as far as the caller sees them."""
        seen = await self._dashboards.holding(caller, page_ids)
        return {
            page_id: [
                self._ref(one) for one in seen if any(t.page_id == page_id for t in one.dashboard.tiles)
            ]
            for page_id in page_ids
        }

    async def home_for(self, caller: Asker, owner: Entity) -> Entity:
        """Where a new dashboard for a notebook stored in *owner* belongs: its project, else its space.

        Raises:
            Forbidden: the caller may store nothing there.
        """
        async with caller.openbis() as client:
            place = await _around(client, owner)
        await self._dashboards.require_edit(caller, place)
        return place

    def create(
        self, connection: Connection, *, dashboard_id: str, place: Entity, title: str, who: str, now: int
    ) -> None:
        """A new dashboard without tiles, in the transaction of *connection*; nothing, if it is there.

        Args:
            connection: To the database.
            dashboard_id: 32 hexadecimal digits.
            place: From :meth:`home_for`.
            title: Its name.
            who: User id in openBIS.
            now: Milliseconds since 1970.

        Raises:
            Conflict: the place has too many.
        """
        new = Dashboard(
            id=dashboard_id, name=title, home=home_of(place), tiles=(), revision=1,
            created_by=who, created_at=now, changed_by=who, changed_at=now,
        )  # fmt: skip
        store.add(connection, new, f"create {dashboard_id}")

    def add_page(self, connection: Connection, dashboard_id: str, page_id: str, who: str, now: int) -> None:
        """One more tile at the first free place, in the transaction of *connection*; none where one shows the
        page already.

        Raises:
            NotFound: the dashboard has gone meanwhile.
            Conflict: somebody changes it at this moment.
            InvalidInput: it is full.
        """
        before = store.get(connection, dashboard_id)
        if before is None:
            raise NotFound("The dashboard was deleted meanwhile.", next_step="Choose another one.")
        if any(tile.page_id == page_id and tile.output is None for tile in before.tiles):
            return
        after = replace(
            _with_page(before, page_id), revision=before.revision + 1, changed_by=who, changed_at=now
        )
        if not store.change(connection, after, f"page {page_id}"):
            raise Conflict("Somebody is changing the dashboard at this moment.", next_step="Try again.")

    def _ref(self, seen: Seen) -> DashboardRef:
        return DashboardRef(seen.dashboard.id, seen.dashboard.name, self._presenting.page(seen.dashboard.id))


def _with_page(dashboard: Dashboard, page_id: str) -> Dashboard:
    """Raises:
    InvalidInput: no tile has room any more.
    """
    wish = TileWish(page_id=page_id or "any")
    tiles = [*dashboard.tiles, new_tile(dashboard.tiles, wish, f"{dashboard.id} {page_id}")]
    layout.check(tiles)
    return replace(dashboard, tiles=tuple(layout.reading_order(tiles)))


async def _around(client: OpenBIS, owner: Entity) -> Entity:
    parts = (owner.experiment_identifier or owner.identifier).strip("/").split("/")
    if len(parts) >= 3:
        return await client.entity(f"/{parts[0]}/{parts[1]}", "project")
    return await client.entity(f"/{parts[0]}", "space")
