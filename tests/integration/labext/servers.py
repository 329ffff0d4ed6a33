"""A real Jupyter server of one person as a process, with our extension, and a browser that is logged in."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from tests.hub.running import QUICK
from tests.ports import free_port
from tests.waiting import LONG, until

BIN = Path(sys.executable).parent


class PersonsServer:
    """``root`` is what it shows, ``home`` the person's home, ``log`` what it wrote, at DEBUG."""

    def __init__(
        self,
        folder: Path,
        env: Mapping[str, str],
        *options: str,
        base_url: str = "/",
        largest_file: int | None = None,
    ) -> None:
        self.home, self.root = folder / "home", folder / "root"
        for made in (self.home, self.root):
            made.mkdir(parents=True, exist_ok=True)
        self.token, self.base_url = secrets.token_hex(16), base_url
        port = free_port()
        self.origin = f"http://127.0.0.1:{port}"
        self.url = self.origin + base_url
        settings = {"ip": "127.0.0.1", "port": port, "root_dir": self.root, "base_url": base_url}
        settings |= {"open_browser": False, "allow_root": True}
        command = [BIN / "jupyter-server", *(f"--ServerApp.{key}={value}" for key, value in settings.items())]
        self.log_file = folder / "log"
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        folders = {name: str(self.home / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")}
        given = {
            "HOME": str(self.home),
            "JUPYTER_TOKEN": self.token,
            "IPYTHONDIR": str(self.home / ".ipython"),
            "PYTHONPATH": QUICK,
        }
        if largest_file is not None:  # to a writer that is what a full disk or quota looks like
            command = ["prlimit", f"--fsize={largest_file}:{largest_file}", *command]
        with self.log_file.open("w") as log:
            self.process = subprocess.Popen(
                [*command, "--log-level=DEBUG", *options],
                env=kept | folders | given | dict(env),
                cwd=self.root,
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    def wait_until_ready(self) -> PersonsServer:
        def ready() -> bool:
            assert self.process.poll() is None, self.log[-3000:]
            try:
                return requests.get(f"{self.url}api", timeout=5).ok
            except (requests.ConnectionError, requests.Timeout):
                return False

        until(ready, "the Jupyter server answers")
        return self

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(LONG)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @property
    def state(self) -> Path:
        """Where our part keeps its memory, tokens and outbox."""
        return self.home / ".local" / "state" / "openbis-nb"

    def files(self) -> list[str]:
        """Everything below the root, folders included."""
        return sorted(path.relative_to(self.root).as_posix() for path in self.root.rglob("*"))

    def browser(self) -> requests.Session:
        """Logged in by the token's page, so by cookie from then on."""
        session = requests.Session()
        session.get(f"{self.url}?token={self.token}", timeout=60)
        session.headers["Accept"] = "text/html"
        return session

    def script(self) -> requests.Session:
        """By the server's token in the header, as a kernel or a script asks."""
        session = requests.Session()
        session.headers["Authorization"] = f"token {self.token}"
        return session

    def go(self, path: str, **options: Any) -> requests.Response:
        """Go to a page in a browser that is logged in; redirects are not followed."""
        return self.browser().get(self.url + path, allow_redirects=False, timeout=60, **options)
