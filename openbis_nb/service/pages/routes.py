"""``/`` and ``/new`` (the launcher), ``/opening`` (a tab that waits), ``/launch/…`` (progress), the files."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ...errors import NotFound
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .rendering import ASSETS, page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]
LaunchId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$")]


@router.get("/")
async def launcher(guest: Guest, here: Here) -> Response:
    """The tree, and the card of what is chosen there; ``?place=…&kind=…`` chooses."""
    return page("launcher.html", here, guest, new=False, data_limit=here.settings.data_limit)


@router.get("/new")
async def new(guest: Guest, here: Here) -> Response:
    """The dialog at once, for ``?place=<permId or identifier>&kind=…&input=<permId>…``."""
    return page("launcher.html", here, guest, new=True, data_limit=here.settings.data_limit)


@router.get("/opening")
async def opening(guest: Guest, here: Here) -> Response:
    """What a new tab shows until the launch is accepted: it has to be opened at the click itself, else the
    browser blocks it (U-04)."""
    return page("opening.html", here, guest)


@router.get("/launch/{launch_id}")
async def launch(guest: Guest, here: Here, launch_id: LaunchId) -> Response:
    """The progress of a launch, which ends in the notebook; without JavaScript a link to it."""
    place, name = here.place, quote(guest.hub_name, safe="")
    landing = f"{place.base_url}user/{name}/openbis/launch/{launch_id}"
    notebook = f"{place.hub_url}spawn/{name}?{urlencode({'next': landing})}"
    return page("launch.html", here, guest, launch_id=launch_id, notebook=notebook)


@router.get("/static/{digest}/{name}")
async def static(digest: str, name: str) -> Response:
    """A style, script or picture; needs no log-in.

    Raises:
        NotFound: there is none of that name in this release.
    """
    if digest != ASSETS.digest or name not in ASSETS.files:
        raise NotFound("There is no such file.", next_step="Load the page again.")
    content, media_type = ASSETS.files[name]
    return Response(
        content, media_type=media_type, headers={"Cache-Control": "public, max-age=31536000, immutable"}
    )
