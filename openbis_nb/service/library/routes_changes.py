"""Changes of a notebook: rename, name co-authors, fork, take over, move. None of them replaces a version."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from ...errors import InvalidInput
from ...workflows.library import writing
from ...workflows.library.moving import move
from ...workflows.library.registering import Written
from ...workflows.workplace import Workplace
from ..idempotency import Try
from .answering import KEYED_WITH_STATE, ROUTER, Caller, Here, NotebookRef
from .bodies import ForkBody, MoveBody, RenameBody
from .notebook_limit import check_room
from .shapes import NotebookDetail, VersionRow
from .writes import detail_answer, read_for, tell_catalogue, version_answer, write

__all__ = ["router"]

router = APIRouter(tags=["notebooks"], **ROUTER)


@router.patch(
    "/notebooks/{notebook}",
    summary="Rename a notebook",
    response_model=NotebookDetail,
    **KEYED_WITH_STATE,
)
async def rename(
    request: Request, body: RenameBody, caller: Caller, here: Here, notebook: NotebookRef
) -> Response:
    """Another name or description, or co-authors: a new version with the same content, so that nothing stored
    is changed. For the author and co-authors."""
    if body.coAuthors is not None and (body.name is not None or body.description is not None):
        raise InvalidInput("Name co-authors in a request of their own: it makes a version of its own.")

    async def change(workplace: Workplace, this: Try) -> Written:
        found = await read_for(request, workplace, notebook, this)
        check_room(here.settings.notebook_limit, found.newest.size or 0, found)
        if body.coAuthors is not None:
            return await writing.name_co_authors(
                workplace,
                found,
                body.coAuthors,
                attempt=this.attempt,
                before_register=this.before_register,
            )
        return await writing.rename(
            workplace,
            found,
            name=body.name,
            notes=body.description,
            attempt=this.attempt,
            before_register=this.before_register,
        )

    made = await write(request, here, caller, change)
    return await detail_answer(request, here, caller, made["notebook"])


@router.post(
    "/notebooks/{notebook}/fork",
    status_code=201,
    summary="Store a copy as a notebook of one's own",
    response_model=VersionRow,
    **KEYED_WITH_STATE,
)
async def fork(
    request: Request, body: ForkBody, caller: Caller, here: Here, notebook: NotebookRef
) -> Response:
    """The content of a version, linked to it; the caller is the author."""

    async def copy(workplace: Workplace, this: Try) -> Written:
        found = await read_for(request, workplace, notebook, this)
        origin = found.version(body.version) if body.version else found.newest
        check_room(here.settings.notebook_limit, origin.size or 0)
        return await writing.fork(
            workplace,
            found,
            origin.perm_id,
            owner=await workplace.client.entity(body.storedIn) if body.storedIn else None,
            name=body.name,
            notes=body.description,
            attempt=this.attempt,
            before_register=this.before_register,
        )

    return await version_answer(request, here, caller, await write(request, here, caller, copy))


@router.post(
    "/notebooks/{notebook}/take-over",
    status_code=201,
    summary="Carry on somebody else's notebook",
    response_model=VersionRow,
    **KEYED_WITH_STATE,
)
async def take_over(request: Request, caller: Caller, here: Here, notebook: NotebookRef) -> Response:
    """For admins of the space: a new version that declares it and names the caller as co-author."""

    async def carry_on(workplace: Workplace, this: Try) -> Written:
        found = await read_for(request, workplace, notebook, this)
        check_room(here.settings.notebook_limit, found.newest.size or 0, found)
        return await writing.take_over(
            workplace, found, attempt=this.attempt, before_register=this.before_register
        )

    return await version_answer(request, here, caller, await write(request, here, caller, carry_on))


@router.post(
    "/notebooks/{notebook}/move",
    summary="Store a notebook elsewhere",
    response_model=NotebookDetail,
    **KEYED_WITH_STATE,
)
async def store_elsewhere(
    request: Request, body: MoveBody, caller: Caller, here: Here, notebook: NotebookRef
) -> Response:
    """All its versions, at once. Takes the role POWER_USER here and there."""

    async def moved(this: Try) -> dict[str, Any]:
        async with caller.workplace() as workplace:
            found = await read_for(request, workplace, notebook, this)
            owner = await workplace.client.entity(body.storedIn)
            await this.before_register()
            await move(workplace.client, found, owner)
        return {
            "notebook": found.notebook_id,
            "versions": [version.perm_id for version in found.counting],
        }

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), moved)
    await tell_catalogue(here, caller, made["versions"])
    return await detail_answer(request, here, caller, made["notebook"])
