"""Reads of persons, groups, role assignments, tags and data stores."""

from __future__ import annotations

from ..criteria import small
from ..dto import people
from ..dto.data_sets import data_store
from ..dto.fetch import paged
from ..dto.reader import Reader
from ..rpc import Call, application_method
from ..wire import Json, Object, Objects
from .answers import id_text, search_result, tech_id
from .master import ordered


def _page(dtos: list[Json], fetch: Json) -> Json:
    return search_result(paged(ordered(dtos, fetch), fetch), len(dtos))


@application_method("getPersons")
def get_persons(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from user ids to persons; ``Me`` is the caller."""
    texts = {}
    for one in ids:
        user = call.user if str(one.get("@type", "")).endswith(".Me") else str(one.get("permId"))
        texts[user] = id_text(one) or user
    return {texts[user]: dto for user, dto in people.persons(Reader(call), texts, fetch).items()}


@application_method("searchPersons")
def search_persons(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the persons that match."""
    found = people.persons(Reader(call), small.person_ids(call, criteria), fetch)
    return _page(list(found.values()), fetch)


@application_method("searchAuthorizationGroups")
def search_authorization_groups(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the groups that match."""
    found = people.groups(Reader(call), small.group_codes(call, criteria), fetch)
    return _page(list(found.values()), fetch)


@application_method("getAuthorizationGroups")
def get_authorization_groups(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from codes to groups."""
    return people.groups(Reader(call), [str(one.get("permId")) for one in ids], fetch)


@application_method("searchRoleAssignments")
def search_role_assignments(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the role assignments that match."""
    call.rights.require("search role assignments")
    found = people.role_assignments(Reader(call), small.role_assignment_ids(call, criteria), fetch)
    return _page(list(found.values()), fetch)


@application_method("getRoleAssignments")
def get_role_assignments(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from technical ids to role assignments."""
    call.rights.require("search role assignments")
    numbers = [number for one in ids if (number := tech_id(one)) is not None]
    return {str(key): dto for key, dto in people.role_assignments(Reader(call), numbers, fetch).items()}


@application_method("getTags")
def get_tags(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from tag ids to the caller's own tags."""
    found: dict[str, Json] = {}
    for one in ids:
        code = str(one.get("code") or one.get("permId", "")).rsplit("/", 1)[-1].upper()
        row = call.db.execute(
            "SELECT id FROM tags WHERE owner = ? AND upper(code) = ?", (call.user, code)
        ).fetchone()
        if row is not None:
            found[id_text(one)] = people.tags(Reader(call), [row[0]], fetch)[row[0]]
    return found


@application_method("searchTags")
def search_tags(call: Call, criteria: Object, fetch: Object) -> Json:
    """A page of the caller's tags that match."""
    return _page(list(people.tags(Reader(call), small.tag_ids(call, criteria), fetch).values()), fetch)


@application_method("searchDataStores")
def search_data_stores(call: Call, criteria: Object, fetch: Object) -> Json:
    """The one data store, if it matches."""
    reader = Reader(call)
    return _page([data_store(reader, fetch) for _ in small.data_stores(call, criteria)], fetch)
