"""Tickets: what stands in a URL instead of a session (design D4).

Kept in the hub's memory only, for a short time, and good for one use. A ticket is minted from a session that
the same request brought and openBIS confirmed; it is bound to that person and to one target.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..openbis.secrets import Secret

__all__ = ["Ticket", "Tickets"]

#: Seconds. Enough for a redirect and a slow page, too short for a link in a mail.
TICKET_LIFE = 30.0
#: More are waiting only when somebody floods us; then the oldest go.
_MAX_WAITING = 10_000

Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket stands for: the session, whose it is, and the unchecked ``next`` it was minted with."""

    session: Secret
    user_id: str
    next_url: str


class Tickets(Generic[Held]):
    """Tickets of one kind that wait to be redeemed.

    Args:
        life: How long each is good, in seconds.
        clock: Seconds that only grow.
    """

    def __init__(self, life: float = TICKET_LIFE, clock: Callable[[], float] = time.monotonic) -> None:
        self._life, self._clock = life, clock
        self._waiting: dict[str, tuple[float, Held]] = {}

    def mint(self, held: Held) -> str:
        """A new ticket's id: 256 random bits."""
        self._sweep()
        while len(self._waiting) >= _MAX_WAITING:
            self._waiting.pop(next(iter(self._waiting)))
        number = secrets.token_urlsafe(32)
        self._waiting[number] = (self._clock() + self._life, held)
        return number

    def redeem(self, number: str) -> Held | None:
        """What the ticket stands for, once; ``None`` if it is unknown, used or over."""
        held = self.peek(number)
        self._waiting.pop(number, None)
        return held

    def peek(self, number: str) -> Held | None:
        """What :meth:`redeem` would give, without using it up."""
        until, held = self._waiting.get(number, (0.0, None))
        return held if held is not None and self._clock() < until else None

    def _sweep(self) -> None:
        now = self._clock()
        for number in [number for number, (until, _) in self._waiting.items() if until <= now]:
            del self._waiting[number]
