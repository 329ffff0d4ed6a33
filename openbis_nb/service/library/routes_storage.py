"""``api/v1/storage`` and ``api/v1/superseded``: what notebooks take, and what a space admin may trash of it.

Nothing is trashed by itself; ``routes_trash`` does what a person chose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query

from ...openbis.client import OpenBIS
from ...openbis.many_notebooks import versions_of_many
from ...workflows.library import storage
from ...workflows.library.model import Notebook
from ..people import Asker
from ..service import Service
from . import query
from .answering import ROUTER, Caller, Here
from .query import MOST_ROWS
from .shapes import VersionList
from .shapes_related import SpaceStorage, Storage
from .versions import rows_of

__all__ = ["router", "storage_of", "superseded_in"]

router = APIRouter(tags=["storage"], **ROUTER)

Space = Annotated[str, Query(max_length=200, description="Code of a space; default: all.")]
#: Pages of notebooks that are counted in one request.
_MOST_PAGES = 10


@router.get("/storage", summary="Storage by space", response_model=Storage)
async def by_space(caller: Caller, here: Here, space: Space = "") -> Storage:
    """What the caller's notebooks take in each space, and how much of it newer versions supersede."""
    return await storage_of(here, caller, space)


@router.get("/superseded", summary="Superseded versions", response_model=VersionList)
async def superseded(
    caller: Caller,
    here: Here,
    space: Space = "",
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    limit: Annotated[int, Query(ge=1, le=MOST_ROWS, description="Notebooks that are looked through.")] = 50,
) -> VersionList:
    """All but the first and the newest version of each notebook, the notebooks in order of their last change.
    One that must stay is not `removable`, and `told` says why. The counts are not known."""
    return await superseded_in(here, caller, space, cursor, limit)


async def storage_of(here: Service, caller: Asker, space: str = "") -> Storage:
    """Sums by space, largest first; of the first 2000 notebooks."""
    sums: dict[str, SpaceStorage] = {}
    cursor, complete, note = None, True, ""
    for _ in range(_MOST_PAGES):
        notebooks, page = await _notebooks(here, caller, space, cursor, MOST_ROWS)
        _add(sums, notebooks)
        complete, note, cursor = complete and page.complete, page.note, page.cursor
        if cursor is None:
            break
    else:
        complete = False
        note = f"Only {_MOST_PAGES * MOST_ROWS} notebooks are counted; choose a space."
    return Storage(sorted(sums.values(), key=lambda one: (-one.size, one.space)), complete, note)


async def superseded_in(
    here: Service, caller: Asker, space: str, cursor: str | None, limit: int
) -> VersionList:
    """Superseded versions of one page of notebooks."""
    notebooks, page = await _notebooks(here, caller, space, cursor, limit)
    of = {version.perm_id: notebook for notebook in notebooks for version in notebook.versions}
    async with caller.openbis() as client:
        judged = await storage.check_superseded(client, notebooks)
        rows = await rows_of(client, here.links, [(of[one.version.perm_id], one.version) for one in judged])
    entries = [
        replace(row, removable=row.removable and not one.kept, told=[one.kept] if one.kept else [])
        for row, one in zip(rows, judged, strict=True)
    ]
    return VersionList(entries, None, None, page.cursor)


async def _notebooks(
    here: Service, caller: Asker, space: str, cursor: str | None, limit: int
) -> tuple[Sequence[Notebook], query.Page]:
    """A page of the catalogue, each notebook with all its versions as openBIS shows them now."""
    asked = query.Query(place=("space", space) if space else None, limit=limit, after=cursor)
    page = await here.catalogue.page(caller, asked)
    async with caller.openbis() as client:
        return await _with_versions(client, page), page


async def _with_versions(client: OpenBIS, page: query.Page) -> list[Notebook]:
    found = await versions_of_many(client, [row.notebook_id for row in page.rows])
    return [Notebook(notebook_id, tuple(versions)) for notebook_id, versions in found.items()]


def _add(sums: dict[str, SpaceStorage], notebooks: Sequence[Notebook]) -> None:
    for one in storage.by_space(notebooks):
        before = sums.get(one.space, SpaceStorage(one.space, 0, 0, 0, 0, 0))
        sums[one.space] = SpaceStorage(
            space=one.space,
            notebooks=before.notebooks + one.notebooks,
            versions=before.versions + one.versions,
            size=before.size + one.size,
            superseded=before.superseded + one.superseded,
            supersededSize=before.supersededSize + one.superseded_size,
        )
