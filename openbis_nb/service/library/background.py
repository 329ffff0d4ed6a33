"""Work that goes on after the answer: one piece of each name at a time, none after the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable

from ...errors import OpenbisNbError

__all__ = ["Background"]

_log = logging.getLogger(__name__)


class Background:
    """Tasks by name.

    Args:
        what: Is brought up to date by them, for the log.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        self._tasks: dict[Hashable, asyncio.Task[None]] = {}

    def start(self, name: Hashable, work: Callable[[], Awaitable[None]]) -> None:
        """Begin *work*, unless work of this name goes on. What goes wrong is logged."""
        if name not in self._tasks:
            task = asyncio.create_task(self._run(work))
            self._tasks[name] = task
            task.add_done_callback(lambda _: self._tasks.pop(name, None))

    def goes_on(self, name: Hashable) -> bool:
        """Whether work of this name goes on."""
        return name in self._tasks

    async def settled(self) -> None:
        """Wait until nothing goes on."""
        while self._tasks:
            await asyncio.wait(self._tasks.values())

    async def close(self) -> None:
        """End all."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except OpenbisNbError as error:
            # Nobody waits for it, and it is begun anew at the next look.
            _log.info("%s not brought up to date: %s", self._what, error.message)
        except Exception:
            _log.exception("%s not brought up to date.", self._what)
