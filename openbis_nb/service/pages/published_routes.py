"""``/published…``: the list of published pages, one of them, and its file.

Who reads needs a log-in and no server of their own (D-09). The pages are the same for everybody: what they
show comes from the API and from frames, in the visitor's session.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path
from fastapi.responses import Response

from ...errors import OpenbisNbError
from ...identifiers import safe_file_name
from ..service import Service, service_of
from ..visitors import Visitor, page_visitor
from .rendering import page

__all__ = ["router"]

router = APIRouter(include_in_schema=False)

Guest = Annotated[Visitor, Depends(page_visitor)]
Here = Annotated[Service, Depends(service_of)]
PageId = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


@router.get("/published")
async def listing(guest: Guest, here: Here) -> Response:
    """Those that this person may see; ``?q=`` and ``?mine=true`` choose."""
    try:
        admin = await here.publications.is_admin(guest)
    except OpenbisNbError:  # the list says what is wrong
        admin = False
    return page("published_list.html", here, guest, section="published", admin=admin)


@router.get("/published/file/{page_id}")
async def file(guest: Guest, here: Here, page_id: PageId) -> Response:
    """A page as one HTML file: byte for byte what is stored (U-34).

    Raises:
        NotFound: it is over, or openBIS does not show this person its version.
        StoreFailure: the bytes are away.
    """
    shown = await here.publications.page(guest, page_id)
    html = await here.publications.html(guest, page_id)
    here.metrics.page_views.labels("file").inc()
    name = quote(safe_file_name(shown.title, suffix=".html"), safe="")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/published/{page_id}")
async def one(guest: Guest, here: Here, page_id: PageId) -> Response:
    """A page; ``?tab=edit`` is for whoever may change it (D-11)."""
    return page("published.html", here, guest, section="published", page_id=page_id)
