"""Numbers, ranges and queues of the fast download, and its frames."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.sandbox.dss.chunk_frames import CHUNK_BYTES, Chunk, frame
from openbis_nb.sandbox.dss.content import StoredFile
from openbis_nb.sandbox.dss.fast_download import DownloadFault, Downloads, Item, Numbering
from openbis_nb.sandbox.dss.file_transfer import parse_item_ids

SIZES = st.lists(st.lists(st.integers(0, 5 * CHUNK_BYTES), max_size=4), max_size=4)


def items(sizes: list[list[int]]) -> list[Item]:
    return [
        Item(f"P/{at}", [StoredFile(f"{at}/{n}", False, size, 0, Path("x")) for n, size in enumerate(files)])
        for at, files in enumerate(sizes)
    ]


@given(SIZES)
def test_the_chunks_of_a_file_cover_it_without_gap_or_overlap(sizes: list[list[int]]) -> None:
    numbering = Numbering(items(sizes))
    covered: dict[str, int] = {}
    for number in range(numbering.count):
        chunk = numbering.chunk(number)
        assert chunk.number == number
        assert chunk.offset == covered.get(chunk.path, 0)
        assert 0 <= chunk.length <= CHUNK_BYTES
        covered[chunk.path] = chunk.offset + chunk.length
    assert covered == {file.path: file.size for item in items(sizes) for file in item.files}


@given(SIZES)
def test_ranges_name_the_chunks_of_each_item(sizes: list[list[int]]) -> None:
    numbering = Numbering(items(sizes))
    for item, text in numbering.ranges.items():
        first, last = map(int, text.split(":"))
        assert {numbering.chunk(number).item for number in range(first, last + 1)} == {item}


def started(sizes: list[list[int]]) -> tuple[Downloads, str, str]:
    downloads = Downloads()
    session = downloads.start("key", "token", items(sizes), 1)
    return downloads, session.id, session.streams[0]


@pytest.mark.parametrize("text", ["x", "1:", "0:99", "-1", "1:x"])
def test_ranges_that_are_none_queue_nothing(text: str) -> None:
    downloads, session_id, stream = started([[3 * CHUNK_BYTES]])
    session = downloads.get(session_id)
    if text == "1:":
        session.queue(text)
        chunk = session.take(stream)
        assert chunk
        assert chunk.number == 1
        return
    with pytest.raises(DownloadFault):
        session.queue(text)
    assert session.take(stream) is None


def test_streams_come_back_when_a_session_is_finished() -> None:
    downloads = Downloads()
    first = downloads.start("key", "token", items([[1]]), 100)
    downloads.finish(first.id)
    assert len(downloads.start("key", "token", items([[1]]), 100).streams) == len(first.streams) == 25


def test_the_token_of_a_download_is_not_shown() -> None:
    downloads, session_id, _ = started([[1]])
    assert "token" not in repr(downloads.get(session_id)).replace("user_session", "")


def test_a_file_that_became_shorter_is_not_sent_as_whole(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"123")
    with pytest.raises(EOFError, match="shorter than its file list says"):
        frame(Chunk(0, "P/f", "f", tmp_path / "f", 0, 4))


def test_the_widths_of_a_frame(tmp_path: Path) -> None:
    """Contract 4.4: 21 fixed bytes, two names, two checksums of 8 bytes."""
    (tmp_path / "f").write_bytes(b"payload")
    made = bytes(frame(Chunk(258, "P/ü", "ü", tmp_path / "f", 0, 7)))
    header = bytes.fromhex("00000102 0004 00 0002 0000000000000000 00000007") + "P/üü".encode()
    assert made == (
        header
        + zlib.crc32(header).to_bytes(8, "big")
        + b"payload"
        + zlib.crc32(b"payload").to_bytes(8, "big")
    )


IDS = [
    ("P/a, P/b", None, ["P/a", "P/b"]),
    ("P/a,b", None, ["P/a", "b"]),
    ('["P/a,b", "P/c"]', "2", ["P/a,b", "P/c"]),
    ('["P/it"s", "P/c"]', "2", ['P/it"s', "P/c"]),
    ("", None, []),
]


@pytest.mark.parametrize(("text", "version", "expected"), IDS)
def test_item_ids_of_both_protocols(text: str, version: str | None, expected: list[str]) -> None:
    assert parse_item_ids(text, version)[0] == expected
