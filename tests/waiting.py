"""How tests wait: for a condition, and long, since nobody knows when a process gets its turn."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

__all__ = ["LONG", "until"]

#: Seconds after which what was waited for will not come any more.
LONG = 90.0
Found = TypeVar("Found")


def until(condition: Callable[[], Found | None], what: str, seconds: float = LONG) -> Found:
    """Wait for a condition; what it gives. *seconds* only where ``LONG`` is too short."""
    end = time.monotonic() + seconds
    while True:
        if found := condition():
            return found
        assert time.monotonic() < end, f"{what}: not within {seconds} s"
        time.sleep(0.05)
