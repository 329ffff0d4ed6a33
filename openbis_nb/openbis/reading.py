"""Reads: entities, data sets, files, types, people (contract 3, 4.2)."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from ..errors import Conflict, InvalidIdentifier, NotFound, UnexpectedAnswer
from ..identifiers import is_perm_id, normalise_identifier
from ..models import DataFile, DataSet, DataSetType, Entity, EntityKind, Person
from ._calls import Calls
from .protocol import administration, criteria, fetching, ids, types
from .protocol.ids import Json
from .protocol.replies import Reply
from .records import DataStore, RoleAssignment

__all__ = ["ReadCalls", "registration_order"]

_GET = {
    "space": "getSpaces",
    "project": "getProjects",
    "experiment": "getExperiments",
    "object": "getSamples",
}
_OPTIONS = {
    "space": fetching.space,
    "project": fetching.project,
    "experiment": fetching.experiment,
    "object": fetching.object_,
}
#: Which kinds an identifier of 1, 2, 3 parts may name (contract 3.1).
_KINDS: Mapping[int, tuple[EntityKind, ...]] = {
    1: ("space", "object"),
    2: ("project", "object"),
    3: ("experiment", "object"),
}


class ReadCalls(Calls):
    """What can be asked of openBIS. What a person may not see is absent, never an error (3.2)."""

    async def entity(self, text: str, kind: EntityKind | None = None) -> Entity:
        """The entity that an identifier or permId names.

        Args:
            text: Identifier in any case, with or without leading ``/``; the ELN's four-part form of an
                object; or a permId.
            kind: What it is, where known: saves asking for the other kinds (they are asked at once).

        Raises:
            InvalidIdentifier: it can be neither.
            NotFound: not there, or not visible to this person.
            Conflict: an experiment and an object both have this identifier.
        """
        text = text.strip()
        if is_perm_id(text):
            kinds: Sequence[EntityKind] = (kind,) if kind else ("experiment", "object", "project")
            wanted = text
        else:
            wanted = normalise_identifier(text)
            kinds = _kinds_of(wanted, kind)
        answers = await asyncio.gather(*(self._entity(wanted, candidate) for candidate in kinds))
        found = [entity for entity in answers if entity is not None]
        if not found:
            raise NotFound(f"openBIS shows this person nothing called {text}.")
        if len(found) > 1:
            raise Conflict(
                f"{wanted} is the identifier of both {' and '.join(f'an {e.kind}' for e in found)}.",
                next_step=f"Give the permId: {', '.join(f'{e.perm_id} ({e.kind})' for e in found)}.",
            )
        return found[0]

    async def _entity(self, wanted: str, kind: EntityKind) -> Entity | None:
        short = wanted
        parts = wanted.strip("/").split("/")
        if len(parts) == 4:  # the ELN's /S/P/E/OBJ: openBIS knows the object as /S/P/OBJ (3.1)
            short = f"/{parts[0]}/{parts[1]}/{parts[3]}"
        one = ids.perm_id(kind, wanted) if is_perm_id(wanted) else ids.identifier(kind, short)
        reply = await self._call(_GET[kind], [one], _OPTIONS[kind]())
        found = next((reply.entity(kind, value) for value in reply.mapping().values()), None)
        if found is not None and len(parts) == 4 and found.experiment_identifier != "/" + "/".join(parts[:3]):
            return None
        return found

    async def children(self, of: Entity | None = None) -> AsyncIterator[Entity | DataSet]:
        """What lies directly in an entity, page by page: for ``None`` the spaces; in a space projects
        and objects without project; in a project experiments and objects without experiment; in an
        experiment objects, then data sets without object; in an object its data sets."""
        if of is None:
            async for reply, found in self._search_all("searchSpaces", criteria.spaces(), fetching.space()):
                yield _present(reply.entity("space", found))
            return
        if of.kind in ("space", "project"):
            async for entity in self._containers(of):
                yield entity
        if of.kind != "object":
            async for entity in self.objects_of(of):
                yield entity
        if of.can_own_data_sets:
            async for data_set in self.all_data_sets(criteria.of_owner(of)):
                if of.kind == "object" or data_set.sample is None:
                    yield data_set

    async def _containers(self, of: Entity) -> AsyncIterator[Entity]:
        if of.kind == "space":
            method, search, kind = "searchProjects", criteria.projects(criteria.within_space(of)), "project"
        else:
            method, search, kind = (
                "searchExperiments",
                criteria.experiments(criteria.within(of)),
                "experiment",
            )
        options = fetching.project() if kind == "project" else fetching.experiment()
        async for reply, found in self._search_all(method, search, options):
            yield _present(reply.entity("project" if kind == "project" else "experiment", found))

    async def objects_of(self, of: Entity) -> AsyncIterator[Entity]:
        """The objects that lie directly in a space, project or experiment, with properties, parents and
        children (identifiers); for an object, itself."""
        if of.kind == "object":
            yield of
            return
        search = criteria.objects(criteria.within_space(of) if of.kind == "space" else criteria.within(of))
        async for reply, found in self._search_all("searchSamples", search, fetching.object_()):
            entity = _present(reply.entity("object", found))
            if of.kind == "experiment" or _lies_directly_in(entity, of):
                yield entity

    async def data_sets(self, perm_ids: Iterable[str], *, with_children: bool = False) -> dict[str, DataSet]:
        """Many data sets with owner, type, properties and parents, in one call.

        What is missing or invisible is absent from the answer (3.2); ``availability`` tells why.
        """
        wanted = list(dict.fromkeys(perm_ids))
        if not wanted:
            return {}
        options = fetching.data_set(children=with_children)
        reply = await self._call("getDataSets", [ids.data_set(perm_id) for perm_id in wanted], options)
        found = [self._remember(reply.data_set(value)) for value in reply.mapping().values()]
        by_id = {data_set.perm_id: data_set for data_set in found}
        return {perm_id: by_id[perm_id] for perm_id in wanted if perm_id in by_id}

    async def data_sets_of(
        self, entity: Entity, *, with_parents: bool = False, with_children: bool = False
    ) -> list[DataSet]:
        """All data sets of an entity, in order of registration; an experiment's include its objects'.

        Args:
            entity: Of any kind.
            with_parents: Also those of its parent objects, and the parents of its data sets.
            with_children: Also those of its child objects, and what is derived from its data sets.
        """
        searches = [criteria.of_owner(entity)]
        if with_parents:
            searches.append(criteria.sources_of(entity))
        if with_children:
            searches.append(criteria.derived_from(entity))
        search = searches[0] if len(searches) == 1 else criteria.any_of(*searches)
        found = {data_set.perm_id: data_set async for data_set in self.all_data_sets(search)}
        return sorted(found.values(), key=registration_order)

    async def all_data_sets(self, search: Json) -> AsyncIterator[DataSet]:
        """All data sets that fit *search* (made by ``protocol.criteria``), page by page."""
        async for reply, found in self._search_all("searchDataSets", search, fetching.data_set()):
            yield self._remember(reply.data_set(found))

    async def search_data_sets(
        self,
        *,
        owner: Entity | None = None,
        type_code: str | None = None,
        properties: Mapping[str, str] | None = None,
        text: str | None = None,
        registered_since: datetime | None = None,
        newest_first: bool = True,
        offset: int = 0,
        limit: int = 100,
    ) -> tuple[list[DataSet], int]:
        """One page of the data sets that fit all filters, and how many fit in all.

        Args:
            owner: Of this experiment, object, project or space.
            type_code: Of this type.
            properties: Property code in the server's spelling → value it equals.
            text: Name or code contains it.
            registered_since: Registered at or after (aware).
            newest_first: Order by registration.
            offset: How many to leave out.
            limit: How many at most.
        """
        filters = [criteria.property_is(code, value) for code, value in (properties or {}).items()]
        if owner is not None:
            filters.append(criteria.of_owner(owner))
        if type_code is not None:
            filters.append(criteria.data_set_type_is(type_code))
        if text is not None:
            filters.append(criteria.text(text, await self._name_code()))
        if registered_since is not None:
            filters.append(criteria.registered_since(registered_since))
        sort = [("REGISTRATION_DATE", False)] if newest_first else []
        options = fetching.page(
            fetching.data_set(), offset=offset, limit=limit, sort=sort, of="dataset.DataSet"
        )
        reply, found, total = await self._search("searchDataSets", criteria.all_of(*filters), options)
        return [self._remember(reply.data_set(entry)) for entry in found], total

    async def files_of(self, perm_ids: Iterable[str]) -> dict[str, list[DataFile]]:
        """The files of many data sets, in one call to each data store that holds them (4.2).

        Every asked permId is in the answer; one without files, or invisible, has an empty list.
        """
        wanted = list(dict.fromkeys(perm_ids))
        by_store: dict[str, list[str]] = defaultdict(list)
        for perm_id in wanted:
            for url in await self._stores_holding(perm_id):
                by_store[url].append(perm_id)
        answers = await asyncio.gather(*(self._files(url, some) for url, some in by_store.items()))
        listed: dict[str, list[DataFile]] = {perm_id: [] for perm_id in wanted}
        for file, announced in (pair for answer in answers for pair in answer):
            if file.data_set in listed:
                listed[file.data_set].append(file)
                if announced:
                    self._store_urls[file.data_set] = announced
        return listed

    async def _files(self, url: str, perm_ids: list[str]) -> list[tuple[DataFile, str | None]]:
        reply = await self.transport.data_store(
            url, "searchFiles", self.token, criteria.files_of(perm_ids), fetching.data_set_file()
        )
        return list(Reply(reply).files())

    async def _stores_holding(self, perm_id: str) -> list[str]:
        known = self._store_urls.get(perm_id)
        if known is not None:
            return [self.server.data_store_url(known)]
        return [store.url for store in await self.data_stores()]

    async def data_store_url(self, perm_id: str | None = None) -> str:
        """Base address of the data store that holds *perm_id*, or that takes a new data set.

        Raises:
            UnexpectedAnswer: the server has none, or names a foreign host.
        """
        if perm_id is not None:
            return (await self._stores_holding(perm_id))[0]
        if not self._data_stores and self._store_urls:  # where the inputs lie; saves a call
            return self.server.data_store_url(next(iter(self._store_urls.values())))
        return (await self.data_stores())[0].url

    async def data_stores(self) -> tuple[DataStore, ...]:
        """The data stores, with addresses a token may go to; asked once.

        Raises:
            UnexpectedAnswer: the server has none, or names a foreign host.
        """
        if not self._data_stores:
            search = criteria.everything("as.dto.datastore.search.DataStoreSearchCriteria")
            _, found, _ = await self._search("searchDataStores", search, fetching.data_store())
            self._data_stores = tuple(
                DataStore(str(entry.get("code")), self.server.data_store_url(str(entry.get("downloadUrl"))))
                for entry in found
            )
        if not self._data_stores:
            raise UnexpectedAnswer("This openBIS has no data store.")
        return self._data_stores

    async def data_set_type(self, code: str) -> DataSetType:
        """A data-set type with its property definitions and vocabularies; asked once.

        Raises:
            NotFound: there is no such type.
        """
        if code not in self._types:
            reply = await self._call("getDataSetTypes", [ids.entity_type(code)], fetching.data_set_type())
            found = next(iter(reply.mapping().values()), None)
            if found is None:
                raise NotFound(
                    f"openBIS has no data-set type {code}.", next_step="Ask an admin of openBIS for it."
                )
            self._types[code] = types.data_set_type(reply, found)
        return self._types[code]

    async def data_set_types(self) -> list[DataSetType]:
        """All data-set types with their property definitions."""
        search = criteria.everything("as.dto.dataset.search.DataSetTypeSearchCriteria")
        found = [
            types.data_set_type(reply, entry)
            async for reply, entry in self._search_all("searchDataSetTypes", search, fetching.data_set_type())
        ]
        self._types.update({known.code: known for known in found})
        return found

    async def property_code(self, type_code: str, code: str) -> str | None:
        """The server's spelling of the internal property *code* (``NAME``, ``HISTORY_ID``) in a type,
        by its definition (design D6); ``None`` where the type lacks it.

        Raises:
            NotFound: there is no such type.
        """
        return types.spelling(await self.data_set_type(type_code), code)

    async def _name_code(self) -> str:
        known = next(iter(self._types.values()), None) or await self.data_set_type("ANALYSIS_NOTEBOOK")
        return types.spelling(known, "NAME") or "$NAME"

    async def persons(self) -> list[Person]:
        """All persons that the person sees."""
        search = criteria.everything("as.dto.person.search.PersonSearchCriteria")
        found = [
            r.person(entry) async for r, entry in self._search_all("searchPersons", search, fetching.person())
        ]
        return [person for person in found if person is not None]

    async def role_assignments(self) -> list[RoleAssignment]:
        """All roles that the person may see; needs the role of a project admin (9.2).

        Raises:
            Forbidden: the person may not ask.
        """
        search = criteria.everything("as.dto.roleassignment.search.RoleAssignmentSearchCriteria")
        answers = self._search_all("searchRoleAssignments", search, fetching.role_assignment())
        return [administration.role_assignment(reply, entry) async for reply, entry in answers]


def _kinds_of(identifier: str, kind: EntityKind | None) -> Sequence[EntityKind]:
    parts = identifier.count("/")
    kinds = _KINDS.get(parts, ("object",))
    if kind is None:
        return kinds
    if kind not in kinds:
        raise InvalidIdentifier(f"{identifier} cannot be the identifier of a {kind}.")
    return (kind,)


def _lies_directly_in(entity: Entity, of: Entity) -> bool:
    depth = 2 if of.kind == "space" else 3
    return entity.experiment_identifier is None and entity.identifier.count("/") == depth


def registration_order(data_set: DataSet) -> tuple[float, int]:
    """Sorts by time of registration; within a millisecond by the number at the end of the permId, which
    only ever grows (contract 3.1)."""
    number = data_set.perm_id.rpartition("-")[2]
    moment = data_set.registered_at
    return (moment.timestamp() if moment else 0.0, int(number) if number.isdecimal() else 0)


def _present(entity: Any) -> Entity:
    if not isinstance(entity, Entity):
        raise UnexpectedAnswer("openBIS sent an empty entity.")
    return entity
