"""The service beside the hub and not below it, as Kubernetes runs it: its own token and environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

from .running import ROOT, Hub

TOKEN = "the-token-that-both-have"
#: As hub_config/kubernetes/values.yaml does it by service_token.
APART = f"""
for one in c.JupyterHub.services:
    if one["name"] == "openbis":
        del one["command"], one["environment"]
        one["api_token"] = {TOKEN!r}
"""
#: JupyterHub 5 does not start while a service that it only has to find is away; a cluster starts it again.
FOUND = """
import os, time, urllib.error, urllib.request
while True:
    try:
        live = os.environ["OPENBIS_NB_SERVICE_URL"] + "/services/openbis/health/live"
        urllib.request.urlopen(live, timeout=60)
        break
    except (urllib.error.URLError, ConnectionError):
        time.sleep(0.1)
"""


def environment_of_the_pod(hub: Hub, folder: Path) -> dict[str, str]:
    """That of service.yaml, with the names of a cluster replaced by those of this machine."""
    manifests = yaml.safe_load_all((ROOT / "hub_config/kubernetes/service.yaml").read_text(encoding="utf-8"))
    [deployment] = [one for one in manifests if one["kind"] == "Deployment"]
    [container] = deployment["spec"]["template"]["spec"]["containers"]
    here = {
        "JUPYTERHUB_API_URL": f"{hub.url}/hub/api",
        "JUPYTERHUB_API_TOKEN": TOKEN,
        "JUPYTERHUB_SERVICE_URL": hub.service_url,
        "JUPYTERHUB_PUBLIC_URL": f"{hub.url}/services/openbis/",
        "OPENBIS_NB_SERVICE_DATABASE_URL": f"sqlite:///{folder}/service.sqlite",
        "OPENBIS_URL": hub.sandbox.url,
        "HOME": str(folder),
    }
    bundle = str(hub.sandbox.ca_bundle)
    here |= dict.fromkeys(("OPENBIS_NB_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), bundle)
    return {one["name"]: here.get(one["name"], one.get("value", "")) for one in container["env"]}


@pytest.fixture(scope="module")
def hub(hub_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("apart")
    hub = Hub(folder, hub_sandbox, APART, before=FOUND)
    service = None
    try:
        environment = {"PATH": os.environ["PATH"], **environment_of_the_pod(hub, folder)}
        with (folder / "service.log").open("wb") as log:
            command = [sys.executable, "-m", "openbis_nb.service"]
            service = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=log)
        hub.wait_until_ready()
        until(lambda: ready(hub), "the service is ready")
        yield hub
    finally:
        if service is not None:
            service.terminate()
            service.wait(60)
        hub.stop()


def ready(hub: Hub) -> bool:
    return requests.get(f"{hub.url}/services/openbis/health/ready", timeout=60).ok


def test_people_come_to_it_through_the_hub(hub: Hub) -> None:
    """U-21, design D14: log-in by OAuth, and the page of the person who logged in."""
    browser = hub.browser()
    browser.log_in("alice")
    page = browser.follow(browser.go("/services/openbis/"))
    assert (page.status_code, "alice" in page.text) == (200, True), page.text[-500:]


def test_a_script_comes_with_its_persons_token(hub: Hub) -> None:
    browser = hub.browser()
    browser.log_in("alice")
    headers = {"Authorization": f"token {browser.api_token()}"}
    answer = requests.get(
        f"{hub.url}/services/openbis/api/v1/launches?directory=a&file=b.ipynb", headers=headers, timeout=20
    )
    assert (answer.status_code, answer.json()) == (200, {"launches": []})
