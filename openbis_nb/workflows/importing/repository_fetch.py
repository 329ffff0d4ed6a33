"""One commit from its host into a ``.git`` folder: watched as it comes, so that it never fills the disk."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

from ...errors import NoSpace
from .git_host import Host
from .repositories import Repositories, Step, Stepped
from .repository_choice import Choice

__all__ = ["BEGUN", "NEXT", "PULLED", "fetch_commit"]

#: Where a commit is kept that was fetched, and the one that the folder is at.
NEXT, PULLED = "refs/openbis-nb/next", "refs/openbis-nb/pulled"
#: Below this are the commits of updates that were begun and not ended.
BEGUN = "refs/openbis-nb/begun/"
_LOOK_EVERY = 0.25
_PROGRESS = re.compile(
    r"(?:remote: )?(?P<what>[A-Z][a-z ]+): +\d+% \((?P<done>\d+)/(?P<total>\d+)\)"
    r"(?:, (?P<size>[0-9.]+) (?P<unit>bytes|KiB|MiB|GiB))?"
)
_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


async def fetch_commit(
    repositories: Repositories, host: Host, folder: Path, choice: Choice, lock: int, stepped: Stepped
) -> None:
    """Fetch *choice* into *folder* as :data:`NEXT`.

    Raises:
        Moved: the repository is elsewhere.
        TooLarge, NoSpace: it grew too large; git was stopped.
        OpenbisNbError: as ``Host.fetch``.
    """
    whole = (folder / ".git" / "objects" / "pack").is_dir() and not (folder / ".git" / "shallow").exists()
    before = _size(folder)
    git = host.git(folder, lock)

    def told(line: str) -> None:
        if step := step_of(line):
            stepped(step)

    fetching = asyncio.create_task(host.fetch(git, choice.wanted, whole=whole and before > 0, told=told))
    try:
        while not (await asyncio.wait([fetching], timeout=_LOOK_EVERY))[0]:
            repositories.check(_size(folder) - before, folder, host.name)
            if repositories.room(folder) == 0:
                raise NoSpace(
                    "The disk is nearly full; nothing was kept.",
                    next_step="Free some space, then fetch it again.",
                )
        await fetching
        repositories.check(_size(folder) - before, folder, host.name)
    finally:
        fetching.cancel()
        await asyncio.gather(fetching, return_exceptions=True)


def step_of(line: str) -> Step | None:
    """What git says of its progress; ``None`` for anything else."""
    found = _PROGRESS.search(line)
    if found is None:
        return None
    size = float(found["size"]) * _UNITS[found["unit"]] if found["size"] else 0
    return Step("fetching", found["what"], int(found["done"]), int(found["total"]), int(size))


def _size(folder: Path) -> int:
    """Of what has come, in bytes. A host without git's smart protocol sends object by object."""
    total = 0
    for above, _, names in os.walk(folder / ".git" / "objects"):
        for name in names:
            try:
                total += os.lstat(os.path.join(above, name)).st_size
            except FileNotFoundError:
                continue
    return total
