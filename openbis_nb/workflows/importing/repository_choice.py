"""Which branch, tag or commit of a repository is meant (U-16, U-17; pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ...errors import InvalidInput, NothingSuitable
from ...web.git_refs import Refs

__all__ = ["Choice", "chosen"]

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PART_OF_COMMIT = re.compile(r"[0-9a-f]{7,63}")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be fetched.

    Args:
        kind: ``branch``, ``tag`` or ``commit``.
        name: Of the branch or tag, or the commit.
        commit: Where it is now, as the host says.
    """

    kind: Literal["branch", "tag", "commit"]
    name: str
    commit: str

    @property
    def wanted(self) -> str:
        """For ``git fetch``."""
        prefix = {"branch": "refs/heads/", "tag": "refs/tags/", "commit": ""}[self.kind]
        return prefix + self.name


def chosen(refs: Refs, name: str | None) -> Choice:
    """What *name* is at the host: a branch, else a tag, else a commit.

    Args:
        refs: What the host says.
        name: ``None``: its default branch.

    Raises:
        NothingSuitable: there is no such thing, or nothing at all in the repository.
        InvalidInput: half of a commit's id.
    """
    name = name or refs.default_branch
    if not refs.branches and not refs.tags:
        raise NothingSuitable("The repository is empty.", next_step="Choose another one.")
    if not name and refs.head:
        return Choice("commit", refs.head, refs.head)
    if name in refs.branches:
        return Choice("branch", name, refs.branches[name])
    if name in refs.tags:
        return Choice("tag", name, refs.tags[name])
    if _COMMIT.fullmatch(name):
        return Choice("commit", name, name)
    if _PART_OF_COMMIT.fullmatch(name):
        raise InvalidInput(
            f"{name} is neither a branch nor a tag; of a commit, all 40 letters are needed.",
            next_step="Copy the whole id of the commit.",
        )
    raise NothingSuitable(
        f"The repository has no branch, tag or commit {name[:100]!r}.",
        next_step=f"It has: {', '.join(list(refs.branches)[:10])}." if refs.branches else None,
        extra={"branches": list(refs.branches)[:100]},
    )
