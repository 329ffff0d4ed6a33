"""What a person may do with a published page now: the table of ``rules``, answered by openBIS.

Whoever asks has been shown the version by openBIS already, with their own session.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ...errors import Conflict, Forbidden, OpenBISRefused
from ...models import Entity
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ..library.rights import Permission
from .rules import RULES, Action, Rule

__all__ = ["RULES", "Action", "Permission", "in_group", "permissions", "require", "seen_only"]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What openBIS said."""

    may_create: bool
    in_group: bool


async def permissions(
    client: OpenBIS, owner: Entity | None, user_id: str, groups: Collection[str]
) -> dict[Action, Permission]:
    """What the person may do; the questions go out together.

    Args:
        client: With the person's session.
        owner: Where the notebook is stored.
        user_id: The person.
        groups: Codes of the groups of publishers; none: everybody is one.

    Raises:
        OpenBISFailure: openBIS cannot be asked; nobody may do anything on a guess.
    """
    async with together() as group:
        create = group.create_task(_may_create(client, owner))
        member = group.create_task(in_group(client, user_id, groups))
    facts = _Facts(create.result(), member.result())
    where = owner.identifier if owner else "nowhere"
    return {action: _permission(rule, facts, where, groups) for action, rule in RULES.items()}


def seen_only() -> dict[Action, Permission]:
    """What somebody may do of whom nothing else was asked."""
    nothing = _Facts(False, False)
    return {action: _permission(rule, nothing, "", ()) for action, rule in RULES.items()}


def require(allowed: Mapping[Action, Permission], action: Action) -> None:
    """Let pass what is allowed.

    Raises:
        Forbidden: names the role or the group.
        Conflict: the version is a fork.
    """
    permission = allowed[action]
    if permission.allowed:
        return
    if permission.why == "state":
        raise Conflict(permission.reason, next_step="Store it as a notebook of its own first.")
    step = "Ask an admin of openBIS for that role, or somebody who has it."
    if permission.why == "group":
        step = "Ask an admin of openBIS to take you into that group, or one of its members to do it."
    raise Forbidden(permission.reason, next_step=step, extra={"role": permission.role})


async def in_group(client: OpenBIS, user_id: str, groups: Collection[str]) -> bool:
    """Whether the person is in one of *groups*; in none of them where openBIS lets nobody ask."""
    if not groups:
        return True
    try:
        members = await client.group_members(groups)
    except (Forbidden, OpenBISRefused):
        return False
    return any(user_id in people for people in members.values())


async def _may_create(client: OpenBIS, owner: Entity | None) -> bool:
    return owner is not None and owner.can_own_data_sets and await client.can_create_data_set(owner)


def _permission(rule: Rule, facts: _Facts, where: str, groups: Collection[str]) -> Permission:
    if rule.needs == "ADMIN":
        reason = f"You may not {rule.does}: that takes the role {rule.role} of openBIS."
        return Permission(False, reason, rule.role, "role")
    if rule.needs == "CREATE" and not facts.may_create:
        reason = f"You may not {rule.does}: that takes the role {rule.short_role} in the project or space of "
        return Permission(False, f"{reason}{where}.", rule.short_role, "role")
    if rule.group and not facts.in_group:
        named = " or ".join(sorted(groups))
        reason = f"You may not {rule.does}: the admin lets only members of the group {named} publish."
        return Permission(False, reason, "", "group")
    return Permission(True)
