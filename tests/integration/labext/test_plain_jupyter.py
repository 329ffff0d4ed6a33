"""A Jupyter server on somebody's own machine, or with wrong settings: it starts, and says what is missing."""

from __future__ import annotations

from pathlib import Path

from openbis_nb import credentials
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import Sandbox

from .servers import PersonsServer

API = "openbis/api/v1/"


def test_without_a_hub_the_session_is_that_of_openbis_nb_login(
    openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """U-02."""
    env = {"OPENBIS_URL": openbis_sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(openbis_sandbox.ca_bundle)}
    server = PersonsServer(tmp_path, env)
    try:
        script = server.wait_until_ready().script()
        before = script.get(f"{server.url}{API}session", timeout=60).json()
        assert (before["state"], before["under_hub"]) == ("none", False)
        assert "openbis-nb login" in before["next_step"]
        token = openbis_sandbox.token("alice")
        credentials.store_token(openbis_sandbox.url, server.state, Secret(token))
        after = script.get(f"{server.url}{API}session", timeout=60).json()
        assert (after["state"], after["user_id"]) == ("live", "alice")
        landing = server.go("openbis/launch/some-launch")
        assert landing.status_code == 500
        assert "does not belong to a hub" in landing.text
        assert server.files() == []
    finally:
        server.stop()


def test_a_server_with_a_wrong_setting_starts_and_its_routes_say_so(tmp_path: Path) -> None:
    server = PersonsServer(tmp_path, {"OPENBIS_URL": "https://user:password@nowhere"})
    try:
        script = server.wait_until_ready().script()
        assert script.get(f"{server.url}api/contents", timeout=60).ok
        said = script.get(f"{server.url}{API}session", timeout=60)
        assert (said.status_code, said.json()["code"]) == (500, "configuration-problem")
        assert "OPENBIS_URL" in said.json()["detail"]
        assert "OPENBIS_URL" in server.go("openbis/launch/some-launch").text
        assert "openBIS is not available in this server: OPENBIS_URL" in server.log
        assert "password" not in server.log
    finally:
        server.stop()


def test_a_server_without_an_address_says_one_sentence(tmp_path: Path) -> None:
    server = PersonsServer(tmp_path, {})
    try:
        script = server.wait_until_ready().script()
        said = script.get(f"{server.url}{API}session", timeout=60).json()
        assert (said["state"], said["message"]) == ("none", "No address of openBIS is set.")
        assert "Add a connection" in said["next_step"]
        saved = script.get(f"{server.url}{API}data-sets?owner=/A/B/C", timeout=60).json()
        assert saved["code"] == "configuration-problem"
        assert "Traceback" not in server.log
    finally:
        server.stop()
