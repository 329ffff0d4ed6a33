"""The cache: a finished name is a finished, right file; private; limited; confined."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

import pytest

from openbis_nb.errors import ConfigurationProblem, NoSpace, UnsafePath
from openbis_nb.models import DataFile
from openbis_nb.openbis.cache import Cache, clear, entries


def described(
    content: bytes, path: str = "original/a.csv", data_set: str = "20261121000000000-1"
) -> DataFile:
    return DataFile(data_set, path, len(content), zlib.crc32(content))


def put(
    cache: Cache, content: bytes, path: str = "original/a.csv", data_set: str = "20261121000000000-1"
) -> Path:
    with cache.part(described(content, path, data_set)) as part:
        part.write(content)
        part.verify()
        return cache.finish(part)


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache", server="openbis.example.org", person="alice")


def again(cache: Cache) -> Cache:
    """The cache as another process sees it."""
    return Cache(cache.root, server="openbis.example.org", person="alice", limit=cache.limit)


def test_what_was_finished_is_found(cache: Cache) -> None:
    path = put(cache, b"x,y\n")
    assert cache.find(described(b"x,y\n")) == path == again(cache).find(described(b"x,y\n"))
    assert path.read_bytes() == b"x,y\n"


def test_what_is_not_there_is_not_found(cache: Cache) -> None:
    assert cache.find(described(b"x")) is None


def test_files_are_read_only_and_folders_private(cache: Cache) -> None:
    path = put(cache, b"x")
    assert stat.S_IMODE(path.stat().st_mode) == 0o444
    folders = [folder for folder in path.parents if folder.is_relative_to(cache.root)]
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in folders} == {0o700}


@pytest.mark.parametrize("damaged", [b"x,z\n", b"x", b"", b"x,y\nmore"])
def test_a_damaged_file_is_removed_and_not_found(cache: Cache, damaged: bytes) -> None:
    """U-09: stale or wrong bytes under a right name."""
    path = put(cache, b"x,y\n")
    path.chmod(0o644)
    path.write_bytes(damaged)
    assert again(cache).find(described(b"x,y\n")) is None
    assert not path.exists()


def test_a_link_in_place_of_a_file_is_not_followed(cache: Cache, tmp_path: Path) -> None:
    path = put(cache, b"x")
    path.unlink()
    (tmp_path / "elsewhere").write_bytes(b"x")
    path.symlink_to(tmp_path / "elsewhere")
    assert again(cache).find(described(b"x")) is None


def test_another_person_and_another_server_see_nothing(cache: Cache) -> None:
    put(cache, b"x")
    for server, person in [("openbis.example.org", "Alice"), ("other.example.org", "alice")]:
        assert Cache(cache.root, server=server, person=person).find(described(b"x")) is None


@pytest.mark.parametrize("data_set", ["", "..", "../bob", ".hidden", "a/b"])
def test_a_data_set_is_never_a_path(cache: Cache, data_set: str) -> None:
    with pytest.raises(UnsafePath):
        cache.path_of(DataFile(data_set, "original/a", 1))


def test_the_least_used_goes_first(cache: Cache) -> None:
    old, new = put(cache, b"a" * 100, "original/old"), put(cache, b"b" * 100, "original/new")
    os.utime(old, (1, 1))
    small = again(cache)
    small.limit = 250
    small.make_room(100)
    assert (old.exists(), new.exists()) == (False, True)


def test_what_this_process_handed_out_stays(cache: Cache) -> None:
    old = put(cache, b"a" * 100, "original/old")
    os.utime(old, (1, 1))
    cache.limit = 150
    with pytest.raises(NoSpace, match="may hold"):
        cache.make_room(100)
    assert old.exists()


def test_what_does_not_fit_is_refused_and_nothing_removed_in_vain(cache: Cache) -> None:
    path = put(cache, b"a" * 100)
    small = again(cache)
    small.limit = 150
    with pytest.raises(NoSpace, match=r"200 B are wanted.*150 B"):
        small.make_room(200)
    assert path.exists()


def test_more_than_the_disk_has_is_refused(cache: Cache) -> None:
    cache.limit = 10**18
    with pytest.raises(NoSpace, match="free"):
        cache.make_room(10**17)


def test_a_use_makes_a_file_young_again(cache: Cache) -> None:
    path = put(cache, b"x")
    os.utime(path, (1, path.stat().st_mtime))
    assert again(cache).find(described(b"x")) == path
    assert path.stat().st_atime > 1


def test_a_large_file_is_read_again_only_if_it_is_older_than_the_machines_start(cache: Cache) -> None:
    """What a power cut can spoil was finished before it."""
    content = b"x" * (64 * 2**20)
    path = put(cache, content)
    path.chmod(0o644)
    path.write_bytes(content[:-1] + b"!")
    assert again(cache).find(described(content)) == path
    os.utime(path, (1, 1))
    assert again(cache).find(described(content)) is None


def test_listing_and_clearing(cache: Cache) -> None:
    put(cache, b"xx", data_set="20261121000000000-1")
    put(cache, b"yyy", data_set="20261121000000000-2")
    with cache.part(described(b"unfinished")) as part:
        part.write(b"unf")
    assert sorted((e.data_set, e.size) for e in entries(cache.root)) == [
        ("20261121000000000-1", 2),
        ("20261121000000000-2", 3),
    ]
    assert clear(cache.root, ["20261121000000000-1"]) == 2
    assert clear(cache.root) == 3 + 3
    assert list(entries(cache.root)) == []


def test_a_cache_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConfigurationProblem, match="OPENBIS_NB_CACHE_DIR"):
        Cache(tmp_path / "file" / "cache", server="s", person="p")
