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
from ..idempotency import HEADER, Try
from .asking import Asking

__all__ = ["once"]

#: Beside the body, what a client asks for.
_HEADERS = ("X-File-Name", "Plotly-Parent", "Plotly-Parent-Path")


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
        parts: All that makes this request another one than the next, where the client sends no key: also what
            it found, so that there and back again are two changes.
        do: Makes it.

    Raises:
        TooFast: the same request is being worked on; clients repeat after 429, but not after 409.
        KeyUsedAlready: the key came with another request before.
        StoreFailure: the database is away; nothing was done.
    """
    user_id = await here.person.openbis_user()
    implied = f"v2:{_digest([request.method, request.url.path, *parts])}"
    asked = await _asked(request) if HEADER in request.headers else implied
    try:
        return await here.service.once.run(request, user_id, asked.encode(), do, implied=implied)
    except Conflict as error:
        if "retry_after" not in error.extra:
            raise
        raise TooFast(error.message, next_step=error.next_step, extra=error.extra) from error


async def _asked(request: Request) -> str:
    """What a key of the client's own stands for: the request as it was sent."""
    named = [request.headers.get(name, "") for name in _HEADERS]
    return _digest([*named, await request.body()])


def _digest(parts: Sequence[str | bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode(errors="surrogatepass")
        whole.update(f"{len(data)}:".encode() + data)
    return whole.hexdigest()
