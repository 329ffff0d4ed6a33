"""``/`` and ``/new`` (the launcher), ``/opening`` (a tab that waits), ``/launch/…`` (progress), the files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import jinja2
from fastapi import APIRouter, Depends, Path
from fastapi.responses import HTMLResponse, Response

from ...errors import InvalidIdentifier, NotFound
from ...identifiers import openbis_user_id
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .assets import Assets

__all__ = ["render", "router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]
LaunchId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")]

_assets = Assets.read()
_pages = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FilePath(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def render(template: str, service: Service, visitor: Visitor, **values: Any) -> HTMLResponse:
    """One page.

    Args:
        template: Its name.
        service: Where it stands.
        visitor: Who looks at it.
        values: What else the template names.
    """
    page = _pages.get_template(template).render(
        visitor=visitor,
        person=_shown(visitor.hub_name),
        place=service.place,
        openbis_url=service.core.link_url,
        asset=_address(service),
        **values,
    )
    return HTMLResponse(page)


@router.get("/")
async def launcher(guest: Guest, here: Here) -> Response:
    """The tree, and the card of what is chosen there; ``?place=…&kind=…`` chooses."""
    return render("launcher.html", here, guest, new=False, data_limit=here.settings.data_limit)


@router.get("/new")
async def new(guest: Guest, here: Here) -> Response:
    """The dialog at once, for ``?place=<permId or identifier>&kind=…&input=<permId>…``."""
    return render("launcher.html", here, guest, new=True, data_limit=here.settings.data_limit)


@router.get("/opening")
async def opening(guest: Guest, here: Here) -> Response:
    """What a new tab shows until the launch is accepted: it has to be opened at the click itself, else the
    browser blocks it (U-04)."""
    return render("opening.html", here, guest)


@router.get("/launch/{launch_id}")
async def launch(guest: Guest, here: Here, launch_id: LaunchId) -> Response:
    """The progress of a launch, which ends in the notebook; without JavaScript a link to it."""
    place, name = here.place, quote(guest.hub_name, safe="")
    landing = f"{place.base_url}user/{name}/openbis/launch/{launch_id}"
    notebook = f"{place.hub_url}spawn/{name}?{urlencode({'next': landing})}"
    return render("launch.html", here, guest, launch_id=launch_id, notebook=notebook)


@router.get("/static/{digest}/{name}")
async def static(digest: str, name: str) -> Response:
    """A style, script or picture; needs no log-in.

    Raises:
        NotFound: there is none of that name in this release.
    """
    if digest != _assets.digest or name not in _assets.files:
        raise NotFound("There is no such file.", next_step="Load the page again.")
    content, media_type = _assets.files[name]
    return Response(
        content, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )


def _address(service: Service) -> Callable[[str], str]:
    return lambda name: service.place.prefix + _assets.path(name)


def _shown(hub_name: str) -> str:
    """The person as openBIS writes them, where the name at the hub is made from that."""
    try:
        return openbis_user_id(hub_name)
    except InvalidIdentifier:
        return hub_name
