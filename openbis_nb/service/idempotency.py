"""A write that is repeated is done once: ``Idempotency-Key`` (draft-ietf-httpapi-idempotency-key-header).

A person's key is kept for a day, with a digest of the request that it came with. What a write makes in
openBIS is a data set with a save id of its own; id and time stand in the database before anything is sent,
and so does the time at which it is about to be registered. A repeat, also one after the service was killed in
the middle, therefore looks in openBIS first, and finds the data set or makes it with the same bytes.

What is kept of the answer is only *what* was made. A repeat reads it again with the session of whoever asks.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import Request

from ..errors import Conflict, InvalidInput, KeyUsedAlready, OpenbisNbError, SaveUndecided
from ..workflows.library.registering import Attempt
from . import request_store
from .database import Database
from .request_store import KeptRequest

__all__ = ["HEADER", "Once", "Try"]

HEADER = "Idempotency-Key"
#: Seconds for which a key is kept.
LIFE = 24 * 3600.0
#: And one that the client did not send: clients that know no keys repeat for at most 180 seconds (P-40).
IMPLIED_LIFE = 200.0
_KEY = re.compile(r"[\x21-\x7e]{1,255}")

Made = Mapping[str, Any]


@dataclass(slots=True)
class Try:
    """One try of a write.

    Args:
        attempt: What the workflows take: the save id, and what is known of earlier tries.
        before_register: What they call when they are about to register.
    """

    attempt: Attempt
    before_register: Callable[[], Awaitable[None]]
    came_to_registering: bool = False


class Once:
    """Keeps keys.

    Args:
        database: With the table of ``request_store``.
        clock: Seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database, self._clock = database, clock
        #: In memory, since there is one process: what a killed one left is nobody's any more.
        self._running: set[str] = set()

    async def run(
        self,
        request: Request,
        user_id: str,
        body: bytes,
        do: Callable[[Try], Awaitable[Made]],
        *,
        implied: str | None = None,
    ) -> Made:
        """What *do* makes, or what an earlier request with the same key has made.

        Args:
            request: With or without the header.
            user_id: Whose request it is.
            body: Of the request.
            do: Makes it; says in JSON values what it made, for later reading.
            implied: The key where there is no header, kept for :data:`IMPLIED_LIFE`.

        Raises:
            InvalidInput: the key is empty, too long, or not plain ASCII.
            KeyUsedAlready: the key came with another request before.
            Conflict: the same request is being worked on.
            StoreFailure: the database is away; nothing was done.
        """
        sent = request.headers.get(HEADER)
        key, life = (sent, LIFE) if sent is not None else (implied, IMPLIED_LIFE)
        if key is None:
            return await self._do_without_key(do)
        if not _KEY.fullmatch(key):
            raise InvalidInput(f"{HEADER} is 1 to 255 letters, digits and signs of ASCII.")
        request_id, digest = _hash(user_id, key), await asyncio.to_thread(_digest, request, body)
        if request_id in self._running:
            raise Conflict(
                "This very request is being worked on.",
                next_step="Repeat it in a moment; it is done once.",
                extra={"retry_after": 1},
            )
        self._running.add(request_id)
        try:
            kept = await self._database.run(
                request_store.begin, request_id, digest, now=self._clock(), life=life
            )
            if kept.digest != digest:
                raise KeyUsedAlready(f"This {HEADER} came with another request before.")
            return kept.answer if kept.answer is not None else await self._do(request_id, kept, do)
        finally:
            self._running.discard(request_id)

    async def _do_without_key(self, do: Callable[[Try], Awaitable[Made]]) -> Made:
        try:
            return await do(self._try(KeptRequest("", request_store.new_save_id(), self._clock()), ""))
        except SaveUndecided as error:
            error.next_step = (
                f"Look in a few minutes whether it is there, before you repeat it. With an {HEADER} a repeat "
                "looks by itself, and never saves twice."
            )
            raise

    async def _do(self, request_id: str, kept: KeptRequest, do: Callable[[Try], Awaitable[Made]]) -> Made:
        this = self._try(kept, request_id)
        try:
            made = await do(this)
        except OpenbisNbError as error:
            if _is_certainly_not_made(error, this):
                await self._database.run(request_store.forget, request_id)
            raise
        await self._database.run(request_store.set_done, request_id, dict(made))
        return made

    def _try(self, kept: KeptRequest, request_id: str) -> Try:
        async def before_register() -> None:
            this.came_to_registering = True
            if request_id:
                await self._database.run(request_store.set_tried, request_id, self._clock())

        tried = None if kept.last_try_at is None else datetime.fromtimestamp(kept.last_try_at, UTC)
        attempt = Attempt(kept.save_id, _iso(kept.created_at), tried)
        this = Try(attempt, before_register)
        return this


def _is_certainly_not_made(error: OpenbisNbError, this: Try) -> bool:
    """``checkpoints.write`` names the two errors after which openBIS may have it."""
    if isinstance(error, SaveUndecided) or type(error) is Conflict:
        return False
    return this.came_to_registering or this.attempt.last_try_at is None


def _digest(request: Request, body: bytes) -> str:
    query = "&".join(sorted(f"{name}={value}" for name, value in request.query_params.multi_items()))
    return _hash(request.method, request.url.path, query, hashlib.sha256(body).hexdigest())


def _hash(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode(errors="surrogatepass")).hexdigest()


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
