"""Answers about tokens, the trash, roles and data stores (contract 2.6, 3.3, 6.2, 9.1)."""

from __future__ import annotations

from ..records import Deletion, PersonalAccessToken, RoleAssignment
from ..secrets import Secret
from .ids import Json
from .replies import Reply, instant

__all__ = ["deletion", "members", "personal_access_token", "role_assignment"]


def personal_access_token(reply: Reply, found: Json) -> PersonalAccessToken:
    """A personal access token; its permId is the secret itself."""
    owner = reply.person(found.get("owner"))
    return PersonalAccessToken(
        token=Secret(reply.text(found.get("permId"), "permId") or str(found.get("hash") or "")),
        session_name=str(found.get("sessionName") or ""),
        owner=owner.user_id if owner else "",
        valid_from=instant(found.get("validFromDate")),
        valid_until=instant(found.get("validToDate")),
        last_used=instant(found.get("accessDate")),
    )


def deletion(reply: Reply, found: Json) -> Deletion:
    """An entry of the trash."""
    ids = [reply.text(entry.get("id"), "permId") for entry in reply.objects(found.get("deletedObjects"))]
    number = reply.get(found.get("id")) or {}
    return Deletion(
        id=str(number.get("id") or number.get("techId") or ""),
        reason=str(found.get("reason") or ""),
        perm_ids=tuple(perm_id for perm_id in ids if perm_id),
        deleted_at=instant(found.get("deletionDate")),
    )


def role_assignment(reply: Reply, found: Json) -> RoleAssignment:
    """A role of a person, or of a group with its members."""
    group = reply.get(found.get("authorizationGroup")) or {}
    people = [reply.person(found.get("user")), *map(reply.person, group.get("users") or ())]
    space, project = reply.get(found.get("space")), reply.get(found.get("project"))
    return RoleAssignment(
        role=str(found.get("role") or ""),
        level=str(found.get("roleLevel") or ""),
        people=tuple(person for person in people if person is not None),
        space=str(space.get("code")) if space else None,
        project=reply.text(project.get("identifier"), "identifier") if project else None,
    )


def members(reply: Reply, group: Json) -> frozenset[str]:
    """User ids of a group's members."""
    people = map(reply.person, group.get("users") or ())
    return frozenset(person.user_id for person in people if person is not None)
