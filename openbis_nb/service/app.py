"""The FastAPI application: which routes there are, and what surrounds them.

Routers of the parts, all below the service's prefix: ``oauth`` and ``health`` (no log-in), ``launches``,
``pages``, ``library``, ``browse``, ``plotly`` and ``eln``. A route declares its caller itself:
``Depends(visitor)``, ``Depends(event_visitor)``, ``Depends(page_visitor)`` (see ``visitors``) or
``Depends(person)`` (see ``people``); a test walks over all routes and finds one that does not.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import FastAPI

from .. import __version__
from . import api_document, browse, description, eln, health, oauth, pages, problems
from .imports import routes as import_routes
from .imports import routes_frames as import_frames
from .launches import routes
from .library import routes as library_routes
from .library import routes_frames
from .middleware import Requests
from .place import Place
from .plotly import routes as plotly_routes
from .plotly.slashes import TrailingSlashes
from .publishing import routes as publishing_routes
from .publishing import routes_admin as published_admin_routes
from .publishing import routes_frames as publishing_frames
from .publishing import routes_links as link_routes
from .publishing import routes_public as public_routes
from .publishing.dashboards import routes as dashboard_routes
from .publishing.dashboards import routes_frames as dashboard_frames
from .service import Service
from .settings import ServiceSettings

__all__ = ["create_app"]

_PARTS = (
    oauth,
    health,
    routes,
    pages,
    routes_frames,
    import_frames,
    import_routes,
    library_routes,
    dashboard_frames,
    dashboard_routes,
    publishing_frames,
    publishing_routes,
    public_routes,
    link_routes,
    published_admin_routes,
    browse,
    description,
    plotly_routes,
)


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
        description=description.TEXT,
        lifespan=lifespan,
        openapi_url=None,  # served with log-in
        redirect_slashes=False,
        generate_unique_id_function=api_document.operation_id,
    )
    problems.add_handlers(app)
    for part in _PARTS:
        app.include_router(part.router, prefix=place.prefix.rstrip("/"))

    def watch(method: str, route: str, status: int, code: str) -> None:
        app.state.service.metrics.request(method, route, status, code)

    app.add_middleware(TrailingSlashes, prefix=place.prefix)
    app.add_middleware(Requests, prefix=place.prefix, max_body=settings.max_body, watch=watch)
    eln.add_to(app, place, settings)  # its middleware is around all others
    return app
