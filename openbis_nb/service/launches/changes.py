"""Who follows a launch, and hears news of it; in memory, since there is one process."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ...errors import TooMany

__all__ = ["MOST", "Changes"]

#: Launches that one person follows at the same time; while a server starts, each takes a connection to
#: the hub.
MOST = 50


class Changes:
    """News of launches. A watcher takes an event, looks at the launch, and waits for the event."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._followed: Counter[str] = Counter()

    def tell(self, launch_id: str) -> None:
        """Something about this launch is new."""
        for watcher in self._watchers.get(launch_id, ()):
            watcher.set()

    @contextmanager
    def watch(self, launch_id: str, hub_name: str) -> Iterator[asyncio.Event]:
        """An event that is set at each piece of news; the watcher clears it before it looks.

        Raises:
            TooMany: that person follows :data:`MOST` already.
        """
        if self._followed[hub_name] >= MOST:
            raise TooMany(
                f"You follow {MOST} launches already.",
                next_step="Close tabs that wait, and load this one again.",
            )
        event = asyncio.Event()
        self._watchers[launch_id].add(event)
        self._followed[hub_name] += 1
        try:
            yield event
        finally:
            self._followed[hub_name] -= 1
            if not self._followed[hub_name]:
                del self._followed[hub_name]
            self._watchers[launch_id].discard(event)
            if not self._watchers[launch_id]:
                del self._watchers[launch_id]
