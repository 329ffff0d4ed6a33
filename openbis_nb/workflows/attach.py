"""Inputs to files, verified (design D10, D11, U-08, U-09, U-29, U-30).

Two round trips for any number of inputs: the data sets, and all their file lists. What is small is
fetched at once, the rest at first use; what cannot be read now is said per data set, and the rest goes on.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ..models import DataFile, DataSet
from ..openbis.availability import Availability, assess
from ..openbis.files import Progress, download, plan
from ..openbis.workers import in_thread
from .workplace import Workplace

__all__ = ["AttachedDataSet", "attach", "fetch"]

Fetch = Literal["small", "all", "none"]


@dataclass(frozen=True, slots=True)
class AttachedDataSet:
    """One input.

    ``state``: ``here`` (every file is local), ``in place`` (every file is read from a store mount),
    ``listed`` (fetched at first use), or the reason why there are no bytes now, explained in
    ``reason``. ``local``: relative path → local file, for what is here.
    """

    perm_id: str
    data_set: DataSet | None
    state: str
    reason: str = ""
    files: tuple[DataFile, ...] = ()
    local: Mapping[str, Path] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


async def attach(
    workplace: Workplace,
    perm_ids: Iterable[str],
    *,
    only: Sequence[str] = (),
    fetch_what: Fetch = "small",
    progress: Callable[[Progress], None] | None = None,
) -> list[AttachedDataSet]:
    """List inputs, and fetch them as *fetch_what* says.

    Args:
        workplace: Who and where.
        perm_ids: The inputs, in order.
        only: Patterns as in a shell; files whose path or name match none are left alone.
        fetch_what: ``small`` fetches only if all together stay below ``limits.eager``; ``all`` fetches
            everything or refuses; ``none`` fetches nothing.
        progress: Told about a bulk fetch.

    Raises:
        NoSpace: ``all`` does not fit; nothing was fetched.
        TransferFailed: some files could not be fetched; the others are there.
    """
    wanted = list(dict.fromkeys(perm_ids))
    found = await workplace.client.data_sets(wanted)
    listed = await workplace.client.files_of([p for p in wanted if p in found and found[p].readable])
    states = await assess(workplace.client, wanted, found, listed)
    files = {perm_id: _chosen(listed.get(perm_id, ()), only) for perm_id in wanted}
    to_fetch = [
        file
        for perm_id in wanted
        if states[perm_id] is Availability.AVAILABLE
        for file in files[perm_id]
        if workplace.mounts.find(found[perm_id], file) is None
    ]
    small = fetch_what == "small" and sum(file.size for file in to_fetch) <= workplace.limits.eager
    if to_fetch and (small or fetch_what == "all"):
        await download(workplace.client, to_fetch, workplace.cache, progress=progress)
    todo = await in_thread(plan, to_fetch, workplace.cache)
    return [
        _attached(workplace, perm_id, found.get(perm_id), states[perm_id], files[perm_id], set(todo.present))
        for perm_id in wanted
    ]


async def fetch(
    workplace: Workplace,
    data_set: DataSet | None,
    file: DataFile,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> Path:
    """The local file: in place where there is a mount, else from the cache, else fetched now.

    Raises:
        NoSpace: it does not fit; nothing was written.
        TransferFailed: it did not arrive whole; a repeat goes on where it stopped.
    """
    in_place = workplace.mounts.find(data_set, file) if data_set is not None else None
    if in_place is not None:
        return in_place
    return (await download(workplace.client, [file], workplace.cache, progress=progress))[0]


def _attached(
    workplace: Workplace,
    perm_id: str,
    data_set: DataSet | None,
    availability: Availability,
    files: tuple[DataFile, ...],
    present: set[DataFile],
) -> AttachedDataSet:
    if data_set is None or availability is not Availability.AVAILABLE:
        return AttachedDataSet(
            perm_id, data_set, str(availability), f"{perm_id}: {availability.explanation}", files
        )
    in_place = {file.path: path for file in files if (path := workplace.mounts.find(data_set, file))}
    cached = {file.path: workplace.cache.path_of(file) for file in files if file in present}
    state = "listed"
    if len(in_place) == len(files):
        state = "in place"
    elif len(in_place | cached) == len(files):
        state = "here"
    return AttachedDataSet(perm_id, data_set, state, "", files, cached | in_place)


def _chosen(files: Sequence[DataFile], only: Sequence[str]) -> tuple[DataFile, ...]:
    return tuple(
        file
        for file in files
        if not only or any(fnmatch.fnmatch(file.path, p) or fnmatch.fnmatch(file.name, p) for p in only)
    )
