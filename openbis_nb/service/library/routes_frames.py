"""``library/frame/…`` (what the frames of our pages hold), ``library/file/…`` (a version as a download)."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query
from fastapi.responses import Response

from ...identifiers import safe_file_name
from ...openbis import checkpoints, download
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .frames import FrameRoute, comparison, confirm, frame, frame_visitor, version_html

__all__ = ["router"]

_frames = APIRouter(include_in_schema=False, route_class=FrameRoute)
router = APIRouter(include_in_schema=False)

Here = Annotated[Service, Depends(service_of)]
Guest = Annotated[Visitor, Depends(page_visitor)]
InFrame = Annotated[Visitor, Depends(frame_visitor)]
_PERM_ID = "^[A-Za-z0-9_.-]{1,100}$"
PermId = Annotated[str, Path(pattern=_PERM_ID)]


@_frames.get("/library/frame/version/{perm_id}")
async def version_frame(
    guest: InFrame, here: Here, perm_id: PermId, code: Literal["shown", "hidden"] = "shown"
) -> Response:
    """A version's contents; ``?code=hidden`` folds the code away (N-05)."""
    return frame(await version_html(here, guest, perm_id, hide_code=code == "hidden"))


@_frames.get("/library/frame/compare")
async def compare_frame(
    guest: InFrame,
    here: Here,
    base: Annotated[str, Query(pattern=_PERM_ID)],
    other: Annotated[str, Query(alias="with", pattern=_PERM_ID)],
) -> Response:
    """One version beside another (N-10)."""
    return frame((await comparison(here, guest, base, other)).html)


@router.get("/library/file/{perm_id}")
async def file(guest: Guest, here: Here, perm_id: PermId) -> Response:
    """The ``.ipynb`` of a version, as a download (N-13).

    Raises:
        NotFound: not visible to this person, or no notebook.
        DataNotAvailable, TransferFailed, OpenBISFailure, TooLarge: it cannot be fetched.
    """
    await confirm(here, guest, [perm_id])
    async with guest.openbis() as client:
        found = await checkpoints.notebook_file(client, perm_id)
        content = await download.read(client, found, max_bytes=here.core.max_notebook_size)
    name = quote(safe_file_name(found.name, suffix=".ipynb"), safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(content, media_type="application/x-ipynb+json", headers=headers)


router.include_router(_frames)
