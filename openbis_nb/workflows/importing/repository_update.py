"""A folder with a repository is brought up to date; what the person did there stays (U-15).

Nothing is committed, merged or stashed in the person's name: the folder is compared file by file
(``repository_plan``). Whether the repository's history was rewritten, or another branch is wanted now, makes
no difference. Commits of the person's own stay in a branch of theirs.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ...errors import Conflict, OpenbisNbError, UpstreamFailure
from .git import Git, here
from .git_host import Host, Moved
from .git_reach import ask
from .git_tree import Blobs, Tree, read_tree
from .repositories import Repositories, Step, Stepped
from .repository_book import Entry, Note, Report, now
from .repository_choice import Choice, chosen
from .repository_disk import Disk, Found
from .repository_fetch import BEGUN, NEXT, PULLED, fetch_commit
from .repository_get import left_out, set_marks
from .repository_merge import MOST_MERGED, merge
from .repository_part import locked
from .repository_plan import Action, last_written, planned

__all__ = ["update"]

#: What git leaves while a person is in the middle of something.
_IN_THE_MIDDLE = (
    "MERGE_HEAD",
    "CHERRY_PICK_HEAD",
    "REVERT_HEAD",
    "rebase-merge",
    "rebase-apply",
    "index.lock",
)


async def update(
    repositories: Repositories, path: Path, *, ref: str | None = None, stepped: Stepped = lambda _: None
) -> Entry:
    """Bring a folder up to date.

    Args:
        repositories: Whose.
        path: Of a folder in the list.
        ref: Another branch, tag or commit from now on.
        stepped: Is told how far it is.

    Returns:
        What was noted; its report lists what was kept, merged, renamed and restored.

    Raises:
        NotFound: it is not in the list.
        Conflict: the folder is no repository any more, somebody is at work there, or git is in the middle of
            something.
        OpenbisNbError: as ``repository_get.get``. What the person has stays in each case.
    """
    entry = await asyncio.to_thread(repositories.book.get, path)
    stepped(Step("asking", "Asking the host"))
    await asyncio.to_thread(_check, path)
    host, refs = await ask(repositories, entry.url)
    choice = chosen(refs, ref or entry.ref)
    with locked(path) as lock:
        git = host.git(path, lock).without_programs()
        await _fetched(repositories, host, git, choice, lock, stepped)
        work = _Work(repositories, git, entry, choice, host.url, stepped)
        running = asyncio.create_task(asyncio.to_thread(work.run))
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            work.stop.set()  # a thread cannot be cancelled: it ends between two files
            await asyncio.gather(running, return_exceptions=True)
            raise


def _check(path: Path) -> None:
    Disk(path).close()
    for name in _IN_THE_MIDDLE:
        if (path / ".git" / name).exists():
            raise Conflict(
                f"git is in the middle of something in {path.name} ({name}).",
                next_step="Finish or abort it in a terminal (`git status` says how), then update.",
            )


async def _fetched(
    repositories: Repositories, host: Host, git: Git, choice: Choice, lock: int, stepped: Stepped
) -> None:
    """Have the commit here, as :data:`NEXT`."""
    assert git.folder is not None
    known = git.has("rev-parse", "--verify", "--quiet", f"{PULLED}^{{commit}}")
    if known == choice.commit:
        git.ask("update-ref", NEXT, known)
        return
    try:
        await fetch_commit(repositories, host, git.folder, choice, lock, stepped)
    except Moved as error:
        raise UpstreamFailure(f"{host.name} sends elsewhere now.", next_step="Update again.") from error


@dataclass(slots=True)
class _Work:
    """The part on this machine. Blocks; for a thread."""

    repositories: Repositories
    git: Git
    entry: Entry
    choice: Choice
    url: str
    stepped: Stepped
    stop: threading.Event = field(default_factory=threading.Event)
    notes: list[Note] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: {"added": 0, "updated": 0, "removed": 0})

    def run(self) -> Entry:
        """Compare, write, set git's marks, note it."""
        with here(self.entry.path.name):
            return self._run()

    def _run(self) -> Entry:
        self.stepped(Step("looking", "Comparing with your files"))
        commit = self.git.line("rev-parse", "--verify", f"{NEXT}^{{commit}}")
        theirs, base, begun = read_tree(self.git, commit), self._base(), self._begun()
        disk = Disk(self.entry.path, self.git.has("rev-parse", "--show-object-format") or "sha1")
        try:
            paths = {path for tree in (theirs, base, *begun.values()) for path in tree.items}
            mine = {path: disk.look(path) for path in paths}
            base = _with_begun(base, begun.values(), mine)
            steps = [
                (action, path)
                for action, path in planned(
                    base.items,
                    {path: found.item if found else None for path, found in mine.items()},
                    theirs.items,
                )
                if action not in ("nothing", "leave")
            ]
            self._check_room(steps, theirs)
            self._note(self.entry, finished=False)
            self.git.ask("update-ref", f"{BEGUN}{commit}", commit)
            with Blobs(self.git) as blobs:
                for number, (action, path) in enumerate(steps):
                    if self.stop.is_set():
                        raise OpenbisNbError("The server was stopped before this had ended.")
                    self.stepped(Step("writing", "Writing files", number, len(steps)))
                    self._do(action, path, _Sides(disk, blobs, base, mine, theirs))
        finally:
            disk.close()
            self._note(self.entry, finished=False)
        self._keep_commits(commit)
        for known in {*begun, commit}:
            self.git.ask("update-ref", "-d", f"{BEGUN}{known}")
        set_marks(self.git, self.choice, commit)
        self.notes += left_out(theirs)
        done = replace(
            self.entry,
            url=self.url,
            ref=self.choice.name,
            ref_kind=self.choice.kind,
            commit=commit,
            pulled_at=now(),
        )
        return self._note(done, finished=True)

    def _base(self) -> Tree:
        """What the folder was last brought to. Without it, every file counts as the person's alone."""
        for known in (PULLED, self.entry.commit):
            if commit := self.git.has("rev-parse", "--verify", "--quiet", f"{known}^{{commit}}"):
                return read_tree(self.git, commit)
        return Tree()

    def _begun(self) -> dict[str, Tree]:
        """By commit, what updates were to bring that did not end."""
        known = self.git.has("for-each-ref", "--format=%(objectname)", BEGUN).split()
        return {commit: read_tree(self.git, commit) for commit in known}

    def _check_room(self, steps: list[tuple[Action, str]], theirs: Tree) -> None:
        size = sum(theirs.sizes.get(path, 0) for action, path in steps if action not in ("keep", "remove"))
        self.repositories.check(size, self.entry.path, self.entry.path.name)

    def _note(self, entry: Entry, *, finished: bool) -> Entry:
        report = Report(**self.counts, notes=tuple(self.notes), finished=finished)
        noted = replace(entry, report=report)
        self.repositories.book.put(noted)
        return noted

    def _do(self, action: Action, path: str, sides: _Sides) -> None:
        if action == "keep":
            why = "" if path in sides.theirs.items else "it is gone in the repository"
            self.notes.append(Note("kept", path, why=why))
        elif action == "merge":
            self._merge(path, sides)
        elif action in ("add", "restore", "make-room"):
            for old, new in sides.disk.make_room(path):
                self.notes.append(Note("renamed", old, new))
                self._note(self.entry, finished=False)
            sides.write(path)
            if action == "restore":
                self.notes.append(Note("restored", path))
            else:
                self.counts["added"] += 1
        elif sides.changed_meanwhile(path):
            self.notes.append(Note("kept", path, why="it was changed during the update"))
        elif action == "remove":
            sides.disk.remove(path)
            self.counts["removed"] += 1
        else:
            sides.write(path)
            self.counts["updated"] += 1

    def _merge(self, path: str, sides: _Sides) -> None:
        mine = sides.disk.read(path, MOST_MERGED)
        base, theirs = sides.base.items[path], sides.theirs.items[path]
        if mine is None or max(sides.base.sizes[path], sides.theirs.sizes[path]) > MOST_MERGED:
            self.notes.append(Note("kept", path, why="it is too large to be merged"))
            return
        merged = merge(self.git, path, sides.blobs.read(base.oid), mine, sides.blobs.read(theirs.oid))
        if merged.content != mine and not sides.changed_meanwhile(path):
            found = sides.mine[path]
            sides.disk.write(path, found.item.kind if found else theirs.kind, [merged.content])
            self.counts["updated"] += 1
            why = "" if merged.whole else "of the same lines, yours stayed"
            self.notes.append(Note("merged", path, why=why))
        elif not merged.whole or merged.content != mine:
            self.notes.append(Note("kept", path))

    def _keep_commits(self, commit: str) -> None:
        """What the person has committed stays in a branch, before git's marks move on."""
        pulled = self.git.has("rev-parse", "--verify", "--quiet", PULLED)
        ends = {self.git.has("rev-parse", "--verify", "--quiet", "HEAD")}
        if self.choice.kind == "branch":
            ends.add(self.git.has("rev-parse", "--verify", "--quiet", f"refs/heads/{self.choice.name}"))
        stamp = datetime.now(UTC).astimezone().strftime("%Y%m%d%H%M%S")
        for number, end in enumerate(sorted(ends - {"", pulled, commit})):
            where = [ref for ref in self._refs_with(end) if ref != f"refs/heads/{self.choice.name}"]
            if any(ref.startswith("refs/remotes/") for ref in where):
                continue  # it is of the repository itself: somebody has called `git pull` here
            name = where[0].removeprefix("refs/heads/") if where else f"kept-{stamp}"
            if not where:
                name += f"-{number + 1}" if number else ""
                self.git.ask("update-ref", f"refs/heads/{name}", end)
            self.notes.append(Note("branch", self.entry.ref, name, "your own commits are there"))

    def _refs_with(self, commit: str) -> list[str]:
        refs = ("refs/heads", "refs/remotes")
        return self.git.has("for-each-ref", f"--contains={commit}", "--format=%(refname)", *refs).split()


def _with_begun(base: Tree, begun: Collection[Tree], mine: Mapping[str, Found | None]) -> Tree:
    """What was last written here, by whole updates and by halves."""
    items = last_written(
        base.items,
        [tree.items for tree in begun],
        {path: found.item if found else None for path, found in mine.items()},
    )
    sizes = {path: size for tree in (base, *begun) for path, size in tree.sizes.items()}
    return Tree(items, sizes)


@dataclass(frozen=True, slots=True)
class _Sides:
    """The three states of every path, and how to read and write them."""

    disk: Disk
    blobs: Blobs
    base: Tree
    mine: Mapping[str, Found | None]
    theirs: Tree

    def write(self, path: str) -> None:
        item = self.theirs.items[path]
        self.disk.write(path, item.kind, self.blobs.pieces(item.oid))

    def changed_meanwhile(self, path: str) -> bool:
        """Whether somebody has written the file since it was looked at."""
        found = self.mine[path]
        return found is not None and self.disk.mark(path) != found.mark
