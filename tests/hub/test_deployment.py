"""The deployment's own promises on a running hub: one CA bundle, idle servers stopped, logs as JSON."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .running import Browser, Hub
from .test_whole_way import opened

#: Idle servers are stopped after so many seconds; a start takes longer than that on a busy machine.
_IDLE = 15

_PYTHON = "import sys, urllib.request as r; r.urlopen(sys.argv[1], timeout=60)"
_REQUESTS = "import sys, requests; requests.get(sys.argv[1], timeout=60)"
_AIOHTTP = """
import aiohttp, asyncio, sys
async def main():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as answer: pass
asyncio.run(main())
"""
_PYBIS = """
import os, pybis, sys
o = pybis.Openbis()
o.login("alice", sys.argv[1])
print(o.get_experiment("/BIOLAB/GROWTH/GROWTH_CURVES_1").code)
"""


@pytest.fixture(scope="module")
def hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """With what an admin of a lab switches on."""
    switched_on = {"OPENBIS_NB_CULL_IDLE_AFTER": str(_IDLE), "OPENBIS_NB_HUB_JSON_LOGS": "1"}
    running = Hub(tmp_path_factory.mktemp("deployed"), hub_sandbox, environment=switched_on)
    try:
        yield running.wait_until_ready()
    finally:
        running.stop()


def environment_of_server(hub: Hub) -> dict[str, str]:
    """The environment that this hub gave somebody's server, read off its process; empty without one."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            raw = (folder / "environ").read_bytes()
        except OSError:
            continue
        values = dict(part.split("=", 1) for part in raw.decode(errors="replace").split("\0") if "=" in part)
        if values.get("HOME", "").startswith(f"{hub.folder}/homes/") and "JUPYTERHUB_API_TOKEN" in values:
            return values
    return {}


@pytest.fixture(scope="module")
def alice(hub: Hub) -> Browser:
    """With a running server."""
    browser = hub.browser()
    browser.log_in("alice")
    browser.follow(browser.go("/hub/spawn", site="same-origin"))
    until(lambda: opened(browser, "/user/alice/lab"), "the server opens")
    return browser


@pytest.fixture(scope="module")
def given(hub: Hub, alice: Browser) -> dict[str, str]:
    return environment_of_server(hub)


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50)


@pytest.mark.parametrize("program", [_PYTHON, _REQUESTS, _AIOHTTP], ids=["ssl", "requests", "aiohttp"])
def test_pythons_libraries_trust_the_sites_ca(given: dict[str, str], program: str) -> None:
    """U-24, O-34: nothing is said in the notebook, and verification is on."""
    url = given["OPENBIS_URL"] + "/openbis/resources/api/v3/config.js"
    result = run([sys.executable, "-W", "error", "-c", program, url], given)
    assert "CERTIFICATE" not in result.stderr.upper(), result.stderr[-500:]
    bare = {name: value for name, value in given.items() if not value.endswith("ca-bundle.pem")}
    assert "CERTIFICATE_VERIFY_FAILED" in run([sys.executable, "-c", program, url], bare).stderr


def test_plain_pybis_trusts_the_sites_ca(given: dict[str, str], hub_sandbox: Sandbox) -> None:
    """U-24, O-34."""
    result = run([sys.executable, "-c", _PYBIS, hub_sandbox.users["alice"]], given)
    assert result.stdout.strip() == "GROWTH_CURVES_1", result.stderr[-500:]


@pytest.mark.parametrize(
    "command", [["curl", "--silent", "--show-error"], ["git", "ls-remote", "--quiet"]], ids=["curl", "git"]
)
def test_programs_trust_the_sites_ca(given: dict[str, str], command: list[str]) -> None:
    """U-24: R's packages use curl's setting."""
    program = shutil.which(command[0])
    assert program
    result = run([program, *command[1:], given["OPENBIS_URL"] + "/x"], given)
    assert "certificate" not in result.stderr.lower(), result.stderr


def test_the_log_is_json_and_holds_no_password(hub: Hub, alice: Browser, hub_sandbox: Sandbox) -> None:
    lines = [json.loads(line) for line in hub.log.splitlines() if line.startswith("{")]
    own = [line for line in lines if line.get("logger") == "JupyterHub"]
    assert [line for line in own if "JupyterHub is now running" in line["message"]]
    assert {"time", "level", "logger", "message"} <= own[0].keys()
    assert [line for line in hub.log.splitlines() if "JupyterHub app:" in line] == []
    assert not any("\033" in line["message"] for line in own), "colours are for terminals"


def test_an_idle_server_is_stopped(hub: Hub, alice: Browser) -> None:
    until(lambda: not environment_of_server(hub), "the culler stops the server", _IDLE + 40)
    assert opened(alice, "/user/alice/lab") == ""
