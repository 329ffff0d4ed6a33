"""alice's own Jupyter server, her terminal and her cells, at one real service over a real sandbox."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox
from tests.integration.cli.conftest import Cli
from tests.integration.labext.servers import PersonsServer
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, Client, RunningService, running

#: Code that must not be seen; with a number that is in no page that hides it, also not between colours.
SECRET, NUMBER = "1234567 * 7654321", "7654321"


@dataclass(frozen=True)
class Site:
    """A hub (told what to answer), our service, and what the hub gives alice's server."""

    service: RunningService
    hub: FakeHub
    env: dict[str, str]

    def person(self, user: str) -> Client:
        return self.service.person(user)

    def page(self, user: str, page_id: str) -> requests.Response:
        """What the API says of a page to somebody."""
        return self.person(user).get(f"pages/{page_id}")

    def pages(self, user: str) -> list[str]:
        """Ids of all pages that a person sees."""
        answer = self.person(user).get("pages")
        assert answer.ok, answer.text
        return [page["id"] for page in answer.json()["entries"]]

    def bytes(self, page_id: str) -> bytes:
        answer = self.person("olga").get(f"pages/{page_id}/html")
        assert answer.status_code == 200, answer.text
        return answer.content


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        try:
            with running(tmp_path_factory.mktemp("service"), hub, sandbox) as service:
                alice = hub.person("alice", sandbox.token("alice"))
                env = {
                    "JUPYTERHUB_API_URL": hub.api_url,
                    "JUPYTERHUB_API_TOKEN": alice,
                    "JUPYTERHUB_BASE_URL": "/",
                    "JUPYTERHUB_PUBLIC_HUB_URL": f"{service.origin}/hub/",
                    "OPENBIS_NB_SERVICE_API": service.url,
                    "OPENBIS_NB_SERVICE_PREFIX": PREFIX,
                    "OPENBIS_URL": sandbox.url,
                    "OPENBIS_NB_CA_BUNDLE": str(sandbox.ca_bundle),
                }
                yield Site(service, hub, env)
        finally:
            hub.stop()


@pytest.fixture(scope="package")
def server(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PersonsServer]:
    server = PersonsServer(tmp_path_factory.mktemp("server"), site.env, base_url="/user/alice/")
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


@pytest.fixture
def cli(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """alice in a terminal outside of the hub."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENBIS_NB_SERVICE_URL", site.service.url)
    return Cli(site.service.sandbox, tmp_path / "state", tmp_path / "cache", tmp_path).login()


def calculation(cli: Cli) -> Path:
    """A notebook file with code that must not be seen, and its result."""
    name = f"Rates {secrets.token_hex(3)}"
    path = Path(cli.json("new", "--owner", DEMO_EXPERIMENT, "--name", name, "--template", "analysis")["path"])
    write(path, SECRET)
    return path


def write(path: Path, source: str) -> None:
    """One more cell, as it was run."""
    import nbformat
    from nbformat import v4

    notebook = nbformat.read(path, as_version=4)
    text = str(eval(source))
    result: Any = v4.new_output("execute_result", data={"text/plain": text}, execution_count=1)
    notebook.cells.append(v4.new_code_cell(source, execution_count=1, outputs=[result]))
    nbformat.write(notebook, path)
