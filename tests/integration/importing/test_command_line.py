"""``openbis-nb repository``: fetch, update, list, tokens; what is killed in the middle leaves nothing."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.git_host import GitHost

from .test_get import everything

SCRIPT = Path(sys.executable).with_name("openbis-nb")


class Account:
    """One account's command line, with a folder of its own."""

    def __init__(self, host: GitHost, folder: Path) -> None:
        self.work, self.state = folder / "work", folder / "state"
        self.work.mkdir()
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "OPENBIS_NB_STATE_DIR": str(self.state),
            "OPENBIS_NB_CA_BUNDLE": str(host.ca),
            "OPENBIS_NB_IMPORT_HOSTS": host.name,
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """A command that goes on."""
        pipe = subprocess.PIPE
        command = [str(SCRIPT), "repository", *words, "--json"]
        return subprocess.Popen(
            command, env=self.env, cwd=self.work, stdin=pipe, stdout=pipe, stderr=pipe, text=True
        )

    def __call__(self, *words: str, stdin: str = "") -> Any:
        """A command's JSON, or its problem."""
        process = self.start(*words)
        out, problem = process.communicate(stdin, timeout=120)
        return json.loads(out if process.returncode == 0 else problem)


def visible(folder: Path) -> dict[str, bytes]:
    """What a person sees below *folder*."""
    return {
        name: (folder / name).read_bytes()
        for name in everything(folder)
        if not name.startswith(".openbis-nb-")
    }


@pytest.fixture
def account(host: GitHost, tmp_path: Path) -> Account:
    """An account that may ask the host."""
    return Account(host, tmp_path)


def test_from_the_first_fetch_to_the_last_token(account: Account, host: GitHost) -> None:
    """B-30, U-15, U-16: the way of a course, with a private repository at its end."""
    made = host.repository("course", {"one.txt": "1\n", "two.txt": "2\n"})
    host.private["course"] = ("git", "a-token")

    assert account("list") == []
    refused = account("get", made.url)
    assert (refused["code"], refused["host"]) == ("credentials-needed", host.name)
    assert account("log-in", host.name, "--token-stdin", stdin="a-token\n")["host"] == host.name
    got = account("get", made.url)
    assert (got["path"], got["ref"]) == (str(account.work / "course"), "main")
    assert account("get", made.url)["name"] == "course_1"

    (account.work / "course/one.txt").write_text("mine\n")
    (account.work / "course/two.txt").unlink()
    made.commit({"one.txt": "theirs\n", "three.txt": "3\n"})
    listed = {one["name"]: one for one in account("list", "--ask")}
    assert (listed["course"]["state"], listed["course"]["changes"], listed["course"]["upstream"]) == (
        "changed",
        2,
        "behind",
    )
    assert (listed["course_1"]["state"], listed["course_1"]["upstream"]) == ("clean", "behind")
    report = account("update", "course")["report"]
    assert {(note["kind"], note["path"]) for note in report["notes"]} == {
        ("kept", "one.txt"),
        ("restored", "two.txt"),
    }
    assert report["added"] == 1

    account("forget", "course_1")
    account("log-out", host.name)
    (last,) = account("list", "--ask")
    assert (last["name"], last["upstream"]) == ("course", "unreachable")
    assert "log-in" in last["why"]
    assert (account.work / "course_1/one.txt").exists()


@pytest.mark.parametrize("what", ["get", "update"])
def test_killed_in_the_middle(account: Account, host: GitHost, what: str) -> None:
    """Design section 6: kill -9 leaves no half folder and no half update; the next call tidies up."""
    made = host.repository(f"killed-{what}", {"data": os.urandom(2**18), "mine": "1"})
    if what == "update":
        account("get", made.url)
        (account.work / "killed-update/mine").write_text("edited")
        made.commit({"data": os.urandom(2**18), "mine": "2"})
    before = visible(account.work)
    host.misbehave = "slow"
    process = account.start(what, made.url if what == "get" else "killed-update")
    assert host.halfway.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert visible(account.work) == before
    host.go_on.set()
    for lock in account.work.glob("*/.git/openbis-nb.lock"):
        with lock.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # git ends by itself, as nobody listens to it any more
    host.behave()
    for part in account.work.glob(".openbis-nb-*"):
        os.utime(part, (0, 0))  # as if a while had passed
    done = account(what, made.url if what == "get" else "killed-update")

    assert (account.work / f"killed-{what}/data").read_bytes() == (made.copy / "data").read_bytes()
    assert done["report"]["finished"]
    if what == "update":
        assert (account.work / "killed-update/mine").read_text() == "edited"
    assert list(account.work.glob(".openbis-nb-*")) == []
