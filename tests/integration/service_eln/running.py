"""The service on a real socket, and what a page of the ELN sends to it, byte by byte."""

from __future__ import annotations

import http.client
import json
import logging
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import uvicorn

from openbis_nb.sandbox import Sandbox
from openbis_nb.service.app import create_app
from openbis_nb.service.place import Place
from openbis_nb.service.server import GracefulServer
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings
from openbis_nb.settings import Settings

ADDRESS = "/services/openbis/eln"
#: What a browser leaves as it is in a query: all but blanks, quotes, <, >, # and what is not ASCII.
_LEFT = "!$%&'()*+,/:;=?@[\\]^`{|}~"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Page:
    """A page of the ELN in somebody's browser."""

    host: str
    port: int
    token: str
    origin: str | None

    def ajax(self, folder: str, name: str, test: str, data: bytes | str, **headers: str) -> Answer:
        """``$.ajax({url, type: 'POST', crossDomain: true, data})``: nothing encoded by the ELN (8.4)."""
        query = f"token={self.token}&folder={folder}&filename={name}&test={test}"
        return self.send("POST", query.partition("#")[0], data, **headers)

    def send(self, method: str, query: str, data: bytes | str = b"", **headers: str) -> Answer:
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        sent = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Accept": "*/*"}
        if self.origin is not None:
            sent |= {"Origin": self.origin, "Referer": f"{self.origin}/", "Sec-Fetch-Mode": "cors"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(
                method,
                f"{ADDRESS}?{quote(query, safe=_LEFT)}",
                data if isinstance(data, bytes) else data.encode(),
                sent,
            )
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read().decode())
        finally:
            connection.close()


@dataclass(frozen=True)
class Running:
    """The service; ``database`` holds what it keeps."""

    sandbox: Sandbox
    port: int
    database: Path

    def page(self, user: str = "alice", *, origin: str | None = "", token: str | None = None) -> Page:
        """A page of openBIS itself, unless another *origin* is named; ``None``: a script."""
        chosen = self.sandbox.url if origin == "" else origin
        return Page("127.0.0.1", self.port, token or self.sandbox.token(user), chosen)

    def launches(self) -> list[sqlite3.Row]:
        """What waits, oldest first."""
        with sqlite3.connect(self.database) as db:
            db.row_factory = sqlite3.Row
            return db.execute("SELECT * FROM nb_launch ORDER BY created_at").fetchall()


@contextmanager
def running(sandbox: Sandbox, folder: Path, **settings: Any) -> Iterator[Running]:
    """The service with these settings, until the block is left."""
    database = folder / "service.sqlite"
    chosen = ServiceSettings(database_url=f"sqlite:///{database}", **settings)
    core = Settings(url=sandbox.url, ca_bundle=sandbox.ca_bundle)
    # No hub is there: the ELN's calls need none.
    place = Place.of({"JUPYTERHUB_API_URL": "http://127.0.0.1:9/hub/api", "JUPYTERHUB_API_TOKEN": "x"})
    app = create_app(place, chosen, lambda: Service(place, chosen, core))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, access_log=False, log_config=None, lifespan="on")
    server = GracefulServer(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        end = time.monotonic() + 90
        while not server.started:
            assert thread.is_alive(), "the service did not start"
            assert time.monotonic() < end, "the service does not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Running(sandbox, port, database)
    finally:
        server.should_exit = True
        thread.join(60)


def all_logged(caplog: Any) -> str:
    """Whatever was logged by anybody, at any level."""
    formatter = logging.Formatter("%(name)s %(message)s %(exc_info)s")
    return "\n".join(formatter.format(record) for record in caplog.records)
