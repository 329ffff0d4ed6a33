"""Every route that is ours: of the hub, of the service, and of people's servers; as code knows them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from traitlets.config import Config

from openbis_nb.hub.authenticator import OpenBISAuthenticator
from openbis_nb.service.app import create_app
from openbis_nb.service.place import Place
from openbis_nb.service.settings import load

__all__ = ["METHODS", "extension_routes", "hub_routes", "service_routes"]

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_SAMPLE = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def hub_routes() -> list[str]:
    """Paths below the hub's prefix that the authenticator adds."""
    settings = {"openbis_url": "https://openbis.example.org", "allow_all": True}
    authenticator = OpenBISAuthenticator(config=Config({"OpenBISAuthenticator": settings}))
    return sorted({_filled(path) for path, *_ in authenticator.get_handlers(None)})


def service_routes() -> list[tuple[str, str]]:
    """Method and path, as JupyterHub serves them."""
    place = Place.of({"JUPYTERHUB_API_URL": "http://hub.invalid/hub/api", "JUPYTERHUB_API_TOKEN": "x"})
    app = create_app(place, load({}), lambda: SimpleNamespace())  # type: ignore[arg-type, return-value]
    found = {(method, _filled(path)) for methods, path in _walk(app.routes) for method in methods}
    assert len(found) > 5
    return sorted(found)


def extension_routes() -> list[str]:
    """Paths below the base URL of a person's server that the extension adds."""
    raise NotImplementedError


def _walk(routes: Iterable[Any], prefix: str = "") -> Iterator[tuple[Iterable[str], str]]:
    for route in routes:
        if hasattr(route, "original_router"):  # FastAPI keeps included routers as such
            yield from _walk(route.original_router.routes, prefix + route.include_context.prefix)
        elif hasattr(route, "routes"):
            yield from _walk(route.routes, prefix + route.path)
        else:
            yield getattr(route, "methods", None) or ("GET",), prefix + route.path


def _filled(path: str) -> str:
    """A path with something in place of its parameters, of a form that ids of ours have."""
    path = re.sub(r"\(\?P<\w+>[^)]*\)|\([^?][^)]*\)", _SAMPLE, path.rstrip("$"))
    return re.sub(r"\{[^}]*\}", _SAMPLE, path).replace("/?", "/")
