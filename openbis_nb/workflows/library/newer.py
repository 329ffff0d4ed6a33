"""Whether there is a newer version of a data set (F-16). openBIS has no such notion; this is ours.

A data set supersedes another of the same type and the same owner if it was registered later and

* is derived from it, as its child, or
* has the same name, and neither is nameless.

Of a version of a notebook, that is a later version with the same notebook id; names and children say nothing
there, since a notebook that reads another one is no newer version of it. Nor is a version of a notebook ever
a newer version of data. See ``docs/decisions/0025-newer-data-and-lineage.md``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ...models import DataSet
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS
from ...openbis.data_sets import registration_order
from ...openbis.protocol import criteria
from ...openbis.protocol.ids import Json
from ...openbis.together import together

__all__ = ["later_versions", "newer_versions"]

_T = TypeVar("_T")
#: Data sets of one search.
_AT_ONCE = 500
#: How often it is asked what was derived from what was found: a chain of so many corrections is followed.
_LONGEST_CHAIN = 5


@dataclass(frozen=True, slots=True)
class _Home:
    """Where versions of one data set lie: permId of the owner, and the type."""

    owner: str
    type_code: str


async def newer_versions(client: OpenBIS, perm_ids: Iterable[str]) -> dict[str, DataSet | None]:
    """The newest version of each data set, where it is not that data set itself.

    Args and round trips are those of :func:`later_versions`.

    Returns:
        PermId → a newer one, or ``None``; what is not visible is absent.
    """
    later = await later_versions(client, perm_ids)
    return {perm_id: found[-1] if found else None for perm_id, found in later.items()}


async def later_versions(client: OpenBIS, perm_ids: Iterable[str]) -> dict[str, tuple[DataSet, ...]]:
    """All versions of each data set that are newer than it, oldest first; what is not visible is absent.

    Two round trips, and one more for each link of a chain of corrections, at most five; however many data
    sets are asked for, up to 500 of one owner and type.

    Args:
        client: With a session.
        perm_ids: Data sets.
    """
    asked = await client.data_sets(perm_ids)
    known = dict(asked)
    waiting = list(asked.values())
    for _ in range(_LONGEST_CHAIN + 1):
        found = await _candidates(client, waiting)
        waiting = [data_set for perm_id, data_set in found.items() if perm_id not in known]
        known.update(found)
        if not waiting:
            break
    beside: defaultdict[_Home | None, list[DataSet]] = defaultdict(list)
    for data_set in sorted(known.values(), key=registration_order):
        beside[_home(data_set)].append(data_set)
    return {
        perm_id: _superseding(data_set, beside[home] if (home := _home(data_set)) else ())
        for perm_id, data_set in asked.items()
    }


async def _candidates(client: OpenBIS, data_sets: Sequence[DataSet]) -> dict[str, DataSet]:
    """What lies beside *data_sets*, and is derived from them or called like them."""
    searches = list(_searches(data_sets))
    if not searches:
        return {}

    async def ask(search: Json) -> list[DataSet]:
        return [data_set async for data_set in client.all_data_sets(search)]

    async with together() as group:
        tasks = [group.create_task(ask(criteria.any_of(*some))) for some in _portions(searches)]
    found = {data_set.perm_id: data_set for task in tasks for data_set in task.result()}
    return found


def _searches(data_sets: Sequence[DataSet]) -> Iterator[Json]:
    """One criterion for each owner and type, or for each 500 of its data sets."""
    beside: defaultdict[_Home, list[DataSet]] = defaultdict(list)
    for data_set in data_sets:
        if (home := _home(data_set)) is not None:
            beside[home].append(data_set)
    for of_home in beside.values():
        for some in _portions(of_home):
            owner = some[0].owner
            assert owner is not None
            yield criteria.all_of(
                criteria.of_owner(owner),
                criteria.data_set_type_is(some[0].type_code),
                criteria.any_of(criteria.children_of(one.perm_id for one in some), *_same_words(some)),
            )


def _home(data_set: DataSet) -> _Home | None:
    return _Home(data_set.owner.perm_id, data_set.type_code) if data_set.owner is not None else None


def _same_words(data_sets: Iterable[DataSet]) -> list[Json]:
    """What has one of their names or, of versions of notebooks, one of their notebook ids."""
    wanted = dict.fromkeys(
        (code, value)
        for data_set in data_sets
        for code, value in data_set.properties.items()
        if code in (("$HISTORY_ID", "HISTORY_ID") if notebook_id_of(data_set) else ("$NAME", "NAME"))
        and value
    )
    return [criteria.property_is(code, str(value)) for code, value in wanted]


def _superseding(old: DataSet, beside: Iterable[DataSet]) -> tuple[DataSet, ...]:
    """The versions of *old* that are newer, oldest first.

    Args:
        old: A data set.
        beside: Data sets of the same owner and type, in order of registration.
    """
    notebook_id, began = notebook_id_of(old), registration_order(old)
    chain, names, found = {old.perm_id}, {old.name} - {""}, []
    for candidate in beside:
        if registration_order(candidate) <= began or notebook_id_of(candidate) != notebook_id:
            continue
        of_data = candidate.name in names or not chain.isdisjoint(candidate.parents)
        if notebook_id is not None or of_data:
            found.append(candidate)
            chain.add(candidate.perm_id)
            names |= {candidate.name} - {""}
    return tuple(found)


def _portions(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
