"""``api/v1/…``: what the launcher page asks for. Each route says how many round trips to openBIS it makes."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ...errors import InvalidInput
from ...identifiers import is_perm_id
from ...models import EntityKind
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...workflows.browse import entities
from ...workflows.browse.data_sets import DataSets
from ...workflows.browse.shapes import Card, DataSetList, Found, Tree
from ..profiles import Profile
from ..service import Service, service_of
from ..visitors import Visitor, visitor
from .shapes import TemplateCard
from .templates import templates

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["browse"])

Caller = Annotated[Visitor, Depends(visitor)]
Here = Annotated[Service, Depends(service_of)]
Words = Annotated[str, Query(max_length=200)]
PermId = Annotated[str, Query(max_length=200)]


@router.get("/tree")
async def tree(caller: Caller, of: PermId = "", kind: EntityKind | None = None, after: Words = "") -> Tree:
    """What lies directly in an entity, at most 100 of a kind; without *of* the spaces. One round trip."""
    async with caller.openbis() as client:
        return await entities.tree(client, of, kind, after)


@router.get("/search")
async def search(
    caller: Caller, here: Here, q: Words, kind: Annotated[list[EntityKind] | None, Query()] = None
) -> Found:
    """Entities and data sets whose code, identifier, name or permId fits; with *kind* only those entities.

    One round trip, two where the server's spelling of names is not known yet.
    """
    words = q.strip()
    if not words:
        raise InvalidInput("There is nothing to search for.", next_step="Give q=, a part of a name or code.")
    async with caller.openbis() as client, together() as group:
        sections = group.create_task(entities.search(client, words, kind or ()))
        data = None if kind else group.create_task(_data_sets(here, client).named(words))
    return Found(sections.result(), data.result().data_sets[:20] if data else [])


@router.get("/entities")
async def entity(caller: Caller, here: Here, place: PermId, kind: EntityKind | None = None) -> Card:
    """The card of an entity by identifier or permId. Two round trips."""
    async with caller.openbis() as client:
        return await entities.card(client, place, kind, here.core.link_url)


@router.get("/entities/{perm_id}")
async def entity_by_perm_id(caller: Caller, here: Here, perm_id: str, kind: EntityKind | None = None) -> Card:
    """The card of an entity; a space's permId is its code. Two round trips."""
    async with caller.openbis() as client:
        return await entities.card(client, perm_id, kind, here.core.link_url)


@router.get("/entities/{perm_id}/owners")
async def owners(caller: Caller, perm_id: str, kind: EntityKind) -> Tree:
    """What can own a notebook in a space or project, at any depth. One round trip."""
    if kind not in ("space", "project"):
        raise InvalidInput("Only a space or project holds owners; this one can be the owner itself.")
    async with caller.openbis() as client:
        return Tree(await entities.owners_in(client, perm_id, kind))


@router.get("/entities/{perm_id}/data-sets")
async def data_sets_of(
    caller: Caller, here: Here, perm_id: str, kind: EntityKind, q: Words = "", after: Words = ""
) -> DataSetList:
    """The data sets of an entity, newest first, with those that the dialog preselects. One round trip, with
    *q* two."""
    async with caller.openbis() as client:
        return await _data_sets(here, client).of(perm_id, kind, q.strip(), after)


@router.get("/data-sets")
async def data_sets(
    caller: Caller,
    here: Here,
    q: Words = "",
    after: Words = "",
    perm_id: Annotated[list[str] | None, Query()] = None,
) -> DataSetList:
    """Data sets by permId, with the reason where one cannot be seen; or all that *q* finds. One round trip
    for those that are seen, two for a search."""
    wanted = perm_id or []
    if any(not is_perm_id(one) for one in wanted) or not (wanted or q.strip()):
        raise InvalidInput("Give perm_id=, the permId of a data set, or q=, a part of its name.")
    async with caller.openbis() as client:
        shown = _data_sets(here, client)
        return await (shown.some(wanted) if wanted else shown.named(q.strip(), after))


@router.get("/templates")
async def list_templates(caller: Caller, here: Here, kind: EntityKind | None = None) -> list[TemplateCard]:
    """Templates that suit an entity of a kind, with their parameters. No call to openBIS."""
    return templates(here.templates, kind)


@router.get("/profiles")
async def list_profiles(caller: Caller, here: Here) -> list[Profile]:
    """The spawner's profiles, as the admin told the service; empty where there are none."""
    return list(here.settings.profiles)


def _data_sets(here: Service, client: OpenBIS) -> DataSets:
    return DataSets(
        client=client,
        links=here.core.link_url,
        preselect_limit=here.settings.preselect_limit,
        not_inputs=frozenset({here.core.data_set_type, "ELN_PREVIEW"}),
    )
