"""What notebooks take in the data store, and which versions newer ones have superseded.

Nothing is trashed here, nor by itself: the list is for a person to decide on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from ...models import Checkpoint, DataSet
from ...notebooks.provenance import Provenance
from ...openbis.client import OpenBIS
from ...openbis.together import together
from .model import Notebook
from .records import read_records

__all__ = [
    "NotebookStorage",
    "SpaceStorage",
    "Superseded",
    "by_notebook",
    "by_space",
    "check_superseded",
    "superseded",
]


@dataclass(frozen=True, slots=True)
class NotebookStorage:
    """What one notebook takes; sizes in bytes, of versions whose size openBIS knows."""

    notebook: Notebook
    size: int
    superseded: tuple[Checkpoint, ...]
    superseded_size: int


@dataclass(frozen=True, slots=True)
class SpaceStorage:
    """What the notebooks of one space take; sizes in bytes. ``space`` is its code."""

    space: str
    notebooks: int
    versions: int
    size: int
    superseded: int
    superseded_size: int


@dataclass(frozen=True, slots=True)
class Superseded:
    """A version that newer ones have superseded. ``kept``: why it must stay, one sentence; empty if a person
    may trash it."""

    version: Checkpoint
    kept: str = ""


def superseded(notebook: Notebook, *, keep: int = 1) -> list[Checkpoint]:
    """Versions that count, but the newest *keep* of them and the first, which says who the author is and
    gives the notebook its number."""
    counting = notebook.counting
    newest = {version.perm_id for version in counting[len(counting) - keep :]}
    return [version for version in counting[1:] if version.perm_id not in newest]


def by_notebook(notebooks: Iterable[Notebook]) -> list[NotebookStorage]:
    """What each notebook takes, largest first; versions that are shown as forks are counted, too."""
    sums = [_sum(notebook) for notebook in notebooks]
    return sorted(sums, key=lambda one: (-one.size, one.notebook.notebook_id))


def by_space(notebooks: Iterable[Notebook]) -> list[SpaceStorage]:
    """What the notebooks of each space take, largest first; a notebook lies where its first version does."""
    spaces: defaultdict[str, list[NotebookStorage]] = defaultdict(list)
    for notebook in notebooks:
        spaces[_space(notebook)].append(_sum(notebook))
    sums = [
        SpaceStorage(
            space=space,
            notebooks=len(some),
            versions=sum(len(one.notebook.versions) for one in some),
            size=sum(one.size for one in some),
            superseded=sum(len(one.superseded) for one in some),
            superseded_size=sum(one.superseded_size for one in some),
        )
        for space, some in spaces.items()
    ]
    return sorted(sums, key=lambda one: (-one.size, one.space))


async def check_superseded(
    client: OpenBIS, notebooks: Iterable[Notebook], *, pinned: Collection[str] = ()
) -> list[Superseded]:
    """The superseded versions of some notebooks, and which of them may go: nothing that is still there may
    depend on one that does.

    Two round trips, and a small file for each version. What is not there any more is left out.

    Args:
        client: With a session; what is derived from a version counts as far as it sees that.
        notebooks: As the person sees them.
        pinned: PermIds that something else shows, such as a published page.
    """
    concerned = [(notebook, old) for notebook in notebooks if (old := superseded(notebook))]
    versions = [version for _, old in concerned for version in old]
    async with together() as group:
        asked = group.create_task(client.data_sets((one.perm_id for one in versions), with_children=True))
        reading = group.create_task(
            read_records(client, [one.perm_id for notebook, _ in concerned for one in notebook.counting])
        )
    found, records = asked.result(), reading.result()
    needed = _bases(records)
    return [
        Superseded(version, _why_kept(data_set, records.get(version.perm_id), pinned, needed))
        for version in versions
        if (data_set := found.get(version.perm_id)) is not None
    ]


def _bases(records: Mapping[str, Provenance]) -> set[str]:
    """Versions that lead from another one to its results: a rename or a restored version has none of its own,
    and refers to the version that it goes on with."""
    needed: set[str] = set()
    for later in records.values():
        record, way = later, list[str]()
        while (base := record.based_on) is not None and base in records and base not in way:
            way.append(base)
            record = records[base]
            if record.results:
                needed.update(way)
    return needed


def _why_kept(
    data_set: DataSet, record: Provenance | None, pinned: Collection[str], needed: Collection[str]
) -> str:
    if data_set.perm_id in pinned:
        return "A published page shows it."
    if data_set.children:
        count = len(data_set.children)
        return "A data set is derived from it." if count == 1 else f"{count} data sets are derived from it."
    if data_set.frozen:
        return "It is frozen."
    if data_set.status == "LOCKED":
        return "It is locked."
    if record is not None and (record.co_authors or record.takeover):
        return "It says who may write the notebook."
    if data_set.perm_id in needed:
        return "A later version shows its results."
    return ""


def _sum(notebook: Notebook) -> NotebookStorage:
    old = superseded(notebook)
    return NotebookStorage(notebook, _size(notebook.versions), tuple(old), _size(old))


def _size(versions: Iterable[Checkpoint]) -> int:
    return sum(version.size or 0 for version in versions)


def _space(notebook: Notebook) -> str:
    return notebook.owner.identifier.strip("/").split("/")[0] if notebook.owner is not None else ""
