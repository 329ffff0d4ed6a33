"""The API of imports: ``api/v1/imports…`` and ``api/v1/badge``."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse

from ... import assemble
from ...workflows.importing.address import address_of
from ..idempotency import Try
from ..launches.answers import LaunchAnswer
from ..launches.model import of_hub_user
from ..library.answering import KEYED, ROUTER
from ..service import Service, service_of
from ..visitors import Visitor, visitor
from .answers import BadgeAnswer, ImportList, PreviewAnswer
from .asking import LONGEST_URL, ImportBody, LookBody
from .badges import badge
from .launching import launch_import
from .looking import look
from .presenting import preview_answer, row_of

__all__ = ["router"]

router = APIRouter(tags=["imports"], **ROUTER)

Caller = Annotated[Visitor, Depends(visitor)]
Here = Annotated[Service, Depends(service_of)]
PreviewId = Annotated[
    str, Path(max_length=64, pattern="^[0-9a-f]+$", examples=["5d0c8e1f2b3a4c5d8e9f0a1b2c3d4e5f"])
]


@router.post("/imports/preview", status_code=201, summary="Look at an address", response_model=PreviewAnswer)
async def preview(body: LookBody, caller: Caller, here: Here) -> PreviewAnswer:
    """Fetches the notebook, or asks the host of a repository for its branches, without any token or cookie.

    What came is kept for an hour, for the caller only, and is what an import of this `id` launches. Addresses
    of the hub's own network are refused, unless the admin has named them.
    """
    rules = assemble.guard_rules(here.core)
    async with here.imports.room.place(of_hub_user(caller.hub_name)):
        found = await look(body.url.strip(), body.ref, rules)
    return preview_answer(await here.imports.keep(caller, found), here.place)


@router.get("/imports/preview/{preview_id}", summary="What was looked at", response_model=PreviewAnswer)
async def again(preview_id: PreviewId, caller: Caller, here: Here) -> PreviewAnswer:
    """As it was found; nobody is asked again. Somebody else's and one that is over are 404."""
    return preview_answer(await here.imports.preview(preview_id, caller), here.place)


@router.post(
    "/imports",
    status_code=201,
    summary="Import what was looked at",
    response_model=LaunchAnswer,
    **KEYED,
)
async def launch(request: Request, body: ImportBody, caller: Caller, here: Here) -> Response:
    """A launch like any other: `page` shows the progress, and ends in the notebook in one's own server.

    A notebook is the one that was shown, byte for byte. A repository is fetched by the person's own server.
    """

    async def accept(_: Try) -> dict[str, Any]:
        return {"launch": (await launch_import(here, caller, body)).id}

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), accept)
    stored = await here.launches.get(made["launch"], caller)
    headers = {"Location": here.links.api("launches", stored.id)}
    return JSONResponse(stored.document(here.place, caller.hub_name), 201, headers=headers)


@router.get("/imports", summary="One's own imports, newest first", response_model=ImportList)
async def listing(caller: Caller, here: Here) -> ImportList:
    """With their state, why one failed, what to do then, and where it opens."""
    rows = [row_of(one, here.place, caller.hub_name) for one in await here.imports.find(caller)]
    return ImportList(imports=rows)


@router.get("/badge", summary="Make a badge", response_model=BadgeAnswer)
async def make_badge(
    request: Request,
    _: Caller,
    here: Here,
    url: Annotated[str, Query(max_length=LONGEST_URL, description="Of a notebook or repository.")] = "",
) -> BadgeAnswer:
    """HTML and Markdown that lead to the import page with this address, less any token in it. Asks nobody."""
    address = address_of(url, assemble.guard_rules(here.core))
    made = badge(_origin(request, here) + here.place.prefix, address.public)
    return BadgeAnswer(
        kind=address.kind, target=made.target, image=made.image, html=made.html, markdown=made.markdown
    )


def _origin(request: Request, here: Service) -> str:
    """The hub's public address, or else what this browser came by."""
    if here.place.public_origin:
        return here.place.public_origin
    scheme = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip()
    return f"{'https' if scheme == 'https' else 'http'}://{request.headers.get('Host', '')}"
