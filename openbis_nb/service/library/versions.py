"""``GET versions`` and ``GET versions/{id}``: versions as the API answers them (N-62, N-67)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ...errors import InvalidInput, NotFound, OpenBISRefused
from ...models import Checkpoint
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS
from ...openbis.many_notebooks import versions_of_many
from ...openbis.together import together
from ...workflows.library.model import Notebook
from ...workflows.library.reading import read_notebook
from ..cursors import decode, encode
from .links import Links
from .listing import utc
from .rows import Rows
from .shapes import VersionList, VersionRow

__all__ = ["VersionQuery", "list_versions", "one_version", "rows_of"]

#: A version with the notebook that it belongs to.
Found = tuple[Notebook, Checkpoint]

_MOST = 200


class VersionQuery(BaseModel):
    """Versions of one notebook, or some by their ids; all filters must fit."""

    model_config = ConfigDict(extra="forbid")

    notebookId: str | None = Field(None, max_length=500, description="Of which notebook.")
    id: list[Annotated[str, Field(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$")]] = Field(
        [], max_length=_MOST, description="PermIds."
    )
    owner: list[Annotated[str, Field(max_length=200)]] = Field(
        [], max_length=100, description="User ids of who stored them."
    )
    searchTerm: str = Field("", max_length=500, description="Stands in name or notes.")
    minCreationTime: datetime | None = Field(None, description="ISO 8601; UTC where no zone is given.")
    maxCreationTime: datetime | None = Field(None, description="ISO 8601; UTC where no zone is given.")
    limit: int = Field(50, ge=1, le=_MOST)
    cursor: str | None = Field(None, max_length=2000, description="From the page before, of the same query.")
    offset: int = Field(0, ge=0, le=1_000_000)


async def list_versions(client: OpenBIS, links: Links, asked: VersionQuery) -> VersionList:
    """Newest first (N-46).

    Raises:
        InvalidInput: neither a notebook nor ids are given; or a cursor of another list.
        NotFound: there is no such notebook; ids that are not visible are left out.
    """
    if asked.notebookId is not None:
        notebook = await read_notebook(client, asked.notebookId)
        found: list[Found] = [(notebook, version) for version in notebook.versions]
        found = [one for one in found if not asked.id or one[1].perm_id in asked.id]
    elif asked.id:
        found = await versions_named(client, asked.id)
    else:
        raise InvalidInput("Which versions?", next_step="Give notebookId=, or id= of some versions.")
    fitting = sorted((one for one in found if _fits(one[1], asked)), key=_order, reverse=True)
    if asked.cursor is not None:
        time, perm_id = decode(asked.cursor, str, str)
        left = [one for one in fitting if _order(one) < (str(time), str(perm_id))]
    else:
        left = fitting
    page = left[asked.offset : asked.offset + asked.limit]
    more = len(left) > asked.offset + asked.limit
    return VersionList(
        entries=await rows_of(client, links, page),
        matchingItemCount=len(fitting),
        totalItemCount=len(found),
        cursor=encode(_order(page[-1])) if more and page else None,
    )


async def one_version(client: OpenBIS, links: Links, perm_id: str) -> tuple[Found, VersionRow]:
    """A version by its permId.

    Raises:
        NotFound: it is not visible, or no version of a notebook.
    """
    found = await versions_named(client, [perm_id])
    if not found:
        raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
    return found[0], (await rows_of(client, links, found))[0]


async def versions_named(client: OpenBIS, perm_ids: Iterable[str]) -> list[Found]:
    """Versions by their permIds, judged among all of their notebooks; two waves of calls. What is hidden, or
    is no version, is absent."""
    seen = await client.data_sets(perm_ids)
    of = {perm_id: notebook_id_of(data_set) for perm_id, data_set in seen.items()}
    all_versions = await versions_of_many(client, {one for one in of.values() if one})
    notebooks = {one: Notebook(one, tuple(some)) for one, some in all_versions.items()}
    return [
        (notebooks[notebook_id], notebooks[notebook_id].version(perm_id))
        for perm_id in dict.fromkeys(perm_ids)
        if (notebook_id := of.get(perm_id)) and notebook_id in notebooks
    ]


async def rows_of(client: OpenBIS, links: Links, found: Sequence[Found]) -> list[VersionRow]:
    """Versions as the API answers them: with their inputs, and whether this person may trash them. Two calls,
    at once."""
    inputs = {parent for _, version in found for parent in version.parents}
    async with together() as group:
        seen = group.create_task(client.data_sets(sorted(inputs)))
        may = group.create_task(_removable(client, found))
    return [
        Rows(links).version(notebook, version, seen.result(), may.result()) for notebook, version in found
    ]


async def _removable(client: OpenBIS, found: Sequence[Found]) -> frozenset[str]:
    wanted = [
        version.perm_id
        for notebook, version in found
        if version.perm_id not in (notebook.first.perm_id, notebook.newest.perm_id)
    ]
    try:
        rights = await client.rights(wanted)
    except OpenBISRefused:  # one went away in this moment
        return frozenset()
    return frozenset(perm_id for perm_id, may in rights.items() if "DELETE" in may)


def _fits(version: Checkpoint, asked: VersionQuery) -> bool:
    time, since, until = version.registered_at, utc(asked.minCreationTime), utc(asked.maxCreationTime)
    return (
        (not asked.owner or version.registrator in asked.owner)
        and asked.searchTerm.casefold() in f"{version.name}\n{version.notes}".casefold()
        and (since is None or (time is not None and time >= since))
        and (until is None or (time is not None and time <= until))
    )


def _order(found: Found) -> tuple[str, str]:
    time = found[1].registered_at
    return (time.isoformat(timespec="milliseconds") if time else "", found[1].perm_id)
