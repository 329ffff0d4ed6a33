"""One level of the tree with its data sets, as the side panel in Jupyter shows it."""

from __future__ import annotations

from dataclasses import dataclass

from ...errors import InvalidInput
from ...models import EntityKind
from ...openbis.browsing import kinds_in
from ...openbis.client import OpenBIS
from ...openbis.together import together
from .data_sets import DataSets
from .entities import tree
from .shapes import DataSetList, Section

__all__ = ["Level", "level"]

#: What ``after`` begins with where it asks for the next page of data sets.
_DATA_SETS = "data-set:"


@dataclass(frozen=True, slots=True)
class Level:
    """What lies directly in an entity; ``data_sets`` is ``None`` where none can lie."""

    sections: list[Section]
    data_sets: DataSetList | None = None


async def level(client: OpenBIS, shown: DataSets, of: str, kind: EntityKind | None, after: str = "") -> Level:
    """A page of each kind of what lies in an entity. One round trip: one call a kind, side by side.

    Args:
        client: With the person's session.
        shown: How data sets are shown.
        of: PermId (a space's code); empty for the top, the spaces.
        kind: What *of* is.
        after: Of an earlier answer: only that kind, from there on.

    Raises:
        InvalidInput: *of* without its kind, or an *after* that no answer gave.
    """
    owns = kind in ("experiment", "object")
    if after.startswith(_DATA_SETS):
        if kind is None or not owns:
            raise InvalidInput("Only experiments and objects hold data sets.")
        return Level([], await _data_sets(shown, of, kind, after.removeprefix(_DATA_SETS)))
    async with together() as group:
        inside = group.create_task(tree(client, of, kind, after)) if _opens(kind) else None
        wants_data = owns and not after
        owned = group.create_task(_data_sets(shown, of, kind)) if kind and wants_data else None
    return Level(inside.result().sections if inside else [], owned.result() if owned else None)


def _opens(kind: EntityKind | None) -> bool:
    return bool(kinds_in(kind))


async def _data_sets(shown: DataSets, of: str, kind: EntityKind, after: str = "") -> DataSetList:
    found = await shown.directly_in(of, kind, after)
    return DataSetList(found.data_sets, found.total, f"{_DATA_SETS}{found.after}" if found.after else None)
