"""What hostile hosts, and what happens in the middle, cannot do: each was found by trying."""

from __future__ import annotations

import pytest

from openbis_nb.errors import ForbiddenAddress, NoSpace, OpenbisNbError, TooLarge
from openbis_nb.web.guarded import pinned
from openbis_nb.web.guarded.rules import GuardRules
from openbis_nb.workflows.importing.repositories import Repositories
from openbis_nb.workflows.importing.repository_disk import Disk
from openbis_nb.workflows.importing.repository_get import get, look
from openbis_nb.workflows.importing.repository_update import update
from tests.git_host import GitHost

from .test_hostile import changed, nothing_stays


async def test_a_bomb_of_folders_is_not_listed(here: Repositories, host: GitHost) -> None:
    """A few hundred bytes that list 10^12 files are refused at the limit, not when memory is full."""
    made = host.repository("bomb")
    oid, mode = made.git("hash-object", "-w", "--stdin", stdin=b"x"), "100644"
    for _ in range(12):
        lines = b"".join(f"{mode} {name}".encode() + b"\0" + bytes.fromhex(oid) for name in "abcdefghij")
        oid, mode = made.git("hash-object", "-w", "-t", "tree", "--stdin", stdin=lines), "40000"
    made.git("update-ref", "refs/heads/main", made.git("commit-tree", oid, "-m", "Bomb"))
    made.publish()
    with pytest.raises(TooLarge, match="files"):
        await get(here, made.url)
    assert nothing_stays(here)


async def test_a_host_of_plain_files_is_limited_too(here: Repositories, host: GitHost) -> None:
    """Without git's smart protocol object by object comes, and all of the history."""
    made = host.repository("dumb", {f"data-{number}": bytes([number]) * 2**10 for number in range(200)})
    made.commit({"a": "1", **{f"data-{number}": None for number in range(200)}})
    (host.folder / "raw").mkdir(exist_ok=True)
    plain = host.folder / "raw" / "plain.git"
    made.git("clone", "--quiet", "--bare", str(made.bare), str(plain))
    for pack in (plain / "objects" / "pack").glob("*.pack"):
        made.git("--git-dir", str(plain), "unpack-objects", "-q", stdin=pack.rename(plain / "p").read_bytes())
    made.git("--git-dir", str(plain), "update-server-info")
    url = host.url("raw/plain.git")
    with pytest.raises(TooLarge):
        await get(changed(here, max_size=2**12), url)
    assert nothing_stays(here)
    entry = await get(here, url)
    assert (entry.path / "a").read_text() == "1"


async def test_what_half_an_update_wrote_is_no_edit(
    here: Repositories, host: GitHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    """U-15: two updates stop in the middle, each at a newer commit; the third leaves nothing of them, and
    only what the person wrote is kept."""
    made = host.repository("half", {name: "1\n" for name in ("a", "b", "c", "mine")})
    entry = await get(here, made.url)
    (entry.path / "mine").write_text("edited\n")
    write, written = Disk.write, 0

    def stopping(disk: Disk, *arguments: object) -> None:
        nonlocal written
        written += 1
        if written % 3 == 2:
            raise NoSpace("The disk is full.")
        write(disk, *arguments)  # type: ignore[arg-type]

    for version, new in (("2", "2\n"), ("3", None)):
        made.commit({"new": new, **{name: f"{version}\n" for name in ("a", "b", "c", "mine")}})
        written = 0
        monkeypatch.setattr(Disk, "write", stopping)
        with pytest.raises(NoSpace):
            await update(here, entry.path)
        monkeypatch.undo()
    made.commit({name: "4\n" for name in ("a", "b", "c", "mine")})
    report = (await update(here, entry.path)).report

    assert [(entry.path / name).read_text() for name in ("a", "b", "c")] == ["4\n"] * 3
    assert (entry.path / "mine").read_text() == "edited\n"
    assert {(note.kind, note.path) for note in report.notes} == {("kept", "mine")}
    assert report.finished


async def test_settings_in_the_folder_do_not_change_the_way(here: Repositories, host: GitHost) -> None:
    """A notebook that was run there may have named a proxy, or switched the check of certificates off."""
    made = host.repository("settings", {"a": "1"})
    entry = await get(here, made.url)
    made.commit({"a": "2"})
    with (entry.path / ".git/config").open("a") as config:
        config.write(f'[http "https://{host.name}/"]\n\tproxy = http://127.0.0.1:9\n\tsslVerify = false\n')
        config.write(f'[remote "{made.url}"]\n\tproxy = http://127.0.0.1:9\n')
    await update(here, entry.path)
    assert (entry.path / "a").read_text() == "2"
    with pytest.raises(OpenbisNbError) as caught:
        await update(changed(here, rules=GuardRules(allowed_hosts=(host.name,))), entry.path)
    assert caught.value.code == "certificate-problem"


async def test_this_machine_under_a_public_address(
    here: Repositories, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git is held to all that the guarded fetch is held to."""
    monkeypatch.setattr(pinned, "_is_own", lambda address, port: True)
    with pytest.raises(ForbiddenAddress, match="this machine"):
        await look(here, "https://9.9.9.9/a/b.git")


async def test_an_ipv6_address_is_no_riddle_for_curl(here: Repositories) -> None:
    with pytest.raises(OpenbisNbError) as caught:
        await look(
            changed(here, patience=10.0, rules=GuardRules(allowed_hosts=("[::1]:1024",))),
            "https://[::1]:1024/a.git",
        )
    assert "[::1]:1024 cannot be reached" in caught.value.message
