"""How files are cut into parts (contract 5.2)."""

from __future__ import annotations

import itertools
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.openbis import upload


@pytest.mark.parametrize(
    ("size", "ranges"),
    [
        (0, [(0, 0)]),
        (1, [(0, 1)]),
        (10485760, [(0, 10485760)]),
        (26214400, [(0, 10485760), (10485760, 20971520), (20971520, 26214400)]),
    ],
)
def test_parts_of_ten_mebibytes(size: int, ranges: list[tuple[int, int]]) -> None:
    assert [(part.start, part.end) for part in upload.parts("a", size)] == ranges


@given(st.integers(0, 2**40))
def test_parts_cover_the_file_once(size: int) -> None:
    size %= 50 * upload.PART_SIZE
    found = list(upload.parts("a", size))
    assert found[0].start == 0
    assert found[-1].end == size
    assert all(a.end == b.start for a, b in itertools.pairwise(found))
    assert [part.number for part in found] == list(range(1, len(found) + 1))


async def test_files_are_measured_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    found = await upload.measure({"a": tmp_path / "a", "b": b"", "c": b"abc"})
    assert found == {"a": (3, zlib.crc32(b"abc")), "b": (0, 0), "c": (3, zlib.crc32(b"abc"))}
