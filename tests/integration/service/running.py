"""The service as the hub starts it: a process, asked over its socket."""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from openbis_nb.sandbox import Sandbox
from tests.ports import free_port
from tests.waiting import LONG, until

from .hub_at_the_wire import FakeHub

PREFIX = "/services/openbis/"
EXPERIMENT = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
SERVICE_TOKEN = "the-token-of-the-service-itself"


class RunningService:
    """One service. ``log`` is what it wrote; ``database`` the bytes of its SQLite file and journal."""

    #: What is started; with another working folder than the project's a module of the tests needs its path.
    module = "openbis_nb.service"

    def __init__(self, folder: Path, hub: FakeHub, sandbox: Sandbox, **settings: str) -> None:
        self.folder, self.hub, self.sandbox = folder, hub, sandbox
        self.origin = f"http://127.0.0.1:{free_port()}"
        self.url = self.origin + PREFIX
        self.log_file = folder / "service.log"
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        self.environment = kept | {
            "HOME": str(folder),
            "JUPYTERHUB_API_URL": hub.api_url,
            "JUPYTERHUB_API_TOKEN": SERVICE_TOKEN,
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "JUPYTERHUB_SERVICE_URL": self.origin,
            "JUPYTERHUB_BASE_URL": "/",
            "OPENBIS_URL": sandbox.url,
            "OPENBIS_NB_CA_BUNDLE": str(sandbox.ca_bundle),
            "OPENBIS_NB_SERVICE_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}",
            "OPENBIS_NB_SERVICE_LOG_LEVEL": "DEBUG",
            **{f"OPENBIS_NB_SERVICE_{name.upper()}": value for name, value in settings.items()},
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> RunningService:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=self.folder, env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip

        def live() -> bool:
            assert self.process is not None
            assert self.process.poll() is None, self.log[-3000:]
            try:
                return requests.get(self.url + "health/live", timeout=5).ok
            except (requests.ConnectionError, requests.Timeout):
                return False

        until(live, "the service answers")
        return self

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Stop it, as the hub does; its exit code."""
        assert self.process is not None
        self.process.send_signal(by)
        return self.process.wait(LONG)

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8")

    @property
    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.splitlines()]

    @property
    def database(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.glob("service.sqlite*"))

    def by(self, token: str) -> Client:
        """A script with a hub token."""
        return Client(self, {"Authorization": f"token {token}"})

    def person(self, user: str = "alice", **more: Any) -> Client:
        """Somebody of the sandbox, new at the hub, with a server that runs."""
        more.setdefault("server", {"ready": True, "pending": None})
        more.setdefault("session", self.sandbox.token(user))
        return self.by(self.hub.person(f"{user}-{secrets.token_hex(4)}", user_id=user, **more))

    def browser(self) -> Browser:
        return Browser(self)


class Client:
    """Calls of the API with some headers."""

    def __init__(self, service: RunningService, headers: Mapping[str, str]) -> None:
        self.service, self.headers = service, dict(headers)

    @property
    def token(self) -> str:
        return self.headers["Authorization"].removeprefix("token ")

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> requests.Response:
        return self._send("POST", path, json=json, **more)

    def _send(self, verb: str, path: str, **more: Any) -> requests.Response:
        url = self.service.origin + path if path.startswith("/") else f"{self.service.url}api/v1/{path}"
        return requests.request(verb, url, headers=self.headers | more.pop("headers", {}), timeout=60, **more)

    def launch(self, **body: Any) -> dict[str, Any]:
        answer = self.post("launches", request(**body))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def until_state(self, launch: Mapping[str, Any], *states: str) -> dict[str, Any]:
        """Ask until the launch is in one of these states."""

        def look() -> dict[str, Any] | None:
            found = self.get(f"launches/{launch['id']}").json()
            return found if found["state"] in states else None

        return until(look, f"the launch is {' or '.join(states)}")

    def events(
        self, launch: Mapping[str, Any], stop: Callable[[dict[str, Any]], bool] = lambda _: False
    ) -> list[dict[str, Any]]:
        """The events of a launch, until the stream ends or *stop* says so."""
        found = []
        with requests.get(
            self.service.origin + launch["events"], headers=self.headers, stream=True, timeout=60
        ) as answer:
            assert answer.status_code == 200, answer.text
            for line in answer.iter_lines(chunk_size=1):
                if line.startswith(b"data:"):
                    found.append(json.loads(line.removeprefix(b"data:")))
                    if stop(found[-1]):
                        break
        return found


def request(**changes: Any) -> dict[str, Any]:
    """The body of a launch that works."""
    return {"place": EXPERIMENT, "kind": "experiment", "name": "A look", "directory": "growth"} | changes


class Browser:
    """Cookies, and the ``Sec-Fetch`` headers of a navigation; the test plays the hub's log-in page."""

    def __init__(self, service: RunningService) -> None:
        self.service, self.session = service, requests.Session()
        self.session.cookies.set("jupyterhub-session-id", secrets.token_hex(8), path="/")

    def go(self, path: str, **headers: str) -> requests.Response:
        sent = {
            "Sec-Fetch-Mode": "navigate",
            "Sec-Fetch-Dest": "document",
            "Sec-Fetch-Site": "none",
            "Accept": "text/html",
        }
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.get(self.service.origin + path, headers=sent, allow_redirects=False, timeout=60)

    def log_in(self, token: str, path: str = PREFIX) -> requests.Response:
        """Come in by the hub's OAuth as the person of *token*; the answer of the page."""
        sent = self.go(path)
        assert sent.status_code == 302, sent.text
        back = self.go(self.return_path(sent, token))
        assert back.status_code == 302, back.text
        return self.go(back.headers["Location"])

    def return_path(self, sent: requests.Response, token: str) -> str:
        """Where the hub would send this browser after it was sent there."""
        query = dict(
            requests.utils.unquote(pair).split("=", 1)
            for pair in sent.headers["Location"].split("?")[1].split("&")
        )  # type: ignore[attr-defined]
        code = secrets.token_hex(8)
        self.service.hub.codes[code] = token
        return f"{query['redirect_uri']}?code={code}&state={query['state']}"


@contextmanager
def running(folder: Path, hub: FakeHub, sandbox: Sandbox, **settings: str) -> Iterator[RunningService]:
    service = RunningService(folder, hub, sandbox, **settings).start()
    try:
        yield service
    finally:
        service.stop()
