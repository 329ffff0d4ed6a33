"""Nothing without log-in, nothing by another site, no session in answers or logs (design section 6)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import requests

from openbis_nb.labext.extension import APIS
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind

from .launches import content, new_id
from .servers import PersonsServer
from .stand_in import SERVER_TOKEN, StandIn

ROUTES = [route for one in APIS for route in one.ROUTES]
#: Each pattern with something in place of what varies.
PATHS = sorted(re.sub(r"\([^)]*\)", "n" * 32, pattern).lstrip("/") for pattern, _ in ROUTES)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD")
WRITING = [path for path in PATHS if "/api/v1/" in path]


@pytest.mark.parametrize("path", PATHS)
def test_no_route_answers_without_a_log_in(path: str, server: PersonsServer, hub: StandIn) -> None:
    for credentials in ({}, {"Authorization": "token wrong"}, {"Cookie": "username-127-0-0-1=alice"}):
        for method in METHODS:
            answer = requests.request(
                method, server.url + path, headers=credentials, json={}, allow_redirects=False, timeout=30
            )
            refused = answer.status_code in (401, 403, 405)
            to_log_in = answer.status_code == 302 and "/login" in answer.headers["Location"]
            assert refused or to_log_in, f"{method} {path}: {answer.status_code}"
    assert hub.asked == []
    assert server.files() == []


@pytest.mark.parametrize("path", WRITING)
def test_another_sites_page_cannot_write(path: str, server: PersonsServer) -> None:
    """By the browser's cookie, without Jupyter's XSRF token, or from another origin."""
    browser = server.browser()
    xsrf = browser.cookies.get("_xsrf", path=server.base_url) or ""
    assert xsrf
    for headers in (
        {},
        {"Origin": "https://evil.example.org"},
        {"X-XSRFToken": "wrong", "Origin": server.origin},
        {"X-XSRFToken": xsrf, "Origin": "https://evil.example.org"},
    ):
        answer = browser.post(server.url + path, json={}, headers=headers, timeout=60)
        assert answer.status_code in (403, 404, 405), f"{headers}: {answer.status_code} {answer.text}"
        assert "application/problem+json" in answer.headers["Content-Type"]


def test_the_persons_own_page_can(server: PersonsServer) -> None:
    browser = server.browser()
    xsrf = browser.cookies.get("_xsrf", path=server.base_url) or ""
    headers = {"X-XSRFToken": xsrf, "Origin": server.origin}
    answer = browser.post(
        f"{server.url}openbis/api/v1/state", json={"kernel": "k"}, headers=headers, timeout=30
    )
    assert answer.status_code == 201


def test_no_page_of_ours_can_be_framed_or_kept(server: PersonsServer) -> None:
    for path in ("openbis/launch/unknown-launch", "openbis/api/v1/session"):
        headers = server.go(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_session_in_answers_files_or_logs(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """At DEBUG, with everything that can go wrong going wrong."""
    tokens = [SERVER_TOKEN]

    def renewed() -> None:
        token = openbis_sandbox.token("alice")
        tokens.append(token)
        hub.session = {"server": openbis_sandbox.url, "user_id": "alice", "token": token, "note": token[:3]}

    script, answers = server.script(), []
    for trouble in ("none", "over", "hub down", "openbis down"):
        renewed()
        launch = new_id()
        hub.launches[launch] = content(openbis_sandbox.url)
        if trouble == "over":
            openbis_sandbox.state.sessions.expire()
        if trouble == "hub down":
            hub.failing = 500
        if trouble == "openbis down":
            openbis_sandbox.faults.add(FaultKind.STATUS, "*", count=0)
        answers += [server.go(f"openbis/launch/{launch}")]
        for path in PATHS:
            body = {"path": "growth/plates/Growth.ipynb", "owner": DEMO_EXPERIMENT, "confirm": True}
            answers += [
                script.get(server.url + path, params={"wait": "0", "owner": DEMO_EXPERIMENT}, timeout=60)
            ]
            answers += [script.post(server.url + path, json=body, timeout=60)]
        hub.failing = 0
        openbis_sandbox.faults.clear()
    said = "".join(answer.text + str(answer.headers) for answer in answers) + server.log
    assert [token for token in tokens if token in said] == []
    outside = [
        path
        for folder in (server.root, server.home)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix != ".token" and any(holds(path, token) for token in tokens)
    ]
    assert outside == []


def holds(path: Path, text: str) -> bool:
    return text.encode() in path.read_bytes()
