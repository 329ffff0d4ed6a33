"""Ask openBIS, with the person's own session, what the rules want to know, and nothing more."""

from __future__ import annotations

import asyncio
import logging

from ..errors import Forbidden, NotFound
from ..models import EntityKind, Person
from ..openbis.client import OpenBIS
from ..openbis.roles import is_instance_admin
from .rules import Facts, RuleSettings

__all__ = ["gather_facts"]

_log = logging.getLogger(__name__)


async def gather_facts(client: OpenBIS, person: Person, settings: RuleSettings) -> Facts:
    """The facts about *person* that *settings* refer to; no call is made for what they do not.

    Raises:
        OpenBISFailure: openBIS could not be asked; nobody is admitted on a guess.
    """
    groups, spaces, projects, instance_admin = await asyncio.gather(
        _groups(client, person, settings.allowed_groups | settings.admin_groups),
        _visible(client, settings.allowed_spaces, "space"),
        _visible(client, settings.allowed_projects, "project"),
        is_instance_admin(client, person.user_id) if settings.instance_admins_are_admins else _no(),
    )
    return Facts(person.user_id, groups, spaces | projects, instance_admin)


async def _groups(client: OpenBIS, person: Person, codes: frozenset[str]) -> frozenset[str]:
    if not codes:
        return frozenset()
    try:
        members = await client.group_members(codes)
    except Forbidden:
        _log.warning("openBIS does not let %s see the groups that allow rules name.", person.user_id)
        return frozenset()
    return frozenset(code for code, people in members.items() if person.user_id in people)


async def _visible(client: OpenBIS, identifiers: frozenset[str], kind: EntityKind) -> frozenset[str]:
    async def sees(identifier: str) -> bool:
        try:
            await client.entity(identifier, kind)
        except NotFound:
            return False
        return True

    names = sorted(identifiers)
    seen = await asyncio.gather(*map(sees, names))
    return frozenset(name for name, visible in zip(names, seen, strict=True) if visible)


async def _no() -> bool:
    return False
