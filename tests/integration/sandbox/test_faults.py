"""Each fault does what it says, where it says, as often as it says."""

from __future__ import annotations

import json
import threading
import time
import zlib

import pytest
import requests
import urllib3

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from openbis_nb.sandbox.web import server

from .test_fast_download import Download, read_frames
from .wire_client import DSS, RpcError, WireClient, uploaded

CURVES = "original/default/plate_1_od600.csv"
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.fixture
def plate(ursula: WireClient) -> str:
    return ursula.data_sets_of(DEMO_EXPERIMENT)[0]


def active(client: WireClient) -> bool:
    return bool(client.application("isSessionActive"))


def test_faults_skip_strike_and_end(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("error", "isSessionActive", skip=1, count=2, message="No.")
    outcomes = []
    for _ in range(4):
        try:
            outcomes.append(active(ursula))
        except RpcError as error:
            outcomes.append(str(error))
    assert outcomes == [True, "No. (Context: [])", "No. (Context: [])", True]
    assert [fault.kind for fault in openbis_sandbox.faults.struck()] == ["error", "error"]


def test_a_fault_is_for_its_target_alone(openbis_sandbox: Sandbox, ursula: WireClient, plate: str) -> None:
    openbis_sandbox.faults.add("status", "direct-get", status=503, count=0)
    assert active(ursula)
    assert ursula.get(plate, CURVES).status_code == 503
    openbis_sandbox.faults.clear()
    assert ursula.get(plate, CURVES).status_code == 200


def test_latency_is_late_and_right(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("latency", "*", seconds=0.3)
    begin = time.monotonic()
    assert active(ursula)
    assert time.monotonic() - begin >= 0.3


def test_a_proxys_page_in_place_of_the_answer(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("status", "session_workspace_file_upload")
    openbis_sandbox.faults.add("html", "searchFiles")
    assert ursula.upload("u1/a", b"x").status_code == 502
    with pytest.raises(requests.exceptions.JSONDecodeError):
        ursula.files("1-1")
    with pytest.raises(RpcError, match="No uploaded files"):
        ursula.create("u1")


def test_silence_lasts_until_the_client_gives_up(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("silence", "isSessionActive")
    address = ursula.url + "/openbis/openbis/rmi-application-server-v3.json"
    body = json.dumps({"method": "isSessionActive", "params": [ursula.token], "id": "2"})
    with pytest.raises(requests.exceptions.ReadTimeout):
        ursula.http.post(address, data=body, timeout=0.2)
    assert active(ursula)


def test_a_silent_sandbox_still_stops_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "SHUTDOWN_SECONDS", 30)
    outcome: list[BaseException] = []

    def ask(client: WireClient) -> None:
        try:
            active(client)
        except requests.ConnectionError as error:
            outcome.append(error)

    with running_sandbox() as sandbox:
        client = WireClient(sandbox)
        sandbox.faults.add("silence", "*")
        waiting = threading.Thread(target=ask, args=[client])
        waiting.start()
        while not sandbox.faults.struck():
            waiting.join(0.01)
        begin = time.monotonic()
    waiting.join()
    client.close()
    assert len(outcome) == 1
    assert time.monotonic() - begin < 60


def test_a_download_is_cut_in_the_middle(openbis_sandbox: Sandbox, ursula: WireClient, plate: str) -> None:
    openbis_sandbox.faults.add("cut", "direct-get", after_bytes=1000)
    with ursula.get(plate, CURVES, stream=True) as answer:
        got = answer.raw.read(1000)
        with pytest.raises((*BROKEN, urllib3.exceptions.ProtocolError)):
            answer.raw.read(1)
    assert len(got) == 1000
    assert int(answer.headers["Content-Length"]) > 1000


def test_an_upload_is_cut_in_the_middle(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("cut", "session_workspace_file_upload", after_bytes=100_000)
    with pytest.raises(BROKEN):
        ursula.upload("u1/a", bytes(5_000_000))
    listed = ursula.files(ursula.create("u1"))
    assert listed[-1]["fileLength"] == 100_000


def test_corrupt_bytes_show_in_the_checksums(
    openbis_sandbox: Sandbox, ursula: WireClient, plate: str
) -> None:
    """Of a direct download the file's CRC, of a chunk the payload's; the next try is right."""
    right = ursula.get(plate, CURVES).content
    openbis_sandbox.faults.add("corrupt", "direct-get", after_bytes=500)
    wrong = ursula.get(plate, CURVES).content
    assert len(wrong) == len(right)
    assert [at for at in range(len(right)) if right[at] != wrong[at]] == [500]
    download = Download(ursula, f"{plate}/{CURVES}")
    openbis_sandbox.faults.add("corrupt", "file-transfer:download", after_bytes=7)
    intact = []
    for _ in range(2):
        download.queue("0:0")
        [frame] = read_frames(download.take(numberOfChunks=1))
        intact.append((frame.header_intact, frame.payload_intact))
    assert intact == [(True, False), (True, True)]


def test_an_upload_is_stored_corrupt(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("corrupt", "session_workspace_file_upload", after_bytes=3)
    data = b"0123456789"
    ursula.upload("u1/a", data)
    crc = ursula.files(ursula.create("u1"))[-1]["checksumCRC32"] % 2**32
    assert crc == zlib.crc32(b"012" + bytes([data[3] ^ 0xFF]) + b"456789")


@pytest.mark.parametrize("stepwise", [True, False])
def test_a_frame_is_cut(openbis_sandbox: Sandbox, ursula: WireClient, plate: str, stepwise: bool) -> None:
    download = Download(ursula, f"{plate}/{CURVES}")
    download.queue("0:0")
    openbis_sandbox.faults.add("cut", "file-transfer:download", after_bytes=1000)
    with pytest.raises(BROKEN):
        download.take(**({"numberOfChunks": 1} if stepwise else {}))
    assert download.take() == b"", "the chunk is gone from the queue"
    download.queue("0:0")
    assert read_frames(download.take())[0].payload_intact


def test_a_missing_byte_is_admitted(openbis_sandbox: Sandbox, ursula: WireClient, plate: str) -> None:
    size = len(ursula.get(plate, CURVES).content)
    for target in ("direct-get", "session_workspace_file_upload", "file-transfer:download"):
        openbis_sandbox.faults.add("wrong-size", target)
    assert len(ursula.get(plate, CURVES).content) == size - 1
    assert ursula.upload("u1/a", b"123").json()["size"] == 2
    download = Download(ursula, f"{plate}/{CURVES}")
    download.queue("0:0")
    assert len(read_frames(download.take())[0].payload) == size - 1


def test_a_full_disk_refuses_and_keeps_what_fitted(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("disk-full", "session_workspace_file_upload", after_bytes=4)
    answer = ursula.upload("u1/a", b"123456")
    assert answer.status_code == 500
    assert "No space left on device" in answer.text
    assert ursula.files(ursula.create("u1"))[-1]["fileLength"] == 4


def test_a_full_disk_at_registration_makes_no_data_set(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    before = ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.upload("u1/a", b"1")
    openbis_sandbox.faults.add("disk-full", "createUploadedDataSet")
    with pytest.raises(RpcError, match="No space left on device"):
        ursula.create("u1")
    assert ursula.data_sets_of(DEMO_EXPERIMENT) == before


def test_a_lost_answer_leaves_the_work_done(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    """The one fault that decides whether a save is doubled."""
    before = ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.upload("u1/a", b"1")
    openbis_sandbox.faults.add("answer-lost", "createUploadedDataSet")
    with pytest.raises(requests.ConnectionError):
        ursula.create("u1")
    assert len(ursula.data_sets_of(DEMO_EXPERIMENT)) == len(before) + 1


def test_a_late_call_is_executed_though_nobody_waits_any_more(
    openbis_sandbox: Sandbox, ursula: WireClient
) -> None:
    """What a client with a time-out meets on a slow server: the data set comes after it gave up."""
    before = ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.upload("u1/a", b"1")
    openbis_sandbox.faults.add("latency", "createUploadedDataSet", seconds=0.5)
    params = [ursula.token, uploaded("u1", DEMO_EXPERIMENT)]
    body = json.dumps({"method": "createUploadedDataSet", "params": params, "id": "2"})
    with pytest.raises(requests.exceptions.ReadTimeout):
        ursula.http.post(ursula.url + DSS, data=body, timeout=0.1)
    deadline = time.monotonic() + 90
    while ursula.data_sets_of(DEMO_EXPERIMENT) == before:
        assert time.monotonic() < deadline, "the call was never executed"


@pytest.mark.parametrize(
    "target", ["searchFiles", "file-transfer:start", "file-transfer:download", "direct-get"]
)
def test_the_session_ends_just_before_the_call(
    openbis_sandbox: Sandbox, ursula: WireClient, plate: str, target: str
) -> None:
    openbis_sandbox.faults.add("expired-session", target)
    said = ""
    try:
        ursula.files(plate)
        download = Download(ursula, f"{plate}/{CURVES}")
        said = str(download.answer) + (download.take().decode() if download.id else "")
        said += ursula.get(plate, CURVES).text[:200]
    except RpcError as error:
        said = str(error)
    assert any(
        text in said for text in ("no longer available", "Invalid download session", "session expired")
    )
    assert not active(ursula)


def test_a_personal_access_token_ends_too(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    ursula.token = ursula.personal_access_token()
    assert active(ursula)
    openbis_sandbox.faults.add("expired-session", "searchFiles")
    with pytest.raises(RpcError, match="no longer valid"):
        ursula.files("1-1")


def test_json_answers_can_be_cut_too(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    openbis_sandbox.faults.add("cut", "getServerInformation", after_bytes=10)
    with pytest.raises(BROKEN):
        ursula.application("getServerInformation")


class TestControlRoute:
    """POST, GET, DELETE /sandbox/faults."""

    def test_a_fault_is_asked_for_shown_and_forgotten(self, ursula: WireClient) -> None:
        address = ursula.url + "/sandbox/faults"
        made = ursula.http.post(
            address, json={"kind": "cut", "target": "direct-get", "after_bytes": 5}, timeout=5
        )
        assert made.status_code == 201
        assert made.json()["after_bytes"] == 5
        shown = ursula.http.get(address, timeout=60).json()
        assert [one["kind"] for one in shown["waiting"]] == ["cut"]
        assert ursula.http.delete(address, timeout=60).status_code == 204
        assert ursula.http.get(address, timeout=60).json() == {"waiting": [], "struck": []}

    @pytest.mark.parametrize(
        ("settings", "text"),
        [
            ({"kind": "cut"}, "needs 'target'"),
            ({"target": "x"}, "needs 'kind'"),
            ({"kind": "no", "target": "x"}, "no"),
            ({"kind": "cut", "target": "x", "often": 1}, "unknown setting of a fault: often"),
            ({"kind": "cut", "target": "x", "count": -1}, "count"),
            ({"kind": "cut", "target": "x", "count": "1"}, "count"),
            ({"kind": "cut", "target": ""}, "target"),
            ([], "JSON object"),
        ],
    )
    def test_what_is_no_fault_is_refused(self, reader: WireClient, settings: object, text: str) -> None:
        answer = reader.http.post(reader.url + "/sandbox/faults", json=settings, timeout=60)
        assert answer.status_code == 400
        assert text in answer.text

    def test_other_web_pages_cannot_ask(self, reader: WireClient) -> None:
        """A page of another origin can send plain text only, and a foreign DNS name shows in the Host."""
        address, fault = reader.url + "/sandbox/faults", '{"kind": "silence", "target": "*"}'
        assert reader.http.post(address, data=fault, timeout=60).status_code == 415
        foreign = {"Host": "evil.example", "Content-Type": "application/json"}
        assert reader.http.post(address, data=fault, headers=foreign, timeout=60).status_code == 403
        preflight = reader.http.options(address, headers={"Origin": "https://evil.example"}, timeout=60)
        assert "Access-Control-Allow-Origin" not in preflight.headers
