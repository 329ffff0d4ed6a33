"""openBIS for front ends and for kernels of any language, in the person's own server."""

from __future__ import annotations

import asyncio
import json
import secrets
import threading
from pathlib import Path
from typing import Any

import nbformat
import pytest
import requests

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.integration.notebook.front_end import JupyterServer, opened
from tests.waiting import until

from .launches import blank, content, new_id
from .servers import PersonsServer
from .stand_in import StandIn


class Api:
    """A script or kernel of the person's, by the server's own token."""

    def __init__(self, server: PersonsServer) -> None:
        self.base = f"{server.url}openbis/api/v1/"
        self.session = server.script()

    def get(self, where: str, **query: str) -> requests.Response:
        return self.session.get(self.base + where, params=query, timeout=90)

    def post(self, where: str, body: Any = None, **query: str) -> requests.Response:
        return self.session.post(self.base + where, json=body or {}, params=query, timeout=90)


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def notebook(server: PersonsServer, name: str = "") -> str:
    """A notebook of the person's own that openBIS knows nothing of."""
    name = name or f"own-{secrets.token_hex(4)}.ipynb"
    nbformat.write(blank("1 + 1"), server.root / name)
    return name


def inputs(api: Api) -> list[str]:
    found = api.get("data-sets", owner=DEMO_EXPERIMENT).json()["data_sets"]
    return [one["perm_id"] for one in found if one["type"] == "RAW_DATA" and one["state"] == "AVAILABLE"]


def test_who_is_logged_in_and_no_token(api: Api, hub: StandIn) -> None:
    """U-02."""
    said = api.get("session")
    document = said.json()
    assert (document["state"], document["user_id"], document["under_hub"]) == ("live", "alice", True)
    assert isinstance(hub.session, dict)
    assert hub.session["token"] not in said.text
    assert "token" not in document


def test_a_session_that_is_over_comes_with_the_log_in_link(
    api: Api, server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    assert isinstance(hub.session, dict)
    hub.session |= {"valid_until": "2099-01-01T00:00:00+00:00", "note": "Tell."}
    server.go(f"openbis/launch/{new_id()}")  # which has the server ask the hub
    until(lambda: api.get("session").json()["note"] == "Tell.", "the hub was asked")
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    document = api.get("session").json()
    assert (document["state"], document["login_url"]) == ("over", "/hub/login")
    assert document["next_step"]
    assert (document["valid_until"], document["note"]) == (None, "")  # nor what the hub said of it before


def test_openbis_being_away_is_not_a_dead_session(api: Api, openbis_sandbox: Sandbox) -> None:
    openbis_sandbox.faults.add(FaultKind.STATUS, "getSessionInformation", count=0)
    assert api.get("session").json()["state"] == "unknown"


def test_the_same_save_as_in_a_cell(api: Api, server: PersonsServer) -> None:
    """O-22, O-24: for any kernel language; the inputs that were attached become parents."""
    path = notebook(server)
    (server.root / "result.csv").write_text("a\n1\n")
    [wanted, *_] = inputs(api)
    attached = api.post("attach", {"path": path, "perm_ids": [wanted]}).json()["result"]["data_sets"]
    assert {Path(file["local"]).is_file() for one in attached for file in one["files"]} == {True}
    body = {"path": path, "owner": DEMO_EXPERIMENT, "name": "First", "notes": "n", "files": ["result.csv"]}
    saved = api.post("save", body)
    assert saved.status_code == 200, saved.text
    result = saved.json()["result"]
    assert (result["state"], result["parents"], result["name"]) == ("saved", [wanted], "First")
    assert "result.csv" in " ".join(result["files"])
    assert api.post("save", {"path": path}).json()["result"]["state"] == "unchanged"
    assert "openbis" not in json.loads((server.root / path).read_text())["metadata"]  # somebody has it open


def test_how_saves_end_is_counted_by_the_service_and_no_save_waits_for_it(
    api: Api, server: PersonsServer, hub: StandIn
) -> None:
    path = notebook(server)
    first = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).json()["result"]
    assert api.post("save", {"path": path}).ok
    assert api.post("save", {"path": path, "owner": "/NO/SUCH/THING"}).status_code == 404
    [saved, unchanged, failed] = hub.saves
    known = {"notebook": first["notebook_id"]}
    assert saved == {"outcome": "saved", "code": ""} | known
    assert unchanged == {"outcome": "unchanged", "code": ""} | known
    assert failed == {"outcome": "failed", "code": "not-found", "notebook": ""}
    hub.failing = 502
    assert api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).ok


def test_a_launched_notebook_is_saved_without_a_question(
    api: Api, server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """Design section 2: owner and inputs were written by us, at the launch."""
    owner = api.get("data-sets", owner=DEMO_EXPERIMENT)
    assert owner.ok
    launch, launched = new_id(), content(openbis_sandbox.url, directory="")
    perm_id = demo_owner(openbis_sandbox)
    for where in (launched["notebook"]["metadata"]["openbis"]["owner"], launched["remember"]):
        where["perm_id" if "perm_id" in where else "owner"] = perm_id
        where["identifier" if "identifier" in where else "owner_identifier"] = DEMO_EXPERIMENT
    hub.launches[launch] = launched
    server.go(f"openbis/launch/{launch}")
    saved = api.post("save", {"path": "Growth.ipynb"})
    assert saved.json()["result"]["owner"] == DEMO_EXPERIMENT, saved.text


def demo_owner(sandbox: Sandbox) -> str:
    with sandbox.state.store.read() as db:
        row = db.execute("SELECT perm_id FROM entities WHERE identifier = ?", (DEMO_EXPERIMENT,)).fetchone()
    return str(row[0])


def test_a_strangers_notebook_asks_first(api: Api, server: PersonsServer, openbis_sandbox: Sandbox) -> None:
    """Design section 2."""
    nbformat.write(content(openbis_sandbox.url)["notebook"], server.root / "stranger.ipynb")
    refused = api.post("save", {"path": "stranger.ipynb"})
    assert (refused.status_code, refused.json()["code"]) == (409, "needs-confirmation")


def test_a_long_job_is_asked_for_until_it_ends(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    openbis_sandbox.faults.add(FaultKind.LATENCY, "session_workspace_file_upload", seconds=0.5, count=0)
    path = notebook(server)
    begun = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}, wait="0")
    assert (begun.status_code, begun.json()["state"]) == (202, "running")
    where = server.origin + begun.headers["Location"]
    ended = api.session.get(where, params={"wait": "30"}, timeout=60)
    assert (ended.status_code, ended.json()["state"]) == (200, "done")
    assert ended.json()["result"]["state"] == "saved"
    assert api.get("jobs/never").status_code == 404


def test_what_openbis_could_not_take_waits_and_is_sent(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """Nothing is lost when openBIS fails in the middle."""
    path = notebook(server)
    openbis_sandbox.faults.add(FaultKind.STATUS, "session_workspace_file_upload", status=503, count=0)
    kept = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).json()["result"]
    assert kept["state"] == "outbox"
    [entry] = api.get("outbox").json()["entries"]
    assert (entry["save_id"], entry["state"]) == (kept["save_id"], "waiting")
    assert api.get("state").json()["waiting"] == 1
    openbis_sandbox.faults.clear()
    sent = api.post(f"outbox/{entry['save_id']}/send").json()["result"]
    assert sent["state"] == "saved"
    assert api.get("outbox").json()["entries"] == []
    assert api.post(f"outbox/{entry['save_id']}/send").status_code == 404


def test_data_sets_with_state_and_size(api: Api, server: PersonsServer) -> None:
    listed = api.get("data-sets", owner=DEMO_EXPERIMENT).json()
    assert listed["total"] == len(listed["data_sets"]) > 0
    assert {"perm_id", "type", "size", "state", "registered_at", "registrator"} <= set(listed["data_sets"][0])
    of_file = api.get("data-sets", path=notebook(server)).json()
    assert of_file == {"data_sets": [], "total": 0, "foreign": None}
    assert api.get("data-sets", owner=DEMO_EXPERIMENT, offset="1000").json()["data_sets"] == []
    assert api.get("data-sets", owner="/NO/SUCH/THING").status_code == 404


BAD = [
    ("save", {}),
    ("save", {"path": 1}),
    ("save", {"path": "own.ipynb", "color": "red"}),
    ("save", {"path": "own.ipynb", "confirm": "yes"}),
    ("save", {"path": "own.ipynb", "files": "result.csv"}),
    ("save", {"path": "own.ipynb", "properties": {"A": 1}}),
    ("save", {"path": "own.ipynb", "name": " "}),
    ("save", {"path": "own.ipynb", "notes": "x" * 5000}),
    ("attach", {"path": "own.ipynb", "fetch": "everything"}),
    ("attach", {}),
    ("state", {"kernel": "../.."}),
    ("save-answers/short", {"path": "a", "sha256": "b"}),
    (f"save-answers/{'n' * 32}", {}),
    ("outbox/x/send", {"owner": ["a"]}),
]


@pytest.mark.parametrize(("path", "body"), BAD, ids=str)
def test_what_cannot_be_right_is_said(path: str, body: Any, api: Api, server: PersonsServer) -> None:
    notebook(server, "own.ipynb")
    answer = api.post(path, body)
    assert (answer.status_code, answer.headers["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["detail"]
    assert answer.json()["next_step"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"text"', b"1" * 2_000_000])
def test_a_body_that_is_no_object(body: bytes, api: Api) -> None:
    answer = api.session.post(f"{api.base}save", data=body, timeout=60)
    assert answer.status_code in (400, 413)
    assert answer.json()["code"] in ("invalid-input", "too-large")


@pytest.mark.parametrize("wait", ["-1", "a", "1e9", "nan", "100000000"])
def test_a_wait_that_is_no_number(wait: str, api: Api, server: PersonsServer) -> None:
    before = len(api.get("outbox").json()["entries"])
    body = {"path": notebook(server), "owner": DEMO_EXPERIMENT}
    assert api.post("save", body, wait=wait).status_code == 400
    assert len(api.get("outbox").json()["entries"]) == before


OUTSIDE = [
    "../secret.ipynb",
    "/etc/passwd",
    "link.ipynb",
    "folder/secret.ipynb",
    "a/../../secret.ipynb",
    "x" * 5000,
]


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path[:30]))
def test_nothing_outside_the_root_is_read(path: str, api: Api, server: PersonsServer) -> None:
    """Design section 6: confined to the server's root, symlinks resolved."""
    outside = server.root.parent / "secret.ipynb"
    nbformat.write(blank("'a secret'"), outside)
    (server.root / "link.ipynb").symlink_to(outside)
    (server.root / "folder").symlink_to(server.root.parent)
    for answer in (
        api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}),
        api.post("attach", {"path": path}),
        api.get("data-sets", path=path),
        api.post("save", {"path": notebook(server), "owner": DEMO_EXPERIMENT, "files": [path]}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (400, "unsafe-path"), answer.text
        assert str(server.root) not in answer.text  # where the home lies is no help
    assert api.get("outbox").json()["entries"] == []


def test_the_answer_of_a_front_end_reaches_the_waiting_cell(api: Api) -> None:
    """Design D12 a: the front end announces itself, saves, and says what it saved; once."""
    assert api.get("state", kernel="kernel-1").json()["front_end"] is False
    assert api.post("state", {"kernel": "kernel-1"}).status_code == 201
    assert api.get("state", kernel="kernel-1").json()["front_end"] is True
    nonce, heard = "n" * 40, []
    cell = threading.Thread(target=lambda: heard.append(api.get(f"save-answers/{nonce}", wait="20").json()))
    cell.start()
    saved = {"path": "own.ipynb", "sha256": "0" * 64}
    assert api.post(f"save-answers/{nonce}", saved).status_code == 201
    cell.join(60)
    assert heard == [saved]
    assert api.post(f"save-answers/{nonce}", saved).status_code == 409
    assert api.get(f"save-answers/{nonce}", wait="0").status_code == 409


def test_a_cell_does_not_wait_for_ever(api: Api) -> None:
    assert api.get(f"save-answers/{'m' * 40}", wait="0.1").status_code == 204


async def test_a_busy_kernel_and_an_unsent_version_keep_the_server(
    hub: StandIn, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """What JupyterHub reports for its culler is the ``last_activity`` of the server."""
    env = hub.env | {"OPENBIS_URL": openbis_sandbox.url, "OPENBIS_NB_SESSION_REFRESH": "0.1"}
    env |= {"OPENBIS_NB_CA_BUNDLE": str(openbis_sandbox.ca_bundle)}
    server = PersonsServer(tmp_path, env)
    try:
        api = Api(server.wait_until_ready())

        def last() -> str:
            query = {"no_track_activity": "1"}
            return str(
                api.session.get(f"{server.url}api/status", params=query, timeout=60).json()["last_activity"]
            )

        def stays() -> bool:
            before, asked = last(), hub.count("openbis/session")
            until(lambda: hub.count("openbis/session") > asked + 4, "the server looks")
            return last() == before

        def grows() -> bool:
            before = last()
            return bool(until(lambda: last() > before, "it counts as active"))

        jupyter = JupyterServer(server.url.rstrip("/"), server.token, server.root)
        async with opened(jupyter, server.root / notebook(server)) as lab:
            await lab.run("1 + 1")
            assert await asyncio.to_thread(stays)  # an idle kernel, and the hub asked again and again
            cell = asyncio.create_task(lab.run("import time\nfor _ in range(80): time.sleep(0.1)"))
            assert await asyncio.to_thread(grows)
            assert await asyncio.to_thread(grows)
            cell.cancel()
        openbis_sandbox.faults.add(FaultKind.STATUS, "session_workspace_file_upload", status=503, count=0)
        body = {"path": notebook(server), "owner": DEMO_EXPERIMENT}
        kept = await asyncio.to_thread(api.post, "save", body)
        assert kept.json()["result"]["state"] == "outbox"
        assert await asyncio.to_thread(grows)
        assert await asyncio.to_thread(grows)
    finally:
        server.stop()
