"""docs/reference/service-api.md: the routes of the service, from its own OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from openbis_nb.openbis.secrets import Secret
from openbis_nb.service.api_document import document as api_document
from openbis_nb.service.app import create_app
from openbis_nb.service.description import TEXT
from openbis_nb.service.place import Place
from openbis_nb.service.settings import ServiceSettings

from .markdown import code, head, table

PREFIX = "/services/openbis/"


def openapi() -> str:
    """docs/reference/openapi.json: for generators of clients, and for a look at what a change changes."""
    return json.dumps(_document(), indent=1, ensure_ascii=False) + "\n"


def page() -> str:
    """The whole page."""
    document = _document()
    intro = f"All paths are below `{PREFIX}` of the hub. The whole description, with every form, is "
    intro += f"[openapi.json](openapi.json), and at `{PREFIX}api/v1/openapi.json`.\n{TEXT}"
    parts = [head("The service's API", intro)]
    for path, methods in document["paths"].items():
        for method, route in methods.items():
            parts += _route(f"{method.upper()} {path.removeprefix(PREFIX)}", route, document)
    return "\n\n".join(parts) + "\n"


def _document() -> dict[str, Any]:
    place = Place(PREFIX, "/", "http://127.0.0.1:8081/hub/api", Secret("none"), "service-openbis", PREFIX)
    return api_document(create_app(place, ServiceSettings(), _never))


def _route(title: str, route: dict[str, Any], document: dict[str, Any]) -> Iterator[str]:
    yield f"## `{title}`"
    yield str(route.get("description") or route.get("summary") or "")
    parameters = [
        [f"`{p['name']}`", p["in"], "yes" if p.get("required") else "", p.get("description", "")]
        for p in route.get("parameters", [])
    ]
    if parameters:
        yield table(["Parameter", "In", "Required", "Meaning"], parameters)
    body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        yield from _body(_resolved(body, document))


def _body(schema: dict[str, Any]) -> Iterator[str]:
    required = schema.get("required", [])
    rows = [
        [f"`{name}`", "yes" if name in required else "", _default(member), member.get("description", "")]
        for name, member in schema.get("properties", {}).items()
    ]
    yield table(["Member of the body", "Required", "Default", "Meaning"], rows)
    for example in schema.get("examples", []):
        yield code(json.dumps(example, indent=2), "json")


def _default(member: dict[str, Any]) -> str:
    return f"`{json.dumps(member['default'])}`" if "default" in member else ""


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    name = str(schema.get("$ref", "")).rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"].get(name, schema)
    return found


def _never() -> Any:
    raise AssertionError("The description is made without running anything.")
