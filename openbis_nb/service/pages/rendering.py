"""From a template to a page. Every value is escaped; there is no way around it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from fastapi.responses import HTMLResponse

from ...errors import InvalidIdentifier
from ...identifiers import openbis_user_id
from ..place import Place
from ..service import Service
from ..visitors import Visitor
from .assets import Assets

__all__ = ["ASSETS", "page", "problem_page", "public_page"]

ASSETS = Assets.read()

_templates = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, service: Service, visitor: Visitor, **values: Any) -> HTMLResponse:
    """One page.

    Args:
        template: Its name.
        service: Where it stands.
        visitor: Who looks at it.
        values: What else the template names.
    """
    html = _templates.get_template(template).render(
        visitor=visitor,
        person=_shown(visitor.hub_name),
        place=service.place,
        openbis_url=service.core.link_url,
        imports=service.core.imports,
        asset=_address(service.place),
        **values,
    )
    return HTMLResponse(html)


def problem_page(place: Place, problem: Mapping[str, Any]) -> str:
    """A failure as a page of its own: what happened, and what to do. Names nobody."""
    return _templates.get_template("problem.html").render(place=place, problem=problem, asset=_address(place))


def public_page(template: str, service: Service, **values: Any) -> str:
    """A page for somebody who is not logged in. Names nobody but what *values* name."""
    lab = service.settings.lab_name
    return _templates.get_template(template).render(lab=lab, asset=_address(service.place), **values)


def _address(place: Place) -> Callable[[str], str]:
    return lambda name: place.prefix + ASSETS.path(name)


def _shown(hub_name: str) -> str:
    """The person as openBIS writes them, where the name at the hub is made from that."""
    try:
        return openbis_user_id(hub_name)
    except InvalidIdentifier:
        return hub_name
