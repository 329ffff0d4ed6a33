"""Every route that is ours: of the hub, of the service, and of people's servers; as code knows them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
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


_LIST = """
import json, os, re
from jupyter_server.serverapp import ServerApp
app = ServerApp()
app.initialize(["--allow-root", "--ServerApp.port=0"], new_httpserver=False)
found = set()
def walk(router):
    for rule in router.rules:
        if hasattr(rule.target, "rules"):
            walk(rule.target)
        elif getattr(rule.target, "__module__", "").startswith("openbis_nb"):
            plain = rule.target._unimplemented_method
            for method in rule.target.SUPPORTED_METHODS:
                if getattr(rule.target, method.lower()) is not plain:
                    found.add((method, rule.matcher.regex.pattern))
walk(app.web_app.default_router)
walk(app.web_app.wildcard_router)
print("ROUTES" + json.dumps(sorted(found)))
"""


def extension_routes(home: Path) -> list[tuple[str, str]]:
    """Method and path below the base URL of a person's server, as a real server has them.

    Args:
        home: An empty folder.
    """
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "OPENBIS_URL": "https://openbis.example.org",
    }
    command = [sys.executable, "-c", _LIST]
    listed = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True, timeout=60)
    assert "ROUTES" in listed.stdout, listed.stderr[-2000:]
    found = {(method, _filled(path)) for method, path in json.loads(listed.stdout.partition("ROUTES")[2])}
    assert found
    return sorted(found)


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
