"""A cell, the button, the command and the runner make the same data set (F-08)."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pybis

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.notebook.front_end import JupyterServer, opened
from tests.integration.notebook.lab_front_end import LabFrontEnd

from .servers import BIN, PersonsServer
from .stand_in import StandIn


@dataclass(frozen=True)
class Account:
    """alice, with a server and a terminal."""

    server: PersonsServer
    sandbox: Sandbox

    def command(self, *words: object) -> Any:
        """The JSON document of an `openbis-nb` command in a terminal of hers."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        openbis = {"OPENBIS_URL": self.sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle)}
        folders = {"IPYTHONDIR": str(self.server.home / ".ipython")}
        ran = subprocess.run(
            [BIN / "openbis-nb", *map(str, words), "--json"],
            env=kept | openbis | folders | {"HOME": str(self.server.home)},
            cwd=self.server.root,
            capture_output=True,
            text=True,
            timeout=110,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return json.loads(ran.stdout)

    @asynccontextmanager
    async def opened(self, path: Path) -> AsyncIterator[LabFrontEnd]:
        jupyter = JupyterServer(self.server.url.rstrip("/"), self.server.token, self.server.root)
        async with opened(jupyter, path, made=LabFrontEnd) as lab:
            assert isinstance(lab, LabFrontEnd)
            await lab.announce()
            yield lab


async def by_cell(alice: Account, path: Path) -> None:
    async with alice.opened(path) as lab:
        answer = await lab.run_all()
        assert answer.status == "ok", answer.text


async def by_button(alice: Account, path: Path) -> None:
    async with alice.opened(path) as lab:
        sha256 = await run_unsaved(path, lab)
        await lab.openbis("POST", "save", {"path": lab._api_path, "sha256": sha256})


async def by_command(alice: Account, path: Path) -> None:
    async with alice.opened(path) as lab:
        await run_unsaved(path, lab)
    await asyncio.to_thread(alice.command, "save", path)


async def by_runner(alice: Account, path: Path) -> None:
    await asyncio.to_thread(alice.command, "run", path)


async def run_unsaved(path: Path, lab: LabFrontEnd) -> str:
    """All cells but the one that saves, and Ctrl+S; the SHA-256 of the file."""
    for one in lab.notebook.cells:
        if one.cell_type == "code" and "nb.save(" not in one.source:
            answer = await lab.run(one)
            assert answer.status == "ok", answer.text
    await lab.save()
    return hashlib.sha256(await asyncio.to_thread(path.read_bytes)).hexdigest()


async def test_four_ways_one_data_set(server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox) -> None:
    """F-08: byte-equal files but for ids and times; the same parents, properties and type."""
    await asyncio.to_thread(server.script().get, f"{server.url}openbis/api/v1/session", timeout=60)
    alice = Account(server, openbis_sandbox)
    ways: dict[str, Callable[[Account, Path], Awaitable[None]]] = {
        "cell": by_cell,
        "button": by_button,
        "command": by_command,
        "runner": by_runner,
    }
    made: dict[str, dict[str, Any]] = {}
    openbis = pybis.Openbis(openbis_sandbox.url, verify_certificates=str(openbis_sandbox.ca_bundle))
    openbis.login("admin", openbis_sandbox.users["admin"])
    await asyncio.to_thread(attach_all, server, openbis)  # so that the card says the same of them each time
    for name, way in ways.items():
        folder = server.root / name
        folder.mkdir()
        new = ("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth", "-o", folder)
        path = Path((await asyncio.to_thread(alice.command, *new))["path"])
        before = saved_until_now(openbis)
        await way(alice, path)
        [perm_id] = saved_until_now(openbis) - before
        made[name] = described(openbis_sandbox, openbis.get_dataset(perm_id))
    for name in ("button", "command", "runner"):
        assert made[name].keys() == made["cell"].keys()
        for what, expected in made["cell"].items():
            assert made[name][what] == expected, f"{name}: {what}"


def attach_all(server: PersonsServer, openbis: pybis.Openbis) -> None:
    inputs = openbis.get_datasets(experiment=DEMO_EXPERIMENT, type="RAW_DATA").df["permId"]
    body = {"perm_ids": list(map(str, inputs)), "fetch": "all"}
    answer = server.script().post(f"{server.url}openbis/api/v1/attach", json=body, timeout=60)
    assert answer.ok, answer.text


def saved_until_now(openbis: pybis.Openbis) -> set[str]:
    found = openbis.get_datasets(experiment=DEMO_EXPERIMENT, type="ANALYSIS_NOTEBOOK")
    return {str(perm_id) for perm_id in found.df["permId"]}


def described(sandbox: Sandbox, saved: pybis.dataset.DataSet) -> dict[str, Any]:
    """All of a data set as pybis and the store show it, without what differs from save to save."""
    properties = saved.props.all()
    notebook_id = str(properties.pop("$history_id"))
    return {
        "type": str(saved.type),
        "owner": saved.experiment.identifier,
        "parents": sorted(saved.parents),
        "properties": properties,
        **{
            name: comparable(name, content, notebook_id)
            for name, content in stored(sandbox, saved.permId).items()
        },
    }


def stored(sandbox: Sandbox, perm_id: str) -> dict[str, bytes]:
    with sandbox.state.store.read() as db:
        files = sandbox.state.content.files(db, perm_id)
    return {file.path: file.location.read_bytes() for file in files if not file.directory}


def comparable(name: str, content: bytes, notebook_id: str) -> Any:
    """A file without the ids of its notebook and the times of this save."""
    text = content.decode().replace(notebook_id, "ID")
    if name.endswith("provenance.json"):
        found = json.loads(text)
        for what in ("save_id", "saved_at", "started_at"):
            found.pop(what, None)
        for one in found.get("observed", ()):
            one.pop("at")
        return found
    if name.endswith(".ipynb"):
        for number, cell in enumerate(json.loads(content)["cells"]):
            text = text.replace(cell["id"], f"cell {number}")
        return text.splitlines()
    return text.splitlines()
