"""Data sets, their files, and the data stores that hold them (contract 3, 4.2)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import datetime

from ..errors import UnexpectedAnswer
from ..models import DataFile, DataSet, Entity
from .directory import DirectoryCalls
from .protocol import criteria, fetching, ids
from .protocol.ids import Json
from .protocol.replies import Reply
from .records import DataStore
from .together import together

__all__ = ["DataSetCalls", "registration_order"]


class DataSetCalls(DirectoryCalls):
    """Many data sets in one call, their files in one more. What a person may not see is absent (3.2)."""

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
        directly: bool = False,
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
            directly: Without those of the objects of an experiment.
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
            filters.append(criteria.directly_of(owner) if directly else criteria.of_owner(owner))
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
        async with together() as group:
            asked = [group.create_task(self._files(url, some)) for url, some in by_store.items()]
        listed: dict[str, list[DataFile]] = {perm_id: [] for perm_id in wanted}
        for file, announced in (pair for task in asked for pair in task.result()):
            if file.data_set in listed:
                listed[file.data_set].append(file)
                if announced:
                    self._store_urls[file.data_set] = announced
        return listed

    async def _files(self, url: str, perm_ids: list[str]) -> list[tuple[DataFile, str | None]]:
        wanted, options = criteria.files_of(perm_ids), fetching.data_set_file()
        reply = await self.with_session(
            lambda token: self.transport.data_store(url, "searchFiles", token, wanted, options)
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


def registration_order(data_set: DataSet) -> tuple[float, int]:
    """Sorts by time of registration; within a millisecond by the number at the end of the permId, which
    only ever grows (contract 3.1)."""
    number = data_set.perm_id.rpartition("-")[2]
    moment = data_set.registered_at
    return (moment.timestamp() if moment else 0.0, int(number) if number.isdecimal() else 0)
