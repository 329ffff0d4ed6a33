"""Drafts of work that openBIS does not have: made when the server stops, private, restored as a new file."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests

from openbis_nb import credentials
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.waiting import until

from .launches import blank
from .servers import PersonsServer


class Account:
    """alice's account; ``start`` begins a server, as often as one is stopped."""

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder, self.sandbox = folder, sandbox
        self.start()
        credentials.store_token(sandbox.url, self.server.state, Secret(sandbox.token("alice")))

    def start(self, **env: str) -> None:
        openbis = {"OPENBIS_URL": self.sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(self.sandbox.ca_bundle)}
        patience = {"OPENBIS_NB_REQUEST_TIMEOUT": "5", "OPENBIS_NB_SESSION_REFRESH": "0.5"}
        self.server = PersonsServer(self.folder, openbis | patience | env).wait_until_ready()

    def ask(self, method: str, where: str, body: Any = None) -> requests.Response:
        url = f"{self.server.url}openbis/api/v1/{where}"
        return self.server.script().request(method, url, json=body, timeout=60)

    def save(self, path: str, **more: Any) -> requests.Response:
        return self.ask("POST", "save", {"path": path, "owner": DEMO_EXPERIMENT, "write_back": True, **more})

    def in_front_end(self, path: str, notebook: nbformat.NotebookNode) -> None:
        """As JupyterLab writes a file."""
        body = {"type": "notebook", "format": "json", "content": notebook}
        url = f"{self.server.url}api/contents/{path}"
        assert self.server.script().put(url, json=body, timeout=60).ok

    def read(self, path: str) -> nbformat.NotebookNode:
        return nbformat.read(self.server.root / path, 4)

    def drafts(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("GET", "drafts").json()["drafts"]
        return found


@pytest.fixture
def account(openbis_sandbox: Sandbox, tmp_path: Path) -> Iterator[Account]:
    account = Account(tmp_path, openbis_sandbox)
    yield account
    account.server.stop()


def changed(account: Account, path: str, source: str) -> nbformat.NotebookNode:
    """The notebook with another first cell, as it is on screen."""
    notebook = account.read(path)
    notebook.cells[0].source = source
    return notebook


def test_a_server_that_stops_keeps_drafts_of_what_openbis_does_not_have(account: Account) -> None:
    """F-14, U-13, U-14: of the changed notebook alone; dropped when that content is saved."""
    for name in ("changed.ipynb", "saved.ipynb"):
        nbformat.write(blank("1"), account.server.root / name)
        assert account.save(name).ok
        account.in_front_end(name, account.read(name))
    nbformat.write(blank("1"), account.server.root / "nowhere.ipynb")
    account.in_front_end("nowhere.ipynb", account.read("nowhere.ipynb"))
    account.in_front_end("changed.ipynb", changed(account, "changed.ipynb", "2"))
    account.sandbox.faults.add(FaultKind.STATUS, "*", count=0)
    account.server.stop()
    account.start()
    [draft] = account.drafts()
    assert (draft["path"], draft["reason"], draft["on_screen"]) == ("changed.ipynb", "stopped", False)
    files = [path for path in (account.server.state / "drafts").rglob("*") if path.is_file()]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE((account.server.state / "drafts").stat().st_mode) == 0o700
    assert account.save("changed.ipynb").json()["result"]["state"] == "outbox"
    assert len(account.drafts()) == 1  # openBIS does not have it yet
    account.sandbox.faults.clear()
    until(lambda: account.ask("GET", "outbox").json()["entries"] == [] or None, "the version was sent")
    assert account.drafts() == []


def test_what_was_on_screen_is_restored_as_a_new_file(account: Account) -> None:
    """U-14: one for each notebook, never replaced by less, never over a file, and no copy (N-22)."""
    nbformat.write(blank("1"), account.server.root / "work.ipynb")
    first = account.save("work.ipynb").json()["result"]
    same = {"path": "work.ipynb", "reason": "closed", "content": account.read("work.ipynb")}
    assert account.ask("POST", "drafts", same).json() == {"draft": None}
    for source in ("2", "3"):
        screen = changed(account, "work.ipynb", source)
        said = account.ask("POST", "drafts", {"path": "work.ipynb", "reason": "closed", "content": screen})
        assert said.status_code == 201, said.text
    account.in_front_end("work.ipynb", account.read("work.ipynb"))  # without what was on screen
    account.ask("POST", "drafts", {"path": "work.ipynb"})
    [draft] = account.drafts()
    assert (draft["on_screen"], draft["reason"]) == (True, "closed")
    restored = account.ask("POST", f"drafts/{draft['id']}/restore").json()["path"]
    assert restored == "work draft.ipynb"
    assert [account.read(name).cells[0].source for name in ("work.ipynb", restored)] == ["1", "3"]
    assert account.drafts() == []
    saved = account.save(restored, owner=None).json()["result"]
    assert (saved["state"], saved["notebook_id"]) == ("saved", first["notebook_id"])
    assert account.ask("POST", f"drafts/{draft['id']}/restore").status_code == 404
    assert account.ask("DELETE", f"drafts/{draft['id']}").status_code == 404


def test_a_notebook_that_rests_gets_a_draft_and_old_ones_make_room(account: Account) -> None:
    """U-13: before a culler comes; the number of drafts is confined."""
    account.server.stop()
    account.start(OPENBIS_NB_DRAFT_AFTER="0.2", OPENBIS_NB_MAX_DRAFTS="2")
    for name in ("a.ipynb", "b.ipynb", "c.ipynb"):
        nbformat.write(blank("1"), account.server.root / name)
        assert account.save(name).ok
        account.in_front_end(name, changed(account, name, "2"))
        until(lambda: any(one["path"] == name for one in account.drafts()) or None, f"a draft of {name}")  # noqa: B023
    assert {one["path"] for one in account.drafts()} == {"b.ipynb", "c.ipynb"}
    assert {one["reason"] for one in account.drafts()} == {"idle"}
    [one, _] = account.drafts()
    assert account.ask("DELETE", f"drafts/{one['id']}").ok
    assert len(account.drafts()) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"path": "no.ipynb"}, 404),
        ({"path": "../no.ipynb"}, 400),
        ({"path": "there.ipynb", "reason": "fun"}, 400),
        ({"path": "there.ipynb", "content": []}, 400),
        ({"path": "there.ipynb", "content": {"cells": 1}}, 400),
        ({"path": "there.ipynb", "more": 1}, 400),
    ],
)
def test_what_is_no_draft_is_said(server: PersonsServer, body: dict[str, Any], status: int) -> None:
    nbformat.write(blank("1"), server.root / "there.ipynb")
    said = server.script().post(f"{server.url}openbis/api/v1/drafts", json=body, timeout=60)
    assert said.status_code == status, said.text
    assert json.loads(said.text)["next_step"]
