"""From dashboards to the shapes that the API answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast
from urllib.parse import quote, urlencode

from ...etags import state_of
from ...library.links import Links
from ...library.shapes import Allowed
from .homes import forbidden
from .keeper import Seen
from .layout import reading_order
from .model import Dashboard, HomeKind, Output, Tile
from .pages import PageOutput, PageShown
from .shapes import (
    DashboardDetail,
    DashboardRow,
    OutputRow,
    Place,
    TileOutput,
    TilePage,
    TileShape,
)

__all__ = ["Presenting", "dashboard_state", "instant"]


def dashboard_state(dashboard: Dashboard) -> str:
    """What its ETag says of the dashboard itself."""
    return state_of([dashboard.id, dashboard.revision])


@dataclass(frozen=True, slots=True)
class Presenting:
    """Makes shapes.

    Args:
        links: Where things are shown.
    """

    links: Links

    def page(self, dashboard_id: str) -> str:
        """The page of a dashboard, for people."""
        return f"{self.links.prefix}dashboards/{dashboard_id}"

    def row(self, seen: Seen) -> DashboardRow:
        """One line."""
        dashboard, place = seen.dashboard, seen.place
        return DashboardRow(
            id=dashboard.id,
            name=dashboard.name,
            stored_in=Place(
                kind=cast("HomeKind", place.kind),
                perm_id=place.perm_id,
                identifier=place.identifier,
                name=place.name,
                link=self.links.eln_entity(place),
            ),
            tile_count=len(dashboard.tiles),
            created_by=dashboard.created_by,
            created_at=instant(dashboard.created_at),
            changed_by=dashboard.changed_by,
            changed_at=instant(dashboard.changed_at),
            link=self.page(dashboard.id),
        )

    def detail(self, seen: Seen, pages: Mapping[str, PageShown], may_edit: bool) -> DashboardDetail:
        """All of one.

        Args:
            seen: Which one.
            pages: Those of its pages that the person may see.
            may_edit: Whether they may change it.
        """
        refusal = forbidden(seen.place)
        edit = Allowed(True) if may_edit else Allowed(False, refusal.message, str(refusal.extra["role"]))
        return DashboardDetail(
            dashboard=self.row(seen),
            tiles=[self.tile(tile, pages.get(tile.page_id)) for tile in reading_order(seen.dashboard.tiles)],
            print=f"{self.page(seen.dashboard.id)}/print",
            may={"edit": edit},
        )

    def tile(self, tile: Tile, page: PageShown | None) -> TileShape:
        """One tile; of a page that is not shown its place only: not even a title of its own."""
        if page is None:
            return TileShape(tile.id, tile.x, tile.y, tile.w, tile.h, visible=False)
        return TileShape(
            tile.id,
            tile.x,
            tile.y,
            tile.w,
            tile.h,
            visible=True,
            title=tile.title,
            code=tile.code,
            output=TileOutput(tile.output.cell_id, tile.output.index) if tile.output else None,
            page=TilePage(
                id=page.id,
                title=page.title,
                link=page.link,
                notebook=page.notebook,
                version=page.version,
                saved_at=page.saved_at,
                saved_by=page.saved_by,
                follow=page.follow,
                has_code=page.has_code,
                newer=page.newer,
            ),
            frame=self.frame(page.id, page.version, tile.output, code=tile.code),
        )

    def output(self, page: PageShown, output: PageOutput) -> OutputRow:
        """An output to choose, with its picture."""
        only = Output(output.cell_id, output.index)
        frame = self.frame(page.id, page.version, only, code=True)
        return OutputRow(output.cell_id, output.index, output.kind, output.label, frame)

    def frame(self, page_id: str, version: str, output: Output | None, *, code: bool) -> str:
        """What a tile's frame shows; it has the version in it, so that another one is another address."""
        query = {"version": version} | ({} if code else {"code": "hidden"})
        if output is not None:
            query |= {"cell": output.cell_id, "output": str(output.index)}
        return f"{self.links.prefix}dashboards/frame/{quote(page_id, safe='')}?{urlencode(query)}"


def instant(milliseconds: int) -> datetime:
    """A moment of the tables."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
