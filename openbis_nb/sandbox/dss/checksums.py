"""CRC32 of files, and of files that are too big to be read."""

from __future__ import annotations

import zlib
from pathlib import Path

_BLOCK = 1 << 20

_POLYNOMIAL = 0xEDB88320  # CRC-32 (IEEE 802.3), reflected, as in zlib


def crc32_of_file(path: Path) -> int:
    """CRC32 (unsigned) of a file's bytes, read in blocks of 1 MiB."""
    value = 0
    with path.open("rb", buffering=0) as file:
        while block := file.read(_BLOCK):
            value = zlib.crc32(block, value)
    return value


def crc32_of_zeros(length: int) -> int:
    """CRC32 (unsigned) of ``length`` zero bytes, without making them.

    One zero bit maps the checksum's register linearly (a 32 by 32 matrix over GF(2)); the matrix of
    ``length`` bytes comes from squaring, so 500 GB take as long as 500 bytes.
    """
    register = 0xFFFFFFFF
    power = [_POLYNOMIAL] + [1 << bit for bit in range(31)]  # column b: what one zero bit makes of bit b
    bits = 8 * length
    while bits:
        if bits & 1:
            register = _apply(power, register)
        power = [_apply(power, column) for column in power]
        bits >>= 1
    return register ^ 0xFFFFFFFF


def _apply(matrix: list[int], vector: int) -> int:
    result = 0
    for column in matrix:
        if vector & 1:
            result ^= column
        vector >>= 1
    return result


def signed(crc32: int) -> int:
    """The form in which openBIS writes a CRC32: a signed 32-bit number (contract 4.2)."""
    return crc32 - (1 << 32) if crc32 >= 1 << 31 else crc32
