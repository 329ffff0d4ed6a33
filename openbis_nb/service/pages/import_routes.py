"""``/import`` and ``/badge``. A page with an address in it, as a badge opens it, asks nobody for anything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]


@router.get("/import")
async def imports(guest: Guest, here: Here, url: str = "") -> Response:
    """One field, what is at the address, and one's imports; ``?url=`` fills the field in, and no more
    (B-22, B-25): a link of a stranger's fetches nothing."""
    limit = here.settings.data_limit
    return page("import.html", here, guest, section="import", url=url, data_limit=limit)


@router.get("/badge")
async def badge(guest: Guest, here: Here) -> Response:
    """The badge maker (B-20)."""
    return page("badge.html", here, guest, section="import")
