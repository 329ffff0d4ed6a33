"""Branches and tags of a repository, asked of its host by git's own protocol (U-17), without a token.

That is ``GET <repository>/info/refs?service=git-upload-pack`` (git's documentation, "Git HTTP protocol"),
which GitHub, GitLab and every other host of git over https answers alike; no API of a single host is needed.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ..errors import NothingSuitable
from .guarded.fetching import Resolver, fetch
from .guarded.rules import GuardRules

__all__ = ["Refs", "refs"]

_TYPE = "application/x-git-upload-pack-advertisement"
_COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LINE = re.compile(r"(?P<commit>[0-9a-f]{40,64}) (?P<name>[^\0\n]+)(?:\0(?P<capabilities>[^\n]*))?\n?")
_HEAD = re.compile(r"(?:^| )symref=HEAD:refs/heads/(\S+)")
#: Characters of a name that can be chosen here; a hostile host may name megabytes.
_LONGEST = 255
_BRANCHES, _TAGS, _PEELED = "refs/heads/", "refs/tags/", "^{}"


@dataclass(frozen=True, slots=True)
class Refs:
    """What a host says of a repository.

    Args:
        default_branch: Where its ``HEAD`` points to; empty for an empty repository, or one without a branch
            there.
        head: Commit of ``HEAD``; empty for an empty repository.
        branches: Name → commit.
        tags: Name → commit; an annotated tag's commit is the one that it names.
    """

    default_branch: str
    head: str
    branches: Mapping[str, str] = field(repr=False)
    tags: Mapping[str, str] = field(repr=False)

    def resolve(self, name: str | None) -> str | None:
        """The commit of a branch, else of a tag, else a whole commit id itself; ``None``: not known here.

        Args:
            name: ``None``, empty or ``HEAD``: the default branch.
        """
        if name in (None, "", "HEAD"):
            return self.head or None
        assert name is not None
        for known, prefix in ((self.branches, _BRANCHES), (self.tags, _TAGS)):
            if commit := known.get(name) or known.get(name.removeprefix(prefix)):
                return commit
        return name if _COMMIT.fullmatch(name) else None

    def split(self, ref_and_path: str) -> tuple[str, str] | None:
        """Ref and path of ``feature/x/folder/a.ipynb``, whose ref may hold slashes; ``None``: no such ref.

        git allows no branch ``a`` beside ``a/b``, so at most one beginning is a branch.
        """
        parts = ref_and_path.split("/")
        for end in range(1, len(parts) + 1):
            ref = "/".join(parts[:end])
            if self.resolve(ref) is not None:
                return ref, "/".join(parts[end:])
        return None


async def refs(clone_url: str, rules: GuardRules, *, resolver: Resolver | None = None) -> Refs:
    """Ask the host of a repository.

    Args:
        clone_url: As ``forges`` gives it; without user and password.
        rules: What is allowed.
        resolver: Another way to ask for the addresses of a name.

    Raises:
        NothingSuitable: there is no repository that everybody may read.
        ForbiddenAddress, TooLarge, CertificateProblem, UpstreamFailure: as ``guarded.fetching.fetch``.
    """
    url = f"{clone_url.rstrip('/')}/info/refs?service=git-upload-pack"
    try:
        fetched = await fetch(url, rules, accept=(_TYPE,), resolver=resolver)
    except NothingSuitable as error:
        raise _no_repository() from error
    if fetched.content_type != _TYPE:
        raise _no_repository()
    return await asyncio.to_thread(_read, fetched.content)  # some hosts name a million


def _no_repository() -> NothingSuitable:
    return NothingSuitable(
        "At this address is no repository that everybody may read.",
        next_step="Check the address. For a private repository store an access token for its host first.",
    )


def _read(content: bytes) -> Refs:
    default, head = "", ""
    branches: dict[str, str] = {}
    tags: dict[str, str] = {}
    for line in _packets(content):
        found = _LINE.fullmatch(line.decode("utf-8", "replace"))
        if found is None:
            continue  # the service line; a shallow line
        name, commit = found["name"], found["commit"]
        if found["capabilities"] and (pointed := _HEAD.search(found["capabilities"])):
            default = pointed[1] if len(pointed[1]) <= _LONGEST else ""
        if name == "HEAD":
            head = commit
        elif len(name) > _LONGEST:
            continue
        elif name.startswith(_BRANCHES):
            branches[name.removeprefix(_BRANCHES)] = commit
        elif name.startswith(_TAGS):  # the peeled line comes after that of the tag itself, and counts
            tags[name.removeprefix(_TAGS).removesuffix(_PEELED)] = commit
    return Refs(default, head, branches, tags)


def _packets(content: bytes) -> Iterator[bytes]:
    """The lines of git's pkt-line format: four hexadecimal digits of length, which count themselves."""
    at = 0
    while at + 4 <= len(content):
        try:
            length = int(content[at : at + 4], 16)
        except ValueError as error:
            raise _no_repository() from error
        if length >= 4:
            yield content[at + 4 : at + length]
        at += max(length, 4)
