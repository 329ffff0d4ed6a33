"""One openBIS under several addresses: renamed, seen from inside and outside, its data store elsewhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .conftest import Cli
from .test_saving import edit

ELSEWHERE = "https://store.example.org:8444"
#: The sandbox announces its data store by the number of this machine.
BEFORE = {"OPENBIS_NB_DATA_STORE_HOSTS": "127.0.0.1"}


@pytest.fixture
def alice(cli: Cli) -> Cli:
    return cli.login()


def former(alice: Cli) -> str:
    """The same server under the name that it had."""
    return alice.sandbox.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def notebook(alice: Cli) -> Path:
    """Made when openBIS had another name."""
    before = BEFORE | {"OPENBIS_URL": former(alice)}
    password = alice.sandbox.users["alice"] + "\n"
    assert alice("login", "--user", "alice", "--password-stdin", stdin=password, **before).exit_code == 0
    path = alice.work / alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth", **before)["path"]
    assert json.loads(path.read_text())["metadata"]["openbis"]["server"] == former(alice)
    alice.json("attach", path, **before)
    return path


def test_a_notebook_of_the_former_address_asks_first(alice: Cli, notebook: Path) -> None:
    code, problem = alice.problem("save", notebook)
    assert (code, problem["code"]) == (6, "needs-confirmation")
    assert {"kind": "server", "value": former(alice)} in problem["claims"]


@pytest.mark.parametrize("setting", ["OPENBIS_NB_SERVER_ALIASES", "OPENBIS_NB_PUBLIC_URL"])
def test_it_is_an_own_one_once_the_former_address_is_named(alice: Cli, notebook: Path, setting: str) -> None:
    """With the inputs that were handed to it before."""
    saved = alice.json("save", notebook, **{setting: former(alice)})
    assert (saved["state"], len(saved["parents"]), saved["never_attached"]) == ("saved", 3, [])
    assert json.loads(notebook.read_text())["metadata"]["openbis"]["server"] == alice.sandbox.url


def test_what_waits_for_the_former_address_is_sent(alice: Cli, notebook: Path) -> None:
    alice.sandbox.faults.add("status", "*", count=0)
    result = alice("save", notebook, "--json", OPENBIS_URL=former(alice), **BEFORE)
    waiting = json.loads(result.stdout)
    alice.sandbox.faults.clear()
    assert waiting["state"] == "outbox"
    sent = alice.json("outbox", "send", OPENBIS_NB_SERVER_ALIASES=former(alice))
    assert [one["save_id"] for one in sent["sent"]] == [waiting["save_id"]]
    edit(notebook)
    again = alice.json("save", notebook, OPENBIS_NB_SERVER_ALIASES=former(alice))
    assert (again["state"], again["notebook_id"]) == ("saved", sent["sent"][0]["notebook_id"])


@pytest.mark.parametrize("named", ["{url}", ELSEWHERE + "={url}"])
def test_a_data_store_is_reached_where_it_is_said_to_be(alice: Cli, named: str) -> None:
    """openBIS announces the address by which another network reaches it; both ways of its files."""
    notebook = alice.json("new", "--owner", DEMO_EXPERIMENT, "--name", "Growth")["path"]
    alice.sandbox.announce_data_store(ELSEWHERE)
    _, problem = alice.problem("attach", notebook)
    assert "store.example.org" in problem["detail"]
    stores = {"OPENBIS_NB_DATA_STORE_URLS": named.format(url=alice.sandbox.url)}
    assert len(alice.json("attach", notebook, **stores)) == 3
    assert alice.json("save", notebook, **stores)["state"] == "saved"
