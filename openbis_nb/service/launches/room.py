"""How much is prepared at the same time: in all, and for one person.

Someone whose openBIS answers slowly, or who asks for a hundred notebooks at once, waits for themselves: they
hold at most a share of the places, and the others go on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

__all__ = ["Room"]


class Room:
    """Places to work in.

    Args:
        places: How many there are; one person holds at most half of them, and at least one.
    """

    def __init__(self, places: int) -> None:
        self._all = asyncio.Semaphore(places)
        self._share = max(1, places // 2)
        self._people: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def place(self, person: str) -> AsyncIterator[None]:
        """Wait for a place of *person*, and hold it.

        Args:
            person: Anything that names them always alike.
        """
        own = self._people.setdefault(person, asyncio.Semaphore(self._share))
        async with own, self._all:  # first one's own: who waits for themselves holds no place
            yield
