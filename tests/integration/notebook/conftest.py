"""A person at a real Jupyter server with real kernels, logged in to a sandbox."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pybis
import pytest
from click.testing import CliRunner

from openbis_nb import credentials
from openbis_nb.cli import main
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .front_end import FrontEnd, JupyterServer, opened
from .lab_front_end import LabFrontEnd

BIN = Path(sys.executable).parent


@dataclass
class Desk:
    """One person's account on one machine: a folder, a session with openBIS, a Jupyter server."""

    sandbox: Sandbox
    server: JupyterServer
    work: Path
    home: Path

    @property
    def settings(self) -> dict[str, str]:
        """The environment variables of this account."""
        return {
            "OPENBIS_URL": self.sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle),
            "OPENBIS_NB_STATE_DIR": str(self.home / "state"),
            "OPENBIS_NB_CACHE_DIR": str(self.home / "cache"),
            "OPENBIS_NB_REQUEST_TIMEOUT": "5",
            "HOME": str(self.home),
        }

    def login(self, user: str = "alice") -> str:
        """A new session, stored as `openbis-nb login` does; gives the token."""
        token = self.sandbox.token(user)
        credentials.store_token(self.sandbox.url, self.home / "state", Secret(token))
        return token

    def run(self, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment in the person's folder."""
        return subprocess.run(
            [BIN / str(words[0]), *map(str, words[1:])],
            capture_output=True,
            text=True,
            cwd=self.work,
            env=os.environ | self.settings | env,
            timeout=110,
            check=False,
        )

    def command(self, *words: object) -> Any:
        """The JSON document of an `openbis-nb` command that succeeds; in this process, to be quick."""
        runner = CliRunner(env=self.settings)
        arguments = [*map(str, words), "--json"]
        with ThreadPoolExecutor(1) as apart:  # the test's own thread runs a loop already
            result = apart.submit(runner.invoke, main, arguments).result()
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    def launched(self, *options: object, owner: str = DEMO_EXPERIMENT, name: str = "Growth") -> Path:
        """A notebook made from the general template, with the owner's data as inputs."""
        made = self.command("new", "--owner", owner, "--name", name, "-o", self.work, *options)
        return Path(made["path"])

    def blank(self, *sources: str, name: str = "own.ipynb") -> Path:
        """A notebook that openBIS knows nothing of."""
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, self.work / name)
        return self.work / name

    @asynccontextmanager
    async def opened(self, path: Path, *, session: bool = True) -> AsyncIterator[FrontEnd]:
        """A notebook open in the browser, its kernel with this account's settings."""
        async with opened(self.server, path, session=session) as front_end:
            await self.at_home(front_end)
            yield front_end

    @asynccontextmanager
    async def opened_in_lab(self, path: Path, *, session: bool = True) -> AsyncIterator[LabFrontEnd]:
        """The same in a JupyterLab with our extension."""
        async with opened(self.server, path, session=session, made=LabFrontEnd) as front_end:
            assert isinstance(front_end, LabFrontEnd)
            await self.at_home(front_end)
            await front_end.announce()
            yield front_end

    async def at_home(self, front_end: FrontEnd) -> None:
        """Give a fresh kernel this account's settings: the server is shared by the tests."""
        await front_end.quietly(f"import os; os.environ.update({self.settings!r}); del os")

    def pybis(self, user: str = "admin") -> pybis.Openbis:
        openbis = pybis.Openbis(self.sandbox.url, verify_certificates=str(self.sandbox.ca_bundle))
        openbis.login(user, self.sandbox.users[user])
        return openbis

    def inputs(self, experiment: str = DEMO_EXPERIMENT) -> list[str]:
        """The data of an experiment, oldest first."""
        found = self.pybis().get_datasets(experiment=experiment, type="RAW_DATA")
        return sorted((str(perm_id) for perm_id in found.df["permId"]), key=_number)

    def saved(self, owner: str = DEMO_EXPERIMENT) -> list[pybis.dataset.DataSet]:
        """The notebooks stored in an experiment, as pybis finds them, oldest first."""
        openbis = self.pybis()
        found = openbis.get_datasets(experiment=owner, type="ANALYSIS_NOTEBOOK")
        return sorted(
            (openbis.get_dataset(str(p)) for p in found.df["permId"]), key=lambda d: _number(d.permId)
        )

    def stored(self, perm_id: str) -> dict[str, bytes]:
        """The files of a data set as they lie in the store: path → bytes."""
        state = self.sandbox.state
        with state.store.read() as db:
            files = state.content.files(db, perm_id)
        prefix = "original/default/"
        return {f.path.removeprefix(prefix): f.location.read_bytes() for f in files if not f.directory}


def _number(perm_id: str) -> int:
    return int(perm_id.rsplit("-", 1)[-1])


@pytest.fixture(scope="session")
def jupyter_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterServer]:
    """A Jupyter server with settings of its own."""
    home = tmp_path_factory.mktemp("jupyter")
    root = home / "root"
    root.mkdir()
    token = secrets.token_hex(16)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folders = {
        name: str(home / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    options = {"ip": "127.0.0.1", "port": port, "root_dir": root, "open_browser": False, "allow_root": True}
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [BIN / "jupyter-server", *(f"--ServerApp.{key}={value}" for key, value in options.items())],
            env=os.environ | folders | {"HOME": str(home), "JUPYTER_TOKEN": token},
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_for(f"{url}/api", server, home / "log")
        yield JupyterServer(url, token, root)
    finally:
        server.terminate()
        server.wait(60)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 90
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=60):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"The Jupyter server does not answer:\n{log.read_text()[-2000:]}")


@pytest.fixture
def desk(openbis_sandbox: Sandbox, jupyter_server: JupyterServer, own_environment: Path) -> Iterator[Desk]:
    """alice at her machine, logged in, in a folder of her own below the Jupyter server's."""
    work = jupyter_server.root / secrets.token_hex(4)
    work.mkdir()
    desk = Desk(openbis_sandbox, jupyter_server, work, own_environment)
    desk.login()
    yield desk
    openbis_sandbox.faults.clear()
