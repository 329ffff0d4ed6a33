"""A notebook by its path (P-38): the identifier of its owner, and its name.

openBIS itself is asked for versions of that name in that owner; the catalogue may not know them yet. Of
several notebooks with one name in one place the one that was saved last is meant.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.datastructures import QueryParams

from ...errors import NotFound
from ...models import Entity
from ...openbis import checkpoints
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...workflows.library import reading
from ...workflows.library.model import Notebook
from .said import Where, integer, name_of_file, truth

__all__ = ["Wanted", "find", "wanted_in"]

_TYPE = "ANALYSIS_NOTEBOOK"
#: Versions of one name in one place that are looked at.
_MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. ``user`` is the author; empty: any. ``only_flag``: just whether it exists."""

    name: str
    where: Where
    user: str
    only_flag: bool


def wanted_in(params: QueryParams) -> Wanted:
    """Read the query.

    Raises:
        InvalidInput: no path, or a value that cannot be right.
    """
    path, parent = params.get("path", "").rstrip("/"), params.get("parent")
    where = Where(integer(parent, "parent") if parent is not None else None)
    if where.is_home:
        folder, slash, path = path.rpartition("/")
        where = Where(None, folder if slash else None)
    return Wanted(
        name=name_of_file(path, "path"),
        where=where,
        user=params.get("user", ""),
        only_flag=truth(params.get("exists", "false"), "exists"),
    )


async def find(client: OpenBIS, wanted: Wanted, owner: Entity) -> Notebook:
    """The notebook of that name in *owner*.

    Raises:
        NotFound: there is none that this person sees.
    """
    code = await client.property_code(_TYPE, "NAME") or "NAME"
    found, _ = await client.search_data_sets(owner=owner, properties={code: wanted.name}, limit=_MOST)
    here = [one for one in found if one.owner and one.owner.perm_id == owner.perm_id]
    ids = {notebook_id for one in here if (notebook_id := checkpoints.notebook_id_of(one))}
    async with together() as group:
        tasks = [group.create_task(reading.read_notebook(client, one)) for one in sorted(ids)]
    fitting = [notebook for task in tasks if _fits(notebook := task.result(), wanted)]
    if not fitting:
        raise NotFound(f"There is no notebook {wanted.name!r} in {owner.identifier} that you may see.")
    return max(fitting, key=lambda notebook: str(notebook.newest.registered_at))


def _fits(notebook: Notebook, wanted: Wanted) -> bool:
    return notebook.name == wanted.name and wanted.user in ("", notebook.author)
