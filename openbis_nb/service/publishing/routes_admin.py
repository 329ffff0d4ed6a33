"""``api/v1/published/…``: all pages, links and the audit, for admins of openBIS, who can stop everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row

from ...errors import InvalidInput
from ..library.answering import ROUTER, Caller, Here
from ..service import Service
from . import admin_store
from .admins import require_admin
from .routes_links import told
from .shapes_admin import AdminLine, AdminLines, AdminLink, AdminLinks, AdminPage, AdminPages, Done, StopBody
from .shapes_links import LinkShape, RevokeBody
from .times import moment

__all__ = ["router"]

_AT_ONCE = 50
Words = Annotated[str, Query(max_length=200, description="Words that all stand in titles, people or places.")]
Cursor = Annotated[str, Query(pattern="^[0-9]{0,9}$", description="From the answer before.")]
Live = Annotated[bool, Query(description="Only what is shown, or opens, now.")]


async def _admin(caller: Caller) -> str:
    return await require_admin(caller)


Admin = Annotated[str, Depends(_admin)]
router = APIRouter(tags=["published"], **ROUTER | {"prefix": "/api/v1/published"})


@router.get("/pages", summary="All published pages")
async def all_pages(
    _: Admin, caller: Caller, here: Here, q: Words = "", live: Live = True, cursor: Cursor = ""
) -> AdminPages:
    """With who published them, where they lie and stand, and their state; not what they hold."""
    # What an admin sees of versions and roles says which pages are to go.
    here.publications.background.start(("review", ""), lambda: here.publications.review_all(caller))
    offset = int(cursor or 0)
    rows = await here.database.run(
        admin_store.found, q, live=live, now=here.publications.now(), limit=_AT_ONCE + 1, offset=offset
    )
    some = rows[:_AT_ONCE]
    links = await here.public_links.counts([row.id for row in some])
    boards = await here.database.run(admin_store.boards, [row.id for row in some])
    entries = [_page(here, row, links.get(row.id, 0), boards.get(row.id, 0)) for row in some]
    return AdminPages(entries, _following(rows, offset))


@router.post("/pages/stop", summary="Stop published pages")
async def stop(user: Admin, here: Here, body: StopBody) -> Done:
    """At once. Nobody sees them, and no link opens them, until somebody who may publishes them again."""
    _one_of_both(body.pages, body.all, "pages")
    count = await here.database.run(
        admin_store.stop, None if body.all else body.pages, who=user, now=here.publications.now()
    )
    return Done(count)


@router.get("/links", summary="All links for the world")
async def all_links(
    _: Admin, here: Here, q: Words = "", live: Live = True, cursor: Cursor = ""
) -> AdminLinks:
    """With who made them, how often they were used, and their state; not their addresses."""
    offset = int(cursor or 0)
    found = await here.public_links.search(q, live=live, limit=_AT_ONCE + 1, offset=offset)
    shapes = [told(here, link) for link in found[:_AT_ONCE]]
    entries = [
        AdminLink(
            **{name: getattr(shape, name) for name in LinkShape.__slots__}, page=_address(here, shape.page_id)
        )
        for shape in shapes
    ]
    return AdminLinks(entries, _following(found, offset), here.public_links.enabled)


@router.post("/links/revoke", summary="Take links for the world back")
async def revoke(user: Admin, here: Here, body: RevokeBody) -> Done:
    """At once and for good."""
    _one_of_both(body.links, body.all, "links")
    return Done(len(await here.public_links.revoke(None if body.all else body.links, by=user)))


@router.get("/audit", summary="What was done with published pages")
async def audit(_: Admin, here: Here, q: Words = "", cursor: Cursor = "") -> AdminLines:
    """Who published, changed and stopped what, who made and took back links, and each view by a link."""
    offset = int(cursor or 0)
    rows = await here.database.run(admin_store.audited, q, _AT_ONCE + 1, offset)
    return AdminLines([_line(here, row) for row in rows[:_AT_ONCE]], _following(rows, offset))


def _page(here: Service, row: Row[Any], links: int, boards: int) -> AdminPage:
    return AdminPage(
        id=row.id,
        title=row.title,
        notebook=row.notebook_id,
        state=row.state,
        reason=row.reason,
        published_by=row.published_by,
        published_at=moment(row.published_at),
        ends_at=moment(row.ends_at),
        confirmed_at=moment(row.confirmed_at),
        confirmed_by=row.confirmed_by,
        stored_in=row.owner_identifier,
        links=links,
        dashboards=boards,
        link=_address(here, row.id),
    )


def _line(here: Service, row: Row[Any]) -> AdminLine:
    return AdminLine(
        at=moment(row.at),
        who=row.who,
        action=row.action,
        page_id=row.page_id,
        title=row.title or "",
        page=_address(here, row.page_id) if row.title else "",
        details=admin_store.details_of(row),
    )


def _address(here: Service, page_id: str) -> str:
    return f"{here.place.prefix}published/{page_id}"


def _following(rows: Sequence[Any], offset: int) -> str | None:
    return str(offset + _AT_ONCE) if len(rows) > _AT_ONCE else None


def _one_of_both(some: Sequence[str] | None, everything: bool, name: str) -> None:
    if (some is None) == (not everything):
        raise InvalidInput(
            f"Name {name}, or say all.", next_step=f'Send {{"{name}": […]}} or {{"all": true}}.'
        )
