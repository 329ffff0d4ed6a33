"""Hostile repositories and hosts: nothing of them runs, leads out of the folder, or stays half-made."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from pathlib import Path

import pytest

from openbis_nb.errors import (
    ForbiddenAddress,
    NoSpace,
    NothingSuitable,
    OpenbisNbError,
    TooLarge,
    UpstreamFailure,
)
from openbis_nb.web.guarded.rules import GuardRules
from openbis_nb.workflows.importing import repositories
from openbis_nb.workflows.importing.repositories import Repositories, Step
from openbis_nb.workflows.importing.repository_get import get
from openbis_nb.workflows.importing.repository_part import sweep
from openbis_nb.workflows.importing.repository_state import standings
from openbis_nb.workflows.importing.repository_update import update
from tests.git_host import GitHost, Repository
from tests.unit.labext.test_placing import full_disk

from .test_get import everything


def changed(here: Repositories, **changes: object) -> Repositories:
    """The same account under other rules."""
    names = ("root", "book", "rules", "credential", "max_size", "patience")
    return Repositories(**{name: getattr(here, name) for name in names} | changes)  # type: ignore[arg-type]


def nothing_stays(here: Repositories) -> bool:
    """Whether there is neither a folder nor a note of one."""
    return not list(here.root.iterdir()) and not here.book.all() and not here.book.begun()


def tree_of(made: Repository, *entries: tuple[str, str, bytes]) -> None:
    """A commit of these entries (mode, name, content or commit), as no honest git would make it."""
    lines = b""
    for mode, name, content in entries:
        if mode == "160000":
            oid = content.decode()
        elif mode == "40000":
            inner = made.git("hash-object", "-w", "--stdin", stdin=b"x")
            oid = made.git(
                "hash-object", "-w", "-t", "tree", "--stdin", "--literally",
                stdin=b"100644 hooks\0" + bytes.fromhex(inner),
            )  # fmt: skip
        else:
            oid = made.git("hash-object", "-w", "--stdin", stdin=content)
        lines += f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid)
    tree = made.git("hash-object", "-w", "-t", "tree", "--stdin", "--literally", stdin=lines)
    commit = made.git("commit-tree", tree, "-m", "Hostile")
    made.git("update-ref", "refs/heads/main", commit)
    made.publish()


async def test_links_do_not_lead_out(here: Repositories, host: GitHost) -> None:
    """Design section 6: a link out of the folder becomes a text file; nothing is written through any link."""
    outside = here.root.parent / "outside"
    outside.mkdir()
    made = host.repository("links", {"sub/file": "in it", "plain": "x"})
    for name, target in (("inside", "sub/file"), ("out", "../../outside"), ("absolute", str(outside))):
        (made.copy / name).symlink_to(target)
    made.commit({})

    entry = await get(here, made.url)

    assert (entry.path / "inside").read_text() == "in it"
    assert (entry.path / "out").read_text() == "../../outside"
    assert not (entry.path / "out").is_symlink()
    assert not (entry.path / "absolute").is_symlink()
    assert {(note.kind, note.path) for note in entry.report.notes} == {
        ("left-out", "out"),
        ("left-out", "absolute"),
    }
    # Later the person's own link stands where they have a folder.
    (entry.path / "plain").unlink()
    (entry.path / "plain").symlink_to(outside)
    (entry.path / "sub/file").unlink()
    (entry.path / "sub").rmdir()
    (entry.path / "sub").symlink_to(outside)
    made.commit({"sub/file": "new", "sub/another": "new", "plain": "new"})
    await update(here, entry.path)
    assert list(outside.iterdir()) == []
    assert (entry.path / "sub/another").read_text() == "new"


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        (".git", "40000"),
        (".GIT", "40000"),
        ("git~1", "40000"),
        (".git ", "40000"),
        (".g\u200cit", "40000"),
        ("..", "40000"),
        (".", "40000"),
        ("a/b", "100644"),
        ("../../outside", "100644"),
    ],
)
async def test_trees_that_git_refuses(here: Repositories, host: GitHost, name: str, mode: str) -> None:
    """`.git` tricks and paths that lead elsewhere: nothing of such a repository is kept."""
    made = host.repository(f"tree-{os.urandom(4).hex()}")
    tree_of(made, ("100644", "README.md", b"hello"), (mode, name, b"evil"))
    with suppress(NothingSuitable):
        await get(here, made.url)
    # What some git lets through is left out by us.
    assert nothing_stays(here) or everything(here.root) == [f"{made.copy.name}/README.md"]
    assert everything(here.root.parent / "outside") == []


async def test_names_that_no_file_should_have(here: Repositories, host: GitHost) -> None:
    """A line break, a control character, a byte that is no letter: left out, and said."""
    made = host.repository("names")
    made.commit({"good": "1", "line\nbreak": "2", "bell\x07": "3", "back\\slash": "4", "-rf": "5"})
    (made.copy / os.fsdecode(b"\xff\xfe")).write_text("6")
    made.commit({})

    entry = await get(here, made.url)

    assert everything(entry.path) == ["-rf", "README.md", "good"]
    assert {note.kind for note in entry.report.notes} == {"left-out"}
    assert len(entry.report.notes) == 4


async def test_nothing_of_it_runs(
    here: Repositories, host: GitHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hooks, filters, submodules, attributes, a person's own settings of git: none of them counts."""
    ran = tmp_path / "ran"
    home = tmp_path / "account"
    home.mkdir()
    touch = f"touch {ran}"
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for hook in ("post-checkout", "post-merge", "reference-transaction", "post-index-change"):
        (hooks / hook).write_text(f"#!/bin/sh\n{touch}\n")
        (hooks / hook).chmod(0o755)
    (home / ".gitconfig").write_text(
        f"[core]\n hooksPath = {hooks}\n fsmonitor = {touch}\n"
        f'[filter "evil"]\n smudge = {touch}\n clean = {touch}\n'
        f'[credential]\n helper = "!{touch};"\n[url "https://127.0.0.1:1/"]\n insteadOf = https://\n'
        f'[merge "evil"]\n driver = {touch}\n[diff "evil"]\n textconv = {touch}\n'
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    monkeypatch.setenv("GIT_SSH_COMMAND", touch)
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", touch)
    made = host.repository(
        "running",
        {
            ".gitattributes": "* filter=evil diff=evil merge=evil ident\n",
            ".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = --upload-pack=touch${IFS}ran\n',
            "file": "$Id$\n",
            "hooks/post-checkout": f"#!/bin/sh\n{touch}\n",
        },
    )
    try:
        entry = await get(here, made.url)
    except NothingSuitable:  # newer gits refuse such a .gitmodules when they fetch
        made.commit({".gitmodules": '[submodule "x"]\n\tpath = x\n\turl = ssh://127.0.0.1/x\n'}, amend=True)
        entry = await get(here, made.url)
    # The same in the folder's own settings, which a notebook that was run there may have written.
    with (entry.path / ".git/config").open("a") as config:
        config.write((home / ".gitconfig").read_text())
    (entry.path / "file").write_text("mine\n")
    made.commit({"file": "theirs\n"})
    await update(here, entry.path)
    (standing,) = await standings(here, ask_hosts=True)

    assert (standing.local, standing.named, standing.upstream) == ("changed", ("file",), "current")
    assert (entry.path / "file").read_text() == "mine\n"
    assert not ran.exists()
    assert not (tmp_path / "trace").exists()


async def test_a_submodule_is_not_fetched(here: Repositories, host: GitHost) -> None:
    """Another repository inside: said, and nothing is asked of its host."""
    made = host.repository("outer")
    tree_of(made, ("100644", "README.md", b"hello"), ("160000", "inner", b"1" * 40))
    entry = await get(here, made.url)
    assert [(note.kind, note.path) for note in entry.report.notes] == [("left-out", "inner")]
    assert everything(entry.path) == ["README.md"]


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc",
        "ssh://git@github.com/a/b.git",
        "git@github.com:a/b.git",
        "ext::sh -c touch",
        "--upload-pack=touch",
        "https://user:secret@example.org/a/b.git",
        "https://127.0.0.1/a/b.git",
        "https://localhost/a/b.git",
        "https://169.254.169.254/a/b.git",
        "https://[::1]/a/b.git",
        "https://2130706433/a/b.git",
        "http://127.0.0.1:8888/a/b.git",
        "https://10.0.0.1/a/b.git",
    ],
)
async def test_addresses_that_are_never_asked(here: Repositories, url: str) -> None:
    """B-35 (only http and https), table row 92: each is refused with the reason."""
    with pytest.raises(OpenbisNbError) as caught:
        await get(here, url)
    assert caught.value.status in (400, 422)
    assert "secret" not in str(caught.value)
    assert nothing_stays(here)


async def test_a_host_is_asked_only_where_it_was_judged(here: Repositories, host: GitHost) -> None:
    """A redirect is judged like the first address: refused inwards, followed to an allowed place."""
    made = host.repository("moved")
    host.redirects["/old.git"] = host.url("moved.git")
    entry = await get(here, host.url("old.git"))
    assert (entry.url, entry.path.name) == (made.url, "old")

    host.redirects["/inwards.git"] = "https://127.0.0.1:1/x.git"
    with pytest.raises(ForbiddenAddress):
        await get(here, host.url("inwards.git"))
    host.redirects["/round.git"] = host.url("round.git")
    with pytest.raises(UpstreamFailure):
        await get(here, host.url("round.git"))
    with pytest.raises(ForbiddenAddress):
        await get(changed(here, rules=GuardRules(ca_bundle=host.ca)), made.url)
    assert [path.name for path in here.root.iterdir()] == ["old"]


@pytest.mark.parametrize("how", ["slow", "endless", "endless-refs"])
async def test_a_host_that_never_ends(here: Repositories, host: GitHost, how: str) -> None:
    """Not done in time: git is stopped, and nothing stays."""
    made = host.repository(f"never-{how}", {"data": os.urandom(2**18)})
    host.misbehave = how
    with pytest.raises(UpstreamFailure) as caught:
        await get(changed(here, patience=2.0), made.url)
    assert how == "endless" or "in 2 seconds" in caught.value.message
    assert nothing_stays(here)


@pytest.mark.parametrize("how", ["cut", "broken"])
async def test_a_host_that_fails(here: Repositories, host: GitHost, how: str) -> None:
    """B-37: half a pack, an error of the host: said, and nothing stays."""
    made = host.repository(f"fails-{how}", {"data": os.urandom(2**18)})
    host.misbehave = how
    with pytest.raises(UpstreamFailure):
        await get(here, made.url)
    assert nothing_stays(here)


@pytest.mark.parametrize("content", [os.urandom(2**20), b"\0" * 2**24])
async def test_what_is_too_large_is_refused(here: Repositories, host: GitHost, content: bytes) -> None:
    """B-31: what comes, and what it would be unpacked, is counted; the message names the limit."""
    made = host.repository(f"large-{len(content)}", {"data": content})
    with pytest.raises(TooLarge, match="limit"):
        await get(changed(here, max_size=500_000), made.url)
    assert nothing_stays(here)


async def test_what_does_not_fit_is_refused(
    here: Repositories, host: GitHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """B-31: what is free is looked at before files are written."""
    made = host.repository("unfit", {"data": b"\0" * 2**24})
    monkeypatch.setattr(repositories, "_RESERVE", 0)
    usage = type("Usage", (), {"free": 2**20})
    monkeypatch.setattr(repositories.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(NoSpace, match=r"needs 16[.]8 MB, and only 1[.]05 MB are free"):
        await get(here, made.url)
    assert nothing_stays(here)


async def test_a_cancelled_fetch_leaves_nothing(here: Repositories, host: GitHost) -> None:
    """The server stops, or the person leaves it: git ends with it."""
    made = host.repository("cancelled", {"data": os.urandom(2**18)})
    host.misbehave = "slow"
    task = asyncio.create_task(get(here, made.url))
    assert await asyncio.to_thread(host.halfway.wait, 30)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_stays(here)


async def test_stopped_while_files_are_written(here: Repositories, host: GitHost) -> None:
    """The same when the files are being written."""
    made = host.repository("stopped", {f"file{number}": "x" for number in range(200)})
    writing = asyncio.Event()
    loop = asyncio.get_running_loop()

    def stepped(step: Step) -> None:
        if step.step == "writing":
            loop.call_soon_threadsafe(writing.set)

    task = asyncio.create_task(get(here, made.url, stepped=stepped))
    async with asyncio.timeout(30):
        await writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert nothing_stays(here)


async def test_what_a_killed_process_left_is_swept(here: Repositories, host: GitHost) -> None:
    """Only what is noted as begun, hidden, at rest and locked by nobody is removed."""
    part = here.root / ".openbis-nb-repository-0123456789abcdef"
    (part / ".git").mkdir(parents=True)
    (part / "file").write_text("half")
    mine = here.root / "mine"
    mine.mkdir()
    for folder in (part, mine):
        here.book.begin(folder)
    sweep(here.book)
    assert part.exists()  # it may be somebody's who begins just now
    sweep(here.book, after=-1)
    assert [path.name for path in here.root.iterdir()] == ["mine"]


async def test_an_update_that_a_full_disk_stopped_goes_on(
    here: Repositories, host: GitHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Edits, and what was renamed, are as they were; the next update ends what this one began."""
    made = host.repository("full", {"a": "1", "b": "1", "mine": "1"})
    entry = await get(here, made.url)
    (entry.path / "mine").write_text("edited")
    (entry.path / "new").write_text("mine")
    made.commit({"a": "2", "b": "2" * 2**20, "new": "theirs", "mine": "2"})
    with full_disk(2**19), pytest.raises(OpenbisNbError):
        await update(here, entry.path)
    assert (entry.path / "mine").read_text() == "edited"
    assert not here.book.get(entry.path).report.finished or (entry.path / "b").read_text() == "1"
    again = await update(here, entry.path)
    assert (entry.path / "b").read_text() == "2" * 2**20
    assert (entry.path / "mine").read_text() == "edited"
    assert again.report.finished
    assert [path.read_text() for path in entry.path.glob("new__*")] == ["mine"]
