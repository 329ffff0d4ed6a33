"""``import/frame/…``: the notebook that was looked at, as it would be shown; ``badge.svg``."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ...notebooks.export import export_html
from ..library.frames import FrameRoute, frame, frame_visitor
from ..pages.rendering import ASSETS
from ..service import Service, service_of
from ..visitors import Visitor
from .badges import IMAGE

__all__ = ["router"]

_frames = APIRouter(include_in_schema=False, route_class=FrameRoute)
router = APIRouter(include_in_schema=False)

Here = Annotated[Service, Depends(service_of)]
InFrame = Annotated[Visitor, Depends(frame_visitor)]
PreviewId = Annotated[str, Path(pattern="^[0-9a-f]{1,64}$")]
#: A picture for pages of others: nobody is asked who they are, and a day in a cache hides who looks.
_PICTURE = {
    "Cache-Control": "public, max-age=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


@_frames.get("/import/frame/{preview_id}")
async def preview_frame(guest: InFrame, here: Here, preview_id: PreviewId) -> Response:
    """A foreign notebook, inert (design D9); the same bytes are rendered once."""
    preview = await here.imports.preview(preview_id, guest)
    content = await here.imports.content(preview)  # not there of a repository

    async def make() -> bytes:
        page = await here.renderings.in_child(export_html, content, title="Notebook", heading=False)
        return page.encode("utf-8", "replace")

    digest = preview.facts["notebook"]["sha256"]
    return frame(await here.renderings.html("import", digest, make, who=preview.owner))


@router.get(f"/{IMAGE}")
async def picture() -> Response:
    """The badge. No log-in, no cookie, nothing noted."""
    content, media_type = ASSETS.files[IMAGE]
    return Response(content, media_type=media_type, headers=_PICTURE)


router.include_router(_frames)
