"""``/dashboards`` and the page of one: the same for everybody, filled by the API in the visitor's session."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]


@router.get("/dashboards")
async def dashboards(guest: Guest, here: Here) -> Response:
    """All that this person may see; ``?q=`` searches, ``?new=1`` asks for a new one."""
    return page("dashboards.html", here, guest, section="dashboards")


@router.get("/dashboards/{dashboard_id}")
async def dashboard(
    guest: Guest, here: Here, dashboard_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
) -> Response:
    """One dashboard; ``?edit=1`` arranges it (D-08), ``?q=`` shows the tiles that have these words (D-21)."""
    return page("dashboard.html", here, guest, section="dashboards", dashboard_id=dashboard_id)
