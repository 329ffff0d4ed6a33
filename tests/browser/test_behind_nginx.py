"""The whole chain behind the shipped nginx example: TLS of a private CA, and the hub below ``/jupyter/``."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import Hub
from tests.hub.test_base_url import BELOW
from tests.hub.test_nginx import NAME, Nginx
from tests.ports import free_port
from tests.unit.notebooks.eln import Asked, generated
from tests.waiting import until

from .eln_page import Eln
from .lab import Lab, at, chromium, picture, quiet, window

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("behind")


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, folder: Path) -> Iterator[Hub]:
    """The hub; ``url`` is that of nginx, as people's browsers know it."""
    port = free_port()
    public = f"https://{NAME}:{port}/jupyter"
    (folder / "hub").mkdir()
    hub = Hub(folder / "hub", sandbox, BELOW, environment={"OPENBIS_NB_HUB_PUBLIC_URL": f"{public}/"})
    nginx = Nginx(folder, hub.url, port)
    try:
        until(nginx.answers, "nginx answers")
        hub.url += "/jupyter"
        hub.wait_until_ready()
        hub.url = public
        quiet(folder / "hub/homes/alice")
        yield hub
    finally:
        hub.stop()
        nginx.process.terminate()
        nginx.process.wait(60)


@pytest.fixture
def context(hub: Hub, folder: Path) -> Iterator[BrowserContext]:
    """Of a Chromium that trusts the CA of nginx, as an institute's computers do, and nothing else besides."""
    home = folder / "person"
    database = home / ".pki/nssdb"
    database.mkdir(parents=True)
    certutil = shutil.which("certutil")
    assert certutil, "This test needs certutil: run scripts/test, which installs it."
    for arguments in (["-N", "--empty-password"], ["-A", "-n", "lab", "-t", "C,,", "-i", f"{folder}/ca.pem"]):
        subprocess.run([certutil, "-d", f"sql:{database}", *arguments], check=True)
    environment = os.environ | {"HOME": str(home)}
    with chromium(args=[f"--host-resolver-rules=MAP {NAME} 127.0.0.1"], env=environment) as browser:
        yield window(browser)


def test_from_the_eln_to_a_saved_version(
    context: BrowserContext, hub: Hub, sandbox: Sandbox, folder: Path
) -> None:
    """O-31, O-65, U-01: from https to https a browser says where it comes from, so nobody is asked."""
    visited: list[str] = []
    context.on("request", lambda request: visited.append(request.url))
    eln = Eln(context, hub, "alice", sandbox.token("alice"))
    page = eln.page(generated(Asked(owner=DEMO_EXPERIMENT, inputs=())), "eln", "From the ELN")
    with context.expect_page() as new:
        page.click("#accept")
    Lab(new.value, "eln/From the ELN.ipynb")

    launcher = context.new_page()
    launcher.goto(f"{hub.url}/services/openbis/new?place={DEMO_EXPERIMENT}&kind=experiment")
    box = launcher.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    box.get_by_label("Directory Name (*)").fill("growth")
    box.get_by_label("Notebook Name (*)").fill("Behind nginx")
    with context.expect_page() as new:
        box.get_by_role("button", name="Create & connect").click()
    lab = Lab(new.value, "growth/Behind nginx.ipynb")
    assert "Saved to openBIS" in lab.run_all()
    picture(lab.tab, "behind-nginx")
    [saved] = at(sandbox).get_datasets(type="ANALYSIS_NOTEBOOK", where={"$name": "Behind nginx"})
    assert saved.registrator == "alice"

    # Its value is no secret that lets anybody in; JupyterHub and Jupyter set it themselves.
    assert {cookie["name"] for cookie in context.cookies() if not cookie.get("secure")} == {"_xsrf"}
    own = [urlsplit(url) for url in visited if urlsplit(url).netloc == urlsplit(hub.url).netloc]
    assert [url.path for url in own if not url.path.startswith("/jupyter/")] == []
    logs = {file.name: file.read_text(errors="replace") for file in folder.glob("*.log")}
    logs["hub.log"] = hub.log
    assert "/jupyter/hub/login?[removed]" in logs["jupyterhub.log"]
    assert [name for name, text in logs.items() if eln.token in text] == []
    assert not re.search(r"[?&](code|state|token)=", logs["jupyterhub.log"])
