"""All addresses of this API. The ones with a name of their own stand before ``{fid}``."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from ..rate_limits import limited
from . import routes_reading, routes_trash, routes_writing
from .addresses import METHODS
from .asking import Here, at, new_router

__all__ = ["router"]

router = APIRouter(dependencies=[Depends(limited)])
_options = new_router()


async def options(_: Here) -> Response:
    """``Allow`` says which methods there are (P-15)."""
    return Response(status_code=204)


for address in METHODS:
    at(_options, address, "OPTIONS")(options)
for part in (
    _options,
    routes_reading.router,
    routes_reading.open_router,
    routes_writing.router,
    routes_trash.router,
):
    router.include_router(part)
