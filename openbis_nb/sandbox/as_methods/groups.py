"""Writes of authorization groups: a role of a group counts for each of its members."""

from __future__ import annotations

from ..dto.kinds import reference
from ..failures import ObjectNotFound, UserFailure
from ..ids import check_code
from ..rpc import Call, application_method
from ..update_values import field_update, list_actions
from ..wire import Json, Objects
from .answers import as_list


@application_method("createAuthorizationGroups", writes=True)
def create_groups(call: Call, creations: Objects) -> Json:
    """New groups with members; their ids."""
    call.rights.require("persons")
    made = []
    for creation in creations:
        code = check_code(creation.get("code"))
        if call.db.execute("SELECT 1 FROM user_groups WHERE code = ?", (code,)).fetchone() is not None:
            raise UserFailure(f"Authorization group '{code}' already exists in the database.")
        values = (code, creation.get("description"), call.user, call.now, call.now)
        call.db.execute("INSERT INTO user_groups VALUES (?, ?, ?, ?, ?)", values)
        _set_members(call, code, "Add", as_list(creation.get("userIds")))
        made.append(reference("authorizationgroup.id.AuthorizationGroupPermId", permId=code))
    return made


@application_method("updateAuthorizationGroups", writes=True)
def update_groups(call: Call, updates: Objects) -> Json:
    """Change descriptions and members."""
    call.rights.require("persons")
    for update in updates:
        code = need_group(call, update.get("authorizationGroupId"))
        changed, description = field_update(update, "description")
        if changed:
            call.db.execute("UPDATE user_groups SET description = ? WHERE code = ?", (description, code))
        for action, items in list_actions(update, "userIds"):
            _set_members(call, code, action, items)
        call.db.execute("UPDATE user_groups SET modified_at = ? WHERE code = ?", (call.now, code))


def need_group(call: Call, object_id: Json) -> str:
    """The code of the group that an id names. Raises ObjectNotFound."""
    code = str((object_id or {}).get("permId") or "").upper()
    if call.db.execute("SELECT 1 FROM user_groups WHERE code = ?", (code,)).fetchone() is None:
        raise ObjectNotFound(object_id)
    return code


def need_person(call: Call, object_id: Json) -> str:
    """The user id that an id names. Raises ObjectNotFound."""
    user = str((object_id or {}).get("permId"))
    if call.db.execute("SELECT 1 FROM persons WHERE user_id = ?", (user,)).fetchone() is None:
        raise ObjectNotFound(object_id)
    return user


def _set_members(call: Call, code: str, action: str, ids: list[Json]) -> None:
    users = [need_person(call, one) for one in ids]
    if action == "Set":
        call.db.execute("DELETE FROM user_group_members WHERE group_code = ?", (code,))
    if action == "Remove":
        query = "DELETE FROM user_group_members WHERE group_code = ? AND user_id = ?"
    else:
        query = "INSERT OR IGNORE INTO user_group_members VALUES (?, ?)"
    call.db.executemany(query, [(code, user) for user in users])
