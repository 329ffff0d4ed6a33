"""Who waits for news of a launch; in memory, since there is one process."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["Changes"]


class Changes:
    """News of launches. A watcher takes an event, looks at the launch, and waits for the event."""

    def __init__(self) -> None:
        self._watchers: dict[str, set[asyncio.Event]] = defaultdict(set)

    def tell(self, launch_id: str) -> None:
        """Something about this launch is new."""
        for watcher in self._watchers.get(launch_id, ()):
            watcher.set()

    @contextmanager
    def watch(self, launch_id: str) -> Iterator[asyncio.Event]:
        """An event that is set at each piece of news; the watcher clears it before it looks."""
        event = asyncio.Event()
        self._watchers[launch_id].add(event)
        try:
            yield event
        finally:
            self._watchers[launch_id].discard(event)
            if not self._watchers[launch_id]:
                del self._watchers[launch_id]
