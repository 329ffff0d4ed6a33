"""session_workspace_file_upload and what becomes of it (contract 5.2, 5.4)."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from .wire_client import UPLOAD, RpcError, WireClient

PART = 10 * 1024 * 1024


def contents(client: WireClient, perm_id: str) -> dict[str, tuple[int, int]]:
    """Path → (size, CRC32 as sent) of the files of a data set."""
    files = client.files(perm_id)
    return {one["path"]: (one["fileLength"], one["checksumCRC32"]) for one in files if not one["directory"]}


def test_the_answer_repeats_the_query_and_names_the_bytes_of_this_request(ursula: WireClient) -> None:
    answer = ursula.upload("u1/nb.ipynb", b"hello world!")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/json")
    assert answer.json() == {
        "id": 1,
        "startByte": 0,
        "endByte": 12,
        "filename": "u1/nb.ipynb",
        "emptyFolder": False,
        "size": 12,
        "status": "ok",
    }


def test_parts_may_arrive_in_any_order_and_at_once(ursula: WireClient) -> None:
    """A file of 25 MiB in the parts that pybis makes, the last first, is whole afterwards."""
    data = bytes(range(256)) * 4096 * 25
    offsets = [2 * PART, PART, 0]
    with ThreadPoolExecutor(3) as threads:
        answers = list(
            threads.map(lambda at: ursula.upload("u1/big.bin", data[at : at + PART], startByte=at), offsets)
        )
    assert [answer.json()["size"] for answer in answers] == [len(data) - 2 * PART, PART, PART]
    crc = zlib.crc32(data)
    perm_id = ursula.create("u1")
    assert contents(ursula, perm_id) == {"original/big.bin": (len(data), crc if crc < 2**31 else crc - 2**32)}


def test_a_body_without_length_is_taken(ursula: WireClient) -> None:
    """requests sends empty files with chunked transfer encoding and no Content-Length."""

    def pieces() -> Iterator[bytes]:
        yield from (b"ab", b"cd")

    answer = ursula.upload("u1/a.txt", b"", endByte=4)
    assert answer.json()["size"] == 0
    query = {"filename": "u1/a.txt", "id": 1, "startByte": 0, "endByte": 4, "sessionID": ursula.token}
    assert ursula.post(UPLOAD, params=query, data=pieces()).json()["size"] == 4


@pytest.mark.parametrize("word", ["True", "true", "TRUE"])
def test_empty_folders_become_directories(ursula: WireClient, word: str) -> None:
    ursula.upload("u1/d/a.txt", b"a")
    assert ursula.upload("u1/d/empty/", emptyFolder=word).json()["size"] == -1
    listed = {one["path"]: one["directory"] for one in ursula.files(ursula.create("u1"))}
    assert listed["original/d/empty"] is True


@pytest.mark.parametrize("name", ["u1/sp ace+plus&amp#h%41.txt", "u1/ümläut.txt", 'u1/it\'s, "so".csv'])
def test_strange_names_arrive_intact(ursula: WireClient, name: str) -> None:
    ursula.upload(name, b"x").raise_for_status()
    assert list(contents(ursula, ursula.create("u1"))) == [name.replace("u1", "original")]


@pytest.mark.parametrize(
    "name", ["../up.txt", "u1/../../up.txt", "u1/./a", "u1/nul\0", "", "/", "u1/" + 300 * "n"]
)
def test_names_that_leave_the_workspace_or_cannot_be_are_refused(ursula: WireClient, name: str) -> None:
    assert ursula.upload(name, b"x").status_code == 500


@pytest.mark.parametrize("missing", ["sessionID", "id", "startByte", "endByte", "filename"])
def test_a_missing_parameter_is_named(ursula: WireClient, missing: str) -> None:
    query = {"filename": "u1/a", "id": 1, "startByte": 0, "endByte": 1, "sessionID": ursula.token}
    del query[missing]
    answer = ursula.post(UPLOAD, params=query, data=b"x")
    assert answer.status_code == 500
    assert f"{missing} parameter cannot be null" in answer.text


def test_a_dead_session_gets_no_2xx(ursula: WireClient) -> None:
    assert ursula.upload("u1/a", b"x", sessionID="ursula-230926143214123x0").status_code == 500


def test_a_workspace_is_its_owners_alone_and_ends_with_the_session(
    person: Callable[[str], WireClient],
) -> None:
    ursula, eve = person("ursula"), person("Eve.O-Neill")
    ursula.upload("u1/a.txt", b"x")
    with pytest.raises(RpcError, match="No uploaded files found for upload id 'u1'"):
        eve.create("u1")
    ursula.application("logout")
    again = person("ursula")
    with pytest.raises(RpcError, match="No uploaded files found for upload id 'u1'"):
        again.create("u1")


def test_a_workspace_file_can_be_read_back(ursula: WireClient) -> None:
    ursula.upload("exports/a.txt", b"bytes")
    address = f"{ursula.url}/datastore_server/session_workspace_file_download"
    query = {"sessionID": ursula.token, "filePath": "exports/a.txt"}
    answer = ursula.http.get(address, params=query, timeout=60)
    assert answer.content == b"bytes"
    assert answer.headers["Content-Disposition"] == 'inline; filename="a.txt"'
