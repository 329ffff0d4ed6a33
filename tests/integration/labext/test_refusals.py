"""A launch that cannot be written leaves nothing behind, and says why and what to do (issue: "refused")."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox

from .launches import blank, content, new_id
from .servers import PersonsServer
from .stand_in import StandIn

PROBLEM = {
    "detail": "The space is full of <b>stars</b>.",
    "code": "conflict",
    "next_step": "Wait.",
    "status": 409,
}
ABSENT = {"name": "octave", "display_name": "Octave"}
#: What the service gives → status, a part of the message.
REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "folder leads out": ({"directory": "../bob"}, 400, "cannot be a folder"),
    "absolute folder": ({"directory": "/etc"}, 400, "cannot be a folder"),
    "hidden folder": ({"directory": ".ssh"}, 400, "cannot be a folder"),
    "escape": ({"directory": "%2e%2e/x"}, 400, "percent escape"),
    "NUL": ({"directory": "a\0b"}, 400, "cannot be seen"),
    "file name leads out": ({"file_name": "../a.ipynb"}, 400, "is a path"),
    "no notebook's name": ({"file_name": "authorized_keys"}, 400, "does not end with .ipynb"),
    "no folder": ({"directory": None}, 502, "does not say where"),
    "not an object": ({"notebook": ["cells"]}, 422, "not a notebook"),
    "nothing": ({"notebook": None}, 422, "not a notebook"),
    "format 3": ({"notebook": {"nbformat": 3, "nbformat_minor": 0, "worksheets": []}}, 422, "format 3"),
    "damaged": ({"notebook": {**blank(), "cells": [{"cell_type": "video"}]}}, 422, "damaged"),
    "no such kernel": ({"notebook": {**blank(), "metadata": {"kernelspec": ABSENT}}}, 409, "python3"),
    "other kernel": ({"notebook": {**blank(), "metadata": {}}, "kernel": "julia"}, 409, "kernel julia"),
    "odd memory": ({"remember": {"server": 1}}, 502, "what its notebook is made of"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_leaves_nothing(
    case: str, server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    change, status, message = REFUSED[case]
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url, **change)
    answer = server.go(f"openbis/launch/{launch}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answer.json()
    assert message in problem["detail"]
    assert problem["next_step"]
    assert server.files() == []
    assert hub.outcomes[launch] == [{"state": "failed", "problem": problem}]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        *((f"openbis/open/{path}.ipynb", 400) for path in ("%2e%2e/a", "..%2fa", "a/%5c", ".a", "a/%00")),
        *((f"openbis/open/{path}", 400) for path in ("a", "%252e%252e/a.ipynb", "C:/a.ipynb")),
        *((f"openbis/launch/{name}", 404) for name in ("x", "a" * 65, "%2e%2e%2f%2e%2e", "a%2fcontent")),
    ],
)
def test_odd_addresses_ask_nobody(path: str, status: int, server: PersonsServer, hub: StandIn) -> None:
    answer = server.go(path)
    assert answer.status_code == status
    assert hub.count("launches") == 0
    assert server.files() == []


def test_links_are_not_followed(server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox) -> None:
    (server.root / "link").symlink_to(server.home)
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url, directory="link/deep")
    answer = server.go(f"openbis/launch/{launch}")
    assert answer.status_code == 400
    assert "symbolic link" in answer.text
    assert not (server.home / "deep").exists()


def test_a_launch_that_failed_is_written_when_the_cause_is_mended(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    (server.root / "growth").write_text("a file in the way")
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url)
    assert "is a file, not a folder" in server.go(f"openbis/launch/{launch}").text
    (server.root / "growth").unlink()
    assert server.go(f"openbis/launch/{launch}").status_code == 302


@pytest.mark.parametrize(
    ("status", "code"), [(500, 502), (502, 502), (503, 502), (301, 502), (401, 502), (403, 502), (200, 502)]
)
def test_a_service_that_is_away_or_strange(
    status: int, code: int, server: PersonsServer, hub: StandIn
) -> None:
    hub.failing = status
    answer = server.go(f"openbis/launch/{new_id()}")
    assert answer.status_code == code
    assert "Traceback" not in answer.text
    assert server.files() == []


def test_what_the_service_says_is_passed_on_escaped(server: PersonsServer, hub: StandIn) -> None:
    launch = new_id()
    hub.launches[launch] = (409, PROBLEM)
    page = server.go(f"openbis/launch/{launch}")
    assert page.status_code == 409
    assert "full of &lt;b&gt;stars&lt;/b&gt;." in page.text
    assert "Wait." in page.text
    assert '<a href="/services/openbis/">Back to the launcher</a>' in page.text
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert hub.outcomes == {}  # the service knows best what it said


def test_a_notebook_over_the_limit(
    hub: StandIn, openbis_sandbox: Sandbox, small_server: PersonsServer
) -> None:
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url, notebook=blank("x" * 150_000))
    answer = small_server.go(f"openbis/launch/{launch}")
    assert answer.status_code == 413
    assert small_server.files() == []


def test_a_full_disk(hub: StandIn, openbis_sandbox: Sandbox, small_server: PersonsServer) -> None:
    """No space: neither the file nor its folders are left."""
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url, notebook=blank("x" * 80_000))
    answer = small_server.go(f"openbis/launch/{launch}")
    assert answer.status_code == 507
    assert "Free some space" in answer.text
    assert small_server.files() == []
    assert hub.outcomes[launch][0]["problem"]["code"] == "no-space"


def test_a_service_that_hangs_holds_up_nobody_else(server: PersonsServer, hub: StandIn) -> None:
    """Section 6: no request hangs; the server answers others meanwhile."""
    hub.hanging = True
    with pytest.raises(requests.Timeout):
        server.browser().get(f"{server.url}openbis/launch/{new_id()}", timeout=1)
    began = time.monotonic()
    assert server.script().get(f"{server.url}api/contents", timeout=60).ok
    assert time.monotonic() - began < 30
