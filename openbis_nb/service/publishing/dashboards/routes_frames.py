"""``dashboards/frame/…`` (what tiles hold), ``dashboards/…/print``, ``published/…/print`` (for paper).

Both are inert and have no origin, whoever shows them (decision 0028). What is printed is a page of its own
with the same policy, since a browser prints of a frame no more than the screen shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import HTMLResponse, Response

from ...library.frames import FrameRoute, frame, frame_visitor
from ...service import Service, service_of
from ...visitors import Visitor, page_visitor
from . import contents
from .contents import Part
from .layout import reading_order
from .model import Output, Tile
from .pages import PageShown, no_such_page
from .presenting import instant

__all__ = ["router"]

_frames = APIRouter(include_in_schema=False, route_class=FrameRoute)
router = APIRouter(include_in_schema=False)

Here = Annotated[Service, Depends(service_of)]
Guest = Annotated[Visitor, Depends(page_visitor)]
InFrame = Annotated[Visitor, Depends(frame_visitor)]
PageId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")]

#: As a library's frame has it, and nobody shows it inside of another page.
_POLICY = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'"
)
#: Bytes of one page for paper: browsers lay out so much in seconds, not minutes.
_MOST_PRINTED = 48 * 2**20


@_frames.get("/dashboards/frame/{page_id}")
async def tile_frame(
    guest: InFrame,
    here: Here,
    page_id: PageId,
    code: Literal["shown", "hidden"] = "shown",
    cell: Annotated[str | None, Query(max_length=64)] = None,
    output: Annotated[int | None, Query(ge=0, le=100_000)] = None,
) -> Response:
    """A page, or one output of it; with ``?code=hidden`` there is no code in its bytes."""
    only = Output(cell, output) if cell is not None and output is not None else None
    html = (await here.dashboards.pages.html(guest, page_id, only)).decode("utf-8", "replace")
    here.metrics.page_views.labels("tile").inc()
    shown = html if code == "shown" else contents.without_code(html)
    return frame(contents.in_tile(shown, single=only is not None))


@router.get("/dashboards/{dashboard_id}/print")
async def paper(
    guest: Guest,
    here: Here,
    dashboard_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")],
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """All tiles that this person may see, whole, in the order of reading; with ``?q=`` those that have these
    words in title or notebook (D-21)."""
    seen = await here.dashboards.get(guest, dashboard_id)
    tiles = reading_order(seen.dashboard.tiles)
    pages = await here.dashboards.pages.shown(guest, {tile.page_id for tile in tiles})
    parts, room = list[Part](), _MOST_PRINTED
    for tile in tiles:
        if not _has(tile, pages.get(tile.page_id), q):
            continue
        part = await _part(here, guest, tile, pages.get(tile.page_id), room)
        room -= len(part.html or "")
        parts.append(part)
    row, place = seen.dashboard, seen.place
    facts = [
        f"Dashboard of the {place.kind} {place.identifier}, changed {_date(instant(row.changed_at))} by "
        f"{row.changed_by}.",
        await _printed(guest),
    ]
    return _paper(row.name, facts, parts)


@router.get("/published/{page_id}/print")
async def page_paper(guest: Guest, here: Here, page_id: PageId) -> Response:
    """A published page by itself, whole."""
    page = (await here.dashboards.pages.shown(guest, [page_id])).get(page_id)
    if page is None:
        raise no_such_page()
    html = (await here.dashboards.pages.html(guest, page_id)).decode("utf-8", "replace")
    part = Part(title="", about="", html=html, single=False, x=0, y=0, w=12)
    return _paper(page.title, [_about(page), await _printed(guest)], [part])


def _paper(title: str, facts: Sequence[str], parts: Sequence[Part]) -> Response:
    html = contents.paper(title, facts, parts, _POLICY.removeprefix("sandbox; "))
    headers = {"Content-Security-Policy": f"{_POLICY}; frame-ancestors 'none'", "X-Frame-Options": "DENY"}
    return HTMLResponse(html, headers=headers)


async def _printed(guest: Visitor) -> str:
    return f"Made {_date(datetime.now(UTC))} as {await guest.openbis_user()} sees it."


async def _part(here: Service, guest: Visitor, tile: Tile, page: PageShown | None, room: int) -> Part:
    single = tile.output is not None
    if page is None:
        return Part(title="", about="", html=None, single=single, x=tile.x, y=tile.y, w=tile.w)
    html = (await here.dashboards.pages.html(guest, page.id, tile.output)).decode("utf-8", "replace")
    about = _about(page)
    if len(html) > room:
        html, about = "", f"{about} Too large to be printed with the others: print {page.link} by itself."
    return Part(
        title=tile.title or page.title,
        about=about,
        html=html if tile.code else contents.without_code(html),
        single=single,
        x=tile.x,
        y=tile.y,
        w=tile.w,
    )


def _has(tile: Tile, page: PageShown | None, words: str) -> bool:
    text = f"{tile.title or page.title} {page.notebook}".lower() if page else ""
    return all(word in text for word in words.lower().split())


def _about(page: PageShown) -> str:
    when = f" of {_date(page.saved_at)}" if page.saved_at else ""
    newer = " There is a newer version." if page.newer else ""
    return (
        f"Version {page.version}{when}, saved by {page.saved_by}, of the notebook “{page.notebook}”.{newer}"
    )


def _date(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%-d %B %Y, %H:%M} UTC"


router.include_router(_frames)
