"""A parent in Plotly's words is the owner of the data sets in openBIS' (P-06, P-11).

``parent_path`` is the identifier with a slash at both ends, ``parent`` the digits of the permId, as in a
``fid``; where an experiment and an object have the same identifier, the number still names one. ``-1`` and no
parent at all is the person's default owner, by ``OPENBIS_NB_SERVICE_DEFAULT_OWNER``.
"""

from __future__ import annotations

import re

from ...errors import Conflict, InvalidInput, NotFound, UserMistake
from ...models import Entity
from ...openbis.client import OpenBIS
from .said import Where

__all__ = ["NoHome", "number_of", "owner_of", "path_of"]

#: A permId begins with the time, in milliseconds: 17 digits (contract 3.1).
_TIME_DIGITS = 17
_STEP = "Send Plotly-Parent-Path (parent_path) with the identifier of an experiment or object."


class NoHome(UserMistake):
    """No parent was named, and there is no default owner for this person."""

    code = "no-parent"
    status = 422
    default_next_step = _STEP


def number_of(owner: Entity) -> int:
    """The number of a parent: the digits of its permId."""
    return int("".join(digit for digit in owner.perm_id if digit in "0123456789") or "0")


def path_of(owner: Entity) -> str:
    """The path of a parent: ``/LAB/GROWTH/EXP1/``."""
    return f"/{owner.identifier.strip('/')}/"


async def owner_of(client: OpenBIS, where: Where, user_id: str, pattern: str) -> Entity:
    """The experiment or object that a client means.

    Args:
        client: With the person's session.
        where: What the client says.
        user_id: Of the person.
        pattern: Of the default owner's identifier; empty: there is none.

    Raises:
        NoHome: no parent is named, and there is no default.
        InvalidInput: a space or project, an impossible number, or number and path name two places.
        NotFound: there is no such entity, or openBIS does not show it.
        Conflict: an experiment and an object share the identifier.
    """
    if where.is_home:
        return await _home(client, user_id, pattern)
    path = (where.path or "").strip()
    try:
        owner = await client.entity(path.strip("/") if path else _perm_id(where.number or 0))
    except Conflict as error:
        raise Conflict(error.message, next_step="Send the number of one of them as parent.") from error
    if path and where.number not in (None, -1, number_of(owner) if owner.can_own_data_sets else None):
        raise InvalidInput("parent and parent_path name two places.", next_step="Send one of them.")
    if not owner.can_own_data_sets:
        raise InvalidInput(
            f"{owner.identifier} is a {owner.kind}: no notebook can lie there.", next_step=_STEP
        )
    return owner


async def _home(client: OpenBIS, user_id: str, pattern: str) -> Entity:
    if not pattern:
        raise NoHome("No parent was named, and no default is set here.")
    identifier = pattern.replace("{user}", re.sub(r"[^A-Z0-9_.-]", "_", user_id.upper()))
    try:
        owner = await client.entity(identifier)
    except (NotFound, Conflict) as error:
        raise NoHome(f"No parent was named, and you have no {identifier} in openBIS.") from error
    if not owner.can_own_data_sets:
        raise NoHome(f"No parent was named, and {identifier} is a {owner.kind}.")
    return owner


def _perm_id(number: int) -> str:
    digits = str(number)
    if len(digits) <= _TIME_DIGITS:
        raise NotFound(f"There is no parent {number}.", next_step=_STEP)
    return f"{digits[:_TIME_DIGITS]}-{digits[_TIME_DIGITS:]}"
