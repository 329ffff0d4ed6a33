"""The FastAPI application: which routes there are, and what surrounds them.

Routers of the parts, all below the service's prefix: ``oauth`` and ``health`` (no log-in), ``launches``,
``pages``, ``browse`` and ``eln``. A route declares its caller itself: ``Depends(visitor)``,
``Depends(event_visitor)`` or ``Depends(page_visitor)`` (see ``visitors``); a test walks over all routes and
finds one that does not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .. import __version__
from . import browse, eln, health, oauth, pages, problems
from .middleware import Requests
from .place import Place
from .service import Service
from .settings import ServiceSettings

__all__ = ["create_app"]


def create_app(place: Place, settings: ServiceSettings, make: Callable[[], Service]) -> FastAPI:
    """The application.

    Args:
        place: Where it stands; its routes are below its prefix.
        settings: Sizes.
        make: Makes what the requests share, inside of the event loop.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service = make()
        try:
            yield
        finally:
            await service.close()

    app = FastAPI(
        title="openBIS notebooks",
        version=__version__,
        description=__doc__,
        lifespan=lifespan,
        openapi_url=None,  # served with log-in
        redirect_slashes=False,
    )
    problems.add_handlers(app)
    for router in (oauth.router, health.router, pages.router, browse.router):
        app.include_router(router, prefix=place.prefix.rstrip("/"))
    app.add_middleware(Requests, max_body=settings.max_body, watch=lambda *_: None)
    eln.add_to(app, place, settings)  # its middleware is around all others
    return app
