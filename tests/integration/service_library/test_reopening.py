"""A stored version opened in JupyterLab: the real service, a real sandbox, a person's real Jupyter server."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import nbformat
import pybis
import pytest
import requests

from openbis_nb.notebooks import identity as identity_block
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.objects import find
from tests.integration.labext.launches import blank
from tests.integration.labext.servers import PersonsServer
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import Client, RunningService, running

from ..labext.test_api import Api

ARCHIVED = "/BIOLAB/ARCHIVE/PILOT_2019"
NAME = "Größe/of a (plate)"


@dataclass
class Desk:
    """alice at her own server, at the service by the same token, and at openBIS by pybis."""

    sandbox: Sandbox
    service: RunningService
    hub: FakeHub
    token: str
    server: PersonsServer

    @property
    def client(self) -> Client:
        return self.service.by(self.token)

    def open(self, version: str, mode: str, **body: Any) -> requests.Response:
        return self.client.post(f"versions/{version}/launches", {"mode": mode, **body})

    def landed(self, version: str, mode: str, **body: Any) -> str:
        """Open it; the path of the file that the person's server has written."""
        launch = self.open(version, mode, **body)
        assert launch.status_code == 201, launch.text
        answer = self.server.go(f"openbis/launch/{launch.json()['id']}")
        assert answer.status_code == 302, answer.text
        done = self.client.until_state(launch.json(), "ready", "failed")
        assert done["state"] == "ready", done
        return str(done["path"])

    def save(self, path: str, **body: Any) -> dict[str, Any]:
        answer = Api(self.server).post("save", {"path": path, **body})
        said: dict[str, Any] = answer.json()
        return said["result"] if answer.ok else said

    def run(self, path: str, source: str) -> None:
        """Add a cell, as the person does."""
        notebook = nbformat.read(self.server.root / path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(source))
        nbformat.write(notebook, self.server.root / path)

    def pybis(self, user: str) -> pybis.Openbis:
        openbis = pybis.Openbis(self.sandbox.url, verify_certificates=str(self.sandbox.ca_bundle))
        openbis.set_token(self.sandbox.token(user))
        return openbis

    def stored(self, user: str = "alice", *, kernel: str = "python3", **properties: str) -> tuple[str, str]:
        """A version as pybis stores it, with nothing of ours in it; notebook id and permId."""
        notebook = blank("window = 2", "fit(window)")
        notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="forty-two\n")]
        notebook.metadata["kernelspec"]["name"] = kernel
        file = self.server.home / "stored.ipynb"
        nbformat.write(notebook, file)
        notebook_id = secrets.token_hex(16)
        openbis = self.pybis(user)
        made = openbis.new_dataset(
            type="ANALYSIS_NOTEBOOK",
            experiment=DEMO_EXPERIMENT,
            files=[str(file)],
            props={"$name": NAME, "$history_id": notebook_id, **properties},
            parents=[self.raw],
        )
        made.save()
        return notebook_id, str(made.permId)

    @property
    def raw(self) -> str:
        """A data set of the experiment."""
        state = self.sandbox.state
        with state.store.read() as db:
            row = find(db, "EXPERIMENT", {"identifier": DEMO_EXPERIMENT})
            assert row is not None
            found = db.execute(
                "SELECT perm_id FROM entities WHERE experiment_id = ? AND type = 'RAW_DATA' ORDER BY id",
                (row["id"],),
            )
            return str(found.fetchone()["perm_id"])

    def block(self, path: str) -> Any:
        return identity_block.read(json.loads((self.server.root / path).read_text()))


@pytest.fixture(scope="module")
def desk(openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    hub = FakeHub(openbis.url)
    token = hub.person("alice", openbis.token("alice"))
    env = {
        "JUPYTERHUB_API_URL": hub.api_url,
        "JUPYTERHUB_API_TOKEN": token,
        "JUPYTERHUB_BASE_URL": "/",
        "OPENBIS_URL": openbis.url,
        "OPENBIS_NB_CA_BUNDLE": str(openbis.ca_bundle),
        "REQUESTS_CA_BUNDLE": str(openbis.ca_bundle),
    }
    with running(tmp_path_factory.mktemp("service"), hub, openbis) as service:
        env |= {"OPENBIS_NB_SERVICE_API": service.url, "OPENBIS_NB_SERVICE_PREFIX": "/services/openbis/"}
        server = PersonsServer(tmp_path_factory.mktemp("server"), env, base_url="/user/alice/")
        try:
            server.wait_until_ready()
            yield Desk(openbis, service, hub, token, server)
        finally:
            server.stop()
            hub.stop()


@pytest.fixture(autouse=True)
def _live_session(desk: Desk) -> None:
    """Another module may have reset the sandbox, and with it the sessions."""
    desk.hub.people[desk.token].session = desk.sandbox.token("alice")


def test_the_author_goes_on_and_opens_it_again(desk: Desk) -> None:
    """N-24, N-47, O-27: no question at the save, which is the next version of the same notebook; opened again
    it is a file beside the first, and keeps its name."""
    notebook_id, perm_id = desk.stored()
    path = desk.landed(perm_id, "continue", directory="growth")
    assert path == "growth/Größe_of a (plate).ipynb"
    block = desk.block(path)
    assert (block.notebook_id, block.checkpoint_id, block.inputs) == (notebook_id, perm_id, (desk.raw,))
    first = (desk.server.root / path).read_bytes()
    beside = desk.landed(perm_id, "continue", directory="growth")
    assert beside == "growth/Größe_of a (plate) 2.ipynb"
    assert (desk.server.root / path).read_bytes() == first
    assert desk.block(beside).name == NAME
    desk.run(beside, "y = 2")
    saved = desk.save(beside)
    assert (saved["state"], saved["notebook_id"], saved["name"]) == ("saved", notebook_id, NAME)
    seen = desk.pybis("ursula").get_dataset(saved["perm_id"])
    assert (seen.props["$history_id"], seen.props["$name"]) == (notebook_id, NAME)


def test_a_template_is_a_new_notebook_of_its_own(desk: Desk) -> None:
    """O-27, O-28, U-26: outputs are gone, the origin is remembered; the file is called as was asked for."""
    notebook_id, perm_id = desk.stored("ursula")
    path = desk.landed(perm_id, "template", name="Mine", owner="/BIOLAB/GROWTH/GROWTH_PILOT")
    assert path == "Mine.ipynb"
    assert "forty-two" not in (desk.server.root / path).read_text()
    saved = desk.save(path)
    assert (saved["state"], saved["name"], saved["owner"]) == ("saved", "Mine", "/BIOLAB/GROWTH/GROWTH_PILOT")
    assert saved["notebook_id"] != notebook_id
    told = desk.client.get(f"versions/{saved['perm_id']}/provenance").json()
    assert told["forked_from"] == {"notebook_id": notebook_id, "checkpoint_id": perm_id, "author": None}


def test_somebody_elses_is_confirmed_and_becomes_a_fork(desk: Desk) -> None:
    """N-29, N-31: openBIS says whose it is; the block is that person's word."""
    notebook_id, perm_id = desk.stored("ursula")
    path = desk.landed(perm_id, "continue", name="Hers")
    desk.run(path, "mine = 1")
    asked = desk.save(path)
    assert (asked["status"], asked["code"]) == (409, "needs-confirmation")
    saved = desk.save(path, confirm=True)
    assert saved["notebook_id"] != notebook_id
    assert saved["fork_of"] == perm_id
    assert "ursula is the author" in " ".join(saved["told"])


def test_a_kernel_that_is_gone_is_no_reason_not_to_look(desk: Desk) -> None:
    """U-25: JupyterLab asks for another one."""
    _, perm_id = desk.stored(kernel="conda-env-of-2019")
    assert desk.landed(perm_id, "continue", directory="old").startswith("old/")


def test_what_cannot_be_opened_is_said_at_once(desk: Desk) -> None:
    """U-30: archived, hidden, or a path that leads elsewhere; no launch is kept."""
    archived = str(desk.pybis("alice").get_datasets(experiment=ARCHIVED).df["permId"][0])
    titration = desk.pybis("admin").get_datasets(experiment="/CHEMLAB/SYNTHESIS/TITRATION_1")
    hidden = str(titration.df["permId"][0])
    _, perm_id = desk.stored()
    for version, body, status, code in (
        (archived, {}, 409, "data-not-available"),
        (hidden, {}, 404, "not-found"),
        (perm_id, {"directory": "../elsewhere"}, 400, "unsafe-path"),
        (perm_id, {"mode": "burn"}, 400, "invalid-input"),
    ):
        answer = desk.client.post(f"versions/{version}/launches", {"mode": "template", **body})
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert answer.json()["next_step"]
