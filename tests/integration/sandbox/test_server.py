"""The server itself: certificates, origins, methods, start and stop, and what a restart keeps."""

from __future__ import annotations

import socket
import ssl
import stat
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, SandboxConfig, running_sandbox

from .wire_client import AS, DSS, WireClient

V1_PATHS = [
    "/openbis/openbis/rmi-general-information-v1.json",
    "/openbis/openbis/rmi-general-information-changing-v1.json",
    "/openbis/openbis/rmi-web-information-v1.json",
    "/openbis/openbis/rmi-query-v1.json",
    "/datastore_server/rmi-dss-api-v1.json",
]


def test_the_certificate_is_verified_by_name(shared_openbis_sandbox: Sandbox) -> None:
    port, ca = shared_openbis_sandbox.server.port, shared_openbis_sandbox.ca_bundle
    context = ssl.create_default_context(cafile=str(ca))
    for name in ("localhost", "127.0.0.1"):
        with (
            socket.create_connection(("127.0.0.1", port), 5) as raw,
            context.wrap_socket(raw, server_hostname=name),
        ):
            pass
    with (
        socket.create_connection(("127.0.0.1", port), 5) as raw,
        pytest.raises(ssl.SSLCertVerificationError),
    ):
        context.wrap_socket(raw, server_hostname="openbis.example.org")


def test_private_keys_are_for_their_owner(tmp_path: Path) -> None:
    Sandbox.prepare(SandboxConfig(data=tmp_path)).stop()
    keys = [tmp_path / "certificates" / name for name in ("ca.key", "server.pem")]
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600, 0o600]
    assert b"PRIVATE" not in (tmp_path / "certificates" / "ca.pem").read_bytes()


def test_a_restart_keeps_the_data_and_the_trust_and_ends_the_sessions(tmp_path: Path) -> None:
    config = SandboxConfig(data=tmp_path, random_passwords=True)
    with running_sandbox(config) as first:
        ca, users = first.ca_bundle.read_bytes() if first.ca_bundle else b"", first.users
        client = WireClient(first)
        perm_id = client.data_set({"a.txt": b"kept"})
        client.close()
    assert users["alice"] != "alice"
    with running_sandbox(config) as second:
        assert second.users == {}, "passwords are given out once"
        assert second.ca_bundle
        assert second.ca_bundle.read_bytes() == ca
        again = WireClient(second)
        assert again.get(perm_id, "original/a.txt").content == b"kept"
        assert again.call(AS, "isSessionActive", client.token) is False
        assert isinstance(again.call(AS, "login", "alice", users["alice"]), str)
        again.close()


def test_a_reset_begins_anew_on_the_same_address(openbis_sandbox: Sandbox, ursula: WireClient) -> None:
    url, before = openbis_sandbox.url, ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.data_set({"a.txt": b"x"})
    openbis_sandbox.faults.add("silence", "*", count=0)
    openbis_sandbox.reset()
    assert openbis_sandbox.url == url
    assert ursula.application("isSessionActive") is False
    fresh = WireClient(openbis_sandbox)
    assert fresh.data_sets_of(DEMO_EXPERIMENT) == before
    fresh.close()


def test_a_sandbox_that_keeps_its_data_is_not_reset(tmp_path: Path) -> None:
    sandbox = Sandbox.prepare(SandboxConfig(data=tmp_path))
    with pytest.raises(RuntimeError, match="is not reset"):
        sandbox.reset()
    sandbox.stop()


def test_a_temporary_folder_goes_with_the_sandbox() -> None:
    with running_sandbox() as sandbox:
        folder = sandbox.store_folder
        assert folder.is_dir()
    assert not folder.exists()


def test_a_taken_port_is_an_error_not_a_hang() -> None:
    with running_sandbox(http=True) as first:
        second = Sandbox.prepare(SandboxConfig(http=True, port=first.server.port))
        with pytest.raises(OSError, match="address already in use"):
            second.start()
        second.stop()


def test_plain_http_is_there_for_tests() -> None:
    with running_sandbox(http=True) as sandbox:
        assert sandbox.url.startswith("http://127.0.0.1:")
        assert sandbox.ca_bundle is None
        client = WireClient(sandbox)
        assert client.application("isSessionActive") is True
        client.close()


def test_fifty_people_at_once() -> None:
    def look(sandbox: Sandbox) -> int:
        client = WireClient(sandbox, "Eve.O-Neill")
        found = client.data_sets_of(DEMO_EXPERIMENT)
        client.close()
        return len(found)

    with running_sandbox(max_sessions_per_user=0) as sandbox, ThreadPoolExecutor(50) as threads:
        assert set(threads.map(look, [sandbox] * 50)) == {3}


def test_clients_that_go_away_and_a_stop_under_way_leave_no_trace(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is logged, nothing hangs: a download is left in the middle, another runs while it stops."""
    with running_sandbox() as sandbox:
        client = WireClient(sandbox)
        plate = client.data_sets_of(DEMO_EXPERIMENT)[0]
        sandbox.add_sparse_file(plate, "original/default/huge.bin", 10**10)
        with client.get(plate, "original/default/huge.bin", stream=True) as left:
            assert left.raw.read(1000) == bytes(1000)
        running = client.get(plate, "original/default/huge.bin", stream=True)
        assert running.raw.read(1000) == bytes(1000)
        begin = time.monotonic()
    assert time.monotonic() - begin < 20
    running.close()
    client.close()
    assert caplog.records == []


def test_clients_may_know_it_by_another_address() -> None:
    """In a container it listens on one address and is called by another."""
    with running_sandbox(public_url="https://sandbox.example.org:8443/") as sandbox:
        assert sandbox.url == sandbox.state.download_url == "https://sandbox.example.org:8443"
        context = ssl.create_default_context(cafile=str(sandbox.ca_bundle))
        with (
            socket.create_connection(("127.0.0.1", sandbox.server.port), 5) as raw,
            context.wrap_socket(raw, server_hostname="sandbox.example.org") as tls,
        ):
            assert tls.version()


ORIGINS = [
    ("https://eln.example.org", True),
    ("https://other.example.org", False),
    ("null", False),
]


@pytest.mark.parametrize(("origin", "accepted"), ORIGINS)
@pytest.mark.parametrize("path", [AS, DSS])
def test_origins_are_accepted_from_a_list(origin: str, accepted: bool, path: str) -> None:
    with running_sandbox(http=True, trusted_origins=("https://eln.example.org",)) as sandbox:
        for method in ("OPTIONS", "POST"):
            answer = requests.request(
                method, sandbox.url + path, headers={"Origin": origin}, data="{}", timeout=5
            )
            allowed = answer.headers.get("Access-Control-Allow-Origin")
            assert allowed == (origin if accepted else None)
            if accepted:
                assert answer.headers["Access-Control-Allow-Credentials"] == "true"
                assert answer.headers["Access-Control-Allow-Headers"] == "content-type"
                assert "Access-Control-Allow-Methods" not in answer.headers


def test_its_own_pages_are_an_accepted_origin(reader: WireClient) -> None:
    answer = reader.http.options(reader.url + DSS, headers={"Origin": reader.url}, timeout=60)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Access-Control-Allow-Origin"] == reader.url


def test_pages_of_the_application_server_stay_out_of_frames(reader: WireClient) -> None:
    assert reader.http.options(reader.url + AS, timeout=60).headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", V1_PATHS)
def test_what_is_not_supported_says_so_by_name(reader: WireClient, path: str) -> None:
    body = '{"method": "listVocabularies", "params": ["t"], "id": "2"}'
    answer = reader.post(path, data=body)
    assert answer.status_code == 200
    assert (
        answer.json()["error"]["message"] == "The v1 method listVocabularies is not supported by the sandbox."
    )


ABSENT = [
    ("GET", "/openbis/webapp/eln-lims/"),
    ("GET", "/openbis/resources/api/v3/config.js"),
    ("POST", "/openbis/openbis/other.json"),
    ("POST", "/datastore_server/store_share_file_upload"),
]


@pytest.mark.parametrize(("method", "path"), ABSENT)
def test_what_a_real_server_has_and_this_one_has_not(reader: WireClient, method: str, path: str) -> None:
    answer = reader.http.request(method, reader.url + path, timeout=60)
    assert answer.status_code == 404
    assert f"{path} is not supported by the sandbox." in answer.text


def test_the_data_store_can_be_announced_with_a_foreign_address(openbis_sandbox: Sandbox) -> None:
    """A client must not send its session to whatever host the server names."""
    openbis_sandbox.announce_data_store("https://evil.example")
    client = WireClient(openbis_sandbox)
    plate = client.data_sets_of(DEMO_EXPERIMENT)[0]
    assert client.files(plate)[0]["dataStore"]["downloadUrl"] == "https://evil.example"
    session = client.data_store("createFastDownloadSession", [], {})
    assert session["downloadUrl"].startswith("https://evil.example/")
    stores = client.application("searchDataStores", {}, {})["objects"]
    assert [store["downloadUrl"] for store in stores] == ["https://evil.example"]
    client.close()
