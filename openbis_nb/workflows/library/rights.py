"""What this person may do with a notebook now: the table of ``rules``, answered by openBIS."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ...errors import Conflict, EntityFrozen, Forbidden, OpenBISRefused
from ...openbis.authorship import space_admins
from ...openbis.client import OpenBIS
from ...openbis.records import RoleAssignment
from ...openbis.together import together
from .model import Notebook
from .rules import RULES, Action, Rule
from .trash_list import Trashed

__all__ = ["RULES", "Action", "Permission", "Rule", "permissions", "require", "trash_permissions"]

Why = Literal["", "author", "role", "group", "frozen", "state"]


@dataclass(frozen=True, slots=True)
class Permission:
    """Whether a person may do something now; if not, ``reason`` for people, and the role it takes.

    ``why``: what stands against it: not an author, no role, not in a group, frozen, or not in the trash.
    """

    allowed: bool
    reason: str = ""
    role: str = ""
    why: Why = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What openBIS said."""

    person: str
    may_create: bool
    may_update: bool
    may_delete: bool
    admins: frozenset[str]


async def permissions(client: OpenBIS, notebook: Notebook) -> dict[Action, Permission]:
    """What the person may do; all questions go out together.

    Args:
        client: With a session.
        notebook: With its co-authors.

    Raises:
        Conflict: a version went away meanwhile.
    """
    facts = await _ask(client, notebook)
    return {action: _permission(rule, notebook, facts) for action, rule in RULES.items()}


def require(allowed: Mapping[Action, Permission], action: Action) -> None:
    """Let pass what is allowed.

    Raises:
        EntityFrozen: where it is stored takes nothing any more.
        Conflict: it is not in the state for that.
        Forbidden: names the role, or what else one may do.
    """
    permission = allowed[action]
    if permission.allowed:
        return
    if permission.why == "frozen":
        raise EntityFrozen(permission.reason, next_step="Freezing cannot be undone: store a fork elsewhere.")
    if permission.why == "state":
        raise Conflict(permission.reason, next_step="Put it into the trash first.")
    if permission.why == "author":
        raise Forbidden(
            permission.reason,
            next_step="Store a fork, which is linked to this one, or ask to be named as co-author.",
        )
    raise Forbidden(permission.reason, extra={"role": permission.role})


async def trash_permissions(client: OpenBIS, found: Sequence[Trashed]) -> list[dict[Action, Permission]]:
    """What the person may do with each of these in the trash: ``revert`` and ``delete``.

    openBIS has no rights to ask for there; it shows a deletion to who made it and to who may confirm it. Two
    questions, however many there are; none for an empty trash.

    Args:
        client: With a session.
        found: As the trash lists them.
    """
    if not found:
        return []
    try:
        roles = await client.role_assignments()
    except (Forbidden, OpenBISRefused):
        roles = []
    me = (await client.whoami()).user_id
    own = [role for role in roles if any(me == person.user_id for person in role.people)]
    return [_in_the_trash(one, own) for one in found]


def _in_the_trash(found: Trashed, own: Sequence[RoleAssignment]) -> dict[Action, Permission]:
    if not found.intact:
        why = "The deletion holds other things, too: use the trash of openBIS."
        held = Permission(False, why, "", "state")
        return {"revert": held, "delete": held}
    where = found.owner or "where it was stored"
    reason = (
        f"You may not delete this notebook for ever: that takes the role ADMIN in the project of {where}."
    )
    is_admin = any(_governs(role, found) for role in own)
    delete = Permission(True) if is_admin else Permission(False, reason, "ADMIN", "role")
    return {"revert": Permission(True), "delete": delete}


def _governs(role: RoleAssignment, found: Trashed) -> bool:
    """Whether it is an admin's role over the place that the trash names."""
    parts = found.owner.strip("/").split("/")
    places = {"INSTANCE": True, "SPACE": role.space == parts[0]}
    places["PROJECT"] = role.project == "/" + "/".join(parts[:2])
    return role.role == "ADMIN" and places.get(role.level, False)


async def _ask(client: OpenBIS, notebook: Notebook) -> _Facts:
    own = [version.perm_id for version in notebook.counting]
    try:
        async with together() as group:
            who = group.create_task(client.whoami())
            rights = group.create_task(client.rights(own))
            create = group.create_task(_may_create(client, notebook))
            admins = group.create_task(_admins(client, notebook))
    except OpenBISRefused as error:
        raise Conflict(
            f"A version of the notebook went away meanwhile. {error.message}", next_step="Load it again."
        ) from error
    found = [rights.result().get(perm_id, frozenset[str]()) for perm_id in own]
    return _Facts(
        person=who.result().user_id,
        may_create=create.result(),
        may_update=all("UPDATE" in some for some in found),
        may_delete=all("DELETE" in some for some in found),
        admins=admins.result(),
    )


async def _may_create(client: OpenBIS, notebook: Notebook) -> bool:
    return notebook.owner is not None and await client.can_create_data_set(notebook.owner)


async def _admins(client: OpenBIS, notebook: Notebook) -> frozenset[str]:
    return await space_admins(client, notebook.owner) if notebook.owner is not None else frozenset()


def _permission(rule: Rule, notebook: Notebook, facts: _Facts) -> Permission:
    where = notebook.owner.identifier if notebook.owner else "nowhere"
    if rule.needs == "TRASH":
        return Permission(False, "The notebook is not in the trash.", rule.short_role, "state")
    is_writer = facts.person == notebook.author or facts.person in notebook.co_authors
    if rule.who == "writer" and not is_writer:
        reason = f"You may not {rule.does}: {notebook.author} is the author of this notebook."
        return Permission(False, reason, rule.short_role, "author")
    if rule.who == "stranger" and is_writer:
        return Permission(False, "You write this notebook already.", rule.short_role, "author")
    if rule.needs and not _has(rule, facts):
        place = f"in the space of {where}" if rule.needs == "ADMIN" else f"in the project or space of {where}"
        reason = f"You may not {rule.does}: that takes the role {rule.short_role} {place}."
        return Permission(False, reason, rule.short_role, "role")
    return _unless_frozen(rule, notebook, where)


def _has(rule: Rule, facts: _Facts) -> bool:
    if rule.needs == "ADMIN":
        return facts.may_create and facts.person in facts.admins
    return {"CREATE": facts.may_create, "UPDATE": facts.may_update, "DELETE": facts.may_delete}[rule.needs]


def _unless_frozen(rule: Rule, notebook: Notebook, where: str) -> Permission:
    if rule.needs in ("CREATE", "ADMIN") and notebook.owner and notebook.owner.frozen_for_data_sets:
        return Permission(False, f"{where} is frozen: no data set can be added to it.", "", "frozen")
    frozen = [version.perm_id for version in notebook.counting if version.frozen]
    if rule.needs in ("UPDATE", "DELETE") and frozen:
        reason = f"You may not {rule.does}: {', '.join(frozen[:3])} is frozen."
        return Permission(False, reason, "", "frozen")
    return Permission(True)
