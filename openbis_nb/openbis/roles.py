"""What role assignments say, to those who may ask for them (contract 9.1, 9.2)."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import Forbidden, OpenBISRefused
from ..models import Entity
from .client import OpenBIS
from .records import RoleAssignment

__all__ = ["is_instance_admin", "known_roles", "may_create_in", "people_at"]

_WRITING = frozenset({"ADMIN", "POWER_USER", "USER"})
_READING = _WRITING | {"OBSERVER"}


async def known_roles(client: OpenBIS) -> list[RoleAssignment] | None:
    """All roles that the person may see; ``None``: they may not ask, as only admins of a project may."""
    try:
        return await client.role_assignments()
    except (Forbidden, OpenBISRefused):
        return None


async def is_instance_admin(client: OpenBIS, user_id: str) -> bool:
    """Whether openBIS says that the person is an admin of all of it."""
    roles = await known_roles(client) or ()
    return any(role.role == "ADMIN" and role.level == "INSTANCE" and _has(role, user_id) for role in roles)


def may_create_in(roles: Iterable[RoleAssignment], user_id: str, owner: Entity) -> bool:
    """Whether somebody may store a data set there, by all *roles*, as an instance admin sees them."""
    return any(
        _has(role, user_id) and role.role in _WRITING and _governs(role, owner) and not _only_reads(role)
        for role in roles
    )


def people_at(roles: Iterable[RoleAssignment], owner: Entity) -> list[tuple[str, str]]:
    """Who may see what is stored there: user id and ``ROLE of LEVEL``, in order of the ids."""
    found = {
        person.user_id: f"{role.level}_{role.role}"
        for role in roles
        if role.role in _READING and _governs(role, owner)
        for person in role.people
    }
    return sorted(found.items())


def _has(role: RoleAssignment, user_id: str) -> bool:
    return any(person.user_id == user_id for person in role.people)


def _only_reads(role: RoleAssignment) -> bool:
    """Of the whole instance there are admins, and observers of all kinds."""
    return role.level == "INSTANCE" and role.role != "ADMIN"


def _governs(role: RoleAssignment, owner: Entity) -> bool:
    home = owner.experiment_identifier or owner.identifier
    parts = home.strip("/").split("/")
    if role.level == "INSTANCE":
        return True
    if role.level == "SPACE":
        return role.space == parts[0]
    return len(parts) > 2 and role.project == "/" + "/".join(parts[:2])
