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
    """

    def __init__(self, reads: int, writes: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = {False: float(reads), True: float(writes)}
        self._clock = clock
        #: Who and whether it writes → tokens at a time.
        self._buckets: dict[tuple[str, bool], tuple[float, float]] = {}
        self._swept = clock()

    def take(self, who: str, *, writes: bool) -> None:
        """Count one request.

        Raises:
            TooFast: the bucket is empty.
        """
        now, most = self._clock(), self._most[writes]
        self._sweep(now)
        left = self._left((who, writes), now)
        if left < 1:
            wait = math.ceil((1 - left) * 60 / most)
            kind = "changes" if writes else "reads"
            raise TooFast(f"That are more than {most:.0f} {kind} in a minute.", extra={"retry_after": wait})
        self._buckets[who, writes] = (left - 1, now)

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
