"""Private repositories: the person's token goes to exactly its host, and is seen nowhere (U-16)."""

from __future__ import annotations

import asyncio
import logging
import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from openbis_nb.errors import CredentialsNeeded, InvalidInput, NotFound, OpenbisNbError
from openbis_nb.host_credentials import HostCredentials, check_host
from openbis_nb.openbis.secrets import Secret
from openbis_nb.workflows.importing.git_host import Credential
from openbis_nb.workflows.importing.repositories import Repositories
from openbis_nb.workflows.importing.repository_get import get, look
from openbis_nb.workflows.importing.repository_update import update
from tests.git_host import GitHost, running_git_host

TOKEN = "glpat-N0B0dyM4ySeeTh1s"


def command_lines() -> str:
    """Those of every process that this account may see."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found.append(process.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:
            continue
    return "\n".join(found)


def holds(folder: Path, text: str) -> list[Path]:
    """Files below *folder* with *text* in them."""
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


async def test_a_private_repository_needs_a_token(
    here: Repositories, host: GitHost, credentials: dict[str, Credential], caplog: pytest.LogCaptureFixture
) -> None:
    """U-16, B-37: without one the answer says what is needed; a wrong one is said to be wrong."""
    caplog.set_level(logging.DEBUG)
    made = host.repository("private", {"data": os.urandom(2**18)})
    host.private["private"] = ("alice", TOKEN)
    with pytest.raises(CredentialsNeeded, match="wants a log-in") as caught:
        await look(here, made.url)
    assert caught.value.extra == {"host": host.name}
    credentials[host.name] = Credential("alice", Secret("wrong"))
    with pytest.raises(CredentialsNeeded, match="refuses your token"):
        await look(here, made.url)

    credentials[host.name] = Credential("alice", Secret(TOKEN))
    host.misbehave = "slow"
    fetching = asyncio.create_task(get(here, made.url))
    assert await asyncio.to_thread(host.halfway.wait, 30)
    assert "git-remote-https" in command_lines()  # it is at work now
    assert TOKEN not in command_lines()
    host.go_on.set()
    entry = await fetching
    host.behave()
    host.private["private"] = ("alice", TOKEN)
    made.commit({"more": "1"})
    await update(here, entry.path)

    assert (entry.path / "more").exists()
    assert any(said for _, _, said in host.seen)
    assert holds(here.root.parent, TOKEN) == []
    assert TOKEN not in caplog.text
    assert TOKEN not in str(here.book.all())


async def test_a_token_goes_nowhere_else(
    here: Repositories, host: GitHost, credentials: dict[str, Credential], tmp_path: Path
) -> None:
    """Not to another host, not to another port of the same one, not after a redirect, not without TLS."""
    credentials[host.name] = Credential("alice", Secret(TOKEN))
    with running_git_host(tmp_path / "another") as another:
        made = another.repository("trap")
        another.private["trap"] = ("alice", TOKEN)
        both = replace(here.rules, allowed_hosts=(host.name, another.name), ca_bundle=both_cas(host, another))
        account = replace(here, rules=both)
        with pytest.raises(CredentialsNeeded):
            await look(account, made.url)
        host.redirects["/away.git"] = made.url
        with pytest.raises(OpenbisNbError):
            await look(account, host.url("away.git"))
        assert [said for _, _, said in another.seen if said] == []
    assert [said for _, _, said in host.seen if said] == []


def both_cas(host: GitHost, another: GitHost) -> Path:
    """One file with the CAs of both."""
    file = another.folder / "both.pem"
    file.write_bytes(host.ca.read_bytes() + another.ca.read_bytes())
    return file


def test_what_is_kept_is_for_this_account_alone(tmp_path: Path) -> None:
    """A file of mode 0600 in a folder of mode 0700; the list says the user, never the token."""
    kept = HostCredentials(tmp_path / "state/tokens/hosts")
    assert kept.all() == []
    kept.store("GitLab.example.org:443", "alice", Secret(TOKEN))
    kept.store("git.example.org:8443", "", Secret("another"))

    assert [(one.host, one.user, one.token) for one in kept.all()] == [
        ("git.example.org:8443", "", None),
        ("gitlab.example.org", "alice", None),
    ]
    found = kept.get("gitlab.example.org")
    assert found is not None
    assert found.token == Secret(TOKEN)
    assert kept.get("gitlab.example.org:8443") is None
    assert kept.get("example.org") is None
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "state/tokens/hosts").stat().st_mode) == 0o700
    kept.forget("gitlab.example.org")
    assert kept.get("gitlab.example.org") is None
    with pytest.raises(NotFound):
        kept.forget("gitlab.example.org")


@pytest.mark.parametrize(
    "host", ["", "a b", "../x", "user@host", "https://host/path", "host\n", "*.example.org", "a/b"]
)
def test_what_is_no_host_is_refused(host: str, tmp_path: Path) -> None:
    """Also what would be a path."""
    if host != "host\n":  # blanks around it are a slip of the hand
        with pytest.raises(InvalidInput):
            check_host(host)
    with pytest.raises(InvalidInput):
        HostCredentials(tmp_path).store("host", "alice", Secret("to\nken"))
    assert list(tmp_path.iterdir()) == []


def test_the_keyring_can_keep_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then the file says only where it is."""
    in_keyring: dict[tuple[str, str], str] = {}

    class Keyring:
        """What the library gives."""

        @staticmethod
        def get_password(service: str, name: str) -> str | None:
            return in_keyring.get((service, name))

        @staticmethod
        def set_password(service: str, name: str, text: str) -> None:
            in_keyring[service, name] = text

        @staticmethod
        def delete_password(service: str, name: str) -> None:
            del in_keyring[service, name]

    monkeypatch.setattr("openbis_nb.keyring_home._library", lambda: Keyring)
    kept = HostCredentials(tmp_path / "hosts")
    kept.store("git.example.org", "alice", Secret(TOKEN), "keyring")
    assert holds(tmp_path, TOKEN) == []
    found = kept.get("git.example.org")
    assert found is not None
    assert (found.token, found.home) == (Secret(TOKEN), "keyring")
    kept.forget("git.example.org")
    assert in_keyring == {}
