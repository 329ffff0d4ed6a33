"""``api/v1/pages/{page}/links``: links for the world, made, listed and taken back."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from ...errors import Conflict, NotFound
from ...workflows.publishing.rights import Permission
from ..idempotency import Try
from ..library.answering import KEYED, ROUTER, Caller, Here
from ..library.shapes import Allowed
from ..own_address import origin_for
from ..service import Service
from . import store
from .embedding import code, embedders
from .judging import Judged, no_page
from .link_model import NewLink, PublicLink
from .shapes_links import LinkBody, LinkList, LinkShape, MadeLink, shape_of

__all__ = ["PageRef", "router", "told"]

router = APIRouter(tags=["links"], **ROUTER)

PageRef = Annotated[str, Path(pattern="^[0-9a-f-]{32,36}$", description="Id of a published page.")]
LinkRef = Annotated[str, Path(pattern="^[0-9a-f]{32}$", description="Id of a link; not its key.")]


@router.get("/pages/{page}/links", summary="Links for the world")
async def of_page(caller: Caller, here: Here, page: PageRef) -> LinkList:
    """Of one page, also those that are over. Their addresses are told once, when they are made."""
    judged = await here.publications.judged(caller, page)
    if judged.version is None and not judged.may["stop"].allowed:
        raise no_page()
    here.publications.visited(caller, judged)
    found = await here.public_links.of_pages([page])
    return LinkList(
        entries=[told(here, link) for link in found if _may_see(judged, link)],
        may=_may_make(here, judged),
        longest_life=here.settings.link_life,
    )


@router.post("/pages/{page}/links", status_code=201, summary="Make a link for the world", **KEYED)
async def make(request: Request, body: LinkBody, caller: Caller, here: Here, page: PageRef) -> MadeLink:
    """Whoever has it reads the page without a log-in, until it ends or is taken back. For who may publish the
    page, and only where the admin allows such links.

    The answer alone has the address; nothing of it is kept here but a hash. A repeat with the same
    `Idempotency-Key` answers with the same link and a new address: the first one opens nothing any more."""
    here.public_links.require_enabled()
    new = NewLink(
        ends_at=body.ends_at,
        note=body.note.strip(),
        sites=embedders(body.sites),
        names_author=body.names_author,
    )

    async def do(this: Try) -> dict[str, Any]:
        return {"link": uuid.uuid5(uuid.NAMESPACE_OID, this.attempt.save_id).hex}

    judged = await here.publications.judged(caller, page)
    judged.require("make-link")
    if not judged.page.is_live(here.publications.clock()):
        raise Conflict("This page is not published any more.", next_step="Publish it again first.")
    # Their right has just been seen: the link is open at once, also where others were paused.
    await here.database.run(store.confirm, [page], judged.user, here.publications.now())
    made_as = await here.once.run(request, judged.user, await request.body(), do)
    link, key = await here.public_links.make(page, new, made_by=judged.user, link_id=made_as["link"])
    url = f"{origin_for(request, here)}{here.place.prefix}public/{key.reveal()}"
    shape = shape_of(link, here.public_links.standing(link))
    embed = f"{url}/embed"
    known = {name: getattr(shape, name) for name in LinkShape.__slots__}
    return MadeLink(**known, url=url, embed_url=embed, embed_code=code(embed, link.page_title))


@router.delete("/pages/{page}/links/{link}", summary="Take a link back")
async def take_back(caller: Caller, here: Here, page: PageRef, link: LinkRef) -> LinkShape:
    """At once and for good; once more changes nothing. For who made it, and for who may stop the page."""
    found = await here.public_links.find(link)
    if found.page_id != page:
        raise NotFound("There is no such link.", next_step="Look at the links of the page.")
    user = await caller.openbis_user()
    if found.made_by != user:
        (await here.publications.judged(caller, page)).require("stop")
    await here.public_links.revoke([link], by=user)
    return told(here, await here.public_links.find(link))


def told(here: Service, link: PublicLink) -> LinkShape:
    """A link as people are told of it."""
    return shape_of(link, here.public_links.standing(link))


def _may_see(judged: Judged, link: PublicLink) -> bool:
    return link.made_by == judged.user or judged.may["make-link"].allowed or judged.may["stop"].allowed


def _may_make(here: Service, judged: Judged) -> Allowed:
    permission = judged.may["make-link"]
    if not here.public_links.enabled:
        permission = Permission(False, "Links for the world are off here; the admin can allow them.")
    return Allowed(permission.allowed, permission.reason, permission.role)
