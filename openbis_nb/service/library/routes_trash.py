"""Into the trash, back, and out of it for ever. What lies there is told by openBIS alone (contract 6.2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from ...errors import NotFound
from ...openbis.client import OpenBIS
from ...workflows.library import trash_list, trashing
from ...workflows.library.reading import notebook_of
from ...workflows.library.rights import Permission, trash_permissions
from ...workflows.library.rules import Action
from ..etags import check_unchanged
from ..idempotency import Try
from ..people import Asker
from ..service import Service
from .answering import KEYED, KEYED_WITH_STATE, ROUTER, Caller, Here, NotebookRef, VersionId
from .bodies import TrashBody
from .rows import allowed, notebook_state
from .shapes import NotebookDetail, Trashed
from .writes import detail_answer, tell_catalogue

__all__ = ["router"]

router = APIRouter(tags=["trash"], **ROUTER)

Reason = Annotated[str, Query(max_length=1000, description="In one's own words; others read it in openBIS.")]


@router.get("/trash", summary="What is in the trash", response_model=list[Trashed])
async def listing(caller: Caller) -> list[Trashed]:
    """Notebooks and versions that the library put there, newest first: one's own, and those that one may
    delete for ever."""
    async with caller.openbis() as client:
        return await _shapes(client, await trash_list.trashed(client))


@router.delete(
    "/notebooks/{notebook}",
    summary="Put a notebook into the trash",
    response_model=Trashed,
    **KEYED_WITH_STATE,
)
async def trash(
    request: Request, caller: Caller, here: Here, notebook: NotebookRef, reason: Reason = ""
) -> Trashed:
    """All its versions that count, by one deletion that holds nothing else; once more is no change (200).
    Forks of others stay. Takes the role POWER_USER."""

    async def put(this: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            if "If-Match" in request.headers and this.attempt.last_try_at is None:
                with suppress(NotFound):  # in the trash already, or not there at all: see below
                    check_unchanged(request.headers, notebook_state(await notebook_of(client, notebook)))
            await this.before_register()
            gone = await trashing.trash_ref(client, notebook, reason)
        await here.catalogue.forget(gone.perm_ids)
        return {"fid": gone.fid, "version": gone.perm_ids[0] if gone.perm_ids else ""}

    made = await _once(request, here, caller, put)
    async with caller.openbis() as client:
        return await _shape(client, made["fid"] or made["version"])


@router.delete(
    "/versions/{version}",
    summary="Put a version into the trash",
    response_model=Trashed,
    **KEYED,
)
async def trash_version(
    request: Request, caller: Caller, here: Here, version: VersionId, reason: Reason = ""
) -> Trashed:
    """Neither the first version, which tells who the author is, nor the newest. Once more is no change."""

    async def put(_: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            await trashing.trash_versions(client, [version], reason)
        await here.catalogue.forget([version])
        return {}

    await _once(request, here, caller, put)
    async with caller.openbis() as client:
        return await _shape(client, version)


@router.post(
    "/superseded/trash",
    summary="Put superseded versions into the trash",
    response_model=list[Trashed],
    **KEYED,
)
async def trash_versions(request: Request, body: TrashBody, caller: Caller, here: Here) -> list[Trashed]:
    """One deletion for each notebook. All of them are judged before the first is trashed."""

    async def put(_: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            await trashing.trash_versions(client, body.ids, body.reason)
        await here.catalogue.forget(body.ids)
        return {}

    await _once(request, here, caller, put)
    async with caller.openbis() as client:
        held = set(body.ids)
        there = await trash_list.trashed(client)
        return await _shapes(client, [one for one in there if held.intersection(one.perm_ids)])


@router.post(
    "/notebooks/{notebook}/revert",
    summary="Bring a notebook back from the trash",
    response_model=NotebookDetail,
    **KEYED,
)
async def revert(request: Request, caller: Caller, here: Here, notebook: NotebookRef) -> Response:
    """Just what its own deletion holds. By the permId of a version that was trashed by itself, that version.
    What is there already is no change."""

    async def bring(_: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            try:
                back = await trashing.restore_from_trash(client, notebook)
            except NotFound:
                there = await notebook_of(client, notebook, co_authors=False)
                return {"notebook": there.notebook_id, "versions": []}
            found = await notebook_of(client, back.perm_ids[0], co_authors=False)
        return {"notebook": found.notebook_id, "versions": list(back.perm_ids)}

    made = await _once(request, here, caller, bring)
    await tell_catalogue(here, caller, made["versions"])
    return await detail_answer(request, here, caller, made["notebook"])


@router.delete(
    "/notebooks/{notebook}/permanent",
    status_code=204,
    summary="Delete a notebook for ever",
    **KEYED,
)
async def delete(request: Request, caller: Caller, here: Here, notebook: NotebookRef) -> None:
    """Only from the trash, else 409. Takes the role ADMIN. Nothing brings it back."""

    async def remove(this: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            await this.before_register()
            try:
                await trashing.delete_for_ever(client, notebook)
            except NotFound:
                if this.attempt.last_try_at is None:
                    raise
                # The try before this one has done it.
        return {}

    await _once(request, here, caller, remove)


async def _shape(client: OpenBIS, ref: str) -> Trashed:
    [shape] = await _shapes(client, [await trash_list.find_trashed(client, ref)])
    return shape


async def _shapes(client: OpenBIS, found: Sequence[trash_list.Trashed]) -> list[Trashed]:
    permissions = await trash_permissions(client, found)
    return [shape_of(one, may) for one, may in zip(found, permissions, strict=True)]


def shape_of(found: trash_list.Trashed, may: Mapping[Action, Permission]) -> Trashed:
    """What lies in the trash, as the API answers it."""
    return Trashed(
        id=found.notebook_id,
        fid=found.fid,
        name=found.name,
        storedIn=found.owner,
        versions=list(found.perm_ids),
        time=found.when,
        by=found.by,
        whole=found.whole,
        intact=found.intact,
        permissions=allowed(may),
    )


async def _once(request: Request, here: Service, caller: Asker, do: Any) -> Any:
    return await here.once.run(request, await caller.openbis_user(), await request.body(), do)
