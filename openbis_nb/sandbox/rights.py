"""Roles and what they allow (contract section 9)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .failures import AuthorizationFailure

_LADDER = ("OBSERVER", "USER", "POWER_USER", "ADMIN")
_LEVELS = ("PROJECT", "SPACE", "INSTANCE")

#: Minimum role of each operation; two where no one contains the other (contract 9.2).
MINIMUM_ROLE = {
    "read": "PROJECT_OBSERVER",
    "search types": "PROJECT_OBSERVER",
    "createUploadedDataSet": "PROJECT_USER",
    "create data set container": "PROJECT_USER",
    "create data set record": "SPACE_ETL_SERVER",
    "create experiment": "PROJECT_USER",
    "update experiment": "PROJECT_USER",
    "delete experiment": "PROJECT_POWER_USER",
    "create sample": "PROJECT_USER",
    "update sample": "PROJECT_USER",
    "delete sample": "PROJECT_POWER_USER",
    "update data set": "PROJECT_POWER_USER",
    "delete data set": "PROJECT_POWER_USER",
    "create project": "SPACE_POWER_USER",
    "update project": "SPACE_POWER_USER or PROJECT_ADMIN",
    "delete project": "SPACE_POWER_USER or PROJECT_ADMIN",
    "create space": "SPACE_ADMIN",
    "update space": "SPACE_ADMIN",
    "delete space": "SPACE_ADMIN",
    "archive": "PROJECT_POWER_USER",
    "unarchive": "PROJECT_USER",
    "lock": "PROJECT_ADMIN",
    "freeze": "SPACE_ADMIN",
    "search deletions": "PROJECT_USER",
    "revert deletions": "PROJECT_USER",
    "confirm deletions": "PROJECT_ADMIN",
    "master data": "INSTANCE_ADMIN",
    "create unofficial term": "PROJECT_USER",
    "search role assignments": "PROJECT_ADMIN",
    "instance roles": "INSTANCE_ADMIN",
    "space roles": "SPACE_ADMIN",
    "project roles": "PROJECT_ADMIN",
    "persons": "INSTANCE_ADMIN",
}


@dataclass(frozen=True)
class Role:
    """One assignment; ``space_id`` and ``project_id`` are row ids, set as the level asks."""

    role: str
    level: str
    space_id: int | None = None
    project_id: int | None = None

    @property
    def name(self) -> str:
        """The name used in messages, e.g. ``SPACE_USER``."""
        return f"{self.level}_{self.role}"


@dataclass(frozen=True)
class Place:
    """Where an object is, for the question whether a role covers it; None: nowhere in particular."""

    space_id: int | None = None
    project_id: int | None = None


class Rights:
    """The roles of one user and the questions one can ask of them."""

    def __init__(self, user: str, roles: Sequence[Role]) -> None:
        self.user = user
        self.roles = [role for role in roles if role.role != "DISABLED"]

    @classmethod
    def of(cls, db: sqlite3.Connection, user: str) -> Rights:
        """Read the user's own roles and those of the user's groups."""
        rows = db.execute(
            "SELECT role, role_level, space_id, project_id FROM role_assignments WHERE user_id = :user"
            " OR group_code IN (SELECT group_code FROM user_group_members WHERE user_id = :user)",
            {"user": user},
        )
        return cls(user, [Role(*row) for row in rows])

    @property
    def is_instance_admin(self) -> bool:
        """Whether the user may do everything."""
        return any(role.name == "INSTANCE_ADMIN" for role in self.roles)

    @property
    def sees_everything(self) -> bool:
        """Whether the user reads all spaces."""
        return any(role.name in ("INSTANCE_ADMIN", "INSTANCE_OBSERVER") for role in self.roles)

    def visible(self, alias: str) -> str:
        """An SQL condition on a row of ``entities``: not in the trash and readable by the user.

        Samples without a space are shared: everybody with a role sees them. A project role also shows the
        space that the project is in.
        """
        alive = f"{alias}.deletion_id IS NULL"
        if self.sees_everything:
            return alive
        if not self.roles:
            return "0"
        spaces = _numbers(role.space_id for role in self.roles if role.level == "SPACE")
        projects = _numbers(role.project_id for role in self.roles if role.level == "PROJECT")
        ways = [f"{alias}.space_id IN ({spaces})", f"{alias}.space_id IS NULL"]
        if projects:
            ways.append(f"{alias}.project_id IN ({projects})")
            of_projects = f"SELECT space_id FROM entities WHERE id IN ({projects})"
            ways.append(f"({alias}.kind = 'SPACE' AND {alias}.id IN ({of_projects}))")
        return f"{alive} AND ({' OR '.join(ways)})"

    def allows(self, operation: str, place: Place | None = None) -> bool:
        """Whether a role covers the operation at the place (anywhere, when no place is given)."""
        allowed = roles_for(operation)
        return any(role.name in allowed and (place is None or _covers(role, place)) for role in self.roles)

    def require(self, operation: str, place: Place | None = None) -> None:
        """Raise AuthorizationFailure with the server's text (contract 9.4) unless ``allows``."""
        if not self.roles:
            raise AuthorizationFailure(f"No role assignments could be found for user '{self.user}'.")
        if not self.allows(operation):
            names = ", ".join(roles_for(operation))
            text = f"None of method roles '[{names}]' could be found in roles of user '{self.user}'."
            raise AuthorizationFailure(f'Authorization failure: ERROR: "{text}".')
        if not self.allows(operation, place):
            text = f"User '{self.user}' does not have enough privileges."
            raise AuthorizationFailure(f'Authorization failure: ERROR: "{text}".')


@cache
def roles_for(operation: str) -> tuple[str, ...]:
    """The role names that allow an operation, lowest first."""
    minima = MINIMUM_ROLE[operation].split(" or ")
    return (*dict.fromkeys(name for minimum in minima for name in _from(minimum)), "INSTANCE_ADMIN")


def _from(minimum: str) -> list[str]:
    level, _, role = minimum.partition("_")
    if role == "ETL_SERVER":
        return ["SPACE_ETL_SERVER", "INSTANCE_ETL_SERVER"]
    levels, ranks = _LEVELS[_LEVELS.index(level) : 2], _LADDER[_LADDER.index(role) :]
    names = [f"{at}_{rank}" for at in levels for rank in ranks]
    return [*names, "INSTANCE_OBSERVER"] if role == "OBSERVER" else names


def _covers(role: Role, place: Place) -> bool:
    if role.level == "INSTANCE":
        return True
    if role.level == "SPACE":
        return role.space_id == place.space_id
    return place.project_id is not None and role.project_id == place.project_id


def _numbers(values: object) -> str:
    return ",".join(str(int(value)) for value in values if value is not None)  # type: ignore[attr-defined]
