"""Admins of openBIS: openBIS says each time who is one."""

from __future__ import annotations

from ...errors import Forbidden
from ...openbis.roles import is_instance_admin
from ..people import Asker

__all__ = ["require_admin"]


async def require_admin(caller: Asker) -> str:
    """The user id of an admin.

    Raises:
        Forbidden: it is none.
        NotLoggedIn, OpenBISFailure: openBIS cannot be asked.
    """
    user = await caller.openbis_user()
    async with caller.openbis() as client:
        if not await is_instance_admin(client, user):
            raise Forbidden(
                "This is for admins of openBIS: it takes the role INSTANCE_ADMIN.",
                next_step="What you published yourself stands in the list of published pages.",
                extra={"role": "INSTANCE_ADMIN"},
            )
    return user
