"""Files of data sets on disk, and the workspaces that they come from."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox.dss.content import Content
from openbis_nb.sandbox.dss.workspace import Workspaces
from openbis_nb.sandbox.failures import UserFailure
from openbis_nb.sandbox.registration import location_of
from openbis_nb.sandbox.sessions import Session
from openbis_nb.sandbox.store import Store

A, B = "20260101000000000-1", "20260101000000000-2"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path)
    yield made
    made.close()


@pytest.fixture
def content(store: Store) -> Content:
    return Content(store)


def test_written_files_are_listed_with_directories(store: Store, content: Content) -> None:
    with store.write() as db:
        assert content.write(db, A, {"original/d/b.txt": b"bb", "original/a.txt": b"a"}) == 3
    with store.read() as db:
        listed = [(file.path, file.size, file.crc32) for file in content.files(db, A)]
        below = [file.path for file in content.files_below(db, A, "original/d")]
    assert listed == [
        ("", 0, 0),
        ("original", 0, 0),
        ("original/a.txt", 1, zlib.crc32(b"a")),
        ("original/d", 0, 0),
        ("original/d/b.txt", 2, zlib.crc32(b"bb")),
    ]
    assert below == ["original/d/b.txt"]


@pytest.mark.parametrize("path", ["../x", "/x", "", "original/../../x"])
def test_nothing_is_written_outside_of_a_data_set(store: Store, content: Content, path: str) -> None:
    with pytest.raises(ValueError, match="not a path inside a data set"), store.write() as db:
        content.write(db, A, {path: b"x"})
    with store.read() as db:
        assert content.files(db, A) == []


def test_shared_files_go_with_the_last_that_holds_them(store: Store, content: Content) -> None:
    with store.write() as db:
        content.write(db, A, {"original/a.txt": b"a"})
        content.share(db, [B], like=A)
        place = content.file(db, B, "original/a.txt")
        assert place
        content.remove(db, [A])
        assert place.location.read_bytes() == b"a"
        content.remove(db, [B])
    assert not place.location.exists()


def test_the_archive_is_out_of_reach_and_gives_back(store: Store, content: Content) -> None:
    with store.write() as db:
        content.write(db, A, {"original/a.txt": b"a"})
    folder = store.files / "1" / location_of(A)
    content.put_away(A)
    assert not folder.exists()
    content.bring_back(A)
    assert (folder / "original/a.txt").read_bytes() == b"a"


def test_a_sparse_file_takes_no_room_and_keeps_its_neighbours(store: Store, content: Content) -> None:
    with store.write() as db:
        content.write(db, A, {"original/a.txt": b"a"})
        assert content.write_sparse(db, A, "original/huge.bin", 10**12, crc32=5) == 10**12 + 1
        files = {file.path: file for file in content.files(db, A)}
    assert files["original/a.txt"].crc32 == zlib.crc32(b"a")
    assert files["original/huge.bin"].crc32 == 5
    assert files["original/huge.bin"].location.stat().st_blocks * 512 < 1_000_000


def session() -> Session:
    return Session("token", "ursula", "ursula", 0.0)


@pytest.mark.parametrize("name", ["..", "a/../b", ".", "a/./b", "a\0b", "", "//", "n" * 256, "ü" * 128])
def test_names_stay_inside_the_workspace(tmp_path: Path, name: str) -> None:
    with pytest.raises(UserFailure):
        Workspaces(tmp_path / "w").path(session(), name)


def test_the_end_of_a_session_is_the_end_of_its_files(tmp_path: Path) -> None:
    workspaces, one, other = Workspaces(tmp_path / "w"), session(), session()
    for owner in (one, other):
        place = workspaces.path(owner, "u/a.txt")
        place.parent.mkdir(parents=True)
        place.write_bytes(b"x")
    workspaces.end(one)
    assert not workspaces.of(one).exists()
    assert workspaces.path(other, "u/a.txt").read_bytes() == b"x"
    Workspaces(tmp_path / "w")
    assert not workspaces.of(other).exists(), "sessions do not outlive the process"
