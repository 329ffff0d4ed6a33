"""What fetching and updating repositories needs to know of an account and its machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ...errors import NoSpace, TooLarge
from ...units import human_size
from ...web.guarded.rules import GuardRules
from .git_host import Credential
from .repository_book import Book

__all__ = ["Repositories", "Step", "Stepped"]

#: Bytes that stay free on the disk: notebooks want to be saved, too.
_RESERVE = 32 * 2**20


@dataclass(frozen=True, slots=True)
class Step:
    """How far it is.

    Args:
        step: ``asking``, ``fetching``, ``looking``, ``writing``.
        message: For a person.
        done: Of *total*; 0 of 0 where that is not known.
        bytes: That have come from the host.
    """

    step: str
    message: str
    done: int = 0
    total: int = 0
    bytes: int = 0


#: Is told how far it is.
Stepped = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Repositories:
    """The repositories of one account.

    Args:
        root: Nothing is written outside this folder.
        book: The list of them.
        rules: Which hosts are asked.
        credential: What this account has for a host; ``None`` where it has nothing.
        max_size: Refuse a larger repository, in bytes: of its files, or of what its host sends.
        patience: Nothing takes longer, in seconds.
    """

    root: Path
    book: Book
    rules: GuardRules
    credential: Callable[[str], Credential | None]
    max_size: int
    patience: float

    def room(self, folder: Path) -> int:
        """Bytes that can be written into *folder*: what the disk, or a quota that it shows, leaves free."""
        return max(0, shutil.disk_usage(folder).free - _RESERVE)

    def check(self, size: int, folder: Path, name: str) -> None:
        """Refuse what is too large, or does not fit.

        Args:
            size: Bytes to be written.
            folder: Where.
            name: Of the repository.

        Raises:
            TooLarge: over the setting.
            NoSpace: over what is free.
        """
        if size > self.max_size:
            raise TooLarge(
                f"{name} has more than {human_size(self.max_size)}; that is the limit here.",
                next_step="Ask the admin (OPENBIS_NB_REPOSITORY_MAX_SIZE), or use git in a terminal.",
            )
        room = self.room(folder)
        if size > room:
            raise NoSpace(
                f"{name} needs {human_size(size)}, and only {human_size(room)} are free.",
                next_step="Free some space, then fetch it again.",
            )
