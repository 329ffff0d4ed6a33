"""A server with work that nobody sees is not idle (issue 3, section 3): a long cell, an unsent version.

JupyterHub's culler goes by the last activity that a server reports, and a cell that computes for hours
without output reports none.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Activity"]


@dataclass(slots=True)
class Activity:
    """Marks a server as active while there is work, up to a limit: a cell may run in circles for ever.

    Args:
        mark: Says that the server is active now.
        limit: Longest time for which one stretch of work counts, in seconds.
        clock: Seconds that only go forward.
    """

    mark: Callable[[], None]
    limit: float
    clock: Callable[[], float] = time.monotonic
    _since: float | None = field(default=None)

    def look(self, *, working: bool) -> bool:
        """Take note of how it is now; whether the server counts as active for it.

        Args:
            working: Whether a kernel is busy, or a version waits to be sent.
        """
        if not working:
            self._since = None
            return False
        now = self.clock()
        if self._since is None:
            self._since = now
        if now - self._since > self.limit:
            return False
        self.mark()
        return True
