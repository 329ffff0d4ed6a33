"""A notebook as the library sees it: all versions of one history id that one person sees, judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...errors import NotFound
from ...models import Checkpoint, Entity

__all__ = ["Notebook", "fid_of", "perm_id_of_fid"]

_FID = re.compile(r"(.+):(\d{17})(\d+)")


@dataclass(frozen=True, slots=True)
class Notebook:
    """All visible versions of one notebook id.

    Args:
        notebook_id: Value of the history-id property.
        versions: In order of registration, each judged (``counts``); at least one, and the first counts.
        co_authors: User ids that versions which count name as co-authors.
    """

    notebook_id: str
    versions: tuple[Checkpoint, ...]
    co_authors: tuple[str, ...] = ()
    counting: Sequence[Checkpoint] = field(init=False, repr=False, compare=False)
    """The versions that count, in order of registration."""
    _numbers: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Once, not for each version that is shown: anybody may register thousands under one id.
        object.__setattr__(self, "counting", tuple(version for version in self.versions if version.counts))
        numbers = {version.perm_id: number for number, version in enumerate(self.versions, 1)}
        object.__setattr__(self, "_numbers", numbers)

    @property
    def first(self) -> Checkpoint:
        """The first version; whoever registered it is the author."""
        return self.versions[0]

    @property
    def newest(self) -> Checkpoint:
        """The newest version that counts."""
        return self.counting[-1]

    @property
    def author(self) -> str:
        """User id of who registered the first version."""
        return self.first.registrator

    @property
    def owner(self) -> Entity | None:
        """The experiment or object that it is stored in."""
        return self.first.owner

    @property
    def name(self) -> str:
        """The name of its newest version that counts."""
        return self.newest.name

    @property
    def fid(self) -> str:
        """``author:number`` (P-30, design section 2)."""
        return fid_of(self.author, self.first.perm_id)

    def version(self, perm_id: str) -> Checkpoint:
        """One of its versions.

        Raises:
            NotFound: it has none of that permId.
        """
        if perm_id not in self._numbers:
            raise NotFound(f"{perm_id} is no version of this notebook that you may see.")
        return self.versions[self._numbers[perm_id] - 1]

    def number(self, perm_id: str) -> int:
        """The place of a version among all of them, from 1."""
        return self._numbers[perm_id]


def fid_of(author: str, first_perm_id: str) -> str:
    """``author:number``; the number is the digits of the first version's permId.

    Args:
        author: User id in openBIS' spelling.
        first_perm_id: PermId of the first version.
    """
    return f"{author}:{''.join(character for character in first_perm_id if character.isdigit())}"


def perm_id_of_fid(fid: str) -> tuple[str, str]:
    """Author and permId of the first version that a ``fid`` names: the first 17 digits are the time
    (contract 3.1).

    Raises:
        NotFound: it is none that we would have made.
    """
    found = _FID.fullmatch(fid)
    if found is None or not found[3].isascii() or not found[2].isascii():
        raise NotFound("There is no such notebook.", next_step="A fid is written author:number.")
    return found[1], f"{found[2]}-{found[3]}"
