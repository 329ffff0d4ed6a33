"""The chunk frames of the fast download (contract 4.4)."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.errors import TransferFailed
from openbis_nb.openbis import frames


def frame(sequence: int, path: str, offset: int, payload: bytes) -> bytes:
    """Written from the table of the contract, independently of the parser."""
    item, name = f"1-1/{path}".encode(), path.encode()
    header = (
        sequence.to_bytes(4, "big")
        + len(item).to_bytes(2, "big")
        + b"\0"
        + len(name).to_bytes(2, "big")
        + offset.to_bytes(8, "big")
        + len(payload).to_bytes(4, "big")
        + item
        + name
    )
    return header + struct.pack(">Q", zlib.crc32(header)) + payload + struct.pack(">Q", zlib.crc32(payload))


@given(st.lists(st.tuples(st.text(max_size=20), st.binary(max_size=200)), max_size=5))
def test_frames_come_back_as_they_were_sent(files: list[tuple[str, bytes]]) -> None:
    body = b"".join(frame(n, path, n * 10, payload) for n, (path, payload) in enumerate(files))
    read = list(frames.parse(body))
    assert [(f.sequence, f.path, f.offset, f.payload) for f in read] == [
        (n, path, n * 10, payload) for n, (path, payload) in enumerate(files)
    ]


def test_an_empty_file_is_one_empty_chunk() -> None:
    assert [f.payload for f in frames.parse(frame(0, "empty", 0, b""))] == [b""]


WHOLE = frame(7, "original/a.bin", 2**20, b"payload")


@given(st.integers(1, len(WHOLE) - 1))
def test_a_cut_frame_is_told(length: int) -> None:
    with pytest.raises(TransferFailed):
        list(frames.parse(WHOLE[:length]))


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_told(position: int, change: int) -> None:
    body = bytearray(WHOLE)
    body[position] ^= change
    with pytest.raises(TransferFailed):
        list(frames.parse(bytes(body)))


def test_good_frames_before_a_broken_one_are_given() -> None:
    body = frame(0, "a", 0, b"x") + WHOLE[:-1]
    found = frames.parse(body)
    assert next(found).payload == b"x"
    with pytest.raises(TransferFailed):
        next(found)


@pytest.mark.parametrize(("text", "read"), [("0:0", (0, 0)), ("3:17", (3, 17))])
def test_ranges_are_inclusive_numbers(text: str, read: tuple[int, int]) -> None:
    assert frames.parse_range(text) == read


@pytest.mark.parametrize("text", ["", "5", "a:b", "5:4", "-1:2"])
def test_other_ranges_are_refused(text: str) -> None:
    with pytest.raises(TransferFailed):
        frames.parse_range(text)
