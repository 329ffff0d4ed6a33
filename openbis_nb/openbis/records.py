"""What openBIS tells of its own administration: tokens, trash, roles, data stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ..models import Person
from .secrets import Secret

__all__ = ["DataStore", "Deletion", "PersonalAccessToken", "RoleAssignment"]


@dataclass(frozen=True, slots=True)
class DataStore:
    """A data store server. ``url`` is scheme://host[:port], checked to be this openBIS'."""

    code: str
    url: str


@dataclass(frozen=True, slots=True)
class PersonalAccessToken:
    """A personal access token (contract 2.6). Times are aware, in UTC; ``None`` where openBIS says none."""

    token: Secret
    session_name: str
    owner: str
    valid_from: datetime | None
    valid_until: datetime | None
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True)
class Deletion:
    """One entry of the trash: ``perm_ids`` are those of all kinds of entities in it."""

    id: str
    reason: str
    perm_ids: tuple[str, ...]
    deleted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    """A role (``ADMIN``, ``USER`` …) at a level (``INSTANCE``, ``SPACE``, ``PROJECT``).

    ``people`` are the person, or the members of the group, that has it.
    """

    role: str
    level: str
    people: tuple[Person, ...] = ()
    space: str | None = None
    project: str | None = None
