"""``/library…``: the table of notebooks, and the page of one.

A page is the same for everybody: what it shows comes from the API, in the visitor's session.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ..library.links import notebook_of
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]
Part = Annotated[str, Path(max_length=600)]
PermId = Annotated[str, Path(pattern="^[A-Za-z0-9-]{1,64}$")]


@router.get("/library")
async def library(guest: Guest, here: Here) -> Response:
    """The table. Place, filters, order and page stand in the address, which is a link for good."""
    return page("library.html", here, guest, section="library")


@router.get("/library/n/{part}")
async def notebook(guest: Guest, here: Here, part: Part) -> Response:
    """A notebook at its newest version; ``?tab=`` chooses what is shown of it (N-12)."""
    return _notebook(guest, here, part, "")


@router.get("/library/n/{part}/{perm_id}")
async def version(guest: Guest, here: Here, part: Part, perm_id: PermId) -> Response:
    """A notebook at one of its versions (N-11)."""
    return _notebook(guest, here, part, perm_id)


def _notebook(guest: Visitor, here: Service, part: str, perm_id: str) -> Response:
    notebook_id = notebook_of(part)
    return page("notebook.html", here, guest, section="library", notebook_id=notebook_id, perm_id=perm_id)
