"""Persons, groups, role assignments and tags."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from .fetch import Fetch, asked, echo
from .kinds import reference

if TYPE_CHECKING:
    from .reader import Reader
Dto = dict[str, Any]

_PERSON = "as.dto.person.fetchoptions.PersonFetchOptions"
_ROLE = "as.dto.roleassignment.fetchoptions.RoleAssignmentFetchOptions"
_GROUP = "as.dto.authorizationgroup.fetchoptions.AuthorizationGroupFetchOptions"
_TAG = "as.dto.tag.fetchoptions.TagFetchOptions"


def persons(reader: Reader, user_ids: Iterable[str], fetch: Fetch | None) -> dict[str, Dto]:
    """User id → person."""
    rows = reader.db.execute(
        "SELECT * FROM persons WHERE user_id IN (SELECT value FROM json_each(?)) ORDER BY registered_at",
        (json.dumps(sorted(user_ids)),),
    )
    with reader.nested(fetch) as options:
        return {row["user_id"]: _person(reader, row, options) for row in rows.fetchall()}


def _person(reader: Reader, row: sqlite3.Row, fetch: Fetch | None) -> Dto:
    dto: Dto = {
        "@type": "as.dto.person.Person",
        "fetchOptions": echo(fetch, _PERSON),
        "permId": reference("person.id.PersonPermId", permId=row["user_id"]),
        "userId": row["user_id"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "email": row["email"],
        "registrationDate": row["registered_at"],
        "active": bool(row["active"]),
        "space": None,
        "registrator": None,
        "roleAssignments": None,
        "webAppSettings": None,
    }
    if asked(fetch, "space") is not None and row["home_space"]:
        dto["space"] = _space(reader, row["home_space"], asked(fetch, "space"))
    if asked(fetch, "registrator") is not None and row["registrator"]:
        found = persons(reader, [row["registrator"]], asked(fetch, "registrator"))
        dto["registrator"] = found.get(row["registrator"])
    if asked(fetch, "roleAssignments") is not None:
        ids = reader.db.execute(
            "SELECT id FROM role_assignments WHERE user_id = ? ORDER BY id", (dto["userId"],)
        )
        found_roles = role_assignments(reader, [one[0] for one in ids], asked(fetch, "roleAssignments"))
        dto["roleAssignments"] = list(found_roles.values())
    if asked(fetch, "webAppSettings") is not None or (fetch or {}).get("allWebAppSettings"):
        dto["webAppSettings"] = {}
    return dto


def role_assignments(reader: Reader, ids: Iterable[int], fetch: Fetch | None) -> dict[int, Dto]:
    """Technical id → role assignment."""
    rows = reader.db.execute(
        "SELECT * FROM role_assignments WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(ids)),),
    )
    return {row["id"]: _role_assignment(reader, row, fetch) for row in rows.fetchall()}


def _role_assignment(reader: Reader, row: sqlite3.Row, fetch: Fetch | None) -> Dto:
    dto: Dto = {
        "@type": "as.dto.roleassignment.RoleAssignment",
        "fetchOptions": echo(fetch, _ROLE),
        "id": reference("roleassignment.id.RoleAssignmentTechId", techId=row["id"], id=str(row["id"])),
        "role": row["role"],
        "roleLevel": row["role_level"],
        "registrationDate": row["registered_at"],
        **dict.fromkeys(("user", "authorizationGroup", "space", "project", "registrator")),
    }
    for name, column in (("user", "user_id"), ("registrator", "registrator")):
        sub = asked(fetch, name)
        if sub is not None and row[column]:
            dto[name] = persons(reader, [row[column]], sub).get(row[column])
    sub = asked(fetch, "authorizationGroup")
    if sub is not None and row["group_code"]:
        dto["authorizationGroup"] = groups(reader, [row["group_code"]], sub).get(row["group_code"])
    for name, kind, column in (("space", "SPACE", "space_id"), ("project", "PROJECT", "project_id")):
        sub = asked(fetch, name)
        if sub is not None and row[column]:
            dto[name] = reader.entities(kind, [row[column]], sub).get(row[column])
    return dto


def groups(reader: Reader, codes: Iterable[str], fetch: Fetch | None) -> dict[str, Dto]:
    """Code → authorization group."""
    rows = reader.db.execute(
        "SELECT * FROM user_groups WHERE code IN (SELECT value FROM json_each(?)) ORDER BY code",
        (json.dumps(sorted(codes)),),
    )
    return {row["code"]: _group(reader, row, fetch) for row in rows.fetchall()}


def _group(reader: Reader, row: sqlite3.Row, fetch: Fetch | None) -> Dto:
    code = row["code"]
    dto: Dto = {
        "@type": "as.dto.authorizationgroup.AuthorizationGroup",
        "fetchOptions": echo(fetch, _GROUP),
        "permId": reference("authorizationgroup.id.AuthorizationGroupPermId", permId=code),
        "code": code,
        "description": row["description"],
        "registrationDate": row["registered_at"],
        "modificationDate": row["modified_at"],
        **dict.fromkeys(("registrator", "users", "roleAssignments")),
    }
    sub = asked(fetch, "registrator")
    if sub is not None and row["registrator"]:
        dto["registrator"] = persons(reader, [row["registrator"]], sub).get(row["registrator"])
    sub = asked(fetch, "users")
    if sub is not None:
        members = reader.db.execute("SELECT user_id FROM user_group_members WHERE group_code = ?", (code,))
        dto["users"] = list(persons(reader, [one[0] for one in members], sub).values())
    sub = asked(fetch, "roleAssignments")
    if sub is not None:
        ids = reader.db.execute("SELECT id FROM role_assignments WHERE group_code = ?", (code,))
        dto["roleAssignments"] = list(role_assignments(reader, [one[0] for one in ids], sub).values())
    return dto


def tags(reader: Reader, ids: Iterable[int], fetch: Fetch | None) -> dict[int, Dto]:
    """Row id → tag."""
    rows = reader.db.execute(
        "SELECT * FROM tags WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(sorted(ids)),),
    )
    return {row["id"]: _tag(reader, row, fetch) for row in rows.fetchall()}


def _tag(reader: Reader, row: sqlite3.Row, fetch: Fetch | None) -> Dto:
    dto: Dto = {
        "@type": "as.dto.tag.Tag",
        "fetchOptions": echo(fetch, _TAG),
        "permId": reference("tag.id.TagPermId", permId=f"/{row['owner']}/{row['code']}"),
        "code": row["code"],
        "description": row["description"],
        "private": True,
        "isPrivate": True,
        "registrationDate": row["registered_at"],
        **dict.fromkeys(("experiments", "samples", "dataSets", "materials", "owner")),
    }
    sub = asked(fetch, "owner")
    if sub is not None:
        dto["owner"] = persons(reader, [row["owner"]], sub).get(row["owner"])
    for name, kind in (("experiments", "EXPERIMENT"), ("samples", "SAMPLE"), ("dataSets", "DATA_SET")):
        dto[name] = _tagged(reader, row["id"], kind, asked(fetch, name))
    return dto


def _tagged(reader: Reader, tag_id: int, kind: str, fetch: Fetch | None) -> list[Dto] | None:
    if fetch is None:
        return None
    ids = reader.db.execute("SELECT entity_id FROM entity_tags WHERE tag_id = ?", (tag_id,))
    return list(reader.entities(kind, [one[0] for one in ids], fetch).values())


def _space(reader: Reader, code: str, fetch: Fetch | None) -> Dto | None:
    row = reader.db.execute("SELECT id FROM entities WHERE kind = 'SPACE' AND code = ?", (code,)).fetchone()
    return reader.entities("SPACE", [row[0]], fetch).get(row[0]) if row is not None else None
