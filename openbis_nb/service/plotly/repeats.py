"""A request that a client repeats is done once, although Plotly's clients send no key (P-40).

They repeat what answers 5xx or 429 for at most 180 seconds. So the same write of the same person within that
time counts as one, and is answered by what the first one made. A ``Idempotency-Key`` is taken where one is
sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from fastapi import Request

from ...errors import Conflict, TooFast
from ..idempotency import Try
from .asking import Asking

__all__ = ["once"]


async def once(
    here: Asking,
    request: Request,
    parts: Sequence[str | bytes],
    do: Callable[[Try], Awaitable[Mapping[str, Any]]],
) -> Mapping[str, Any]:
    """What *do* makes, or what the same request has made before.

    Args:
        here: Who asks.
        request: For the header.
        parts: All that makes this request another one than the next.
        do: Makes it.

    Raises:
        TooFast: the same request is being worked on; clients repeat after 429, but not after 409.
        KeyUsedAlready: the key came with another request before.
        StoreFailure: the database is away; nothing was done.
    """
    whole = hashlib.sha256()
    for part in (request.method, request.url.path, *parts):
        data = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        whole.update(f"{len(data)}:".encode())
        whole.update(data)
    digest = whole.hexdigest()
    user_id = await here.person.openbis_user()
    try:
        return await here.service.once.run(request, user_id, digest.encode(), do, implied=f"v2:{digest}")
    except Conflict as error:
        if "retry_after" not in error.extra:
            raise
        raise TooFast(error.message, next_step=error.next_step, extra=error.extra) from error
