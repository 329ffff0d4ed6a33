"""``api/v1/publish-plan`` and ``api/v1/pages``: publish, find, change and stop pages (D-03 to D-12)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request, Response

from ...workflows.library.reading import is_fid, notebook_of
from ...workflows.publishing.rules import RULES
from ..idempotency import Try
from ..library.answering import KEYED, KEYED_WITH_STATE, KNOWN, ROUTER, Caller, Here, tagged
from ..library.frames import confirm, frame
from ..people import Asker
from ..service import Service
from .bodies import ChangeBody, PublishBody, SnapshotBody
from .model import Code
from .reading import MOST_ROWS, PageQuery
from .shapes import AuditLine, PageList, PlanShape, PublishedPage, PublishingRight, SnapshotList
from .taking import prepare

__all__ = ["router"]

router = APIRouter(tags=["published pages"], **ROUTER)

PageId = Annotated[
    str,
    Path(pattern=r"^[0-9a-f]{32}$", description="Id of a published page.",
         examples=["0f8a4c1e6b7d4f6f9c3f2f6f1f0f7d11"]),
]  # fmt: skip


@router.post("/publish-plan", summary="What would be visible, to whom", response_model=PlanShape)
async def plan(body: PublishBody, caller: Caller, here: Here) -> PlanShape:
    """Nothing is stored. The `frame` shows just the bytes that publishing would store."""
    return await here.publications.plan(caller, body)


@router.get(
    "/publish-plan/html",
    summary="The page that would be published",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "A page that stands alone."}},
)
async def plan_html(
    caller: Caller,
    here: Here,
    version: Annotated[str, Query(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$", description="PermId.")],
    code: Code = "hidden",
) -> Response:
    """The bytes that publishing would store; nothing is. For who shows them in a frame of their own."""
    await confirm(here, caller, [version])
    return frame((await prepare(here, caller, version, code)).page)


@router.post("/pages", status_code=201, summary="Publish", response_model=PublishedPage, **KEYED)
async def publish(request: Request, body: PublishBody, caller: Caller, here: Here) -> Response:
    """Takes a snapshot, makes a page that shows it, and puts it on the dashboard, in one step. Takes write
    access in openBIS where the notebook is stored, and the group of publishers where the admin named one."""

    async def make(this: Try) -> Mapping[str, Any]:
        page_id = uuid.UUID(this.attempt.save_id).hex
        return {"page": (await here.publications.publish(caller, body, page_id)).id}

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    answer = await _answer(request, here, caller, made["page"], 201)
    answer.headers["Location"] = here.links.api("pages", made["page"])
    return answer


@router.get("/pages", summary="Find published pages", response_model=PageList)
async def listing(
    caller: Caller,
    here: Here,
    notebook: Annotated[
        str | None, Query(max_length=500, pattern=r"^[^\x00]+$", description="Notebook id or fid.")
    ] = None,
    mine: Annotated[bool, Query(description="Published by the caller; also what they see no more.")] = False,
    q: Annotated[str, Query(max_length=200, description="Words of the title.")] = "",
    state: Annotated[
        Literal["live", "over", "any"], Query(description="`over`: no more to be seen.")
    ] = "live",
    everything: Annotated[
        bool, Query(alias="all", description="All that there are; for an INSTANCE_ADMIN of openBIS.")
    ] = False,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS)] = 50,
) -> PageList:
    """Those whose version openBIS shows the caller now, the one changed last first. `may` and `outputs` are
    only in the answer for one page."""
    if notebook is not None and is_fid(notebook):
        async with caller.openbis() as client:
            notebook = (await notebook_of(client, notebook, co_authors=False)).notebook_id
    asked = PageQuery(
        notebook_id=notebook,
        mine=mine,
        text=q,
        state=state,
        everything=everything,
        limit=limit,
        after=cursor,
    )
    return await here.publications.find(caller, asked)


@router.get("/pages/{page}", summary="A published page", response_model=PublishedPage, **KNOWN)
async def one(request: Request, caller: Caller, here: Here, page: PageId) -> Response:
    """What it shows, since when and until when, and what the caller may do with it."""
    return await _answer(request, here, caller, page)


@router.patch("/pages/{page}", summary="Change a page", response_model=PublishedPage, **KEYED_WITH_STATE)
async def change(request: Request, body: ChangeBody, caller: Caller, here: Here, page: PageId) -> Response:
    """Another title, end date, snapshot or code; the latest version from now on, or this one for good; or
    published again. Takes write access; what needs a new snapshot, or publishes again, takes the group of
    publishers, too."""

    async def make(_: Try) -> Mapping[str, Any]:
        return {"page": (await here.publications.change(caller, page, body, request.headers)).id}

    await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    return await _answer(request, here, caller, page)


@router.delete("/pages/{page}", summary="Stop a page", response_model=PublishedPage, **KEYED_WITH_STATE)
async def stop(request: Request, caller: Caller, here: Here, page: PageId) -> Response:
    """From now on nobody is shown it, by any way; it can be published again for a while."""
    await here.publications.stop(caller, page, request.headers)
    return await _answer(request, here, caller, page)


@router.get(
    "/pages/{page}/html",
    summary="What a page shows",
    response_class=Response,
    responses={200: {"content": {"text/html": {}}, "description": "A page that stands alone."}},
)
async def html(caller: Caller, here: Here, page: PageId) -> Response:
    """The stored bytes, which hold no script and refer to nothing outside."""
    shown = await here.publications.html(caller, page)
    here.metrics.page_views.labels("page").inc()
    return frame(shown)


@router.get("/pages/{page}/snapshots", summary="Snapshots of its notebook", response_model=SnapshotList)
async def snapshots(caller: Caller, here: Here, page: PageId) -> SnapshotList:
    """Those of versions that the caller sees, newest first. `PATCH` with `snapshot_id` switches to one."""
    return await here.publications.snapshots(caller, page)


@router.post(
    "/pages/{page}/snapshots",
    status_code=201,
    summary="Take another snapshot",
    response_model=PublishedPage,
    **KEYED,
)
async def snapshot(
    request: Request, body: SnapshotBody, caller: Caller, here: Here, page: PageId
) -> Response:
    """Of the newest version, or of the one that is named. A page that follows the latest version shows that
    at once; others with `show`."""

    async def make(_: Try) -> Mapping[str, Any]:
        return {"snapshot": (await here.publications.snapshot(caller, page, body)).id}

    await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    return await _answer(request, here, caller, page, 201)


@router.get("/pages/{page}/audit", summary="What was done to a page", response_model=list[AuditLine])
async def audited(caller: Caller, here: Here, page: PageId) -> list[AuditLine]:
    """The last first; for who may change the page."""
    return await here.publications.audited(caller, page)


@router.get("/publishing-rights", summary="Who may do what", response_model=list[PublishingRight])
async def rights(_: Caller) -> list[PublishingRight]:
    """Each action with the least role in openBIS, and whether it takes the group of publishers."""
    return [
        PublishingRight(action, rule.does, rule.role if rule.needs else "", rule.group, rule.remark)
        for action, rule in RULES.items()
    ]


async def _answer(
    request: Request, here: Service, caller: Asker, page_id: str, status: int = 200
) -> Response:
    shape, state = await here.publications.document(caller, page_id)
    return tagged(request, PublishedPage, shape, state, status)
