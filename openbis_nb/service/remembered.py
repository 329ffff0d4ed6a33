"""Answers that are kept for a while, and asked for once however many want them at the same time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

__all__ = ["Remembered"]

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Remembered(Generic[Key, Value]):
    """A cache in memory, for one event loop. Failures are not kept.

    Args:
        life: How long an answer is good, in seconds.
        most: Entries; the oldest go first.
        clock: Seconds that only grow.
    """

    def __init__(self, life: float, most: int = 10_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._life, self._most, self._clock = life, most, clock
        self._known: dict[Key, tuple[float, Value]] = {}
        self._asked: dict[Key, asyncio.Task[Value]] = {}

    async def get(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        """What is known of *key*, else what *ask* says.

        Raises:
            Exception: what *ask* raises.
        """
        until, value = self._known.get(key, (0.0, None))
        if self._clock() < until:
            return value  # type: ignore[return-value]  # an entry with a time has a value
        task = self._asked.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._asked[key] = task
            task.add_done_callback(lambda done: self._answered(key, done))
        # Others wait for the same answer: that one of them leaves does not end the question.
        return await asyncio.shield(task)

    def forget(self, key: Key) -> None:
        """Ask anew next time; an answer to an earlier question is not kept."""
        self._known.pop(key, None)
        self._asked.pop(key, None)

    async def _ask(self, key: Key, ask: Callable[[], Awaitable[Value]]) -> Value:
        value = await ask()
        if self._asked.get(key) is asyncio.current_task():
            self._known.pop(key, None)
            self._sweep()
            self._known[key] = (self._clock() + self._life, value)
        return value

    def _sweep(self) -> None:
        """The oldest stand first: those that are over go, and of too many the first."""
        now = self._clock()
        for known, (until, _) in list(self._known.items()):
            if until > now and len(self._known) < self._most:
                return
            del self._known[known]

    def _answered(self, key: Key, task: asyncio.Task[Value]) -> None:
        if self._asked.get(key) is task:
            del self._asked[key]
        if not task.cancelled():
            task.exception()  # seen here, too, in case that nobody waits any more
