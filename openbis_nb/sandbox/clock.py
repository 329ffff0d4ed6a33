"""Time as a part that can be swapped, so that no test has to sleep until a session expires."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """Where the sandbox asks what time it is."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        return time.time()


class ManualClock:
    """A clock that stands still until ``advance`` is called; for tests."""

    def __init__(self, start: float = 1_795_224_536.0) -> None:
        self._now = start
        self._lock = threading.Lock()

    def now(self) -> float:
        """Seconds since the epoch (UTC)."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> None:
        """Move time on by so many seconds."""
        with self._lock:
            self._now += seconds


def milliseconds(clock: Clock) -> int:
    """The form in which openBIS writes dates (contract 1.7)."""
    return int(clock.now() * 1000)
