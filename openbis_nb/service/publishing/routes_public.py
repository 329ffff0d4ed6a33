"""``/public/{key}`` and ``/public/{key}/embed``: the pages that need no log-in.

They look at no cookie and no token, and set none. The key stands in the address, so no address is logged:
``middleware`` logs the route.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ..service import Service, service_of
from .public_answers import BareRoute, PageRoute, around, bare

__all__ = ["address_of", "router"]

_pages = APIRouter(include_in_schema=False, route_class=PageRoute)
_bare = APIRouter(include_in_schema=False, route_class=BareRoute)

Here = Annotated[Service, Depends(service_of)]


def address_of(request: Request) -> str:
    """Network address of who asks, as the proxies in front say (``OPENBIS_NB_SERVICE_PROXIES``)."""
    return request.client.host if request.client else ""


@_pages.get("/public/{key}")
async def page(key: str, request: Request, here: Here) -> Response:
    """A published page with a thin frame around."""
    shown = await here.public_links.look(key, address_of(request))
    return around(here, shown, f"{here.place.prefix}public/{key}/embed")


@_bare.get("/public/{key}/embed")
async def embed(key: str, request: Request, here: Here) -> Response:
    """What the page holds and nothing else, for the frame of our page, and of sites that the link names."""
    shown = await here.public_links.open(key, address_of(request))
    return bare(request, await here.publications.bytes_of(shown.digest), shown.sites)


router = APIRouter()
for part in (_pages, _bare):
    router.include_router(part)
