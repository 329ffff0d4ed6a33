"""When drafts are made without being asked for: a notebook rests, and the server stops (F-14, U-13).

Only of notebooks that belong to openBIS and hold what openBIS does not have. Nobody is asked: openBIS may be
away, and a server that stops has no time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import OpenbisNbError
from ..notebooks import document
from ..workflows.file_standing import look_at
from ..workflows.workplace import Workplace
from .drafts import Draft, Drafts, digest_of

__all__ = ["DraftKeeper"]

_log = logging.getLogger(__name__)

#: Longest that a server which stops spends on drafts, in seconds, and most files that it looks at.
_TIME_TO_STOP = 8.0
_MOST_FILES = 200


@dataclass(slots=True)
class DraftKeeper:
    """Makes drafts of open notebooks.

    Args:
        drafts: Where they go.
        offline: What this machine knows of the openBIS of a notebook, without a session.
        open_files: The notebooks that have a kernel now.
        rest: A file that nobody has written for so many seconds rests.
    """

    drafts: Drafts
    offline: Callable[[Path], Awaitable[Workplace]]
    open_files: Callable[[], Awaitable[Collection[Path]]]
    rest: float
    _written: dict[Path, None] = field(default_factory=dict)
    _looked_at: dict[Path, float] = field(default_factory=dict)

    def note_written(self, path: Path) -> None:
        """A front end has written this notebook since the server runs."""
        self._written.pop(path, None)
        self._written[path] = None
        while len(self._written) > _MOST_FILES:
            del self._written[next(iter(self._written))]

    async def carry_on(self, every: float) -> None:
        """Look every so many seconds, until cancelled, for notebooks that have come to rest."""
        while True:
            await asyncio.sleep(every)
            try:
                await self._look()
            except Exception:
                _log.exception("Drafts could not be made.")  # and soon again

    async def keep_all(self, reason: str) -> list[Draft]:
        """A draft of every open notebook that holds what openBIS does not have."""
        kept: list[Draft] = []
        try:
            async with asyncio.timeout(_TIME_TO_STOP):
                for path in await self._open():
                    if (draft := await self.keep_file(path, reason)) is not None:
                        kept.append(draft)
        except TimeoutError:
            _log.warning("There was no time for the drafts of all open notebooks.")
        return kept

    async def keep_file(self, path: Path, reason: str) -> Draft | None:
        """A draft of what lies in a file; ``None`` where there is no need for one."""
        try:
            workplace = await self.offline(path)
            return await asyncio.to_thread(self._keep_file, workplace, path, reason)
        except OpenbisNbError as error:
            _log.info("No draft of %s. %s", path.name, error)
            return None

    async def keep_screen(self, path: Path, content: bytes, reason: str) -> Draft | None:
        """A draft of what is on somebody's screen.

        Raises:
            InvalidNotebook: it is no notebook.
            TooLarge, NoSpace: it cannot be kept.
        """
        workplace = await self.offline(path)
        return await asyncio.to_thread(self._keep_screen, workplace, path, content, reason)

    async def _look(self) -> None:
        for path in await self._open():
            try:
                written = path.stat().st_mtime
            except OSError:
                continue
            if self._looked_at.get(path) != written and time.time() - written >= self.rest:
                self._looked_at[path] = written
                await self.keep_file(path, "idle")

    async def _open(self) -> list[Path]:
        found = dict.fromkeys((*self._written, *await self.open_files()))
        return [path for path in found if path.is_file()]

    def _keep_file(self, workplace: Workplace, path: Path, reason: str) -> Draft | None:
        seen = look_at(workplace, path)
        if seen.identity is None or seen.same is not None:
            return None
        data = document.read_bytes(path, max_size=workplace.limits.max_notebook)
        return self.drafts.keep(path, data, seen.identity, reason=reason, on_screen=False)

    def _keep_screen(self, workplace: Workplace, path: Path, content: bytes, reason: str) -> Draft | None:
        limit = workplace.limits.max_notebook
        shown = document.loads(content, name=path.name, max_size=limit)
        if digest_of(shown) == digest_of(document.read(path, max_size=limit)):
            return self._keep_file(workplace, path, reason)
        identity = look_at(workplace, path).identity
        return self.drafts.keep(path, content, identity, reason=reason, on_screen=True)
