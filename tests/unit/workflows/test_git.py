"""git as we call it, without a host: its settings, its words, and what is chosen of what a host says."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openbis_nb.errors import (
    ConfigurationProblem,
    InvalidInput,
    NoSpace,
    NothingSuitable,
    OpenbisNbError,
    UnsafePath,
)
from openbis_nb.workflows.importing.git import Git, GitFailed, check_version, here
from openbis_nb.workflows.importing.git_host import Host, parse_refs
from openbis_nb.workflows.importing.repositories import Step
from openbis_nb.workflows.importing.repository_book import Book
from openbis_nb.workflows.importing.repository_choice import Choice, chosen
from openbis_nb.workflows.importing.repository_fetch import step_of
from openbis_nb.workflows.importing.repository_merge import merge

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40
SAID = (
    f"ref: refs/heads/trunk\tHEAD\n{ONE}\tHEAD\n{ONE}\trefs/heads/trunk\n{TWO}\trefs/heads/feature/x\n"
    f"{THREE}\trefs/tags/v1\n{TWO}\trefs/tags/v1^{{}}\n{THREE}\trefs/pull/1/head\n"
)


@pytest.mark.parametrize("version", ["1.8.3.1", "2.34.1", "2.36.9", "nonsense"])
async def test_an_old_git_is_refused(version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look up a host's address itself, after we have judged it."""
    fake = tmp_path / "git"
    fake.write_text(f"#!/bin/sh\necho git version {version}\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin{os.pathsep}/bin")
    with pytest.raises(ConfigurationProblem, match=r"2[.]37 or newer"):
        await check_version()


async def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to do."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ConfigurationProblem, match="not installed"):
        await check_version()


def test_nothing_of_the_persons_settings_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """git is told everything by its environment, and nothing secret by an argument or a setting."""
    monkeypatch.setenv("GIT_PROXY_COMMAND", "evil")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    env = Host("https://git.example.org/a.git", "git.example.org", "pin").git(tmp_path).env()
    assert not {"GIT_PROXY_COMMAND", "https_proxy"} & env.keys()
    config = {
        env[f"GIT_CONFIG_KEY_{n}"]: env[f"GIT_CONFIG_VALUE_{n}"] for n in range(int(env["GIT_CONFIG_COUNT"]))
    }
    assert (config["protocol.allow"], config["protocol.https.allow"]) == ("never", "always")
    here = "http.https://git.example.org/a.git"  # a setting for this address alone cannot win over ours
    assert (config[f"{here}.followRedirects"], config[f"{here}.curloptResolve"]) == ("false", "pin")
    assert env["GIT_ALLOW_PROTOCOL"] == "https"
    assert not any(name.endswith(".helper") and value for name, value in config.items())


def test_refs_as_git_tells_them() -> None:
    """U-17: the default branch by its name; an annotated tag is the commit that it names."""
    refs = parse_refs(SAID.encode())
    assert (refs.default_branch, refs.head) == ("trunk", ONE)
    assert refs.branches == {"trunk": ONE, "feature/x": TWO}
    assert refs.tags == {"v1": TWO}


@pytest.mark.parametrize(
    ("name", "choice"),
    [
        (None, Choice("branch", "trunk", ONE)),
        ("feature/x", Choice("branch", "feature/x", TWO)),
        ("v1", Choice("tag", "v1", TWO)),
        (THREE, Choice("commit", THREE, THREE)),
    ],
)
def test_what_a_name_is(name: str | None, choice: Choice) -> None:
    """U-16."""
    assert chosen(parse_refs(SAID.encode()), name) == choice


@pytest.mark.parametrize("name", ["nothing", "--upload-pack=x", "HEAD~1", "", "refs/heads/../x"])
def test_a_name_that_the_host_does_not_have(name: str) -> None:
    """What is no ref of the host's never becomes an argument of git."""
    refs = parse_refs(
        SAID.replace("ref: refs/heads/trunk\tHEAD\n", "").replace(f"{ONE}\tHEAD\n", "").encode()
    )
    with pytest.raises((NothingSuitable, InvalidInput)):
        chosen(refs, name)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        (
            "Receiving objects:  45% (9/20), 1.50 MiB | 1.00 MiB/s",
            Step("fetching", "Receiving objects", 9, 20, 3 * 2**19),
        ),
        ("remote: Counting objects: 100% (3/3), done.", Step("fetching", "Counting objects", 3, 3)),
        ("Resolving deltas:   0% (0/7)", Step("fetching", "Resolving deltas", 0, 7)),
        ("remote: Welcome to our host", None),
        ("", None),
    ],
)
def test_progress_in_gits_words(line: str, step: Step | None) -> None:
    """B-36: what git says of its progress."""
    assert step_of(line) == step


def test_what_git_says_of_a_full_disk() -> None:
    """A full disk is said to be one; anything else has its own sentence, and git's words in the log only."""
    with pytest.raises(NoSpace), here("folder"):
        raise GitFailed("fatal: write error: No space left on device", ("fetch",))
    with pytest.raises(OpenbisNbError) as caught, here("folder"):
        raise GitFailed("fatal: odd", ("fetch",))
    assert "odd" not in str(caught.value)
    assert caught.value.detail == "fatal: odd"


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "content", "whole"),
    [
        (b"1\n2\n3\n4\n5\n", b"one\n2\n3\n4\n5\n", b"1\n2\n3\n4\nfive\n", b"one\n2\n3\n4\nfive\n", True),
        (b"1\n", b"mine\n", b"theirs\n", b"mine\n", False),
        (b"\0", b"\0mine", b"\0theirs", b"\0mine", False),
        (b"1\n2\n3\n", b"", b"1\n2\n3\n4\n", b"", False),
    ],
)
def test_a_file_that_both_changed(
    base: bytes, mine: bytes, theirs: bytes, content: bytes, whole: bool
) -> None:
    """U-15: other lines are taken up, of the same lines mine stay; what is no text stays whole."""
    merged = merge(Git(None), "file", base, mine, theirs)
    assert (merged.content, merged.whole) == (content, whole)


def test_a_path_that_no_text_can_hold(tmp_path: Path) -> None:
    """It is said, before anything is made."""
    book = Book(tmp_path / "state.sqlite3")
    for path in (tmp_path / "\ud800", tmp_path / os.fsdecode(b"\xff")):
        for ask in (book.get, book.begin, book.forget):
            with pytest.raises(UnsafePath):
                ask(path)
    assert book.all() == []
