"""Which kernels have a front end that saves when a cell asks for it (design D12 a)."""

from __future__ import annotations

import re
import time

from ..errors import InvalidInput, TooMany

__all__ = ["FrontEnds"]

_KERNEL = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAX = 1000
#: Seconds for which an announcement is good; a front end repeats it.
_LIFE = 120.0


class FrontEnds:
    """The front ends that have said that they are there."""

    def __init__(self) -> None:
        self._seen: dict[str, float] = {}

    def announce(self, kernel: str) -> None:
        """A front end is there for this kernel.

        Raises:
            InvalidInput: not the id of a kernel.
            TooMany: too many are there.
        """
        if not _KERNEL.fullmatch(kernel):
            raise InvalidInput("kernel must be the id of a kernel.")
        now = time.monotonic()
        self._seen = {known: at for known, at in self._seen.items() if now - at < _LIFE}
        if len(self._seen) >= _MAX and kernel not in self._seen:
            raise TooMany("Too many front ends are open.")
        self._seen[kernel] = now

    def is_there(self, kernel: str) -> bool:
        """Whether one has said so lately."""
        return time.monotonic() - self._seen.get(kernel, float("-inf")) < _LIFE
