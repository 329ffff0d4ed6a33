"""The fast download, step by step (contract 4.4)."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .wire_client import WireClient, data_set_id

MIB = 1 << 20


class Frame(NamedTuple):
    """One chunk, read with the widths of the contract's table."""

    number: int
    item: str
    path: str
    offset: int
    payload: bytes
    header_intact: bool
    payload_intact: bool


def read_frames(body: bytes) -> list[Frame]:
    frames = []
    while body:
        number, item_length, directory, path_length, offset, length = struct.unpack(">IHBHQI", body[:21])
        assert directory == 0
        end = 21 + item_length + path_length
        item, path = body[21 : 21 + item_length].decode(), body[21 + item_length : end].decode()
        header_crc = int.from_bytes(body[end : end + 8], "big")
        payload = body[end + 8 : end + 8 + length]
        payload_crc = int.from_bytes(body[end + 8 + length : end + 16 + length], "big")
        intact = header_crc == zlib.crc32(body[:end]), payload_crc == (zlib.crc32(payload) if length else 0)
        frames.append(Frame(number, item, path, offset, payload, *intact))
        body = body[end + 16 + length :]
    return frames


class Download:
    """One fast download by hand."""

    def __init__(self, client: WireClient, *items: str, version: str = "1", streams: int = 4) -> None:
        self.client = client
        ids = json.dumps(items) if version == "2" else ", ".join(items)
        values = {"userSessionId": client.token, "downloadItemIds": ids, "wishedNumberOfStreams": streams}
        self.values = {"version": version} if version == "2" else {}
        self.answer = client.transfer("startDownloadSession", **values, **self.values).json()
        self.id = self.answer.get("downloadSessionId")

    def queue(self, ranges: str) -> bytes:
        return self.client.transfer("queue", downloadSessionId=self.id, ranges=ranges).content

    def take(self, stream: int = 0, **values: Any) -> bytes:
        stream_id = self.answer["streamIds"][stream]
        call = {"downloadSessionId": self.id, "downloadStreamId": stream_id}
        return self.client.transfer("download", **call, **values).content

    def finish(self) -> bytes:
        return self.client.transfer("finishDownloadSession", downloadSessionId=self.id).content


@pytest.fixture
def files() -> dict[str, bytes]:
    return {"default/big.bin": bytes(range(251)) * 9000, "default/empty.txt": b"", "default/one.txt": b"1"}


@pytest.fixture
def data_set(ursula: WireClient, files: dict[str, bytes]) -> str:
    return ursula.data_set(files)


def test_step_one_says_where_and_repeats_the_files(ursula: WireClient, data_set: str) -> None:
    file = {"dataSetId": data_set_id(data_set), "filePath": f"{data_set}/original/default/one.txt"}
    answer = ursula.data_store("createFastDownloadSession", [file], {"wishedNumberOfStreams": 4})
    assert answer["downloadUrl"] == f"{ursula.url}/datastore_server/file-transfer"
    assert answer["fileTransferUserSessionId"] == ursula.token
    assert [one["filePath"] for one in answer["files"]] == [file["filePath"]]
    assert answer["options"]["wishedNumberOfStreams"] == 4


@pytest.mark.parametrize("version", ["1", "2"])
def test_chunks_are_numbered_over_all_items(ursula: WireClient, data_set: str, version: str) -> None:
    items = [f"{data_set}/original/default/{name}" for name in ("big.bin", "empty.txt", "one.txt")]
    download = Download(ursula, *items, version=version)
    assert download.answer["ranges"] == dict(zip(items, ["0:2", "3:3", "4:4"], strict=True))
    assert len(set(download.answer["streamIds"])) == 4


def test_a_whole_data_set_comes_as_frames_that_can_be_checked(
    ursula: WireClient, data_set: str, files: dict[str, bytes]
) -> None:
    download = Download(ursula, f"{data_set}/original")
    assert download.answer["ranges"] == {f"{data_set}/original": "0:4"}
    assert download.queue("0:4") == b""
    frames = read_frames(download.take())
    assert [frame.number for frame in frames] == [0, 1, 2, 3, 4]
    assert all(frame.header_intact and frame.payload_intact for frame in frames)
    assert [(f.offset, len(f.payload)) for f in frames[:3]] == [
        (0, MIB),
        (MIB, MIB),
        (2 * MIB, 2259000 - 2 * MIB),
    ]
    assert b"".join(frame.payload for frame in frames[:3]) == files["default/big.bin"]
    assert frames[3].path == "original/default/empty.txt"
    assert frames[3].payload == b""
    assert {frame.item for frame in frames} == {f"{data_set}/original"}


def test_the_queue_is_first_in_first_out_and_a_taken_chunk_is_gone(ursula: WireClient, data_set: str) -> None:
    download = Download(ursula, f"{data_set}/original")
    download.queue("3:3, 0:1")
    download.queue("0:0")  # waits already
    order = [read_frames(download.take(stream, numberOfChunks=1))[0].number for stream in (0, 1, 2)]
    assert order == [3, 0, 1]
    assert download.take(numberOfChunks=1) == b""
    download.queue("0:0")
    assert read_frames(download.take(numberOfChunks=5))[0].number == 0


def test_a_finished_session_is_over(ursula: WireClient, data_set: str) -> None:
    download = Download(ursula, f"{data_set}/original")
    assert download.finish() == b""
    answer = json.loads(download.take())
    assert answer["error"] == f"Invalid download session id: {download.id}"
    assert answer["exception-class"].startswith("ch.ethz.sis.filetransfer.")
    assert answer["retriable"] is False


def test_the_end_of_the_session_ends_its_downloads(ursula: WireClient, data_set: str) -> None:
    download = Download(ursula, f"{data_set}/original")
    ursula.application("logout")
    assert "Invalid download session id" in json.loads(download.take())["error"]


def test_unknown_streams_and_chunks_are_refused(ursula: WireClient, data_set: str) -> None:
    download = Download(ursula, f"{data_set}/original")
    assert json.loads(download.queue("5:5"))["error"] == "Unknown chunk with sequence number: 5"
    download.answer["streamIds"] = ["x"]
    assert json.loads(download.take())["error"] == "Invalid download stream: x"


def test_streams_are_shared_and_run_out(ursula: WireClient, data_set: str) -> None:
    """min(wished, (50 - in use) / 2); none left is the one error that may be tried again."""
    counts = []
    while True:
        download = Download(ursula, f"{data_set}/original", streams=100)
        if download.id is None:
            break
        counts.append(len(download.answer["streamIds"]))
    assert counts == [25, 12, 6, 3, 2, 1]
    assert download.answer["retriable"] is True
    assert download.answer["error"].endswith("Please try again later.")


def test_items_of_invisible_data_sets_are_dropped(person: Callable[[str], WireClient], data_set: str) -> None:
    bob = person("bob")
    titration = bob.data_sets_of("/CHEMLAB/SYNTHESIS/TITRATION_1")[0]
    both = Download(bob, f"{data_set}/original", f"{titration}/original")
    assert list(both.answer["ranges"]) == [f"{titration}/original"]
    alone = Download(bob, f"{data_set}/original")
    assert alone.answer["error"] == "Item ids cannot be null or empty"
    assert "retriable" not in alone.answer


def test_archived_data_sets_cannot_be_downloaded(reader: WireClient) -> None:
    archived = reader.data_sets_of("/BIOLAB/ARCHIVE/PILOT_2019")[0]
    assert "status: ARCHIVED" in Download(reader, f"{archived}/original").answer["error"]


def test_a_dead_session_starts_nothing(ursula: WireClient, data_set: str) -> None:
    ursula.application("logout")
    answer = Download(ursula, f"{data_set}/original").answer
    assert answer["error"].endswith("is invalid: user is not logged in.")


NAMES = [("it's.txt", "1", False), ("it's.txt", "2", True), ("a,b.txt", "1", False), ("a,b.txt", "2", True)]


@pytest.mark.parametrize(("name", "version", "works"), NAMES)
def test_commas_and_apostrophes_as_pybis_sends_them(
    ursula: WireClient, name: str, version: str, works: bool
) -> None:
    """pybis turns ' into \" everywhere, and joins version 1 items by commas."""
    perm_id = ursula.data_set({f"default/{name}": b"x"})
    item = f"{perm_id}/original/default/{name}"
    ids = (json.dumps([item]) if version == "2" else item).replace("'", '"')
    values = {"userSessionId": ursula.token, "downloadItemIds": ids, "wishedNumberOfStreams": "4"}
    values |= {"version": version} if version == "2" else {}
    answer = ursula.transfer("startDownloadSession", **values).json()
    assert ("ranges" in answer) is works
    assert works or "does not exist" in answer["error"]


def test_older_clients_use_query_parameters(ursula: WireClient, data_set: str) -> None:
    download = Download(ursula, f"{data_set}/original")
    values = {"method": "queue", "downloadSessionId": download.id, "ranges": "4:4"}
    assert ursula.post("/datastore_server/file-transfer", params=values).content == b""
    assert read_frames(download.take())[0].payload == b"1"


def test_half_a_terabyte_is_numbered_at_once(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    """A sparse file of 500 GB: listed, ranged and read in pieces, with next to nothing on disk."""
    perm_id = ursula.data_sets_of(DEMO_EXPERIMENT)[0]
    size = 500 * 10**9
    openbis_sandbox.add_sparse_file(perm_id, "original/default/huge.bin", size, crc32=0xDEADBEEF)
    listed = {one["path"]: one for one in ursula.files(perm_id)}
    assert listed["original/default/huge.bin"]["fileLength"] == size
    assert listed["original/default/huge.bin"]["checksumCRC32"] == 0xDEADBEEF - 2**32
    item = f"{perm_id}/original/default/huge.bin"
    download = Download(ursula, item)
    last = -(-size // MIB) - 1
    assert download.answer["ranges"] == {item: f"0:{last}"}
    download.queue(f"{last}:{last}")
    [frame] = read_frames(download.take())
    assert frame.offset + len(frame.payload) == size
    assert ursula.get(perm_id, "original/default/plate_1_layout.csv").content.startswith(b"well")
