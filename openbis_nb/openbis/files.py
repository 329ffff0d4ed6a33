"""Many files of many data sets at once: what is here, what is to come, and the bulk fetch.

::

    found = await client.files_of(perm_ids)
    files = [file for listed in found.values() for file in listed]
    todo = plan(files, cache)                      # says bytes and free space first
    paths = await download(client, files, cache)   # in the order of files, each verified
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from ..errors import Forbidden, NotFound, OpenbisNbError, TransferFailed
from ..models import DataFile
from .cache import Cache
from .client import OpenBIS
from .download import fetch
from .workers import in_thread

__all__ = ["Plan", "Progress", "download", "plan"]

#: What goes wrong with one file only; the others go on.
_OF_ONE_FILE = (TransferFailed, NotFound, Forbidden)
#: Least time between two progress events, in seconds.
_EVENT_INTERVAL = 0.1
_NAMES_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a bulk fetch would do. Sizes in bytes."""

    present: tuple[DataFile, ...]
    missing: tuple[DataFile, ...]
    free: int

    @property
    def size(self) -> int:
        """Bytes to fetch."""
        return sum(file.size for file in self.missing)


@dataclass(frozen=True, slots=True)
class Progress:
    """One event of a bulk fetch: bytes and files done and in all, bytes per second, the newest file."""

    done: int
    total: int
    files_done: int
    files_total: int
    rate: float
    file: str = ""


def plan(files: Sequence[DataFile], cache: Cache) -> Plan:
    """Which of *files* are in the cache, verified, and which are to be fetched. Reads the disk.

    Raises:
        UnsafePath: the path of a file would leave the cache.
    """
    present: list[DataFile] = []
    missing: list[DataFile] = []
    for file in dict.fromkeys(files):
        (missing if cache.find(file) is None else present).append(file)
    return Plan(tuple(present), tuple(missing), cache.free())


async def download(
    client: OpenBIS,
    files: Sequence[DataFile],
    cache: Cache,
    *,
    progress: Callable[[Progress], None] | None = None,
) -> list[Path]:
    """Bring *files* into *cache*; give their paths in the same order.

    As many at once as ``Server.parallel`` says. A finished name is a finished, verified file; after a
    failure or a cut, in this process or another one, a repeat fetches only what is missing.

    Args:
        client: With a session.
        files: As ``files_of`` lists them; one that is there already costs nothing.
        cache: Where they go.
        progress: Called in the event loop's thread, at most ten times a second, and at the end.

    Raises:
        NoSpace: they do not fit; found before the first byte, or when somebody else fills the disk.
        TransferFailed, NotFound, Forbidden: some could not be fetched (named in the message and in
            ``extra["files"]``); all others were.
        UnsafePath: the path of a file would leave the cache; nothing was fetched.
    """
    todo = await in_thread(plan, files, cache)
    if todo.missing:
        await in_thread(cache.make_room, todo.size)
    work = _Bulk(client, cache, todo, progress)
    await work.run()
    return [cache.path_of(file) for file in files]


class _Bulk:
    """The workers of one bulk fetch and what they report."""

    def __init__(
        self, client: OpenBIS, cache: Cache, todo: Plan, progress: Callable[[Progress], None] | None
    ) -> None:
        self._client, self._cache, self._progress = client, cache, progress
        self._waiting = deque(todo.missing)
        self._files_total, self._total = len(todo.missing), todo.size
        self._files_done = self._done = 0
        self._failed: list[tuple[DataFile, OpenbisNbError]] = []
        self._started = self._last_event = time.monotonic()

    async def run(self) -> None:
        """Fetch everything; the first fault that concerns all ends the others."""
        workers = min(self._client.server.parallel, len(self._waiting))
        tasks = [asyncio.create_task(self._work()) for _ in range(workers)]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self._report("")
        self._raise_failures()

    async def _work(self) -> None:
        while self._waiting:
            file = self._waiting.popleft()
            try:
                await fetch(self._client, file, self._cache, partial(self._count, file))
            except _OF_ONE_FILE as error:
                self._failed.append((file, error))
            else:
                self._files_done += 1

    def _count(self, file: DataFile, count: int) -> None:
        self._done += count
        if time.monotonic() - self._last_event >= _EVENT_INTERVAL:
            self._report(file.name)

    def _report(self, name: str) -> None:
        self._last_event = time.monotonic()
        if self._progress is None:
            return
        rate = self._done / max(self._last_event - self._started, 1e-6)
        self._progress(Progress(self._done, self._total, self._files_done, self._files_total, rate, name))

    def _raise_failures(self) -> None:
        if not self._failed:
            return
        names = [f"{file.data_set}/{file.path}" for file, _ in self._failed]
        first = self._failed[0][1]
        first.extra["files"] = names
        if len(names) == 1:
            raise first
        shown = ", ".join(name.rsplit("/", 1)[-1] for name in names[:_NAMES_SHOWN])
        more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
        raise TransferFailed(
            f"{len(names)} of {self._files_total} files could not be fetched: {shown}{more}. {first.message}",
            extra={"files": names},
        ) from first
