"""``openbis-nb doctor --hub`` at a real hub, with and without an admin's token (U-36)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from openbis_nb.cli import main
from openbis_nb.sandbox import Sandbox
from tests.ports import free_port
from tests.waiting import until

from .running import Browser, Hub
from .test_whole_way import opened

#: What can be said of a hub from outside, and what its admin sees.
OUTSIDE = {"hub", "TLS", "service", "ELN", "websockets", "InstanceProfile.js"}
INSIDE = {
    "auth_state", "spawner", "roles", "openBIS", "clock", "people's servers", "CA bundle", "culler",
    "public address",
}  # fmt: skip


@pytest.fixture(scope="module")
def hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    more = "c.OpenBISAuthenticator.instance_admins_are_admins = True"
    running = Hub(tmp_path_factory.mktemp("examined"), hub_sandbox, more)
    try:
        yield running.wait_until_ready()
    finally:
        running.stop()


def diagnosed(hub: Hub, token: str = "", **env: str) -> dict[str, list[dict[str, Any]]]:
    """The checks by topic."""
    settings = {
        "OPENBIS_URL": hub.sandbox.url,
        "OPENBIS_NB_CA_BUNDLE": str(hub.sandbox.ca_bundle),
        "OPENBIS_NB_HUB_TOKEN": token,
    }
    until(
        lambda: requests.get(f"{hub.url}/services/openbis/health/ready", timeout=60).ok,
        "the service is ready",
    )
    result = CliRunner(env=settings | env).invoke(main, ["doctor", "--hub", hub.url, "--json"])
    assert token == "" or token not in result.output
    found: dict[str, list[dict[str, Any]]] = {}
    for check in json.loads(result.stdout)["checks"]:
        found.setdefault(check["topic"], []).append(check)
    statuses = {check["status"] for checks in found.values() for check in checks}
    assert result.exit_code == (1 if "problem" in statuses else 0)
    return found


@pytest.fixture
def admin(hub: Hub) -> Browser:
    browser = hub.browser()
    browser.log_in("admin")
    return browser


def test_without_a_token_the_rest_is_skipped_by_name(hub: Hub) -> None:
    found = diagnosed(hub)
    assert found.keys() == OUTSIDE | {"set-up"}
    assert found["set-up"][0]["status"] == "skipped"
    assert "OPENBIS_NB_HUB_TOKEN" in found["set-up"][0]["next_step"]
    assert [topic for topic, checks in found.items() if checks[0]["status"] == "problem"] == []


def test_the_lines_for_the_eln_are_ready_to_copy(hub: Hub) -> None:
    assert [check["message"] for check in diagnosed(hub)["InstanceProfile.js"]] == [
        f'this.jupyterIntegrationServerEndpoint = "{hub.url}/services/openbis/eln";',
        f'this.jupyterEndpoint = "{hub.url}/";',
    ]


def test_an_admin_sees_all(hub: Hub, admin: Browser) -> None:
    found = diagnosed(hub, admin.api_token())
    assert found.keys() - {"account"} == OUTSIDE | INSIDE  # that one is for hubs that are root
    bad = {topic: checks for topic, checks in found.items() for one in checks if one["status"] == "problem"}
    assert bad == {}
    warned = {topic for topic, checks in found.items() for one in checks if one["status"] == "warning"}
    assert warned >= {"spawner", "culler"}  # the shipped configuration is for trying out
    assert found["websockets"][0]["status"] == "skipped"


def test_websockets_are_tried_on_ones_own_server(hub: Hub, admin: Browser) -> None:
    admin.follow(admin.go("/hub/spawn", site="same-origin"))
    until(lambda: opened(admin, "/user/admin/lab"), "the server opens")
    assert diagnosed(hub, admin.api_token())["websockets"][0]["status"] == "ok"


def test_somebody_else_is_told_that_it_takes_an_admin(hub: Hub) -> None:
    browser = hub.browser()
    browser.log_in("alice")
    found = diagnosed(hub, browser.api_token())
    assert (found["set-up"][0]["status"], found.keys() & INSIDE) == ("skipped", set())
    assert hub.api(browser.api_token(), "/openbis/diagnosis").status_code == 403
    assert browser.go("/hub/api/openbis/diagnosis").status_code in (401, 403)


def test_another_openbis_may_not_call(hub: Hub) -> None:
    found = diagnosed(hub, OPENBIS_NB_PUBLIC_URL="https://other.example.org")
    assert found["ELN"][0]["status"] == "problem"


@pytest.mark.parametrize("path", ["", "/nothing-here"])
def test_what_is_no_hub_is_said_to_be_none(hub_sandbox: Sandbox, path: str) -> None:
    env = {"OPENBIS_NB_CA_BUNDLE": str(hub_sandbox.ca_bundle)}
    url = hub_sandbox.url + path
    result = CliRunner(env=env).invoke(main, ["doctor", "--hub", url])
    assert (result.exit_code, "does not answer as JupyterHub" in result.stdout) == (1, True), result.output


def test_a_hub_that_is_down_is_one_problem() -> None:
    result = CliRunner().invoke(main, ["doctor", "--hub", f"http://127.0.0.1:{free_port()}", "--json"])
    [check] = json.loads(result.stdout)["checks"]
    assert (result.exit_code, check["status"], "No connection" in check["message"]) == (1, "problem", True)
    assert check["next_step"]
