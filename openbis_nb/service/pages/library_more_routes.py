"""``/library/compare``, ``/library/data-set/…``, ``/library/storage``, ``/library/trash``."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from .library_routes import Guest, Here, PermId
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/library/compare")
async def compare(guest: Guest, here: Here) -> Response:
    """Versions against a base: ``?base=<permId>&with=<permId>…``, a link for good (N-10, N-11)."""
    return page("compare.html", here, guest, section="library")


@router.get("/library/data-set/{perm_id}")
async def data_set(guest: Guest, here: Here, perm_id: PermId) -> Response:
    """Which notebooks used a data set, which of them are out of date, and its lineage (F-07, F-16)."""
    return page("data_set.html", here, guest, section="library", perm_id=perm_id)


@router.get("/library/storage")
async def storage(guest: Guest, here: Here) -> Response:
    """What notebooks take; ``?space=`` shows one space and its superseded versions."""
    return page("storage.html", here, guest, section="library")


@router.get("/library/trash")
async def trash(guest: Guest, here: Here) -> Response:
    """Notebooks in the trash, to be brought back or deleted for ever."""
    return page("trash.html", here, guest, section="library")
