"""How the repositories of an account stand: what the person changed, and what is new at their hosts."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ...errors import NothingSuitable, OpenbisNbError
from .git import Git, GitFailed
from .git_reach import ask
from .repositories import Repositories
from .repository_book import Entry
from .repository_choice import chosen
from .repository_disk import Disk
from .repository_fetch import PULLED

__all__ = ["Standing", "standings"]

Local = Literal["clean", "changed", "gone", "unknown"]
Upstream = Literal["unknown", "current", "behind", "ended", "unreachable"]

_AT_ONCE = 4
_MOST_NAMED = 100


@dataclass(frozen=True, slots=True)
class Standing:
    """One repository.

    Args:
        entry: As the book has it.
        local: ``clean``; ``changed`` by the person; ``gone``: its folder is none of ours any more.
        changes: How many files are changed or deleted.
        named: The first of them.
        upstream: ``current``; ``behind``: the host has a newer commit; ``ended``: the branch or tag is gone
            there; ``unreachable``; ``unknown``: nobody asked.
        why: What is wrong, and what to do.
    """

    entry: Entry
    local: Local
    changes: int = 0
    named: tuple[str, ...] = ()
    upstream: Upstream = "unknown"
    why: str = ""


async def standings(repositories: Repositories, *, ask_hosts: bool) -> list[Standing]:
    """All repositories of the account that are below the root, by path.

    Args:
        repositories: Whose.
        ask_hosts: Ask what is new, too; a host that fails is said to, and holds up no other.
    """
    entries = [
        entry
        for entry in await asyncio.to_thread(repositories.book.all)
        if entry.path.is_relative_to(repositories.root.resolve())
    ]
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(entry: Entry) -> Standing:
        async with turns:
            found = await asyncio.to_thread(_local, entry)
            return await _with_host(repositories, found) if ask_hosts and found.local != "gone" else found

    return list(await asyncio.gather(*map(one, entries)))


async def _with_host(repositories: Repositories, found: Standing) -> Standing:
    try:
        _, refs = await ask(replace(repositories, patience=repositories.rules.timeout), found.entry.url)
    except OpenbisNbError as error:
        return replace(found, upstream="unreachable", why=str(error))
    try:
        newest = chosen(refs, found.entry.ref).commit
    except NothingSuitable as error:
        return replace(found, upstream="ended", why=str(error))
    except OpenbisNbError as error:
        return replace(found, why=str(error))
    return replace(found, upstream="current" if newest == found.entry.commit else "behind")


def _local(entry: Entry) -> Standing:
    """What git says that differs from the last update, without writing anything. Blocks."""
    try:
        Disk(entry.path).close()
    except OpenbisNbError as error:
        return Standing(entry, "gone", why=str(error))
    try:
        names = _changed(entry)
    except GitFailed:
        return Standing(entry, "unknown")
    except OpenbisNbError as error:
        return Standing(entry, "unknown", why=str(error))
    named = tuple(name.decode(errors="replace") for name in names[:_MOST_NAMED])
    return Standing(entry, "changed" if names else "clean", len(names), named)


def _changed(entry: Entry) -> Sequence[bytes]:
    git = Git(entry.path, environment={"GIT_OPTIONAL_LOCKS": "0"}).without_programs()
    options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules")
    return [name for name in git.ask("diff", *options, PULLED, "--").split(b"\0") if name]
