"""How open notebooks stand, kept for seconds: a front end asks after each change of a file.

What a file holds is reckoned again when it, or what its next version would name as inputs, has changed;
openBIS is asked again when its answer is older than a few seconds, when the file was saved as a version that
is not in the answer, or when the person wants to know now.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..models import Checkpoint, Identity
from ..openbis import checkpoints
from ..workflows.file_standing import OnDisk, look_at
from ..workflows.workplace import Workplace

__all__ = ["Standings"]

#: Seconds for which an answer of openBIS is good.
_LIFE = 15.0
#: And for which one is good that does not know the version that the file was saved as.
_SHORT_LIFE = 1.0
#: Files and notebooks that are remembered.
_MAX = 200

_Mark = tuple[object, ...]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class _Asked:
    at: float
    versions: Sequence[Checkpoint]


class Standings:
    """What is known of files and notebooks.

    Args:
        clock: Seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._files: dict[Path, tuple[_Mark, OnDisk]] = {}
        self._notebooks: dict[tuple[str, str], _Asked] = {}

    async def on_disk(self, workplace: Workplace, path: Path) -> OnDisk:
        """What the file holds.

        Raises:
            InvalidNotebook, TooLarge: as ``look_at``.
        """
        mark = await asyncio.to_thread(_mark, workplace, path)
        known = self._files.get(path)
        if known is not None and known[0] == mark:
            return known[1]
        seen = await asyncio.to_thread(look_at, workplace, path)
        _put(self._files, path, (mark, seen))
        return seen

    async def versions(
        self, workplace: Workplace, identity: Identity, *, fresh: bool
    ) -> Sequence[Checkpoint]:
        """The versions of a notebook that the person sees, judged.

        Raises:
            OpenBISFailure, NotLoggedIn: openBIS could not be asked.
        """
        key = (workplace.server, identity.notebook_id)
        known = self._notebooks.get(key)
        if known is not None and not fresh and self._clock() - known.at < self._life(known, identity):
            return known.versions
        found = await checkpoints.versions(workplace.client, identity.notebook_id)
        _put(self._notebooks, key, _Asked(self._clock(), found))
        return found

    def _life(self, known: _Asked, identity: Identity) -> float:
        """A kernel or a command may have saved meanwhile."""
        seen = (version.perm_id for version in known.versions)
        return _LIFE if identity.checkpoint_id is None or identity.checkpoint_id in seen else _SHORT_LIFE

    def forget(self, notebook_id: str = "") -> None:
        """Something was saved: openBIS has to be asked again, of one notebook or of all."""
        for key in [key for key in self._notebooks if not notebook_id or key[1] == notebook_id]:
            del self._notebooks[key]


def _mark(workplace: Workplace, path: Path) -> _Mark:
    """What changes when the file does, or what this machine remembers of it."""
    return (workplace.server, *_stat(path), *_stat(workplace.ledger.path))


def _stat(path: Path) -> tuple[int, ...]:
    try:
        found = path.stat()
    except OSError:
        return ()  # what reads it says what is wrong
    return (found.st_ino, found.st_mtime_ns, found.st_size)


def _put(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    """Remember it; what was asked for longest ago goes first."""
    known.pop(key, None)
    known[key] = value
    while len(known) > _MAX:
        del known[next(iter(known))]
