"""``api/v1/compare``: versions against a base (N-10, N-64, F-13)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from ...errors import InvalidNotebook, NotFound, TooLarge
from ...foreign import plain
from ...identifiers import is_perm_id
from ...models import DataSet
from ...notebooks.manifest import Change, ManifestChanges
from ...openbis.client import OpenBIS
from ...workflows.library.comparing import manifest_changes
from ..people import Asker
from ..service import Service
from .answering import ROUTER, Caller, Here
from .frames import comparison
from .rows import Rows
from .shapes import VersionRow
from .shapes_related import CellCounts, Changes, Comparison, PackageChange, ValueChange
from .versions import rows_of, versions_named

__all__ = ["compare_versions", "router"]

router = APIRouter(tags=["compare"], **ROUTER)

PermId = Annotated[str, Query(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$")]
#: Versions that are compared with one base in one request.
_MOST = 10
#: Inputs and values that differ, of each kind: what a version says of itself is a stranger's.
_MOST_INPUTS, _MOST_VALUES = 500, 2_000


@router.get("/compare", summary="Compare versions", response_model=list[Comparison])
async def compare(
    caller: Caller,
    here: Here,
    base: PermId,
    others: Annotated[list[str], Query(alias="with", min_length=1, max_length=_MOST)],
) -> list[Comparison]:
    """Each of `with` against `base`: first what changed in inputs, parameters and environment, then how many
    cells differ. `page` is a lasting address for people.

    `cells` is null where the notebooks cannot be compared cell by cell; `note` says why.
    """
    return await compare_versions(here, caller, base, others)


async def compare_versions(here: Service, caller: Asker, base: str, others: list[str]) -> list[Comparison]:
    """Versions against a base.

    Raises:
        NotFound: one of them is not visible, or no version of a notebook.
    """
    wanted = list(dict.fromkeys([base, *others]))
    async with caller.openbis() as client:
        found = await versions_named(client, wanted)
        rows = {row.id: row for row in await rows_of(client, here.links, found)}
        for perm_id in wanted:
            if perm_id not in rows:
                raise NotFound(f"{perm_id} is no version of a notebook that you may see.")
        changed = {other: await _changes(client, Rows(here.links), base, other) for other in others}
    return [await _compared(here, caller, rows, base, other, changed[other]) for other in others]


async def _compared(
    here: Service, caller: Asker, rows: Mapping[str, VersionRow], base: str, other: str, changes: Changes
) -> Comparison:
    cells, note = None, ""
    try:
        compared = await comparison(here, caller, base, other)
        counts = compared.counts
        cells = CellCounts(counts.added, counts.removed, counts.changed, counts.moved, counts.same)
        note = " ".join(compared.notes)
    except (InvalidNotebook, TooLarge) as error:
        note = f"{error.message} {error.next_step}".strip()
    return Comparison(
        base=rows[base],
        version=rows[other],
        changes=changes,
        cells=cells,
        frame=here.links.frame_compare(base, other),
        page=here.links.compare_page(base, [other]),
        note=note,
    )


async def _changes(client: OpenBIS, rows: Rows, base: str, other: str) -> Changes:
    found = await manifest_changes(client, base, other)
    named = [one for one in (*found.inputs_added, *found.inputs_removed) if is_perm_id(one)][:_MOST_INPUTS]
    return _shape(found, rows, await client.data_sets(named), frozenset(named))


def _shape(
    found: ManifestChanges, rows: Rows, seen: Mapping[str, DataSet], named: Collection[str]
) -> Changes:
    others = (*found.template, *found.environment, *found.packages)
    return Changes(
        known=found.known,
        inputsAdded=[rows.data_set(perm_id, seen) for perm_id in found.inputs_added if perm_id in named],
        inputsRemoved=[rows.data_set(perm_id, seen) for perm_id in found.inputs_removed if perm_id in named],
        parameters=[
            ValueChange(*plain([one.name, one.before, one.after])) for one in found.parameters[:_MOST_VALUES]
        ],
        environment=[_package(one) for one in others[:_MOST_VALUES]],
    )


def _package(change: Change) -> PackageChange:
    before, after = (None if value is None else plain(str(value)) for value in (change.before, change.after))
    return PackageChange(plain(change.name), before, after)
