"""Trash, restore, delete for ever (P-12, P-13, P-37). The trash is openBIS' own."""

from __future__ import annotations

from fastapi import Response

from ...errors import NotFound
from ...workflows.library import reading, trashing
from .answering import in_full, json_answer
from .asking import Asking, Fid, Here, at, new_router
from .finding import check_fid
from .resource import in_trash

__all__ = ["router"]

router = new_router()


@at(router, "/{fid}/trash", "POST")
async def trash(fid: Fid, here: Here) -> Response:
    """Into the trash; once more is 200, too (P-12)."""
    return await _trash(fid, here)


@at(router, "/{fid}", "DELETE")
async def delete(fid: Fid, here: Here) -> Response:
    """The same: nothing is lost by a method that a client may send without thinking."""
    return await _trash(fid, here)


@at(router, "/{fid}/restore", "POST")
async def restore(fid: Fid, here: Here) -> Response:
    """Back from the trash; of one that is not there 200, too (P-36)."""
    check_fid(fid)
    async with here.person.openbis() as client:
        try:
            notebook = await reading.notebook_of(client, fid)
        except NotFound:
            await trashing.restore_from_trash(client, fid)
            notebook = await reading.notebook_of(client, fid)
            await here.service.catalogue.saw(here.person, [one.perm_id for one in notebook.versions])
        return await in_full(here, client, notebook)


@at(router, "/{fid}/permanent_delete", "DELETE")
async def permanent_delete(fid: Fid, here: Here) -> Response:
    """Out of the trash for ever (P-13, P-37).

    Raises:
        Conflict: it is not in the trash.
        NotFound, Forbidden, EntityFrozen: as the workflow says.
    """
    check_fid(fid)
    async with here.person.openbis() as client:
        await trashing.delete_for_ever(client, fid)
    return Response(status_code=204)


async def _trash(fid: str, here: Asking) -> Response:
    check_fid(fid)
    async with here.person.openbis() as client:
        trashed = await trashing.trash_ref(client, fid)
    await here.service.catalogue.forget(trashed.perm_ids)
    return json_answer(in_trash(trashed, here.addresses(fid)))
