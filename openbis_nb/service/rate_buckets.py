"""How often one person may ask in a minute: a bucket of tokens for reads, and one for writes, in memory."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from ..errors import TooFast

__all__ = ["RateLimits"]


class RateLimits:
    """Buckets of people; a full one is forgotten.

    Args:
        reads: A minute, and at once after a minute of silence.
        writes: The same of requests that change something.
        clock: Seconds that only grow.
        kinds: What reads and writes are called in a refusal.
    """

    def __init__(
        self,
        reads: int,
        writes: int,
        clock: Callable[[], float] = time.monotonic,
        kinds: tuple[str, str] = ("reads", "changes"),
    ) -> None:
        self._most = {False: float(reads), True: float(writes)}
        self._clock, self._kinds = clock, kinds
        #: Who and whether it writes → tokens at a time.
        self._buckets: dict[tuple[str, bool], tuple[float, float]] = {}
        self._swept = clock()

    def __len__(self) -> int:
        return len(self._buckets)

    def knows(self, who: str) -> bool:
        """Whether somebody has asked lately."""
        return (who, False) in self._buckets or (who, True) in self._buckets

    def take(self, who: str, *, writes: bool) -> None:
        """Count one request.

        Raises:
            TooFast: the bucket is empty.
        """
        self._buckets[who, writes] = (self.require(who, writes=writes) - 1, self._clock())

    def require(self, who: str, *, writes: bool) -> float:
        """What is left, without counting anything.

        Raises:
            TooFast: nothing is.
        """
        now, most = self._clock(), self._most[writes]
        self._sweep(now)
        left = self._left((who, writes), now)
        if left < 1:
            wait = math.ceil((1 - left) * 60 / most)
            kind = self._kinds[writes]
            raise TooFast(f"That are more than {most:.0f} {kind} in a minute.", extra={"retry_after": wait})
        return left

    def spend(self, who: str, *, writes: bool) -> None:
        """Count what has happened already; the bucket gets no emptier than empty."""
        now = self._clock()
        self._buckets[who, writes] = (max(0.0, self._left((who, writes), now) - 1), now)

    def _left(self, key: tuple[str, bool], now: float) -> float:
        most = self._most[key[1]]
        tokens, then = self._buckets.get(key, (most, now))
        return min(most, tokens + (now - then) * most / 60)

    def _sweep(self, now: float) -> None:
        if now - self._swept >= 60:
            self._swept = now
            full = [key for key in self._buckets if self._left(key, now) >= self._most[key[1]]]
            for key in full:
                del self._buckets[key]
