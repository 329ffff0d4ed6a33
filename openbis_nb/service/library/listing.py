"""``GET notebooks``: what is asked, and a page of the catalogue as the API answers it (N-60, N-65)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ...errors import InvalidInput, OpenBISRefused
from ...models import EntityKind
from ...openbis.client import OpenBIS
from ..people import Asker
from ..service import Service
from .query import MOST_ROWS, Page, Query, Row
from .rows import Rows
from .shapes import Facet, NotebookList

__all__ = ["ListQuery", "list_notebooks", "removable_of", "shape_of_page", "utc"]

PermId = Annotated[str, Field(max_length=200)]


class ListQuery(BaseModel):
    """Filters, order and page; all filters must fit."""

    model_config = ConfigDict(extra="forbid")

    projectIdentifier: str | None = Field(None, max_length=1000, description="Identifier of a project.")
    space: PermId | None = Field(None, description="Code of a space.")
    project: PermId | None = Field(None, description="PermId of a project.")
    experiment: PermId | None = Field(None, description="PermId of an experiment.")
    object: PermId | None = Field(None, description="PermId of an object.")
    id: list[Annotated[str, Field(max_length=500)]] = Field(
        [], max_length=MOST_ROWS, description="Notebook ids."
    )
    owner: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=100, description="User ids of authors."
    )
    text: str = Field("", max_length=500, description="Words in name, notes, or where it is stored.")
    template: str = Field("", max_length=200, description="Slug of a template.")
    dataSet: PermId | None = Field(None, description="PermId of an input.")
    newerData: bool | None = Field(None, description="Whether an input has a newer version.")
    minCreationTime: datetime | None = Field(None, description="ISO 8601; UTC where no zone is given.")
    maxCreationTime: datetime | None = Field(None, description="ISO 8601; UTC where no zone is given.")
    limit: int = Field(50, ge=1, le=MOST_ROWS)
    cursor: str | None = Field(None, max_length=2000, description="From the page before, of the same query.")
    offset: int = Field(0, ge=0, le=1_000_000)
    sortBy: Literal["name", "owner", "updateTime", "creationTime", "size"] = "updateTime"
    sortDirection: Literal["ascending", "descending"] = "descending"


async def list_notebooks(here: Service, caller: Asker, asked: ListQuery) -> NotebookList:
    """One page. To what the catalogue asks comes one call for the rights, and one where a project is given by
    its identifier.

    Raises:
        InvalidInput: more than one place, or a cursor of another list.
        NotFound: there is no such project.
    """
    page = await here.catalogue.page(caller, await _query(caller, asked))
    async with caller.openbis() as client:
        removable = await removable_of(client, page.rows)
    return shape_of_page(here, page, removable)


def shape_of_page(here: Service, page: Page, removable: frozenset[str] = frozenset()) -> NotebookList:
    """A page of the catalogue as the API answers it."""
    rows = Rows(here.links)
    return NotebookList(
        entries=[rows.listed(row, removable) for row in page.rows],
        matchingItemCount=page.matching,
        totalItemCount=page.total,
        cursor=page.cursor,
        complete=page.complete,
        note=page.note,
        authors=[Facet(author, author) for author in page.authors],
        templates=[Facet(slug, slug) for slug in page.templates],
    )


async def removable_of(client: OpenBIS, rows: list[Row]) -> frozenset[str]:
    """Newest versions that this person may trash; one call.

    Where one of them went away in this moment, openBIS answers nothing for all: then none is.
    """
    try:
        rights = await client.rights([row.newest.perm_id for row in rows])
    except OpenBISRefused:
        return frozenset()
    return frozenset(perm_id for perm_id, may in rights.items() if "DELETE" in may)


async def _query(caller: Asker, asked: ListQuery) -> Query:
    return Query(
        place=await _place(caller, asked),
        author=tuple(asked.owner),
        text=asked.text,
        template=asked.template,
        since=utc(asked.minCreationTime),
        until=utc(asked.maxCreationTime),
        newer_data=asked.newerData,
        data_set=asked.dataSet,
        ids=tuple(asked.id),
        sort=asked.sortBy,
        descending=asked.sortDirection == "descending",
        limit=asked.limit,
        after=asked.cursor,
        offset=asked.offset,
    )


async def _place(caller: Asker, asked: ListQuery) -> tuple[EntityKind, str] | None:
    kinds: tuple[EntityKind, ...] = ("space", "project", "experiment", "object")
    places = [(kind, perm_id) for kind in kinds if (perm_id := getattr(asked, kind))]
    if len(places) + bool(asked.projectIdentifier) > 1:
        raise InvalidInput("Give one place: a space, project, experiment or object.")
    if asked.projectIdentifier:
        async with caller.openbis() as client:
            return "project", (await client.entity(asked.projectIdentifier, "project")).perm_id
    return places[0] if places else None


def utc(time: datetime | None) -> datetime | None:
    """A time that a caller gave; without a zone it is UTC."""
    return time.replace(tzinfo=UTC) if time is not None and time.tzinfo is None else time
