"""Frames of the fast download: a header, at most 1 MiB of one file, and a checksum of each (contract 4.4)."""

from __future__ import annotations

import os
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 20

# sequence number 4, item id length 2, is directory 1, path length 2, file offset 8, payload length 4
_HEADER = struct.Struct(">IHBHQI")
_CHECKSUM = struct.Struct(">Q")


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one file. ``item`` is the download item's id as the client sent it, ``path`` the file's path
    in its data set; ``offset`` and ``length`` are bytes."""

    number: int
    item: str
    path: str
    location: Path
    offset: int
    length: int


def frame(chunk: Chunk, *, corrupt_at: int | None = None, missing: int = 0) -> bytearray:
    """The chunk's bytes as they go over the wire; reads the file.

    ``corrupt_at`` changes that byte of the payload after its checksum was taken; ``missing`` leaves out so
    many bytes at the end (the checksum fits what is sent).
    """
    item, path = chunk.item.encode(), chunk.path.encode()
    length = max(0, chunk.length - missing)
    header = _HEADER.pack(chunk.number, len(item), 0, len(path), chunk.offset, length) + item + path
    start = len(header) + _CHECKSUM.size
    result = bytearray(start + length + _CHECKSUM.size)
    result[: len(header)] = header
    _CHECKSUM.pack_into(result, len(header), zlib.crc32(header))
    with memoryview(result)[start : start + length] as payload:
        _read_into(payload, chunk)
        _CHECKSUM.pack_into(result, start + length, zlib.crc32(payload) if length else 0)
    if corrupt_at is not None and length:
        result[start + corrupt_at % length] ^= 0xFF
    return result


def _read_into(payload: memoryview, chunk: Chunk) -> None:
    if not payload:
        return
    handle = os.open(chunk.location, os.O_RDONLY)
    try:
        done = 0
        while done < len(payload):
            read = os.preadv(handle, [payload[done:]], chunk.offset + done)
            if read == 0:
                raise EOFError(f"{chunk.path} is shorter than its file list says")
            done += read
    finally:
        os.close(handle)
