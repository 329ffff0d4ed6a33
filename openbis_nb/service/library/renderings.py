"""Pages of notebooks, made in limited processes: few at once, each once, kept on disk (design D9).

A version never changes, so what was made of it stays good; a new release of ours makes it anew. Whoever asks
has been confirmed to see the version before, whether or not it is kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from ... import __version__
from ...errors import InvalidNotebook, OpenbisNbError, TooFast, TooLarge
from .rendering_cache import RenderingCache

__all__ = ["RENDERER", "Renderings"]

#: Changed with every change of what a page looks like; what was kept before is made anew then.
RENDERER = 1
#: Limited processes at the same time; each may take two gigabytes.
_AT_ONCE = 2
#: Notebooks that are held in memory for them: those that are being rendered, and the next ones.
_HELD = 4
#: Pages that one person can be waiting for; a comparison of eleven versions shows ten.
_MOST_OF_ONE = 20
#: Seconds for which a notebook that cannot be shown is not tried again: it may have been a busy machine.
_FAILED_FOR = 300.0
_MOST_FAILED = 1000

Given = ParamSpec("Given")
Made = TypeVar("Made")


class Renderings:
    """Makes pages, and keeps them.

    Args:
        folder: Where.
        limit: Largest total, in bytes.
        server: Address of openBIS: another one has other versions of the same permIds.
    """

    def __init__(self, folder: Path, limit: int, server: str) -> None:
        self._server = server
        self._cache = RenderingCache(folder, limit)
        self._slots, self._held = asyncio.Semaphore(_AT_ONCE), asyncio.Semaphore(_HELD)
        self._of_one: Counter[str] = Counter()
        self._making: dict[str, asyncio.Task[bytes]] = {}
        self._failed: dict[str, tuple[float, InvalidNotebook | TooLarge]] = {}

    async def html(
        self, kind: str, key: str, make: Callable[[], Awaitable[bytes]], *, who: str = ""
    ) -> bytes:
        """What is kept of *kind* and *key*, else what *make* makes; several callers wait for the same.

        Args:
            kind: Of rendering.
            key: PermIds of what is rendered.
            make: Fetches with the caller's session, and calls :meth:`in_child`.
            who: The caller.

        Raises:
            TooFast: the caller waits for many already.
            InvalidNotebook, TooLarge: it cannot be shown; said again for some minutes without a try.
            OpenbisNbError: what *make* raises.
        """
        facts = (__version__, str(RENDERER), self._server, kind, key)
        name = hashlib.sha256("\0".join(facts).encode()).hexdigest()
        if (kept := await asyncio.to_thread(self._cache.get, name)) is not None:
            return kept
        self._refuse_what_failed(name)
        while True:
            task = self._making.get(name)
            if task is None:
                task = self._making[name] = asyncio.create_task(self._make(name, make, self._counted(who)))
                return await asyncio.shield(task)
            try:
                return await asyncio.shield(task)
            except (InvalidNotebook, TooLarge):
                raise
            except OpenbisNbError:
                continue  # it was asked with another person's session; one's own may do better

    async def in_child(self, work: Callable[Given, Made], *args: Given.args, **options: Given.kwargs) -> Made:
        """What *work* gives, which starts a limited process and waits for it; in a thread, in its turn.

        Raises:
            Exception: what *work* raises.
        """
        async with self._slots:
            return await asyncio.to_thread(work, *args, **options)

    async def close(self) -> None:
        """Wait for nothing any more."""
        for task in self._making.values():
            task.cancel()
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    def _counted(self, who: str) -> str:
        if who and self._of_one[who] >= _MOST_OF_ONE:
            raise TooFast(
                f"{_MOST_OF_ONE} notebooks are being made ready for you already.", extra={"retry_after": 10}
            )
        self._of_one[who] += 1
        return who

    async def _make(self, name: str, make: Callable[[], Awaitable[bytes]], who: str) -> bytes:
        try:
            # Another one may have finished it between the look of this caller and now.
            kept = await asyncio.to_thread(self._cache.get, name)
            if kept is not None:
                return kept
            async with self._held:
                made = await make()
            await asyncio.to_thread(self._cache.put, name, made)
            return made
        except (InvalidNotebook, TooLarge) as error:
            while len(self._failed) >= _MOST_FAILED:
                del self._failed[next(iter(self._failed))]
            self._failed[name] = (time.monotonic() + _FAILED_FOR, error)
            raise
        finally:
            del self._making[name]
            self._of_one[who] -= 1
            if not self._of_one[who]:
                del self._of_one[who]

    def _refuse_what_failed(self, name: str) -> None:
        until, error = self._failed.get(name, (0.0, None))
        if error is not None and time.monotonic() < until:
            raise type(error)(error.message, next_step=error.next_step)
        self._failed.pop(name, None)
