"""The folder of bytes: whole or not there, private, swept without taking what is being published."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from openbis_nb.errors import NoSpace, OpenbisNbError, StoreFailure
from openbis_nb.service.publishing import blobs as module
from openbis_nb.service.publishing.blobs import Blobs

PAGE, OUTPUTS = b"<p>page</p>", b"outputs"


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def sweep(blobs: Blobs, *named: bytes) -> int:
    return blobs.end_sweep(blobs.begin_sweep(), {digest(one) for one in named})


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*/*")}


def test_what_is_kept_is_found_again(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path / "published")
    with blobs.kept(PAGE, OUTPUTS) as kept:
        assert kept == (digest(PAGE), digest(OUTPUTS))
    assert blobs.read(digest(PAGE)) == PAGE
    [path] = (tmp_path / "published").glob(f"*/{digest(PAGE)}")
    assert path.parent.name == digest(PAGE)[:2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64])
def test_what_is_not_there_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreFailure):
        Blobs(tmp_path).read(name)


def test_damaged_bytes_are_not_given_out_and_are_mended(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    with blobs.kept(PAGE):
        pass
    [path] = tmp_path.glob(f"*/{digest(PAGE)}")
    path.write_bytes(b"<script>alert(1)</script>")
    with pytest.raises(StoreFailure):
        blobs.read(digest(PAGE))
    with blobs.kept(PAGE):
        assert blobs.read(digest(PAGE)) == PAGE


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
@pytest.mark.parametrize("at", ["fsync", "open"])
def test_a_full_disk_keeps_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, at: str
) -> None:
    """Neither a half file nor one under its final name; and the person is told what to do."""

    def full(*_: object) -> int:
        raise OSError(number, os.strerror(number))

    blobs = Blobs(tmp_path)
    with monkeypatch.context() as patch:
        patch.setattr(module.os, at, full)
        with pytest.raises(NoSpace, match="cannot be stored") as caught, blobs.kept(PAGE, OUTPUTS):
            pytest.fail("nothing can be kept")
    assert "admin" in caught.value.next_step
    assert names(tmp_path) == set()
    with blobs.kept(PAGE):
        pass
    assert sweep(blobs) == 1  # nobody holds them any more


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "published").write_text("a file in its place")
    with pytest.raises(OpenbisNbError) as caught, Blobs(tmp_path / "published").kept(PAGE):
        pytest.fail("nothing can be kept")
    assert "admin" in caught.value.next_step
    assert str(tmp_path) not in caught.value.message


def test_a_sweep_takes_what_nobody_names(tmp_path: Path) -> None:
    """Also what a killed service left half written."""
    blobs = Blobs(tmp_path)
    with blobs.kept(PAGE, OUTPUTS):
        pass
    half = tmp_path / digest(PAGE)[:2] / f"{digest(b'half')}.0123.new"
    half.write_bytes(b"ha")
    assert sweep(blobs, PAGE) == 2
    assert names(tmp_path) == {digest(PAGE)}
    assert Blobs(tmp_path / "nothing there").begin_sweep() == []


@pytest.mark.parametrize("when", ["before", "within", "after the question"])
def test_a_sweep_leaves_what_is_being_published(tmp_path: Path, when: str) -> None:
    """A transaction that comes while the sweep goes on may name bytes after the database was asked."""
    blobs = Blobs(tmp_path)
    if when == "before":
        with blobs.kept(PAGE):
            found = blobs.begin_sweep()
        assert blobs.end_sweep(found, set()) == 0
    elif when == "within":
        with blobs.kept(PAGE):
            assert blobs.end_sweep(blobs.begin_sweep(), set()) == 0
    else:
        with blobs.kept(PAGE):
            pass
        found = blobs.begin_sweep()
        with blobs.kept(PAGE):  # the same bytes again, which were an orphan
            pass
        assert blobs.end_sweep(found, set()) == 0
    assert blobs.read(digest(PAGE)) == PAGE
    assert sweep(blobs) == 1


def test_many_at_once_keep_the_same(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)

    def keep(_: int) -> bytes:
        with blobs.kept(PAGE) as kept:
            return blobs.read(kept[0])

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(keep, range(50))) == {PAGE}
    assert names(tmp_path) == {digest(PAGE)}
