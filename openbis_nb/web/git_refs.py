"""Branches and tags of a repository, asked of its host by git's own protocol (U-17), without a token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .guarded.fetching import Resolver
from .guarded.rules import GuardRules

__all__ = ["Refs", "refs"]


@dataclass(frozen=True, slots=True)
class Refs:
    """What a host says of a repository.

    Args:
        default_branch: Where its ``HEAD`` points to; empty for an empty or detached one.
        head: Commit of ``HEAD``; empty for an empty repository.
        branches: Name → commit.
        tags: Name → commit; an annotated tag's commit is the one that it names.
    """

    default_branch: str
    head: str
    branches: Mapping[str, str]
    tags: Mapping[str, str]

    def resolve(self, name: str | None) -> str | None:
        """The commit of a branch, else of a tag, else of a full commit id itself; ``None``: not known here.

        Args:
            name: ``None`` or empty: the default branch.
        """
        raise NotImplementedError

    def split(self, path: str) -> tuple[str, str] | None:
        """Ref and path of ``feature/x/folder/a.ipynb``, whose ref may hold slashes; ``None``: no such ref."""
        raise NotImplementedError


async def refs(clone_url: str, rules: GuardRules, *, resolver: Resolver | None = None) -> Refs:
    """Ask the host of a repository.

    Args:
        clone_url: As ``forges`` gives it; without user and password.
        rules: What is allowed.
        resolver: Another way to ask for the addresses of a name.

    Raises:
        NothingSuitable: there is no public repository.
        ForbiddenAddress, TooLarge, CertificateProblem, UpstreamFailure: as ``guarded.fetching.fetch``.
    """
    raise NotImplementedError
