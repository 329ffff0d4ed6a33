"""A repository becomes a new folder of the person's: whole, or not there at all (B-30 to B-34)."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass, replace
from pathlib import Path

from ...errors import Conflict, InvalidInput, OpenbisNbError
from ...identifiers import safe_file_name
from ...notebook_paths import launch_folder
from ...web.forges import RepositorySource, repository_source
from ...web.git_refs import Refs
from .git import Git, GitFailed, here
from .git_host import Host, Moved
from .git_reach import ask
from .git_tree import Blobs, Tree, read_tree
from .repositories import Repositories, Step, Stepped
from .repository_book import Entry, Note, Report, now
from .repository_choice import Choice, chosen
from .repository_disk import Disk
from .repository_fetch import NEXT, PULLED, fetch_commit
from .repository_part import begun, free, put_in_place, sweep

__all__ = ["Facts", "get", "look"]

_STEPS = 50


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a repository before it is fetched.

    Args:
        source: What the address means.
        host: Name of its host.
        http: It would come unencrypted.
        with_log_in: This account's credential for the host is used.
        choice: What would be fetched.
        refs: Branches and tags.
        folder: The name that its folder would get.
        taken: The name that it was to have, where that is taken (B-32).
        room: Bytes that are free for it.
        max_size: Bytes that it may have. How many it has, no host tells before it sends them.
    """

    source: RepositorySource
    host: str
    http: bool
    with_log_in: bool
    choice: Choice
    refs: Refs
    folder: str
    taken: str | None
    room: int
    max_size: int


async def look(
    repositories: Repositories, url: str, *, ref: str | None = None, parent: Path | None = None
) -> Facts:
    """Ask the host what there is; nothing is fetched or written.

    Args:
        repositories: Whose.
        url: Of a page of the repository, or for git.
        ref: Branch, tag or commit; ``None``: the one in the address, else the host's default branch.
        parent: Where the folder would be made; ``None``: in the root.

    Raises:
        OpenbisNbError: as :func:`get`.
    """
    host, refs, choice, source = await _asked(repositories, url, ref)
    above = parent or repositories.root
    name = safe_file_name(source.name, fallback="repository")
    folder = await asyncio.to_thread(free, above, name)
    return Facts(
        source=source,
        host=host.name,
        http=host.url.startswith("http://"),
        with_log_in=host.credential is not None,
        choice=choice,
        refs=refs,
        folder=folder,
        taken=name if folder != name else None,
        room=await asyncio.to_thread(repositories.room, above),
        max_size=repositories.max_size,
    )


async def get(
    repositories: Repositories,
    url: str,
    *,
    ref: str | None = None,
    folder: str | None = None,
    parent: Path | None = None,
    stepped: Stepped = lambda _: None,
) -> Entry:
    """Fetch a repository into a new folder.

    Args:
        repositories: Whose.
        url: Of a page of the repository, or for git.
        ref: Branch, tag or commit; ``None``: the one in the address, else the host's default branch.
        folder: Name of the new folder; ``None``: the repository's. ``_1``, ``_2`` … where it is taken.
        parent: An existing folder below the root, no links on the way; ``None``: the root.
        stepped: Is told how far it is.

    Returns:
        What was noted; its report names what was left out.

    Raises:
        ForbiddenAddress: the host is never asked from here.
        InvalidInput, UnsafePath: an address or a name that cannot be right.
        CredentialsNeeded: the host wants a log-in.
        NothingSuitable: there is no such repository, branch, tag or commit.
        TooLarge, NoSpace: it does not fit.
        UpstreamFailure, CertificateProblem: the host fails, or cannot be reached.
        ConfigurationProblem: there is no git, or too old a one. In each case nothing is left behind.
    """
    name = folder and "".join(launch_folder(folder)[:1])
    if name != folder:
        raise InvalidInput(f"{folder!r} is a path.", next_step="Give the name of one new folder.")
    stepped(Step("asking", "Asking the host"))
    await asyncio.to_thread(sweep, repositories.book)
    host, _, choice, source = await _asked(repositories, url, ref)
    above = parent or repositories.root
    wanted = name or safe_file_name(source.name, fallback="repository")
    repositories.check(0, above, wanted)
    with begun(repositories.book, above) as (part, lock):
        git = host.git(part, lock)
        await asyncio.to_thread(_prepare, git, host.url)
        await _fetched(repositories, host, part, choice, lock, stepped)
        stop = threading.Event()
        try:
            filled = asyncio.create_task(
                asyncio.to_thread(_filled_here, repositories, git, choice, wanted, stepped, stop)
            )
            commit, report = await asyncio.shield(filled)
        except asyncio.CancelledError:
            stop.set()  # a thread cannot be cancelled: it is asked to end, and the folder goes after that
            await asyncio.gather(filled, return_exceptions=True)
            raise
        path = await asyncio.to_thread(put_in_place, part, wanted)
    entry = Entry(path.resolve(), host.url, choice.name, choice.kind, commit, now(), report)
    await asyncio.to_thread(repositories.book.put, entry)
    return entry


async def _asked(
    repositories: Repositories, url: str, ref: str | None
) -> tuple[Host, Refs, Choice, RepositorySource]:
    source = repository_source(url, ref=ref)
    host, refs = await ask(repositories, source.clone_url)
    if ref is None and source.ref and source.path:
        # Of a page's address nobody else can say where a branch with a slash ends.
        found = refs.split(f"{source.ref}/{source.path}")
        if found is not None:
            source = replace(source, ref=found[0], path=found[1] or None)
    return host, refs, chosen(refs, source.ref), source


async def _fetched(
    repositories: Repositories, host: Host, part: Path, choice: Choice, lock: int, stepped: Stepped
) -> None:
    try:
        await fetch_commit(repositories, host, part, choice, lock, stepped)
    except Moved as error:
        raise Conflict(
            f"{host.name} sends elsewhere now.", next_step="Fetch the repository again."
        ) from error


def _prepare(git: Git, url: str) -> None:
    with here("the new folder"):
        git.ask("init", "--quiet", "--template=")
        git.ask("config", "remote.origin.url", url)
        git.ask("config", "remote.origin.fetch", "+refs/heads/*:refs/remotes/origin/*")


def _filled_here(
    repositories: Repositories, git: Git, choice: Choice, name: str, stepped: Stepped, stop: threading.Event
) -> tuple[str, Report]:
    with here(name):
        return _filled(repositories, git, choice, name, stepped, stop)


def _filled(
    repositories: Repositories, git: Git, choice: Choice, name: str, stepped: Stepped, stop: threading.Event
) -> tuple[str, Report]:
    """Write the files of what was fetched, and set git's own marks. Blocks."""
    assert git.folder is not None
    stepped(Step("looking", "Looking at what has come"))
    commit = git.line("rev-parse", "--verify", f"{NEXT}^{{commit}}")
    tree = read_tree(git, commit)
    repositories.check(tree.size, git.folder, name)
    disk = Disk(git.folder, git.has("rev-parse", "--show-object-format") or "sha1")
    try:
        with Blobs(git) as blobs:
            for number, (path, item) in enumerate(tree.items.items()):
                if stop.is_set():
                    raise OpenbisNbError("The server was stopped before this had ended.")
                if number % _STEPS == 0:
                    stepped(Step("writing", "Writing files", number, len(tree.items)))
                disk.write(path, item.kind, blobs.pieces(item.oid))
    finally:
        disk.close()
    set_marks(git, choice, commit)
    return commit, Report(added=len(tree.items), notes=left_out(tree))


def left_out(tree: Tree) -> tuple[Note, ...]:
    """What was not made, for the person."""
    return tuple(Note("left-out", one.path, why=one.why) for one in tree.left_out)


def set_marks(git: Git, choice: Choice, commit: str) -> None:
    """Where git says that this folder is: at the branch, which then follows its host's; or at the commit.

    The index is that of the commit: what git calls changed from now on is what the person changed.
    """
    if choice.kind == "branch":
        git.ask("update-ref", f"refs/heads/{choice.name}", commit)
        git.ask("update-ref", f"refs/remotes/origin/{choice.name}", commit)
        git.ask("symbolic-ref", "HEAD", f"refs/heads/{choice.name}")
        git.ask("config", f"branch.{choice.name}.remote", "origin")
        git.ask("config", f"branch.{choice.name}.merge", f"refs/heads/{choice.name}")
    else:
        if choice.kind == "tag":
            git.ask("update-ref", f"refs/tags/{choice.name}", NEXT)
        git.ask("update-ref", "--no-deref", "HEAD", commit)
    git.ask("update-ref", PULLED, commit)
    git.ask("update-ref", "-d", NEXT)
    git.ask("read-tree", "--reset", commit)
    try:
        git.ask("update-index", "-q", "--refresh")
    except GitFailed:
        return  # it says so of every file that the person has changed
