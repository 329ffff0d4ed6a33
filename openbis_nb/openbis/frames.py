"""The chunk frames of the fast download (contract 4.4), pure.

Big-endian: sequence number 4, item id length 2, directory flag 1, path length 2, file offset 8, payload
length 4; then item id, path, header CRC32 in 8 bytes, payload, payload CRC32 in 8 bytes.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import TransferFailed

__all__ = ["CHUNK_SIZE", "Frame", "parse", "parse_range"]

#: Payload bytes of every chunk but a file's last one.
CHUNK_SIZE = 2**20

_HEADER = struct.Struct(">IHBHQI")
_CHECKSUM = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Frame:
    """One chunk: ``offset`` in the file at ``path`` (relative to the data set), in bytes."""

    sequence: int
    item_id: str
    path: str
    offset: int
    payload: bytes


def parse(body: bytes) -> Iterator[Frame]:
    """The frames of one answer, each verified; good ones before a broken one are given first.

    Raises:
        TransferFailed: a checksum differs, or the body ends within a frame.
    """
    position = 0
    while position < len(body):
        frame, position = _frame(body, position)
        yield frame


def parse_range(text: str) -> tuple[int, int]:
    """``"start:end"``, both inclusive, as the start step gives it for each item.

    Raises:
        TransferFailed: it is not of that form.
    """
    start, _, end = text.partition(":")
    if not (start.isdigit() and end.isdigit() and int(start) <= int(end)):
        raise TransferFailed("openBIS gave no chunk numbers for the file.")
    return int(start), int(end)


def _frame(body: bytes, start: int) -> tuple[Frame, int]:
    try:
        sequence, id_length, _, path_length, offset, length = _HEADER.unpack_from(body, start)
        names = start + _HEADER.size
        header_end = names + id_length + path_length
        (header_crc,) = _CHECKSUM.unpack_from(body, header_end)
        payload_start = header_end + _CHECKSUM.size
        (payload_crc,) = _CHECKSUM.unpack_from(body, payload_start + length)
    except struct.error as error:
        raise TransferFailed("A chunk of the file came incomplete.") from error
    payload = body[payload_start : payload_start + length]
    if zlib.crc32(body[start:header_end]) != header_crc or zlib.crc32(payload) != payload_crc:
        raise TransferFailed("A chunk of the file arrived damaged.")
    item_id = body[names : names + id_length].decode(errors="replace")
    path = body[names + id_length : header_end].decode(errors="replace")
    return Frame(sequence, item_id, path, offset, payload), payload_start + length + _CHECKSUM.size
