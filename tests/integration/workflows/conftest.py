"""A laboratory for the workflows: people on machines of their own at one sandbox; pybis is the witness."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import nbformat
import pybis
import pytest

from openbis_nb.models import LaunchRequest
from openbis_nb.notebooks.library import TemplateLibrary
from openbis_nb.openbis.cache import Cache
from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.openbis.creation import Patience
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.clock import milliseconds
from openbis_nb.sandbox.objects import find
from openbis_nb.sandbox.registration import Author, NewDataSet, owner_of, register_data_set
from openbis_nb.workflows.evidence import EvidenceBook
from openbis_nb.workflows.launch import prepare, write_notebook
from openbis_nb.workflows.ledger import Ledger
from openbis_nb.workflows.outbox import Outbox
from openbis_nb.workflows.workplace import Workplace
from tests.silence import meets_silence

#: So that a lost answer is settled in a moment, and a call that nobody answered is over at once.
HASTY = Patience(looks=(0.05, 0.2), over_after=0)


@dataclass
class Lab:
    """One sandbox, and everybody who works at it."""

    sandbox: Sandbox
    folder: Path
    clients: list[OpenBIS] = field(default_factory=list)
    #: Seconds that everybody waits for openBIS.
    seconds: float = 30.0

    def server(self, **changes: Any) -> Server:
        settings: dict[str, Any] = {"request_timeout": self.seconds, "transfer_timeout": self.seconds}
        settings |= {"parallel": 4, "ca_bundle": self.sandbox.ca_bundle}
        return Server(self.sandbox.url, **(settings | changes))

    async def person(
        self, user: str, machine: str = "laptop", *, seconds: float | None = None, **changes: Any
    ) -> Workplace:
        """Somebody logged in, on a machine of that name, who waits so many seconds for an answer.

        *changes* are fields of the workplace.
        """
        client = OpenBIS(self.server(request_timeout=seconds or self.seconds))
        self.clients.append(client)
        await client.login(user, self.sandbox.users[user])
        await client.whoami()
        home = self.folder / machine / user
        workplace = Workplace(
            client=client,
            cache=Cache(home / "cache", server=client.server.host, person=user),
            outbox=Outbox(home / "outbox"),
            ledger=Ledger(home / "state.sqlite3"),
            evidence=EvidenceBook(home / "state.sqlite3"),
            templates=TemplateLibrary(()),
            patience=HASTY,
        )
        return replace(workplace, **changes)

    async def launched(self, workplace: Workplace, place: str = DEMO_EXPERIMENT, **request: Any) -> Path:
        """A notebook made for *place*, in the person's folder."""
        work = self.folder / "work" / (await workplace.client.whoami()).user_id
        work.mkdir(parents=True, exist_ok=True)
        prepared = await prepare(workplace, LaunchRequest(place, **{"name": "Growth", **request}))
        return write_notebook(workplace, prepared, work)

    def wait_for_fault(self) -> None:
        """Until the sandbox has done what it was told to do wrong."""
        deadline = time.monotonic() + 90
        while not self.sandbox.faults.struck():
            assert time.monotonic() < deadline, "no fault struck"
            time.sleep(0.01)

    def pybis(self, user: str = "admin") -> pybis.Openbis:
        """Somebody at openBIS itself, with nothing of ours."""
        openbis = pybis.Openbis(self.sandbox.url, verify_certificates=str(self.sandbox.ca_bundle))
        openbis.login(user, self.sandbox.users[user])
        return openbis

    def saved(self, owner: str = DEMO_EXPERIMENT) -> list[pybis.dataset.DataSet]:
        """The notebooks stored in an experiment, as pybis finds them, oldest first."""
        openbis = self.pybis()
        found = openbis.get_datasets(experiment=owner, type="ANALYSIS_NOTEBOOK")
        return sorted(
            (openbis.get_dataset(str(p)) for p in found.df["permId"]), key=lambda d: number(d.permId)
        )

    def stored(self, perm_id: str) -> dict[str, bytes]:
        """The files of a data set, as they lie in the store: path below its root → bytes."""
        state = self.sandbox.state
        with state.store.read() as db:
            files = state.content.files(db, perm_id)
        return {file.path: file.location.read_bytes() for file in files if not file.directory}

    def provenance(self, perm_id: str) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.stored(perm_id)["original/default/provenance.json"])
        return content

    def notebook(self, perm_id: str) -> dict[str, Any]:
        files = self.stored(perm_id)
        [name] = [name for name in files if name.endswith(".ipynb")]
        content: dict[str, Any] = json.loads(files[name])
        return content

    def inputs(self, experiment: str = DEMO_EXPERIMENT) -> list[str]:
        """The data of an experiment, oldest first."""
        found = self.pybis().get_datasets(experiment=experiment, type="RAW_DATA")
        return sorted((str(perm_id) for perm_id in found.df["permId"]), key=number)


def plant(
    sandbox: Sandbox,
    owner: str,
    count: int,
    type_code: str = "RAW_DATA",
    files: Mapping[str, bytes] | None = None,
) -> list[str]:
    """Data sets of an experiment or object, written into the sandbox past its wire; their permIds."""
    state, made = sandbox.state, []
    with state.store.write() as db:
        row = find(db, "EXPERIMENT", {"identifier": owner}) or find(db, "SAMPLE", {"identifier": owner})
        assert row is not None
        content = {"original/a.csv": b"1\n"} if files is None else files
        for _ in range(count):
            new = NewDataSet(type=type_code, owner=owner_of(db, row), size=sum(map(len, content.values())))
            perm_id = register_data_set(db, new, Author("ursula", milliseconds(state.clock))).perm_id
            state.content.write(db, perm_id, content)
            made.append(perm_id)
    return made


def number(perm_id: str) -> int:
    """The running number in a permId."""
    return int(perm_id.rsplit("-", 1)[-1])


def edit(path: Path, source: str = "x = 1", **output: Any) -> None:
    """Add a code cell, run; *output* are fields of an output, a stream by default."""
    notebook = nbformat.read(path, as_version=4)
    cell = nbformat.v4.new_code_cell(source)
    if output:
        cell.outputs = [nbformat.v4.new_output(**({"output_type": "stream", "name": "stdout"} | output))]
    notebook.cells.append(cell)
    nbformat.write(notebook, path)


def block(path: Path) -> dict[str, Any]:
    """The identity block of a file."""
    content: dict[str, Any] = json.loads(path.read_text())["metadata"]["openbis"]
    return content


def change_block(path: Path, changes: Mapping[str, Any]) -> None:
    """Write into the identity block, as anybody with an editor can."""
    content = json.loads(path.read_text())
    content["metadata"]["openbis"] |= changes
    path.write_text(json.dumps(content))


def hand_out(workplace: Workplace, path: Path, perm_ids: list[str]) -> None:
    """What a kernel that attached these inputs leaves behind."""
    session = workplace.evidence.begin(workplace.server, block(path)["notebook_id"])
    workplace.evidence.hand_out(session, perm_ids)


@pytest.fixture
async def lab(openbis_sandbox: Sandbox, tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[Lab]:
    lab = Lab(openbis_sandbox, tmp_path)
    if meets_silence(request):
        lab.seconds = 2.0
    yield lab
    openbis_sandbox.faults.clear()
    for client in lab.clients:
        await client.close()


@pytest.fixture
async def alice(lab: Lab) -> Workplace:
    """A power user of the first space."""
    return await lab.person("alice")


@pytest.fixture
async def ursula(lab: Lab) -> Workplace:
    """A plain user of the first space."""
    return await lab.person("ursula")


@pytest.fixture
async def olga(lab: Lab) -> Workplace:
    """An observer of the first space."""
    return await lab.person("olga")


@pytest.fixture
async def bob(lab: Lab) -> Workplace:
    """A user of the second space only."""
    return await lab.person("bob")
