"""Whether the bytes of a data set can be read now, and if not, why: a value for each, never an exception,
so that the rest goes on (U-29, U-30)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from ..errors import Forbidden, NotFound, OpenBISRefused
from ..models import DataFile, DataSet
from .client import OpenBIS

__all__ = ["Availability", "assess", "of_data_set"]

#: Absent data sets of which it is asked why; more are called missing.
_ASK_WHY = 50


class Availability(StrEnum):
    """Why the bytes of a data set can or cannot be read now."""

    AVAILABLE = "available"
    ARCHIVED = "archived"
    COMING_BACK = "coming back from the archive"
    EMPTY = "empty"
    CONTAINER = "container"
    LINKED = "linked"
    FORBIDDEN = "forbidden"
    IN_TRASH = "in trash"
    MISSING = "missing"

    @property
    def explanation(self) -> str:
        """One sentence for a person."""
        return _EXPLANATIONS[self]


_EXPLANATIONS = {
    Availability.AVAILABLE: "Its files can be read.",
    Availability.ARCHIVED: "It is in the archive; nb.unarchive() brings it back, with its whole bundle.",
    Availability.COMING_BACK: "It is on its way back from the archive; try again later.",
    Availability.EMPTY: "It holds no files.",
    Availability.CONTAINER: "It only holds other data sets; attach those.",
    Availability.LINKED: "Its files lie in an external system, which openBIS only points to.",
    Availability.FORBIDDEN: "It exists, and you may not see it; ask an admin of its space.",
    Availability.IN_TRASH: "It lies in the trash of openBIS, from where it can be restored.",
    Availability.MISSING: "openBIS shows you no such data set.",
}


def of_data_set(data_set: DataSet, files: Sequence[DataFile] | None = None) -> Availability:
    """The state of a data set that was read.

    Args:
        data_set: As ``data_sets`` gives it.
        files: Its files, where listed; an empty sequence means that it has none.
    """
    if data_set.kind == "CONTAINER":
        return Availability.CONTAINER
    if data_set.kind == "LINK":
        return Availability.LINKED
    if data_set.status == "UNARCHIVE_PENDING":
        return Availability.COMING_BACK
    if not data_set.readable:
        return Availability.ARCHIVED
    return Availability.EMPTY if files is not None and not files else Availability.AVAILABLE


async def assess(
    client: OpenBIS,
    perm_ids: Iterable[str],
    found: Mapping[str, DataSet],
    files: Mapping[str, Sequence[DataFile]] | None = None,
) -> dict[str, Availability]:
    """The state of each of *perm_ids*. Makes calls only if some are absent from *found*.

    Args:
        client: With a session.
        perm_ids: What was asked for.
        found: What ``data_sets`` gave.
        files: What ``files_of`` gave, where it was asked.
    """
    wanted = list(dict.fromkeys(perm_ids))
    states = {
        perm_id: of_data_set(found[perm_id], files.get(perm_id) if files is not None else None)
        for perm_id in wanted
        if perm_id in found
    }
    absent = [perm_id for perm_id in wanted if perm_id not in found]
    states |= await _why_absent(client, absent)
    return {perm_id: states[perm_id] for perm_id in wanted}


async def _why_absent(client: OpenBIS, perm_ids: list[str]) -> dict[str, Availability]:
    """openBIS leaves out in silence what is not there or not visible (3.2). The trash, and the question
    for rights, which knows an existing one (9.3), tell more."""
    states = dict.fromkeys(perm_ids, Availability.MISSING)
    if not perm_ids:
        return states
    try:
        trashed = await client.in_trash(perm_ids)
    except (Forbidden, OpenBISRefused):  # an observer may not look into the trash (9.2)
        trashed = frozenset()
    rights = await client.rights_one_by_one(perm_ids[:_ASK_WHY])
    for perm_id in perm_ids:
        answer = rights.get(perm_id)
        if perm_id in trashed:
            states[perm_id] = Availability.IN_TRASH
        elif isinstance(answer, (frozenset, Forbidden)):
            states[perm_id] = Availability.FORBIDDEN
        elif answer is not None and not isinstance(answer, (NotFound, OpenBISRefused)):
            raise answer
    return states
