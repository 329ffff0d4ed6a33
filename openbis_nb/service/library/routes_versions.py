"""``api/v1/versions``: one saved state each (N-62, N-63, N-67)."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from ...errors import NotFound
from ...foreign import as_json
from ...identifiers import safe_file_name
from ...openbis.together import together
from ...workflows.library import writing
from ...workflows.library.reading import read_content, read_provenance
from ...workflows.library.registering import Written
from ...workflows.workplace import Workplace
from ..etags import check_unchanged, etag_of, is_known, state_of
from ..idempotency import Try
from ..launches.answers import LaunchAnswer
from ..visitors import Visitor, visitor
from .answering import KEYED, KEYED_WITH_STATE, KNOWN, ROUTER, Caller, Here, VersionId, attachment, tagged
from .bodies import Describe, RestoreBody
from .frames import frame, version_html
from .launching import VersionLaunchBody, launch_version
from .notebook_limit import check_room
from .rows import version_state
from .shapes import VersionList, VersionRow
from .versions import VersionQuery, list_versions, one_version
from .writes import read_for, tell_catalogue, version_answer, write

__all__ = ["router"]

router = APIRouter(tags=["versions"], **ROUTER)

_NOTEBOOK = "application/x-ipynb+json"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"description": "The notebook.", "content": {_NOTEBOOK: {"schema": {"type": "object"}}}}
}


@router.get("/versions", summary="Find versions", response_model=VersionList)
async def listing(caller: Caller, here: Here, asked: Annotated[VersionQuery, Query()]) -> VersionList:
    """Versions of one notebook, or some by their ids, newest first."""
    async with caller.openbis() as client:
        return await list_versions(client, here.links, asked)


@router.get("/versions/{version}", summary="A version", response_model=VersionRow, **KNOWN)
async def one(request: Request, caller: Caller, here: Here, version: VersionId) -> Response:
    """Its name, notes, size, inputs; whether it counts, and whether the caller may trash it."""
    async with caller.openbis() as client:
        (_, found), row = await one_version(client, here.links, version)
    return tagged(request, VersionRow, row, version_state(found))


@router.patch(
    "/versions/{version}",
    summary="Name and notes of a version",
    response_model=VersionRow,
    **KEYED_WITH_STATE,
)
async def describe(
    request: Request, body: Describe, caller: Caller, here: Here, version: VersionId
) -> Response:
    """Changes the stored data set itself, which takes the role POWER_USER; its content stays."""

    async def change(this: Try) -> dict[str, Any]:
        async with caller.openbis() as client:
            if this.attempt.last_try_at is None:  # else that try may have changed the state itself
                before = (await one_version(client, here.links, version))[0][1]
                check_unchanged(request.headers, version_state(before))
            await this.before_register()
            await writing.describe_version(client, version, name=body.name, notes=body.description)
        return {}

    await here.once.run(request, await caller.openbis_user(), await request.body(), change)
    await tell_catalogue(here, caller, [version])
    async with caller.openbis() as client:
        (_, found), row = await one_version(client, here.links, version)
    return tagged(request, VersionRow, row, version_state(found))


@router.get(
    "/versions/{version}/content",
    summary="The notebook of a version",
    response_class=Response,
    responses=_FILE | KNOWN["responses"],
    dependencies=KNOWN["dependencies"],
)
async def content(request: Request, caller: Caller, here: Here, version: VersionId) -> Response:
    """The `.ipynb` as it is stored, verified. It never changes, so its ETag never does; that the caller may
    still see it is asked of openBIS each time."""
    etag = etag_of(state_of([version, "content"]))
    async with caller.openbis() as client:
        seen = await client.data_sets([version])
        if version not in seen:
            raise NotFound(f"{version} is no version of a notebook that you may see.")
        if is_known(request.headers, etag):
            return Response(status_code=304, headers={"ETag": etag})
        read = await read_content(client, version, here.core.max_notebook_size)
    name = safe_file_name(seen[version].name, suffix=".ipynb")
    return attachment(read, _NOTEBOOK, name, {"ETag": etag})


@router.get(
    "/versions/{version}/provenance",
    summary="Where a version comes from",
    response_model=dict[str, Any],
)
async def provenance(caller: Caller, version: VersionId) -> Response:
    """`provenance.json` of the version: inputs, parameters, environment, template, origin.

    404 also for versions that have none, as those that plain openBIS has stored.
    """
    async with caller.openbis() as client, together() as group:
        said = group.create_task(read_provenance(client, version))
        seen = group.create_task(client.data_sets([version]))
    record = said.result()
    if version not in seen.result() or record is None:
        raise NotFound("There is no provenance of this version.", next_step="Its inputs are its parents.")
    told = await asyncio.to_thread(lambda: as_json(json.loads(record.to_json())))
    return Response(told, media_type="application/json")


@router.get(
    "/versions/{version}/html",
    summary="A version as a page",
    response_class=HTMLResponse,
    responses={200: {"description": "A page that does nothing by itself.", "content": {"text/html": {}}}},
)
async def html(
    caller: Caller,
    here: Here,
    version: VersionId,
    code: Annotated[Literal["shown", "hidden"], Query(description="Whether code cells are shown.")] = "shown",
) -> Response:
    """Code, markdown and outputs. No script, nothing from elsewhere; its policy gives it no origin."""
    return frame(await version_html(here, caller, version, hide_code=code == "hidden"))


@router.post(
    "/versions/{version}/restore",
    status_code=201,
    summary="Restore a version",
    response_model=VersionRow,
    **KEYED_WITH_STATE,
)
async def restore(
    request: Request,
    caller: Caller,
    here: Here,
    version: VersionId,
    body: RestoreBody | None = None,
) -> Response:
    """Its content becomes the newest version; what was the newest stays before it. For the author and
    co-authors. `If-Match` is about the notebook."""
    said = body or RestoreBody()

    async def again(workplace: Workplace, this: Try) -> Written:
        found = await read_for(request, workplace, version, this)
        check_room(here.settings.notebook_limit, found.version(version).size or 0, found)
        return await writing.restore(
            workplace,
            found,
            version,
            name=said.name,
            notes=said.description,
            attempt=this.attempt,
            before_register=this.before_register,
        )

    return await version_answer(request, here, caller, await write(request, here, caller, again))


@router.post(
    "/versions/{version}/launches",
    status_code=201,
    summary="Open a version in JupyterLab",
    response_model=LaunchAnswer,
    **KEYED,
)
async def open_version(
    request: Request,
    body: VersionLaunchBody,
    caller: Annotated[Visitor, Depends(visitor)],
    here: Here,
    version: VersionId,
) -> Response:
    """Continue the notebook, or begin a new one from it, in the caller's own server. Never overwrites a file.
    Needs an account at the hub."""

    async def accept(_: Try) -> dict[str, Any]:
        return {"launch": (await launch_version(here, caller, version, body)).id}

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), accept)
    launch = await here.launches.get(made["launch"], caller)
    headers = {"Location": here.links.api("launches", launch.id)}
    return JSONResponse(launch.document(here.place, caller.hub_name), 201, headers=headers)
