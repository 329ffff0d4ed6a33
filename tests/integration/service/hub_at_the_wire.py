"""The part of JupyterHub's API that the service asks, on a socket, told what to answer."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote

ALL = ["access:services!service=openbis", "custom:openbis-session", "servers!user"]


@dataclass
class Person:
    """Somebody at the hub. ``session`` is the openBIS session that the hub has for them, or None: over."""

    name: str
    session: str | None
    user_id: str = ""
    scopes: list[str] = field(default_factory=lambda: list(ALL))
    kind: str = "user"
    #: What the hub adds when the session is over; ``refused_by_openbis``: it knows that only when told.
    over: dict[str, Any] = field(default_factory=dict)
    refused_by_openbis: bool = False
    server: dict[str, Any] = field(default_factory=dict)
    #: What a start of the server answers: status, text; and then the events of its progress.
    start: tuple[int, str] = (202, "")
    progress: list[dict[str, Any]] = field(default_factory=list)
    started_with: list[Any] = field(default_factory=list)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128  # with five, connections of a busy service are dropped, and wait for seconds


class FakeHub:
    """A hub: ``people`` by token. ``answering`` is cleared to let it hang; ``status`` breaks every answer."""

    def __init__(self, openbis_url: str) -> None:
        self.openbis_url = openbis_url
        self.people: dict[str, Person] = {}
        self.codes: dict[str, str] = {}
        self.answering = threading.Event()
        self.answering.set()
        #: Cleared to let every start of a server hang; and how many do.
        self.starts_go_on = threading.Event()
        self.starts_go_on.set()
        self.starts_waiting = 0
        self.status = 0
        self.asked: list[tuple[str, str]] = []
        self._server = _Server(("127.0.0.1", 0), self._handler())
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hub/api"

    def stop(self) -> None:
        self.answering.set()
        self._server.shutdown()
        self._server.server_close()

    def person(self, name: str, session: str | None, **more: Any) -> str:
        """A person with a token; the token."""
        token = f"hub-token-of-{name}-{len(self.people)}"
        self.people[token] = Person(name, session, more.pop("user_id", name), **more)
        return token

    @contextmanager
    def hanging(self) -> Iterator[None]:
        self.answering.clear()
        try:
            yield
        finally:
            self.answering.set()

    @contextmanager
    def broken(self, status: int) -> Iterator[None]:
        self.status = status
        try:
            yield
        finally:
            self.status = 0

    def answer(self, verb: str, path: str, token: str, body: bytes, query: str = "") -> tuple[int, Any]:
        """Status and JSON; a list is a stream of events."""
        if path == "/":
            return 200, {"version": "6.1.1"}
        if (verb, path) == ("POST", "/oauth2/token"):
            form = parse_qs(body.decode())
            found = self.codes.pop(form["code"][0], None)
            return (200, {"access_token": found}) if found else (400, {"error": "invalid_grant"})
        person = self.people.get(token)
        if person is None:
            return 403, {"status": 403, "message": "Missing or invalid credentials."}
        if path == "/user":
            return 200, {"kind": person.kind, "name": person.name, "scopes": person.scopes, "admin": False}
        if path == "/openbis/session":
            return self._session(person, query)
        return self._servers(verb, path, person, body)

    def _session(self, person: Person, query: str) -> tuple[int, Any]:
        if "custom:openbis-session" not in person.scopes:
            return 403, {"status": 403}
        if person.session is None or (person.refused_by_openbis and "refused=1" in query):
            return 401, {"status": 401, "code": "not-logged-in", **person.over}
        known = {"server": self.openbis_url, "user_id": person.user_id, "token": person.session}
        return 200, {**known, "valid_until": None, "note": ""}

    def _servers(self, verb: str, path: str, person: Person, body: bytes) -> tuple[int, Any]:
        own = f"/users/{person.name}"
        if "servers!user" not in person.scopes or not path.startswith(own):
            return 403, {"status": 403, "message": "Action is not authorized with current scopes"}
        if path == own:
            return 200, {"name": person.name, "servers": {"": person.server} if person.server else {}}
        if path == f"{own}/server" and verb == "POST":
            person.started_with.append(json.loads(body)["user_options"])
            status, text = person.start
            if status == 202:
                person.server = {"ready": False, "pending": "spawn"}
            return status, {"status": status, "message": text}
        if path == f"{own}/server/progress":
            if not person.server:
                return 404, {"status": 404}
            if any(event.get("ready") for event in person.progress):
                person.server = {"ready": True, "pending": None}
            if any(event.get("failed") for event in person.progress):
                person.server = {}
            return 200, person.progress
        return 404, {"status": 404}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                address, _, query = self.path.partition("?")
                path = unquote(address.removeprefix("/hub/api"))
                token = (self.headers.get("Authorization") or "").removeprefix("token ")
                hub.asked.append((token, f"{self.command} {path}"))
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                hub.answering.wait(30)
                if path.endswith("/progress") and not hub.starts_go_on.is_set():
                    hub.starts_waiting += 1
                    hub.starts_go_on.wait(30)
                status, content = hub.answer(self.command, path, token, body, query)
                if hub.status:
                    status, content = hub.status, {"message": "broken on purpose"}
                events = isinstance(content, list)
                text = (
                    "".join(f"data: {json.dumps(e)}\n\n" for e in content) if events else json.dumps(content)
                )
                self.send_response(status)
                self.send_header("Content-Type", "text/event-stream" if events else "application/json")
                self.send_header("Content-Length", str(len(text.encode())))
                with contextlib.suppress(ConnectionError):  # the service has given up
                    self.end_headers()
                    self.wfile.write(text.encode())

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:
                pass

        return Handler


def _as_events(content: list[dict[str, Any]]) -> str:
    return "".join(f"data: {json.dumps(event)}\n\n" for event in content)
