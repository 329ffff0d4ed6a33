"""Types, people and roles (contract 3, 7, 9)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..errors import NotFound
from ..models import DataSetType, Person
from ._calls import Calls
from .protocol import administration, criteria, fetching, ids, types
from .records import RoleAssignment

__all__ = ["DirectoryCalls"]


class DirectoryCalls(Calls):
    """What a lab defines once and everybody uses."""

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

    async def group_members(self, codes: Collection[str]) -> Mapping[str, frozenset[str]]:
        """User ids of the members of authorization groups; a group that is not there is absent.

        Args:
            codes: Codes of groups.

        Raises:
            Forbidden: the person may not ask.
        """
        wanted = [ids.authorization_group(code) for code in sorted(codes)]
        reply = await self._call("getAuthorizationGroups", wanted, fetching.authorization_group())
        return {
            str(group.get("code")): administration.members(reply, group) for group in reply.mapping().values()
        }
