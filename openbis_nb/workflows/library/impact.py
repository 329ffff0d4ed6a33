"""Which notebooks used a data set, and which of them are out of date (F-07, F-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...errors import NotFound
from ...models import DataSet
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS
from ...openbis.data_sets import registration_order
from ...openbis.many_notebooks import versions_of_many
from ...openbis.protocol import criteria
from ...openbis.together import together
from .model import Notebook
from .newer import later_versions

__all__ = ["Impact", "Use", "impact"]


@dataclass(frozen=True, slots=True)
class Use:
    """A notebook that used the data set.

    Args:
        notebook: All of it that the person sees; co-authors are not asked for.
        versions: PermIds of the versions that have the data set as a parent, oldest first.
        current: Whether the newest version that counts is one of them.
        outdated: Whether that newest version uses this data set, or a correction of it, but not the newest.
    """

    notebook: Notebook
    versions: tuple[str, ...]
    current: bool
    outdated: bool


@dataclass(frozen=True, slots=True)
class Impact:
    """What became of a data set.

    Args:
        data_set: That was asked about.
        newer: Its newest version, if it is not the newest itself.
        uses: Latest use first.
        more: How many further notebooks used it.
    """

    data_set: DataSet
    newer: DataSet | None
    uses: tuple[Use, ...]
    more: int = 0

    @property
    def outdated(self) -> list[Use]:
        """The uses that are out of date."""
        return [use for use in self.uses if use.outdated]


async def impact(client: OpenBIS, perm_id: str, *, most: int = 100) -> Impact:
    """The notebooks of which a version has the data set as a parent.

    Five round trips, three in a row, if the data set is the newest of its kind and each notebook has one
    writer, for up to 500 versions of these notebooks; one more where the data-set type is not known yet.

    Args:
        client: With a session.
        perm_id: The data set.
        most: Notebooks in the answer.

    Raises:
        NotFound: there is no such data set that the person sees.
    """
    async with together() as group:
        asked = group.create_task(client.data_sets([perm_id]))
        later = group.create_task(later_versions(client, [perm_id]))
        used = group.create_task(_versions_from(client, perm_id))
    data_set = asked.result().get(perm_id)
    if data_set is None:
        raise NotFound(f"There is no data set {perm_id} that you may see.", next_step="Check the permId.")
    newer, by_notebook = later.result().get(perm_id, ()), used.result()
    shown = list(by_notebook)[:most]
    versions = await versions_of_many(client, shown)
    uses = [
        _use(Notebook(notebook_id, tuple(versions[notebook_id])), by_notebook[notebook_id], perm_id, newer)
        for notebook_id in shown
        if notebook_id in versions
    ]
    return Impact(data_set, newer[-1] if newer else None, tuple(uses), len(by_notebook) - len(shown))


def _use(notebook: Notebook, versions: Sequence[str], perm_id: str, later: Sequence[DataSet]) -> Use:
    parents = set(notebook.newest.parents)
    old = {perm_id, *(one.perm_id for one in later[:-1])}
    return Use(
        notebook=notebook,
        versions=tuple(versions),
        current=perm_id in parents,
        outdated=bool(later) and later[-1].perm_id not in parents and not old.isdisjoint(parents),
    )


async def _versions_from(client: OpenBIS, perm_id: str) -> dict[str, list[str]]:
    """Notebook id → permIds of its versions that have the data set as a parent, oldest first; the notebook
    that used it last comes first."""
    # Much may be derived from raw data that is no notebook: that stays at the server.
    history = await client.history_code("ANALYSIS_NOTEBOOK")
    search = criteria.all_of(criteria.children_of([perm_id]), criteria.has_property(history))
    found = [data_set async for data_set in client.all_data_sets(search)]
    uses: dict[str, list[str]] = {}
    for data_set in sorted(found, key=registration_order, reverse=True):
        notebook_id = notebook_id_of(data_set)
        if notebook_id is not None:
            uses.setdefault(notebook_id, []).insert(0, data_set.perm_id)
    return uses
