"""The dependency that counts how often a person asks; it stands before whole routers."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from .people import Asker, person
from .service import service_of

__all__ = ["limited"]

_READS = frozenset({"GET", "HEAD", "OPTIONS"})


async def limited(request: Request, caller: Annotated[Asker, Depends(person)]) -> None:
    """A dependency of whole routers: one more request of this person.

    Raises:
        TooFast: too many in the last minute.
        NotLoggedIn, Forbidden, HubFailure, OpenBISFailure: as ``person``.
    """
    who = f"hub:{caller.hub_name}" if caller.hub_name else f"openbis:{await caller.openbis_user()}"
    service_of(request).rate_limits.take(who, writes=request.method not in _READS)
