"""CRC32 of files and of zeros that nobody wrote."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.sandbox.dss.checksums import crc32_of_file, crc32_of_zeros, signed


@given(st.integers(0, 100_000))
def test_zeros_need_not_be_made(length: int) -> None:
    assert crc32_of_zeros(length) == zlib.crc32(bytes(length))


def test_half_a_terabyte_is_the_square_of_smaller_ones() -> None:
    """The checksum after 2n zeros follows from going on with n more; tried where bytes can still be made."""
    block = bytes(1 << 20)
    value = 0
    for _ in range(64):
        value = zlib.crc32(block, value)
    assert crc32_of_zeros(64 << 20) == value
    assert 0 <= crc32_of_zeros(500 * 10**9) < 2**32


@pytest.mark.parametrize("size", [0, 1, (1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_a_file_is_read_in_blocks(tmp_path: Path, size: int) -> None:
    data = bytes(index % 251 for index in range(size))
    (tmp_path / "f").write_bytes(data)
    assert crc32_of_file(tmp_path / "f") == zlib.crc32(data)


@pytest.mark.parametrize(
    ("unsigned", "expected"), [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, -(2**31)), (2**32 - 1, -1)]
)
def test_openbis_writes_it_signed(unsigned: int, expected: int) -> None:
    assert signed(unsigned) == expected
