"""``/published/admin``: all published pages and links for the world, for admins of openBIS."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from ..publishing.admins import require_admin
from .library_routes import Guest, Here
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)


@router.get("/published/admin")
async def published_admin(guest: Guest, here: Here) -> Response:
    """What there is, and what stops it.

    Raises:
        Forbidden: for everybody but an admin of openBIS.
    """
    await require_admin(guest)
    return page("published_admin.html", here, guest, section="published")
