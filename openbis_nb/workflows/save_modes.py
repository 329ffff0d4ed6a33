"""What a save can make of a file: a version of its notebook, a notebook of its own, or a fork (N-29 to N-31).

It is what ``standing.decide`` would decide, said before a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ..models import Checkpoint, Identity
from .standing import Standing, decide

__all__ = ["Mode", "modes_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way to save.

    Args:
        mode: ``version`` or ``new``, the two that a person chooses between.
        as_new: As ``SaveRequest.as_new`` has to be for it.
        version_of: As ``SaveRequest.version_of`` has to be; ``None`` also where a person has to choose one.
        of: Name of the notebook.
        allowed: Whether it can be chosen.
        default: Whether it is chosen at first; none is, where only the person can know.
        owner_locked: The version lies where the notebook lies (N-31).
        becomes: What openBIS will have.
        reason: Why it is not allowed, or what to know of it; may be empty.
    """

    mode: Literal["version", "new"]
    becomes: Literal["version", "notebook", "fork"]
    as_new: bool | None = None
    version_of: str | None = None
    of: str | None = None
    allowed: bool = True
    default: bool = False
    owner_locked: bool = False
    reason: str = ""


def modes_of(
    identity: Identity | None,
    versions: Sequence[Checkpoint],
    person: str,
    *,
    co_authors: Sequence[str] = (),
    is_copy: bool = False,
    may_choose: bool = False,
) -> tuple[Mode, Mode]:
    """The two ways, ``version`` first.

    Args:
        identity: Of the file.
        versions: All visible versions of its notebook, oldest first, judged.
        person: User id of who saves.
        co_authors: User ids that versions which count name.
        is_copy: Another file of the same notebook is still there (N-22).
        may_choose: There are notebooks of which a file from nowhere could become a version.
    """
    if identity is None:
        return _from_nowhere(may_choose)
    counting = [version for version in versions if version.counts]
    if not counting:
        return _never_saved(identity, is_copy)
    home = counting[0].owner
    owner = home.perm_id if home is not None else identity.owner_perm_id

    def decided(as_new: bool) -> Standing:
        return decide(identity, versions, person, owner, co_authors=co_authors, as_new=as_new)

    further, apart = decided(False), decided(True)
    allowed = further.fork_of is None
    version = Mode(
        mode="version",
        becomes="version",
        as_new=False,
        of=counting[-1].name or identity.name,
        allowed=allowed,
        default=allowed and not is_copy,
        owner_locked=True,
        reason=" ".join(further.told),
    )
    new = Mode(
        mode="new",
        becomes="fork",
        # Of another's notebook every save is a fork; only the author has to ask for one.
        as_new=True if allowed else None,
        default=not allowed,
        reason=" ".join(apart.told if allowed else further.told),
    )
    return version, new


def _from_nowhere(may_choose: bool) -> tuple[Mode, Mode]:
    none = "" if may_choose else "You have no notebook there of which this file could become a version."
    return (
        Mode(
            mode="version",
            becomes="version",
            as_new=False,
            allowed=may_choose,
            reason=none,
            owner_locked=True,
        ),
        Mode(mode="new", becomes="notebook", default=True),
    )


def _never_saved(identity: Identity, is_copy: bool) -> tuple[Mode, Mode]:
    """openBIS has no version that counts. Of two files of such a notebook one may be its first version."""
    return (
        Mode(
            mode="version",
            becomes="version",
            as_new=False,
            of=identity.name,
            allowed=is_copy,
            reason="" if is_copy else "openBIS has no version of this notebook yet.",
        ),
        Mode(mode="new", becomes="notebook", as_new=True if is_copy else None, default=not is_copy),
    )
