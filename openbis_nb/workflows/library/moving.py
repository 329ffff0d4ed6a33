"""Storing a notebook elsewhere: all its versions, or none."""

from __future__ import annotations

from ...errors import Forbidden
from ...models import Entity
from ...openbis.client import OpenBIS
from ..owner import check_can_own, check_not_frozen
from .model import Notebook
from .rights import permissions, require

__all__ = ["move"]


async def move(client: OpenBIS, notebook: Notebook, owner: Entity) -> None:
    """Give all versions that count to another experiment or object, in one call; forks of others stay.

    Args:
        client: With a session.
        notebook: Which.
        owner: Where to.

    Raises:
        InvalidInput: a space or project.
        Forbidden: takes a power user here and there; names the role.
        EntityFrozen: a version, or the new owner.
    """
    check_can_own(owner)
    if notebook.owner is not None and notebook.owner.perm_id == owner.perm_id:
        return
    check_not_frozen(owner)
    require(await permissions(client, notebook), "move")
    try:
        await client.move_data_sets([version.perm_id for version in notebook.counting], owner)
    except Forbidden as error:
        raise Forbidden(
            f"You may not move it to {owner.identifier}: that takes the role POWER_USER in its project or "
            f"space, too. {error.message}",
            extra={"role": "POWER_USER"},
        ) from error
