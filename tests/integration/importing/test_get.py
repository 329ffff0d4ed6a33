"""A repository becomes a new folder (B-30 to B-37, U-16, U-17): a real git, and a real host over TLS."""

from __future__ import annotations

import asyncio
import subprocess
from pathlib import Path

import pytest

from openbis_nb.errors import InvalidInput, NothingSuitable
from openbis_nb.workflows.importing.repositories import Repositories, Step
from openbis_nb.workflows.importing.repository_get import get, look
from tests.git_host import GitHost


def everything(folder: Path) -> list[str]:
    """All files below *folder*, without git's own."""
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if ".git" not in path.relative_to(folder).parts and not path.is_dir()
    )


def own_git(folder: Path, *arguments: str) -> str:
    """The person's own git in their own folder."""
    who = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    done = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def status(folder: Path) -> str:
    """What git says of the folder, as the person's own git would."""
    return subprocess.run(
        ["git", "-C", str(folder), "status", "--porcelain", "--branch"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


async def test_a_repository_becomes_a_folder_of_its_name(here: Repositories, host: GitHost) -> None:
    """B-30, U-17: the default branch is asked of the host, and the commit is recorded."""
    made = host.repository("first", {"README.md": "# Hello\n", "code/run.sh": "#!/bin/sh\n"})
    made.git("update-index", "--chmod=+x", "code/run.sh")
    made.git("commit", "-qm", "It can be run")
    made.git("branch", "-m", "main", "trunk")
    commit = made.publish()
    made.git("--git-dir", str(made.bare), "symbolic-ref", "HEAD", "refs/heads/trunk")
    steps: list[Step] = []

    facts = await look(here, made.url)
    entry = await get(here, made.url, stepped=steps.append)

    assert (facts.choice.name, facts.choice.commit, facts.folder, facts.taken) == (
        "trunk",
        commit,
        "first",
        None,
    )
    assert facts.room > 0
    assert entry.path == here.root / "first"
    assert (entry.ref, entry.ref_kind, entry.commit, entry.url) == ("trunk", "branch", commit, made.url)
    assert everything(entry.path) == ["README.md", "code/run.sh"]
    assert (entry.path / "code/run.sh").stat().st_mode & 0o100
    assert status(entry.path).splitlines() == ["## trunk...origin/trunk"]
    assert here.book.all() == [entry]
    assert {step.step for step in steps} >= {"asking", "fetching", "looking", "writing"}
    assert [path.name for path in here.root.iterdir()] == ["first"]


async def test_a_name_that_is_taken_gets_a_number(here: Repositories, host: GitHost) -> None:
    """B-32: the first of ``_1``, ``_2`` … that is free; nothing that is there is touched."""
    made = host.repository("taken")
    (here.root / "taken").mkdir()
    (here.root / "taken_1").write_text("mine")

    facts = await look(here, made.url)
    first = await get(here, made.url)
    second, third = await asyncio.gather(get(here, made.url), get(here, made.url))

    assert (facts.folder, facts.taken) == ("taken_2", "taken")
    assert first.path.name == "taken_2"
    assert {second.path.name, third.path.name} == {"taken_3", "taken_4"}
    assert everything(here.root / "taken") == []
    assert (here.root / "taken_1").read_text() == "mine"


async def test_a_branch_a_tag_and_a_commit_can_be_chosen(here: Repositories, host: GitHost) -> None:
    """U-16: also a branch with a slash, an annotated tag, and a commit that no branch ends at."""
    made = host.repository("chosen", {"file": "1"})
    first = made.git("rev-parse", "HEAD")
    made.git("tag", "-a", "v1", "-m", "The first")
    made.commit({"file": "2"})
    made.git("switch", "-qc", "feature/x")
    third = made.commit({"file": "3"})

    branch = await get(here, made.url, ref="feature/x", folder="branch")
    tag = await get(here, made.url, ref="v1", folder="tag")
    commit = await get(here, made.url, ref=first, folder="commit")

    assert (branch.ref_kind, branch.commit) == ("branch", third)
    assert (tag.ref_kind, tag.commit) == ("tag", first)
    assert (commit.ref_kind, commit.commit) == ("commit", first)
    assert [(one.path / "file").read_text() for one in (branch, tag, commit)] == ["3", "1", "1"]
    assert [len(status(one.path).splitlines()) for one in (branch, tag, commit)] == [1, 1, 1]
    with pytest.raises(NothingSuitable, match="no branch, tag or commit 'gone'"):
        await get(here, made.url, ref="gone")
    with pytest.raises(InvalidInput, match="all 40"):
        await get(here, made.url, ref=first[:10])
    with pytest.raises(NothingSuitable, match="does not have"):
        await get(here, made.url, ref="0" * 40)
    assert sorted(path.name for path in here.root.iterdir()) == ["branch", "commit", "tag"]


async def test_only_what_is_needed_of_the_history_comes(here: Repositories, host: GitHost) -> None:
    """A long history stays at the host."""
    made = host.repository("long")
    for number in range(5):
        made.commit({"file": str(number)})
    entry = await get(here, made.url)
    assert len(own_git(entry.path, "log", "--oneline").splitlines()) == 1


@pytest.mark.parametrize("folder", ["..", "../out", "a/b", ".hidden", "a\nb", "C:x", ""])
async def test_a_folder_that_is_no_plain_name_is_refused(
    here: Repositories, host: GitHost, folder: str
) -> None:
    """Nothing is asked and nothing is written outside; an empty name is the repository's own."""
    made = host.repository(f"plain-{abs(hash(folder))}")
    if folder == "":
        assert (await get(here, made.url, folder=folder)).path.parent == here.root
        return
    with pytest.raises((InvalidInput,)):
        await get(here, made.url, folder=folder)
    assert list(here.root.iterdir()) == []


async def test_an_empty_repository_is_said_to_be_empty(here: Repositories, host: GitHost) -> None:
    """B-37: the failure says what is wrong."""
    made = host.repository("empty")
    made.git("--git-dir", str(made.bare), "update-ref", "-d", "refs/heads/main")
    with pytest.raises(NothingSuitable, match="empty"):
        await get(here, made.url)
