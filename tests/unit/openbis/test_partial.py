"""A file on its way: only right bytes get the final name, and a beginning outlives its process."""

from __future__ import annotations

import errno
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from openbis_nb.errors import NoSpace, TransferFailed
from openbis_nb.models import DataFile
from openbis_nb.openbis.partial import Part, translated

CONTENT = bytes(range(256)) * 40
FILE = DataFile("1-1", "original/a.bin", len(CONTENT), zlib.crc32(CONTENT))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.part"


def test_another_process_goes_on_where_this_one_was_cut(path: Path, tmp_path: Path) -> None:
    """U-09: resume in a new process; the checksum covers both halves."""
    with Part(path, FILE) as part:
        part.write(CONTENT[:1000])
        part.write(CONTENT[1000:3000])
    with Part(path, FILE) as part:
        assert part.size == 3000
        part.write(CONTENT[3000:])
        part.verify()
        final = part.finish(tmp_path / "a" / "b.bin")
    assert final.read_bytes() == CONTENT
    assert not path.exists()


def test_too_few_bytes_are_kept_to_go_on_with(path: Path) -> None:
    with Part(path, FILE) as part:
        part.write(CONTENT[:1000])
        with pytest.raises(TransferFailed, match="incomplete"):
            part.verify()
        assert part.size == 1000


def test_wrong_bytes_are_removed(path: Path) -> None:
    with Part(path, FILE) as part:
        part.write(b"!" + CONTENT[1:])
        with pytest.raises(TransferFailed, match="damaged"):
            part.verify()
        assert part.size == 0
    assert not path.exists()


def test_a_beginning_longer_than_the_file_is_not_its_beginning(path: Path) -> None:
    path.write_bytes(CONTENT + b"more")
    with Part(path, FILE) as part:
        assert part.size == 0


def test_two_at_once_do_not_write_into_each_other(path: Path, tmp_path: Path) -> None:
    with Part(path, FILE) as first, Part(path, FILE) as second:
        assert first.path != second.path
        first.write(CONTENT)
        second.write(CONTENT[:10])
        first.verify()
        final = first.finish(tmp_path / "final")
    assert final.read_bytes() == CONTENT


def test_nothing_is_left_of_a_part_that_got_nothing(path: Path) -> None:
    with Part(path, FILE):
        pass
    assert not path.exists()


def test_a_size_limit_of_the_disk_is_said_and_cleaned_up(path: Path) -> None:
    """A real refusal by the system: a child process may write files of 4096 bytes only."""
    script = f"""
import resource
from pathlib import Path
from openbis_nb.errors import NoSpace
from openbis_nb.models import DataFile
from openbis_nb.openbis.partial import Part
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    with Part(Path({str(path)!r}), DataFile("1-1", "a", 9000)) as part:
        part.write(b"x" * 9000)
except NoSpace as error:
    raise SystemExit("full: " + error.message)
"""
    child = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "full: The disk" in child.stderr
    assert not path.exists()


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_space(number: int, path: Path) -> None:
    assert isinstance(translated(OSError(number, "full"), path), NoSpace)


def test_another_fault_of_the_disk_stays_what_it_is(path: Path) -> None:
    broken = OSError(errno.EIO, "broken")
    assert translated(broken, path) is broken
