"""``api/v1/notebooks``: find, read, store, and add versions (N-60, N-61, N-65, N-66)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ...workflows.library import writing
from ...workflows.library.registering import Written
from ...workflows.workplace import Workplace
from ..idempotency import Try
from .answering import KEYED, KEYED_WITH_STATE, KNOWN, ROUTER, UPLOAD, Caller, Here, NotebookRef
from .listing import ListQuery, list_notebooks
from .notebook_limit import check_room
from .shapes import NotebookDetail, NotebookList, VersionRow
from .writes import detail_answer, read_for, version_answer, write

__all__ = ["router"]

router = APIRouter(tags=["notebooks"], **ROUTER)

Text = Annotated[str, Query(max_length=1024)]


@router.get("/notebooks", summary="Find notebooks", response_model=NotebookList)
async def listing(caller: Caller, here: Here, asked: Annotated[ListQuery, Query()]) -> NotebookList:
    """All notebooks that the caller sees in openBIS, filtered, sorted and in pages.

    Ask on with `cursor`: pages stay in step while notebooks are being saved. The counts are null while
    openBIS and the index do not agree on them for the caller; `note` says what is still being read.
    """
    return await list_notebooks(here, caller, asked)


@router.post(
    "/notebooks",
    status_code=201,
    summary="Store a notebook",
    response_model=NotebookDetail,
    **KEYED,
    openapi_extra=UPLOAD,
)
async def create(
    request: Request,
    caller: Caller,
    here: Here,
    stored_in: Annotated[str, Query(alias="storedIn", min_length=1, max_length=1000)],
    name: Annotated[str | None, Query(min_length=1, max_length=512)] = None,
    description: Text = "",
    confirm_inputs: Annotated[bool, Query(alias="confirmInputs")] = False,
) -> Response:
    """The body is the `.ipynb`. It becomes a notebook of its own, stored in an experiment or object.

    Where it says that it is a notebook of this openBIS, it is linked to that one as a fork. Inputs that it
    names become parents only with `confirmInputs`: anybody can write them into a file.
    """
    content = await request.body()

    async def upload(workplace: Workplace, this: Try) -> Written:
        check_room(here.settings.notebook_limit, len(content))
        owner = await workplace.client.entity(stored_in)
        return await writing.upload(
            workplace,
            content,
            owner=owner,
            name=name,
            notes=description,
            confirm_inputs=confirm_inputs,
            attempt=this.attempt,
            before_register=this.before_register,
        )

    made = await write(request, here, caller, upload)
    return await detail_answer(request, here, caller, made["notebook"], 201)


@router.get("/notebooks/{notebook}", summary="A notebook", response_model=NotebookDetail, **KNOWN)
async def one(request: Request, caller: Caller, here: Here, notebook: NotebookRef) -> Response:
    """Its details, all its versions, its inputs and newer ones of them, and what the caller may do."""
    return await detail_answer(request, here, caller, notebook)


@router.post(
    "/notebooks/{notebook}/versions",
    status_code=201,
    summary="Store a version",
    response_model=VersionRow,
    **KEYED_WITH_STATE,
    openapi_extra=UPLOAD,
)
async def add_version(
    request: Request,
    caller: Caller,
    here: Here,
    notebook: NotebookRef,
    name: Annotated[str | None, Query(min_length=1, max_length=512)] = None,
    description: Text = "",
    stored_in: Annotated[str | None, Query(alias="storedIn", min_length=1, max_length=1000)] = None,
    confirm_inputs: Annotated[bool, Query(alias="confirmInputs")] = False,
) -> Response:
    """The body is the `.ipynb`. By the author or a co-author it becomes the newest version; by others a fork,
    linked to this notebook, with an id of its own and `forkedFrom` (N-28, N-29)."""
    content = await request.body()

    async def add(workplace: Workplace, this: Try) -> Written:
        found = await read_for(request, workplace, notebook, this)
        check_room(here.settings.notebook_limit, len(content), found)
        return await writing.add_version(
            workplace,
            found,
            content,
            name=name,
            notes=description,
            owner=await workplace.client.entity(stored_in) if stored_in else None,
            confirm_inputs=confirm_inputs,
            attempt=this.attempt,
            before_register=this.before_register,
        )

    return await version_answer(request, here, caller, await write(request, here, caller, add))
