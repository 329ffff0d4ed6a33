"""``published/frame/…``: what frames of our pages hold of what is published. Inert, without an origin (D9).

The bytes are the stored ones; before they leave, the viewer's own session has seen their version.
"""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ..library.frames import FrameRoute, confirm, frame, frame_visitor
from ..service import Service, service_of
from ..visitors import Visitor
from .taking import prepare

__all__ = ["router"]

router = APIRouter(include_in_schema=False, route_class=FrameRoute)

Here = Annotated[Service, Depends(service_of)]
InFrame = Annotated[Visitor, Depends(frame_visitor)]
_ID = "^[0-9a-f]{32}$"
PageId = Annotated[str, Path(pattern=_ID)]


@router.get("/published/frame/preview/{perm_id}")
async def preview(
    guest: InFrame,
    here: Here,
    perm_id: Annotated[str, Path(pattern="^[A-Za-z0-9_.-]{1,100}$")],
    code: Literal["shown", "hidden"] = "hidden",
) -> Response:
    """Just what publishing this version would store."""
    await confirm(here, guest, [perm_id])
    return frame((await prepare(here, guest, perm_id, code)).page)


@router.get("/published/frame/{page}")
async def page_frame(guest: InFrame, here: Here, page: PageId) -> Response:
    """What a page shows."""
    html = await here.publications.html(guest, page)
    here.metrics.page_views.labels("page").inc()
    return frame(html)


@router.get("/published/frame/{page}/output/{cell}/{index}")
async def output_frame(
    guest: InFrame,
    here: Here,
    page: PageId,
    cell: Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")],
    index: Annotated[int, Path(ge=0, le=100_000)],
) -> Response:
    """One output of it, for a tile."""
    html = await here.publications.output_html(guest, page, cell, index)
    here.metrics.page_views.labels("tile").inc()
    return frame(html)


@router.get("/published/frame/{page}/{snapshot}")
async def snapshot_frame(
    guest: InFrame, here: Here, page: PageId, snapshot: Annotated[str, Path(pattern=_ID)]
) -> Response:
    """Another snapshot of its notebook, for who may switch to it."""
    return frame(await here.publications.html(guest, page, snapshot))
