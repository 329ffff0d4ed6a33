"""A person's own Jupyter server without a hub, and everything that somebody could reach by its routes."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import requests

from openbis_nb.models import Identity
from openbis_nb.notebooks import identity as identity_block
from openbis_nb.sandbox import Sandbox
from tests.integration.labext.launches import blank
from tests.integration.labext.local_lab import LocalLab

from .routes import extension_routes

__all__ = ["OwnServer", "listener", "stored_versions"]

_UNKNOWN = "certainly-unknown"


class OwnServer(LocalLab):
    """``routes`` are method and path of all routes of ours, but for what only asks what is allowed."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        super().__init__(folder, sandbox, OPENBIS_NB_REQUEST_TIMEOUT="3")
        self.sandbox = sandbox
        home = folder / "listing"
        home.mkdir()
        self.routes = [one for one in extension_routes(home) if one[0] not in ("OPTIONS", "HEAD")]
        self.outside = folder / "outside"

    def begin(self) -> OwnServer:
        self.server.wait_until_ready()
        self.add("lab", self.sandbox)
        self.log_in("lab", self.sandbox)
        return self

    @property
    def api(self) -> list[tuple[str, str]]:
        return [(method, path) for method, path in self.routes if "/api/v1/" in path]

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        """By the server's own token; noted for the search for secrets. It waits no longer than it says."""
        options["params"] = {"wait": "0"} | (options.get("params") or {})
        answer = self.server.script().request(
            method, self.server.origin + path, allow_redirects=False, timeout=25, **options
        )
        self.answers.append(answer.content + str(dict(answer.headers)).encode())
        return answer

    def names(self, method: str, path: str) -> list[str]:
        """What the body of a route can name, as the route itself says it; empty for one without a body."""
        answer = self.call(method, path, json={_UNKNOWN: 1})
        said = answer.json() if answer.content else {}
        known = re.fullmatch(r"Known are: (.*)\.", str(said.get("next_step") or ""))
        return known[1].split(", ") if known and _UNKNOWN in said["detail"] else []

    def notebook(self, name: str, *sources: str, block: Identity | None = None) -> str:
        made = blank(*(sources or ("1 + 1",)))
        if block is not None:
            made = identity_block.write(made, block)
        nbformat.write(made, self.server.root / name)
        return name

    @property
    def kernels_key(self) -> str:
        """The header by which kernels ask, as the server tells it to them."""
        [file] = (self.server.home / "JUPYTER_RUNTIME_DIR").glob("openbis-nb-*.json")
        return f"openbis-nb-kernel {json.loads(file.read_text())['key']}"


@contextmanager
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address, and who has come there."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def wait() -> None:
            while True:
                try:
                    connection, address = server.accept()
                except OSError:
                    return
                came.append(address)
                connection.close()

        threading.Thread(target=wait, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        server.shutdown(socket.SHUT_RDWR)


def stored_versions(sandbox: Sandbox) -> set[str]:
    """PermIds of all data sets that openBIS has, the trash included."""
    with sandbox.state.store.read() as db:
        found = db.execute("SELECT perm_id FROM entities WHERE kind = 'DATA_SET'").fetchall()
    return {perm_id for (perm_id,) in found}
