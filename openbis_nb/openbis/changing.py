"""Rights, and what changes openBIS apart from new data sets (contract 6, 9)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping

from ..errors import InvalidIdentifier
from ..models import Entity
from ._calls import Calls
from .protocol import administration, changes, criteria, fetching, ids
from .records import Deletion

__all__ = ["ChangeCalls"]


class ChangeCalls(Calls):
    """Updates, the trash, the archive; and the rights to ask for first."""

    async def rights(self, perm_ids: Iterable[str]) -> dict[str, frozenset[str]]:
        """What the person may do to data sets: subsets of ``UPDATE`` and ``DELETE`` (9.3).

        A plain user may create a data set but neither update nor delete it afterwards (9.2).

        Raises:
            OpenBISRefused: one of them does not exist.
        """
        return await self._rights([ids.data_set(perm_id) for perm_id in dict.fromkeys(perm_ids)])

    async def can_create_data_set(self, owner: Entity) -> bool:
        """Whether the person may store a data set there.

        The ELN's question with an invented id (3.9). An object in no project has no such question;
        changing it asks for the same role as creating a data set (9.2), so that is asked instead.

        Raises:
            InvalidIdentifier: a space or project.
        """
        invented = ids.new_data_set_in(owner)
        if invented is None:
            return "UPDATE" in _any(await self._rights([ids.entity(owner)]))
        return "CREATE" in _any(await self._rights([invented]))

    async def writable(self, places: Iterable[Entity]) -> set[str]:
        """PermIds (a space's is its code) of those places in which the person may store things: the role USER
        there, of a space in all of it (9.2). One question for all.

        Objects in no project are not asked for: see :meth:`can_create_data_set`.
        """
        asked = {place.perm_id: invented for place in places if (invented := ids.new_in(place)) is not None}
        texts = {perm_id: one.get("permId") or one["identifier"] for perm_id, one in asked.items()}
        known = await self._rights(list({texts[perm_id]: one for perm_id, one in asked.items()}.values()))
        return {perm_id for perm_id, text in texts.items() if "CREATE" in known.get(text, frozenset())}

    async def _rights(self, wanted: list[ids.Json]) -> dict[str, frozenset[str]]:
        if not wanted:
            return {}
        reply = await self._call("getRights", wanted, None)
        return {key: frozenset(value.get("rights") or ()) for key, value in reply.mapping().items()}

    async def update_data_set(self, perm_id: str, *, properties: Mapping[str, str | None]) -> None:
        """Set the named properties, in the server's spelling; ``None`` removes; others stay (6.1).

        Raises:
            Forbidden: needs the role of a power user (9.2).
            OpenBISRefused: a value that the type does not allow.
        """
        await self._call("updateDataSets", [changes.data_set_update(perm_id, properties)])

    async def move_data_sets(self, perm_ids: Iterable[str], owner: Entity) -> None:
        """Give data sets to another experiment or object, all or none (6.1).

        Raises:
            InvalidIdentifier: a space or project.
            Forbidden: needs the role of a power user in both places (9.2).
            EntityFrozen: one of them, or the new owner.
        """
        if not owner.can_own_data_sets:
            raise InvalidIdentifier(f"A {owner.kind} cannot own data sets.")
        await self._call("updateDataSets", [changes.data_set_move(perm_id, owner) for perm_id in perm_ids])

    async def delete_data_sets(self, perm_ids: Iterable[str], reason: str) -> str:
        """Put data sets into the trash; gives the id under which :meth:`revert` brings them back, or an
        empty text where openBIS found none of them.

        Raises:
            Forbidden: needs the role of a power user (9.2).
        """
        wanted = [ids.data_set(perm_id) for perm_id in perm_ids]
        reply = await self._call("deleteDataSets", wanted, changes.deletion_options(reason), safe=False)
        found = reply.get(reply.result) or {}
        return str(found.get("id") or found.get("techId") or "")

    async def deletions(self) -> list[Deletion]:
        """The trash, as far as the person sees it."""
        search = criteria.everything("as.dto.deletion.search.DeletionSearchCriteria")
        answers = self._search_all("searchDeletions", search, fetching.deletion())
        return [administration.deletion(reply, entry) async for reply, entry in answers]

    async def revert(self, *deletion_ids: str) -> None:
        """Bring back what deletions put into the trash, all or none."""
        await self._call("revertDeletions", [ids.deletion(one) for one in deletion_ids], safe=False)

    async def confirm(self, *deletion_ids: str) -> None:
        """Remove for ever what deletions put into the trash; needs a project admin (9.2)."""
        await self._call("confirmDeletions", [ids.deletion(one) for one in deletion_ids], safe=False)

    async def archive(self, perm_ids: Iterable[str]) -> None:
        """Ask for data sets to be archived; openBIS does it later."""
        wanted = [ids.data_set(perm_id) for perm_id in perm_ids]
        await self._call("archiveDataSets", wanted, changes.archive_options())

    async def unarchive(self, perm_ids: Iterable[str]) -> None:
        """Ask for archived data sets to come back; openBIS does it later, with the whole bundle in which
        each was archived. ``data_sets`` shows the state."""
        wanted = [ids.data_set(perm_id) for perm_id in perm_ids]
        await self._call("unarchiveDataSets", wanted, changes.unarchive_options())

    async def in_trash(self, perm_ids: Iterable[str]) -> frozenset[str]:
        """Which of *perm_ids* (of any kind of entity) lie in the trash, as far as the person sees it."""
        trashed = {perm_id for deletion in await self.deletions() for perm_id in deletion.perm_ids}
        return frozenset(trashed.intersection(perm_ids))

    async def rights_one_by_one(self, perm_ids: Iterable[str]) -> dict[str, frozenset[str] | Exception]:
        """Like :meth:`rights`, but an unknown one does not spoil the answer for the others."""
        wanted = list(dict.fromkeys(perm_ids))
        answers = await asyncio.gather(*(self.rights([one]) for one in wanted), return_exceptions=True)
        found: dict[str, frozenset[str] | Exception] = {}
        for perm_id, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, BaseException) and not isinstance(answer, Exception):
                raise answer
            found[perm_id] = answer.get(perm_id, frozenset()) if isinstance(answer, dict) else answer
        return found


def _any(rights: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*rights.values())
