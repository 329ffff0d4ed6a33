"""Writes of persons and role assignments (contract 9.1, 9.2)."""

from __future__ import annotations

from ..dto.kinds import reference
from ..failures import AuthorizationFailure, ObjectNotFound, UserFailure
from ..objects import need, place_of
from ..rights import Place
from ..rpc import Call, application_method
from ..update_values import field_update
from ..wire import Json, Object, Objects
from .answers import tech_id
from .groups import need_group, need_person

_ROLES = ("ADMIN", "POWER_USER", "USER", "OBSERVER", "ETL_SERVER", "DISABLED")


@application_method("createPersons", writes=True)
def create_persons(call: Call, creations: Objects) -> Json:
    """New persons without a password: they log in by single sign-on."""
    _require_person_manager(call)
    made = []
    for creation in creations:
        user, space = str(creation.get("userId") or ""), creation.get("spaceId")
        if not user:
            raise UserFailure("User id cannot be empty.")
        if call.db.execute("SELECT 1 FROM persons WHERE user_id = ?", (user,)).fetchone() is not None:
            raise UserFailure(f"Following persons already exist: [{user}]")
        home = need(call, "SPACE", space)["code"] if space else None
        call.db.execute(
            "INSERT INTO persons (user_id, home_space, registrator, registered_at) VALUES (?, ?, ?, ?)",
            (user, home, call.user, call.now),
        )
        made.append(reference("person.id.PersonPermId", permId=user))
    return made


@application_method("updatePersons", writes=True)
def update_persons(call: Call, updates: Objects) -> Json:
    """Change the home space; activate, deactivate (which ends all sessions of the person)."""
    for update in updates:
        user = need_person(call, update.get("userId"))
        changed, space = field_update(update, "spaceId")
        if user != call.user or update.get("active") is not None:
            _require_person_manager(call)
        if changed:
            home = need(call, "SPACE", space)["code"] if space else None
            call.db.execute("UPDATE persons SET home_space = ? WHERE user_id = ?", (home, user))
        if update.get("active") is not None:
            active = bool(update["active"])
            call.db.execute("UPDATE persons SET active = ? WHERE user_id = ?", (active, user))
            if not active:
                call.state.sessions.forget_user(user)


@application_method("createRoleAssignments", writes=True)
def create_role_assignments(call: Call, creations: Objects) -> Json:
    """Give roles to persons or groups; the level follows from space or project."""
    return [_create_role(call, creation) for creation in creations]


def _create_role(call: Call, creation: Json) -> Json:
    if creation.get("role") not in _ROLES:
        raise UserFailure("Role cannot be null.")
    space, project = creation.get("spaceId"), creation.get("projectId")
    if space and project:
        raise UserFailure("Space id and project id cannot be both set.")
    row = need(call, "PROJECT", project) if project else need(call, "SPACE", space) if space else None
    level = "PROJECT" if project else "SPACE" if space else "INSTANCE"
    place = place_of(row) if row is not None else None
    call.rights.require(f"{level.lower()} roles", place)
    user_id, group_id = creation.get("userId"), creation.get("authorizationGroupId")
    if bool(user_id) == bool(group_id):
        raise UserFailure("Either a user or an authorization group has to be specified.")
    values = {
        "user_id": need_person(call, user_id) if user_id else None,
        "group_code": need_group(call, group_id) if group_id else None,
        "role": creation["role"],
        "role_level": level,
        "space_id": row["id"] if row is not None and space else None,
        "project_id": row["id"] if row is not None and project else None,
    }
    made = call.db.execute(
        "INSERT INTO role_assignments (user_id, group_code, role, role_level, space_id, project_id,"
        " registrator, registered_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (*values.values(), call.user, call.now),
    )
    number = int(made.lastrowid or 0)
    return reference("roleassignment.id.RoleAssignmentTechId", techId=number, id=str(number))


@application_method("deleteRoleAssignments", writes=True)
def delete_role_assignments(call: Call, ids: Objects, options: Object) -> Json:
    """Take roles away; they count no more from the next call on."""
    for one in ids:
        number = tech_id(one)
        row = call.db.execute("SELECT * FROM role_assignments WHERE id = ?", (number,)).fetchone()
        if row is None:
            raise ObjectNotFound(one)
        level = str(row["role_level"]).lower()
        place = None if level == "instance" else Place(row["space_id"], row["project_id"])
        call.rights.require(f"{level} roles", place)
        call.db.execute("DELETE FROM role_assignments WHERE id = ?", (number,))


def _require_person_manager(call: Call) -> None:
    if call.session.pat_name is not None:
        raise AuthorizationFailure("Personal access tokens cannot be used to manage persons.")
    call.rights.require("persons")
