"""``api/v1/dashboards``: find, read, make, change, delete; and ``…/outputs``: what a tile may show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request, Response

from ....models import Entity, EntityKind
from ... import cursors
from ...etags import check_unchanged
from ...idempotency import Try
from ...library.answering import KEYED, KEYED_WITH_STATE, KNOWN, ROUTER, Caller, Here, tagged
from ...library.query import Viewer
from ...service import Service
from .arranging import arranged
from .bodies import ChangeDashboard, NewDashboard, NewTile
from .model import Dashboard, HomeKind
from .pages import no_such_page
from .presenting import Presenting, dashboard_state
from .shapes import DashboardDetail, DashboardList, OutputRow, TileAdded

__all__ = ["router"]

router = APIRouter(tags=["dashboards"], **ROUTER)

DashboardId = Annotated[str, Path(pattern="^[0-9a-f]{32}$", examples=["9b1c2d3e4f5061728394a5b6c7d8e9f0"])]
TileId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", examples=["5e8a1b2c3d4f6071"])]
PageId = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{1,64}$", examples=["3f0a9c52e1b84d7f9a6c0d2e4b5f6a71"])]


@router.get("/dashboards", summary="Find dashboards", response_model=DashboardList)
async def listing(
    caller: Caller,
    here: Here,
    q: Annotated[
        str, Query(max_length=200, pattern=r"^[^\x00]*$", description="Words in name or place.")
    ] = "",
    stored_in: Annotated[str, Query(max_length=1000, description="Identifier or permId of a place.")] = "",
    kind: HomeKind | None = None,
    editable: Annotated[bool, Query(description="Only those that the caller may change.")] = False,
    cursor: Annotated[str, Query(max_length=cursors.MOST)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DashboardList:
    """Dashboards of places that the caller sees in openBIS, by name."""
    after = cursors.decode(cursor, str, str) if cursor else None
    found = await here.dashboards.page(
        caller,
        words=q,
        place=await _place(caller, stored_in, kind) if stored_in else None,
        writable=editable,
        after=(str(after[0]), str(after[1])) if after else None,
        limit=limit,
    )
    rows = [_presenting(here).row(seen) for seen in found.rows]
    return DashboardList(rows, found.total, cursors.encode(found.end) if found.end else None)


@router.post(
    "/dashboards", status_code=201, summary="Make a dashboard", response_model=DashboardDetail, **KEYED
)
async def create(request: Request, body: NewDashboard, caller: Caller, here: Here) -> Response:
    """In a space, project or experiment, for everybody who sees that. Takes the role USER there."""

    async def make(this: Try) -> Mapping[str, Any]:
        place = await _place(caller, body.stored_in, body.kind)
        wishes = [tile.wish() for tile in body.tiles]
        made = await here.dashboards.create(caller, body.name, place, wishes, this.attempt.save_id)
        return {"dashboard": made.id}

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    answer = await _detail(request, here, caller, made["dashboard"], 201)
    answer.headers["Location"] = here.links.api("dashboards", made["dashboard"])
    return answer


@router.get("/dashboards/{dashboard}", summary="A dashboard", response_model=DashboardDetail, **KNOWN)
async def one(request: Request, caller: Caller, here: Here, dashboard: DashboardId) -> Response:
    """Its tiles in the order of reading, each judged with the caller's own rights, and whether they may
    change it."""
    return await _detail(request, here, caller, dashboard)


@router.patch(
    "/dashboards/{dashboard}",
    summary="Change a dashboard",
    response_model=DashboardDetail,
    **KEYED_WITH_STATE,
)
async def change(
    request: Request, body: ChangeDashboard, caller: Caller, here: Here, dashboard: DashboardId
) -> Response:
    """Its name, its place, or its tiles: all of them, in one step. Takes the role USER in its place; new
    tiles show only what the caller sees (D-04)."""

    async def make(this: Try) -> Mapping[str, Any]:
        place = await _place(caller, body.stored_in, body.kind) if body.stored_in else None

        async def edit(before: Dashboard) -> Dashboard:
            check_unchanged(request.headers, dashboard_state(before), "dashboard")
            after = replace(before, name=body.name) if body.name else before
            if body.tiles is not None:
                wishes = [tile.wish() for tile in body.tiles]
                after = replace(after, tiles=arranged(before.tiles, wishes, this.attempt.save_id))
            return await here.dashboards.moved(caller, after, place) if place else after

        await here.dashboards.change(caller, dashboard, edit, this.attempt.save_id)
        return {"dashboard": dashboard}

    await here.once.run(request, await caller.openbis_user(), await request.body(), make)
    return await _detail(request, here, caller, dashboard)


@router.delete("/dashboards/{dashboard}", status_code=204, summary="Delete a dashboard", **KEYED_WITH_STATE)
async def delete(request: Request, caller: Caller, here: Here, dashboard: DashboardId) -> Response:
    """For everybody, for good. The pages that it shows stay. Takes the role USER in its place."""

    async def remove(_: Try) -> Mapping[str, Any]:
        def check(before: Dashboard) -> None:
            check_unchanged(request.headers, dashboard_state(before), "dashboard")

        await here.dashboards.remove(caller, dashboard, check)
        return {"dashboard": dashboard}

    await here.once.run(request, await caller.openbis_user(), b"", remove)
    return Response(status_code=204)


@router.post(
    "/dashboards/{dashboard}/tiles",
    status_code=201,
    summary="Put a page on a dashboard",
    response_model=TileAdded,
    **KEYED,
)
async def add_tile(
    request: Request, body: NewTile, caller: Caller, here: Here, dashboard: DashboardId
) -> Response:
    """One more tile at the first free place: a page that the caller sees, or one of its outputs (D-04)."""

    async def add(this: Try) -> Mapping[str, Any]:
        _, tile = await here.dashboards.add_tile(caller, dashboard, body.wish(), this.attempt.save_id)
        return {"tile": tile.id}

    made = await here.once.run(request, await caller.openbis_user(), await request.body(), add)
    seen = await here.dashboards.get(caller, dashboard)
    pages, present = await _pages(here, caller, seen.dashboard), _presenting(here)
    found = next((tile for tile in seen.dashboard.tiles if tile.id == made["tile"]), None)
    if found is None:  # a repeat, after somebody has removed it
        raise no_such_page()
    shape = TileAdded(present.tile(found, pages.get(found.page_id)), present.row(seen))
    return tagged(request, TileAdded, shape, dashboard_state(seen.dashboard), 201)


@router.delete(
    "/dashboards/{dashboard}/tiles/{tile}",
    summary="Take a tile off a dashboard",
    response_model=DashboardDetail,
    **KEYED_WITH_STATE,
)
async def remove_tile(
    request: Request, caller: Caller, here: Here, dashboard: DashboardId, tile: TileId
) -> Response:
    """The page that it shows stays. Also a tile whose page the caller does not see."""

    async def make(this: Try) -> Mapping[str, Any]:
        async def edit(before: Dashboard) -> Dashboard:
            check_unchanged(request.headers, dashboard_state(before), "dashboard")
            return replace(before, tiles=tuple(one for one in before.tiles if one.id != tile))

        await here.dashboards.change(caller, dashboard, edit, this.attempt.save_id)
        return {"dashboard": dashboard}

    await here.once.run(request, await caller.openbis_user(), b"", make)
    return await _detail(request, here, caller, dashboard)


@router.get("/pages/{page}/outputs", summary="Outputs that a tile may show", response_model=list[OutputRow])
async def outputs(caller: Caller, here: Here, page: PageId) -> list[OutputRow]:
    """The outputs of a published page, in its order, each with the address of its picture."""
    shown = (await here.dashboards.pages.shown(caller, [page])).get(page)
    if shown is None:
        raise no_such_page()
    found = await here.dashboards.pages.outputs(caller, page)
    return [_presenting(here).output(shown, output) for output in found]


async def _detail(
    request: Request, here: Service, caller: Viewer, dashboard: str, status: int = 200
) -> Response:
    seen = await here.dashboards.get(caller, dashboard)
    pages = await _pages(here, caller, seen.dashboard)
    shape = _presenting(here).detail(seen, pages, await here.dashboards.may_edit(caller, seen.place))
    return tagged(request, DashboardDetail, shape, dashboard_state(seen.dashboard), status)


async def _pages(here: Service, caller: Viewer, dashboard: Dashboard) -> Mapping[str, Any]:
    return await here.dashboards.pages.shown(caller, {tile.page_id for tile in dashboard.tiles})


async def _place(caller: Viewer, text: str, kind: HomeKind | None) -> Entity:
    async with caller.openbis() as client:
        return await client.entity(text, cast("EntityKind | None", kind))


def _presenting(here: Service) -> Presenting:
    return Presenting(here.links)
