"""Data sets: those of an entity with what the dialog preselects, a search, and those that a link names."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from ...errors import InvalidInput
from ...models import DataSet, Entity, EntityKind
from ...notebooks.context import eln_link_to_data_set
from ...openbis.availability import Availability, assess, of_data_set
from ...openbis.client import OpenBIS
from ...units import human_size
from .entities import node
from .shapes import DataSetList, DataSetRow

__all__ = ["DataSets"]

#: Data sets in one answer; with more than these, nothing is preselected.
PAGE = 50


@dataclass(frozen=True, slots=True)
class DataSets:
    """What a person may know of data sets.

    Args:
        client: With the visitor's session.
        links: Address of openBIS for links that people click.
        preselect_limit: In bytes: over that total nothing is preselected.
        not_inputs: Types that are no data: saved notebooks, previews.
    """

    client: OpenBIS
    links: str
    preselect_limit: int
    not_inputs: Collection[str] = ("ANALYSIS_NOTEBOOK", "ELN_PREVIEW")

    async def of(self, perm_id: str, kind: EntityKind, words: str = "", after: str = "") -> DataSetList:
        """A page of the data sets of an entity, newest first; an experiment's include its objects'. One
        round trip, with *words* two: the spelling of the name property is asked.

        Raises:
            InvalidInput: an *after* that no earlier answer gave.
        """
        owner = Entity(kind, perm_id, "", perm_id)
        offset = _offset(after)
        found, total = await self.client.search_data_sets(
            owner=owner, text=words or None, offset=offset, limit=PAGE
        )
        chosen, note = ((), "") if words or offset else self._preselect(found, total)
        return self._page(found, total, offset, chosen, note)

    async def directly_in(self, perm_id: str, kind: EntityKind, after: str = "") -> DataSetList:
        """A page of the data sets that belong to an experiment or object itself, newest first. One round
        trip.

        Raises:
            InvalidInput: an *after* that no earlier answer gave.
        """
        owner, offset = Entity(kind, perm_id, "", perm_id), _offset(after)
        found, total = await self.client.search_data_sets(
            owner=owner, directly=True, offset=offset, limit=PAGE
        )
        return self._page(found, total, offset)

    async def named(self, words: str, after: str = "") -> DataSetList:
        """A page of all data sets whose name or permId contains *words*. Two round trips."""
        offset = _offset(after)
        found, total = await self.client.search_data_sets(text=words, offset=offset, limit=PAGE)
        return self._page(found, total, offset)

    async def some(self, perm_ids: Sequence[str]) -> DataSetList:
        """The data sets that a link names, in its order. One round trip; where some are not to be seen,
        two more ask why (U-29)."""
        wanted = list(dict.fromkeys(perm_ids))
        if len(wanted) > PAGE:
            raise InvalidInput(f"At most {PAGE} data sets can be asked for at once.")
        found = await self.client.data_sets(wanted)
        states = await assess(self.client, wanted, found)
        rows = [
            self._row(found[perm_id]) if perm_id in found else _absent(perm_id, state)
            for perm_id, state in states.items()
        ]
        return DataSetList(rows, len(rows))

    def rows(self, found: Iterable[DataSet]) -> list[DataSetRow]:
        """One line each."""
        return [self._row(data_set) for data_set in found]

    def _page(
        self, found: list[DataSet], total: int, offset: int, chosen: tuple[str, ...] = (), note: str = ""
    ) -> DataSetList:
        reached = offset + len(found)
        after = str(reached) if found and reached < total else None
        return DataSetList(self.rows(found), total, after, chosen, note)

    def _preselect(self, found: Sequence[DataSet], total: int) -> tuple[tuple[str, ...], str]:
        """PermIds to take up, and one sentence where not all are."""
        if total > len(found):
            return (), f"Nothing is preselected: {total:,} data sets are connected. Choose what you need."
        data = [data_set for data_set in found if data_set.type_code not in self.not_inputs]
        usable = [data_set for data_set in data if data_set.readable]
        size = sum(data_set.size or 0 for data_set in usable)
        if size > self.preselect_limit:
            return (), (
                f"Nothing is preselected: together they hold {human_size(size)}, more than the limit of "
                f"{human_size(self.preselect_limit)}. Choose what you need."
            )
        left_out = [
            _count(len(found) - len(data), "saved notebook or preview", "saved notebooks or previews"),
            _count(
                len(data) - len(usable),
                "data set that cannot be read now",
                "data sets that cannot be read now",
            ),
        ]
        said = " and ".join(part for part in left_out if part)
        return tuple(data_set.perm_id for data_set in usable), f"Not preselected: {said}." if said else ""

    def _row(self, data_set: DataSet) -> DataSetRow:
        state = of_data_set(data_set)
        return DataSetRow(
            perm_id=data_set.perm_id,
            state=state.value,
            readable=data_set.readable,
            note=_note(state),
            name=data_set.name,
            type=data_set.type_code,
            size=data_set.size,
            registrator=data_set.registrator.user_id if data_set.registrator else None,
            registered_at=data_set.registered_at,
            owner=node(data_set.owner) if data_set.owner else None,
            link=eln_link_to_data_set(self.links, data_set.perm_id),
        )


def _absent(perm_id: str, state: Availability) -> DataSetRow:
    return DataSetRow(perm_id=perm_id, state=state.value, readable=False, note=_note(state))


def _note(state: Availability) -> str:
    return "" if state is Availability.AVAILABLE else state.explanation


def _count(number: int, one: str, many: str) -> str:
    return "" if number == 0 else f"{number} {one if number == 1 else many}"


def _offset(after: str) -> int:
    if not after:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 10):
        raise InvalidInput("after= is not what an earlier answer gave.")
    return int(after)
