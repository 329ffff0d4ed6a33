"""The API of launches: ``api/v1/launches…`` and ``api/v1/downloads``."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.sse import EventSourceResponse, ServerSentEvent

from ...errors import Forbidden, OpenbisNbError
from ..problems import answer_with
from ..service import Service, service_of
from ..visitors import Visitor, event_visitor, visitor
from .answers import PROBLEMS, LaunchAnswer, LaunchList
from .asking import NO_NUL, LaunchBody, Outcome, SaveOutcome
from .events import follow
from .keeper import Launches
from .kinds import REQUEST, made_from
from .model import Launch, NewLaunch, of_hub_user

__all__ = ["router"]

router = APIRouter(prefix="/api/v1", tags=["launches"], responses=PROBLEMS)

Caller = Annotated[Visitor, Depends(visitor)]
Here = Annotated[Service, Depends(service_of)]
LaunchId = Annotated[str, Path(max_length=64, examples=["0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11"])]


def _launches(here: Here) -> Launches:
    return here.launches


Kept = Annotated[Launches, Depends(_launches)]


async def _own(launch_id: LaunchId, caller: Caller, launches: Kept) -> Launch:
    return await launches.get(launch_id, caller)


async def _own_by_event(
    launch_id: LaunchId, caller: Annotated[Visitor, Depends(event_visitor)], launches: Kept
) -> Launch:
    return await launches.get(launch_id, caller)


async def _by_token(caller: Caller) -> Visitor:
    if not caller.by_token:
        raise Forbidden(
            "This address is for a person's own server.", next_step="Send `Authorization: token …`."
        )
    return caller


Own = Annotated[Launch, Depends(_own)]


@router.post("/launches", status_code=201, summary="Ask for a notebook", response_model=LaunchAnswer)
async def launch(body: LaunchBody, caller: Caller, here: Here, launches: Kept) -> Response:
    """Accepts the launch and prepares it in the background, with the caller's openBIS session.

    The answer's `url` is an address in the caller's own server: a browser that goes there gets the notebook
    written, beside whatever is there, and opened. `page` shows the progress and ends there.
    """
    stored = await launches.accept(
        NewLaunch(
            owner=of_hub_user(caller.hub_name),
            kind=REQUEST,
            directory=body.folder,
            file_name=body.file_name,
            body=body.model_dump_json().encode(),
            options=body.profile,
        )
    )
    launches.prepare(stored, caller)
    told = stored.document(here.place, caller.hub_name)
    location = f"{here.place.prefix}api/v1/launches/{stored.id}"
    return JSONResponse(told, 201, headers={"Location": location})


@router.get("/launches", summary="One's own launches, newest first", response_model=LaunchList)
async def listing(
    caller: Caller,
    here: Here,
    launches: Kept,
    directory: Annotated[str | None, Query(max_length=4096, pattern=NO_NUL)] = None,
    file: Annotated[str | None, Query(max_length=255, pattern=NO_NUL)] = None,
) -> dict[str, Any]:
    """At most fifty; of one folder or file, where these are given as they were asked for."""
    found = await launches.find(caller, directory, file)
    return {"launches": [one.document(here.place, caller.hub_name) for one in found]}


@router.get("/launches/{launch_id}", summary="A launch", response_model=LaunchAnswer)
async def one(own: Own, caller: Caller, here: Here) -> dict[str, Any]:
    """How far it is. Somebody else's, an unknown one and an expired one are all 404."""
    return own.document(here.place, caller.hub_name)


@router.get(
    "/launches/{launch_id}/events",
    summary="Follow a launch",
    response_class=EventSourceResponse,
)
async def events(
    own: Annotated[Launch, Depends(_own_by_event)],
    caller: Annotated[Visitor, Depends(event_visitor)],
    here: Here,
    launches: Kept,
) -> AsyncIterator[ServerSentEvent]:
    """Server-sent events `state`, each with the launch, a `message`, and `progress` while the server starts.

    The caller's server is started if it is down. `waiting` means: go to `url`. Ends with `ready` or `failed`.
    """
    async with aclosing(follow(here, launches, own, caller)) as told:
        async for event in told:
            yield event


@router.post("/launches/{launch_id}/retry", summary="Try a failed launch again", response_model=LaunchAnswer)
async def retry(own: Own, caller: Caller, here: Here, launches: Kept) -> dict[str, Any]:
    """For failures that may have passed: openBIS was away, the log-in was over, the disk was full."""
    if own.may_be_tried_again:
        own = await launches.try_again(own)
        if own.state == "checking":
            launches.prepare(own, caller)
    return own.document(here.place, caller.hub_name)


@router.get("/launches/{launch_id}/content", summary="The notebook, for the person's own server")
async def content(
    own: Own, caller: Annotated[Visitor, Depends(_by_token)], request: Request, launches: Kept
) -> Response:
    """Waits while it is being prepared. With `path` when it is written already; then without the notebook."""
    own = await launches.prepared(own, caller)
    told = {"id": own.id, "directory": own.directory, "file_name": own.file_name, "path": own.path or None}
    if own.state == "ready":
        return JSONResponse({**told, "notebook": None, "kernel": "", "remember": None})
    if own.problem is not None:
        return answer_with(request, {**_GENERAL, **own.problem})
    packed = await launches.content(own)
    head = json.dumps(told).encode()
    return Response(head[:-1] + b"," + packed[1:], media_type="application/json")


@router.post(
    "/launches/{launch_id}/outcome",
    summary="What became of it, from the person's own server",
    response_model=LaunchAnswer,
)
async def outcome(
    own: Own, said: Outcome, caller: Annotated[Visitor, Depends(_by_token)], here: Here, launches: Kept
) -> dict[str, Any]:
    """`writing`; `ready` with the real path, the first of which wins; or `failed` with its problem."""
    if said.state == "writing":
        own = await launches.set_writing(own)
    elif said.state == "ready":
        own = await launches.set_ready(own, said.path)
    else:
        own = await launches.set_failed(own, said.checked_problem())
    return own.document(here.place, caller.hub_name)


@router.post("/saves", status_code=204, summary="Count how a save ended")
async def saved(said: SaveOutcome, caller: Annotated[Visitor, Depends(_by_token)], here: Here) -> None:
    """From a person's own server, for the figures of an admin; nothing of whose or which is kept. Published
    pages that follow the notebook are brought up to date with the person's session."""
    here.metrics.saves.labels(said.outcome).inc()
    if said.code:
        here.metrics.failure(said.code)
    if said.notebook:
        here.publications.came_to(caller, said.notebook)


@router.post(
    "/downloads",
    summary="Make a notebook and download it",
    response_class=Response,
    responses={200: {"content": {"application/x-ipynb+json": {}}, "description": "The notebook."}},
)
async def notebook(body: LaunchBody, caller: Caller, launches: Kept) -> Response:
    """The same as a launch, but nothing is kept: the answer is the file."""
    name, _ = body.file_name, body.folder  # the folder is nobody's here, but checked like everywhere
    made = await launches.make_now(caller, lambda workplace: made_from(workplace, body.request()))
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
    return Response(made, media_type="application/x-ipynb+json", headers=headers)


_GENERAL = OpenbisNbError("The launch failed.").problem()
