"""A plain JupyterLab and Notebook 7 on one server of alice's own, without a hub, beside a real sandbox."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import nbformat
from nbformat import v4
from playwright.sync_api import BrowserContext, Page, expect

from openbis_nb import credentials
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.labext.servers import BIN, PersonsServer

from .lab import Lab, quiet

__all__ = ["LabSite", "running_lab", "setting"]


@dataclass(slots=True)
class LabSite:
    """alice's server. Its root holds the notebooks; ``environment`` is what its kernels see of openBIS."""

    sandbox: Sandbox
    server: PersonsServer
    environment: Mapping[str, str]

    @property
    def workspaces(self) -> Path:
        """Where JupyterLab keeps which panels and tabs were open."""
        return self.server.home / ".jupyter/lab/workspaces"

    def log_in(self, user: str = "alice") -> str:
        """A fresh openBIS session in the file that server, kernels and command line share."""
        token = self.sandbox.token(user)
        credentials.store_token(self.sandbox.url, self.server.state, Secret(token))
        return token

    def new(self, path: str, *options: str, owner: str = DEMO_EXPERIMENT) -> Path:
        """A notebook as `openbis-nb new` makes it, at *path* below the root."""
        file = self.server.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        self.run("new", "--owner", owner, "--name", file.stem, "--output", str(file.parent), *options)
        assert file.is_file(), self.server.files()
        return file

    def plain(self, path: str, *sources: str) -> Path:
        """A notebook that came from nowhere, with these code cells."""
        notebook = v4.new_notebook(
            cells=[v4.new_code_cell(source) for source in sources],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        )
        file = self.server.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, file)
        return file

    def run(self, *command: str) -> str:
        """The command line of ours on this account; what it says."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        done = subprocess.run(
            [BIN / "openbis-nb", *command],
            env=kept | {"HOME": str(self.server.home)} | dict(self.environment),
            cwd=self.server.root,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def lab(self, context: BrowserContext, path: str) -> Lab:
        """The notebook at *path* open in JupyterLab, its kernel at rest."""
        return Lab(self.page(context, f"lab/tree/{quote(path)}"), path)

    def notebook7(self, context: BrowserContext, path: str) -> Page:
        """The notebook at *path* open in Notebook 7."""
        page = self.page(context, f"notebooks/{quote(path)}")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible()
        idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        expect(idle).to_be_attached()
        return page

    def page(self, context: BrowserContext, path: str) -> Page:
        """A tab at *path* of the server, logged in to Jupyter."""
        # Browsers send a server's cookies to all ports of its host; Jupyter's have the port in their names.
        port = self.server.url.rstrip("/").rpartition(":")[2]
        if not any(cookie.get("name", "").endswith(f"-{port}") for cookie in context.cookies()):
            entered = context.request.get(f"{self.server.url}api/me?token={self.server.token}")
            assert entered.ok, entered.text()
        page = context.new_page()
        page.goto(self.server.url + path)
        return page

    def quiet_again(self) -> None:
        """After a story, however it ended: openBIS works, and nothing of the story runs."""
        self.sandbox.faults.clear()
        asking = self.server.script()
        for session in asking.get(f"{self.server.url}api/sessions", timeout=60).json():
            asking.delete(f"{self.server.url}api/sessions/{session['id']}", timeout=60)


@contextmanager
def setting(site: LabSite, name: str, text: str) -> Iterator[None]:
    """The person has set *text* for a plugin of JupyterLab; pages opened in the block have it."""
    file = site.server.home / ".jupyter/lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        file.unlink()


@contextmanager
def running_lab(
    sandbox: Sandbox, folder: Path, *options: str, logged_in: bool = True, **more: str
) -> Iterator[LabSite]:
    """A server for the length of a block.

    Args:
        folder: For everything of it.
        options: Of its command line.
        logged_in: Whether alice has logged in to openBIS with `openbis-nb login`.
        more: Further variables of its environment.
    """
    ca_bundle = str(sandbox.ca_bundle)
    openbis = {"OPENBIS_URL": sandbox.url, "OPENBIS_NB_CA_BUNDLE": ca_bundle, "REQUESTS_CA_BUNDLE": ca_bundle}
    environment = openbis | more
    quiet(folder / "home")
    server = PersonsServer(
        folder,
        environment
        | {
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "home/.jupyter/lab/user-settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(folder / "home/.jupyter/lab/workspaces"),
        },
        *options,
    )
    site = LabSite(sandbox, server, environment)
    try:
        if logged_in:
            site.log_in()
        server.wait_until_ready()
        yield site
    finally:
        server.stop()
