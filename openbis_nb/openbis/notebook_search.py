"""Versions of all notebooks at once: what the library's index is made of.

A version is a data set, of whatever type, that has the history-id property (design D6). Each call is one
round trip and shows what the session may see (contract 3.2, 3.8). Where a version lies is told by the
permId of its project, which a move or a new name of the project does not change.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from ..models import Checkpoint, Entity
from .directory import DirectoryCalls
from .protocol import criteria, fetching, ids
from .protocol.ids import Json
from .protocol.replies import Reply, instant, name_of

__all__ = ["FoundVersion", "NotebookSearchCalls", "is_space", "space_place"]

#: Projects of one answer; more than any server has.
_ALL = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVersion:
    """One version of a notebook, and where it lies.

    Args:
        perm_id: Of the data set.
        notebook_id: Value of the history-id property.
        name: Plain text.
        notes: As openBIS has them: HTML, or plain text.
        registrator: User id.
        registered: Milliseconds since 1970, as openBIS counts.
        modified: The same; any change of the data set itself moves it.
        place: PermId of its project; :func:`space_place` where it lies in none.
        owner: Its object, else its experiment: kind, permId, identifier, code.
        experiment: PermId of its experiment.
        object: PermId of its object.
        size: Bytes; ``None`` where openBIS does not know yet.

    Its parents are left out: which of them are shown differs from person to person.
    """

    perm_id: str
    notebook_id: str
    name: str
    notes: str
    registrator: str
    registered: int
    modified: int
    place: str
    owner: Entity | None
    experiment: str | None
    object: str | None
    size: int | None

    @property
    def registered_at(self) -> datetime | None:
        """When it was registered, in UTC."""
        return instant(self.registered)

    def checkpoint(self) -> Checkpoint:
        """The same as all other parts know it."""
        return Checkpoint(
            perm_id=self.perm_id,
            notebook_id=self.notebook_id,
            name=self.name,
            notes=self.notes,
            registrator=self.registrator,
            registered_at=self.registered_at,
            owner=self.owner,
            size=self.size,
        )


class NotebookSearchCalls(DirectoryCalls):
    """Searches for versions of whatever notebook. *history* is the server's spelling of the property, as
    :meth:`history_code` gives it once for all."""

    async def history_code(self, type_code: str) -> str:
        """The server's spelling of the history-id property, from the definition of a data-set type (D6).

        Raises:
            NotFound: there is no such type.
        """
        return await self.property_code(type_code, "HISTORY_ID") or "$HISTORY_ID"

    async def notebook_versions(
        self, history: str, *, since: int | None = None, limit: int = 500
    ) -> tuple[list[FoundVersion], int]:
        """The latest modified versions, newest first, and how many there are in all.

        Args:
            history: Spelling of the property.
            since: Only what was modified at or after this time, in milliseconds since 1970.
            limit: How many at most.
        """
        filters = [criteria.has_property(history)]
        if since is not None:
            filters.append(criteria.modified_since(since))
        options = fetching.page(
            fetching.notebook_version(),
            offset=0,
            limit=limit,
            sort=[("MODIFICATION_DATE", False)],
            of="dataset.DataSet",
        )
        return await self._found(criteria.all_of(*filters), options, history)

    async def notebook_versions_page(
        self, history: str, *, offset: int, limit: int
    ) -> tuple[list[FoundVersion], int]:
        """Versions in order of registration, and how many there are in all: what is registered meanwhile
        comes at the end."""
        options = fetching.page(fetching.notebook_version(), offset=offset, limit=limit)
        return await self._found(criteria.all_of(criteria.has_property(history)), options, history)

    async def latest_notebook_versions(
        self, history: str, *, of: Entity | None = None, words: str = "", offset: int = 0, limit: int = 500
    ) -> tuple[list[FoundVersion], int]:
        """The versions that were registered last, newest first, and how many there are in all.

        Args:
            history: Spelling of the property.
            of: Only what is stored in this entity, at any depth.
            words: Only what has them in its name, or is the data set of that permId.
            offset: How many to leave out.
            limit: How many at most.
        """
        filters = [criteria.has_property(history)]
        if of is not None:
            filters.append(criteria.of_owner(of))
        if words:
            filters.append(criteria.text(words, await self._name_code()))
        options = fetching.page(
            fetching.notebook_version(),
            offset=offset,
            limit=limit,
            sort=[("REGISTRATION_DATE", False)],
            of="dataset.DataSet",
        )
        return await self._found(criteria.all_of(*filters), options, history)

    async def notebook_version_count(self, history: str) -> int:
        """How many versions of notebooks the session sees."""
        search, options = criteria.all_of(criteria.has_property(history)), fetching.bare_data_set()
        return (await self._search("searchDataSets", search, options, limit=1))[2]

    async def notebook_versions_named(self, history: str, perm_ids: Iterable[str]) -> dict[str, FoundVersion]:
        """Some versions by their permIds; what is invisible, or is no version, is absent."""
        wanted = [ids.data_set(perm_id) for perm_id in dict.fromkeys(perm_ids)]
        if not wanted:
            return {}
        reply = await self._call("getDataSets", wanted, fetching.notebook_version())
        found = [_version(reply, entry, history) for entry in reply.mapping().values()]
        return {version.perm_id: version for version in found if version.notebook_id}

    async def visible_data_sets(self, perm_ids: Iterable[str]) -> dict[str, int]:
        """Which data sets the session sees: permId → time of its last change, in milliseconds since 1970.
        The cheapest question: nothing but the data sets themselves is fetched."""
        wanted = [ids.data_set(perm_id) for perm_id in dict.fromkeys(perm_ids)]
        if not wanted:
            return {}
        reply = await self._call("getDataSets", wanted, fetching.bare_data_set())
        return _dates(reply, reply.mapping().values())

    async def notebook_version_dates(
        self, history: str, *, offset: int, limit: int
    ) -> tuple[dict[str, int], int]:
        """As :meth:`notebook_versions_page`, but only permIds with the times of the last change."""
        search, options = criteria.all_of(criteria.has_property(history)), fetching.bare_data_set()
        reply, found, total = await self._search(
            "searchDataSets", search, options, offset=offset, limit=limit
        )
        return _dates(reply, found), total

    async def notebook_versions_made_from(self, history: str, data_set: str, *, limit: int) -> list[str]:
        """PermIds of versions that have *data_set* as a parent; none if the session does not see it."""
        search = criteria.all_of(criteria.has_property(history), criteria.children_of([data_set]))
        reply, found, _ = await self._search("searchDataSets", search, fetching.bare_data_set(), limit=limit)
        return list(_dates(reply, found))

    async def parents_of(self, perm_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """The parents of data sets, as far as the session sees them; what is invisible is absent."""
        wanted = [ids.data_set(perm_id) for perm_id in dict.fromkeys(perm_ids)]
        if not wanted:
            return {}
        reply = await self._call("getDataSets", wanted, fetching.data_set_with_parents())
        return {
            reply.text(entry.get("permId"), "permId"): tuple(
                reply.text(parent.get("permId"), "permId") for parent in reply.objects(entry.get("parents"))
            )
            for entry in reply.mapping().values()
        }

    async def all_projects(self) -> list[Entity]:
        """All projects that the session sees, in one answer."""
        options = fetching.bare_project()
        reply, found, _ = await self._search("searchProjects", criteria.projects(), options, limit=_ALL)
        return [entity for entry in found if (entity := reply.entity("project", entry)) is not None]

    async def _found(self, search: Json, options: Json, history: str) -> tuple[list[FoundVersion], int]:
        reply, found, total = await self._search("searchDataSets", search, options)
        return [_version(reply, entry, history) for entry in found], total


def space_place(space_code: str) -> str:
    """The place of what lies in a space but in no project: ``/CODE``; of a shared object ``/``."""
    return f"/{space_code}"


def is_space(place: str) -> bool:
    """Whether a place is a space itself; permIds of projects begin with a digit (contract 3.1)."""
    return place.startswith("/")


def _version(reply: Reply, found: Json, history: str) -> FoundVersion:
    properties = {str(code).upper(): value for code, value in (found.get("properties") or {}).items()}
    physical = reply.get(found.get("physicalData")) or {}
    registrator = reply.person(found.get("registrator"))
    sample, experiment = reply.get(found.get("sample")), reply.get(found.get("experiment"))
    owner = reply.entity("object", sample) or reply.entity("experiment", experiment)
    size = physical.get("size")
    return FoundVersion(
        perm_id=reply.text(found.get("permId"), "permId") or str(found.get("code") or ""),
        notebook_id=str(properties.get(history.upper()) or ""),
        name=name_of(properties),
        notes=str(properties.get("NOTES") or properties.get("$NOTES") or ""),
        registrator=registrator.user_id if registrator else "",
        registered=int(found.get("registrationDate") or 0),
        modified=int(found.get("modificationDate") or 0),
        place=_place(reply, sample, experiment),
        owner=owner,
        experiment=_perm_id(reply, experiment),
        object=_perm_id(reply, sample),
        size=size if isinstance(size, int) else None,
    )


def _place(reply: Reply, sample: Json | None, experiment: Json | None) -> str:
    """A data set lies where its object lies; one of an experiment in that one's project (contract 5.7)."""
    inner = reply.get((sample or {}).get("experiment")) or {}
    for home in ((sample or {}).get("project"), inner.get("project"), (experiment or {}).get("project")):
        project = _perm_id(reply, home)
        if project is not None:
            return project
    space = reply.get((sample or {}).get("space")) or {}
    return space_place(str(space.get("code") or ""))


def _dates(reply: Reply, found: Iterable[Json]) -> dict[str, int]:
    return {
        reply.text(entry.get("permId"), "permId"): int(entry.get("modificationDate") or 0) for entry in found
    }


def _perm_id(reply: Reply, value: object) -> str | None:
    found = reply.get(value)
    return (reply.text(found.get("permId"), "permId") or None) if found else None
