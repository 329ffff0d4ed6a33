"""``/~author/digits…``: addresses by ``fid``, if openBIS shows this person the notebook."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from ...workflows.library.model import Notebook
from ...workflows.library.reading import notebook_of
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .addresses import fid_at
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]


@router.get("/~{author}/{digits}.embed")
async def embed(guest: Guest, here: Here, author: str, digits: str) -> Response:
    """What a notebook holds and nothing else (P-21)."""
    found = await _visible(guest, author, digits)
    frame = here.links.frame_version(found.newest.perm_id)
    return page("embed.html", here, guest, name=found.name, frame=frame)


@router.get("/~{author}/{digits}")
@router.get("/~{author}/{digits}/")
@router.get("/~{author}/{digits}/{slug}")
@router.get("/~{author}/{digits}/{slug}/")
async def by_fid(guest: Guest, here: Here, author: str, digits: str) -> Response:
    """To the page of the notebook (P-18)."""
    found = await _visible(guest, author, digits)
    return RedirectResponse(here.links.notebook_page(found.notebook_id, found.name), 302)


async def _visible(guest: Visitor, author: str, digits: str) -> Notebook:
    """The notebook, if openBIS shows it to this person.

    Raises:
        NotFound: it does not, or there is none.
    """
    async with guest.openbis() as client:
        return await notebook_of(client, fid_at(author, digits), co_authors=False)
