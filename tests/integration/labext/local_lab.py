"""A Jupyter server on somebody's own computer, beside two openBIS: no hub, no address, nobody logged in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from openbis_nb.sandbox import Sandbox
from tests.hub.running import QUICK

from .servers import BIN, PersonsServer

__all__ = ["LocalLab"]


class LocalLab:
    """``answers`` is everything that its routes have answered, for a search."""

    def __init__(self, folder: Path, *sandboxes: Sandbox, **more: str) -> None:
        self.folder = folder
        bundle = folder / "both.pem"
        bundle.write_text("\n".join(sandbox.ca_bundle.read_text() for sandbox in sandboxes))
        self.keyring = folder / "keyring" / "content.json"
        self.keyring.parent.mkdir()
        self.environment = {
            "OPENBIS_NB_CA_BUNDLE": str(bundle),
            "OPENBIS_NB_REQUEST_TIMEOUT": "5",
            "PYTHON_KEYRING_BACKEND": "keyring_in_a_file.InAFile",
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).parent), QUICK)),
            "TEST_KEYRING": str(self.keyring),
            **more,
        }
        self.server = PersonsServer(folder, self.environment)
        self.answers: list[bytes] = []

    def ask(self, verb: str, route: str, body: Any = None, **query: str) -> requests.Response:
        """A route of ours."""
        url = f"{self.server.url}openbis/api/v1/{route}"
        answer = self.server.script().request(verb, url, json=body, params=query, timeout=60)
        self.answers.append(answer.content + str(dict(answer.headers)).encode())
        return answer

    def get(self, route: str, **query: str) -> dict[str, Any]:
        answer = self.ask("GET", route, **query)
        assert answer.ok, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def add(self, name: str, sandbox: Sandbox) -> None:
        answer = self.ask("POST", "connections", {"name": name, "url": sandbox.url})
        assert answer.status_code == 201, answer.text

    def log_in(
        self, name: str, sandbox: Sandbox, keep: str = "memory", user: str = "alice"
    ) -> dict[str, Any]:
        body = {"user": user, "password": sandbox.users[user], "keep": keep}
        answer = self.ask("POST", f"connections/{name}/log-in", body)
        assert answer.ok, answer.text
        document: dict[str, Any] = answer.json()
        return document

    def connections(self) -> dict[str, dict[str, Any]]:
        """By name."""
        return {one["name"]: one for one in self.get("connections")["connections"]}

    def command(self, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        """`openbis-nb` in a terminal beside Jupyter."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        env: Mapping[str, str] = kept | {"HOME": str(self.server.home)} | self.environment | more
        return subprocess.run(
            [BIN / "openbis-nb", *words], env=env, capture_output=True, text=True, check=False, timeout=60
        )

    @property
    def session_files(self) -> list[Path]:
        """Where this server's own sessions lie."""
        return sorted((self.server.home / "JUPYTER_RUNTIME_DIR").glob("openbis-nb-*/tokens/*.token"))

    @property
    def account_files(self) -> list[Path]:
        """Where those of the whole account lie."""
        return sorted([*(self.server.state / "tokens").glob("*.token"), *self.server.home.glob(".pybis/*")])
