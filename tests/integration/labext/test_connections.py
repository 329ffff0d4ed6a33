"""Logging in from a plain local Jupyter: where sessions live, who has them, and who does not (issue 5)."""

from __future__ import annotations

import json
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.integration.notebook.front_end import FrontEnd, JupyterServer, opened
from tests.security.token_search import search_bytes, search_tree

from .local_lab import LocalLab
from .servers import BIN, PersonsServer
from .stand_in import StandIn

CONNECT = "import openbis_nb\nnb = openbis_nb.notebook()"
WHO = "print(nb.openbis.get_session_info().userName, '!')"
IN_A_TERMINAL = f"!{BIN}/openbis-nb whoami"


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[tuple[Sandbox, Sandbox]]:
    """Two openBIS; random passwords, so that a search for them finds nothing else."""
    with running_sandbox(random_passwords=True) as one, running_sandbox(random_passwords=True) as other:
        yield one, other


@pytest.fixture(scope="module")
def running(
    sandboxes: tuple[Sandbox, Sandbox], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalLab]:
    lab = LocalLab(tmp_path_factory.mktemp("local"), *sandboxes)
    try:
        lab.server.wait_until_ready()
        yield lab
    finally:
        lab.server.stop()


@pytest.fixture
def lab(running: LocalLab) -> LocalLab:
    """Without any connection."""
    for name in running.connections():
        assert running.ask("DELETE", f"connections/{name}").ok
    assert running.connections() == {}
    return running


@pytest.fixture
async def front_end(lab: LocalLab) -> AsyncIterator[FrontEnd]:
    """A notebook from nowhere, open in a kernel of the server."""
    jupyter = JupyterServer(lab.server.url.rstrip("/"), lab.server.token, lab.server.root)
    async with opened(jupyter, lab.server.root / "Mine.ipynb") as front_end:
        await front_end.save()
        yield front_end


@pytest.mark.parametrize("keep", ["memory", "keyring", "file"])
async def test_a_session_lives_where_the_person_wants_it(
    keep: str, lab: LocalLab, front_end: FrontEnd, sandboxes: tuple[Sandbox, Sandbox]
) -> None:
    """O-70, O-77, U-01, U-02: kernels, pybis, the command line have it; it ends, and the kernel goes on."""
    sandbox, _ = sandboxes
    assert lab.get("session")["state"] == "none"
    lab.add("The lab", sandbox)
    session = lab.get("session")
    assert (session["state"], session["name"], session["server"]) == ("none", "The lab", sandbox.url)

    wrong = lab.ask("POST", "connections/The lab/log-in", {"user": "alice", "password": "no", "keep": keep})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "not-logged-in")
    assert lab.connections()["The lab"]["home"] is None
    assert lab.session_files == lab.account_files == []

    said = lab.log_in("The lab", sandbox, keep)
    assert (said["state"], said["user_id"], said["home"]) == ("live", "alice", keep)
    lies = {"memory": (1, 0, False), "keyring": (1, 0, True), "file": (0, 1, False)}[keep]
    in_keyring = lab.keyring.exists() and json.loads(lab.keyring.read_text()) != {}
    assert (len(lab.session_files), len(lab.account_files), in_keyring) == lies
    for path in (*lab.session_files, *lab.account_files):
        assert (stat.S_IMODE(path.stat().st_mode), stat.S_IMODE(path.parent.stat().st_mode)) == (0o600, 0o700)

    first = await front_end.run(f"{CONNECT}\n{WHO}")
    assert "alice !" in first.text, first.text
    assert "(alice)" in (await front_end.run(IN_A_TERMINAL)).text
    outside = lab.command("whoami", "--url", sandbox.url)
    assert ("(alice)" in outside.stdout) is (keep != "memory"), outside.stderr

    sandbox.state.sessions.expire()
    assert lab.get("session")["state"] == "over"
    lost = await front_end.run("nb.attach('20260101000000000-1')")
    assert lost.error == "NotLoggedIn"
    assert "Traceback" not in lost.text
    await front_end.run("kept = 4711")
    lab.log_in("The lab", sandbox, keep)
    again = await front_end.run(f"{WHO}\nprint(kept)")
    assert "alice !" in again.text
    assert "4711" in again.text

    out = lab.ask("POST", "connections/The lab/log-out").json()
    assert (out["state"], out["ended"]) == ("none", True)
    assert lab.session_files == lab.account_files == []
    assert not lab.keyring.exists() or json.loads(lab.keyring.read_text()) == {}
    assert (await front_end.run(WHO)).status == "error"
    assert sandbox.state.sessions.expire() == 0  # ended there, too


async def test_a_notebook_chooses_among_the_connections_and_adds_none(
    lab: LocalLab, front_end: FrontEnd, sandboxes: tuple[Sandbox, Sandbox]
) -> None:
    """Design sections 2, 6: what a notebook names is compared, never connected to. Several at once (O-70)."""
    one, other = sandboxes
    lab.add("One", one)
    lab.add("Other", other)
    lab.log_in("One", one, "memory")
    lab.log_in("Other", other, "file", user="bob")
    shown = lab.connections()
    assert {name: (c["user_id"], c["default"], c["home"]) for name, c in shown.items()} == {
        "One": ("alice", True, "memory"),
        "Other": ("bob", False, "file"),
    }
    for server, user, name in (
        (other.url, "bob", "Other"),
        (one.url, "alice", "One"),
        ("https://127.0.0.1:9", "alice", "One"),  # there is no such connection, and none is made
    ):
        front_end.notebook.metadata["openbis"] = {
            "schema": 1,
            "server": server,
            "notebook_id": "2b7e151628aed2a6abf7158809cf4f3c",
            "name": "Mine",
            "owner": {"kind": "experiment", "perm_id": "20260101000000000-1", "identifier": "/A/B/C"},
        }
        await front_end.save()
        session = lab.get("session", path="Mine.ipynb")
        assert (session["name"], session["user_id"]) == (name, user)
        answer = await front_end.run(f"{CONNECT}\n{WHO}")
        assert f"{user} !" in answer.text, answer.text
    assert set(lab.connections()) == {"One", "Other"}
    assert lab.ask("POST", "connections/Other/use").ok
    assert lab.get("session")["user_id"] == "bob"
    assert lab.ask("DELETE", "connections/Other").ok
    assert lab.get("session")["user_id"] == "alice"
    assert other.state.sessions.expire() == 0


@pytest.mark.parametrize(
    ("verb", "path", "body", "status", "says"),
    [
        ("POST", "connections", {"url": "file:///etc/passwd"}, 400, "not an address"),
        ("POST", "connections", {"url": "https://user:my-dog@openbis.example.org"}, 400, "not an address"),
        ("POST", "connections", {"url": "http://openbis.example.org"}, 500, "http"),
        (
            "POST",
            "connections",
            {"url": "https://openbis.example.org", "name": "a/b"},
            400,
            "without a slash",
        ),
        ("POST", "connections", {"url": "https://openbis.example.org", "password": "x"}, 400, "Not known"),
        ("DELETE", "connections/Nothing", None, 404, "no connection"),
        ("POST", "connections/Nothing/use", None, 404, "no connection"),
        ("POST", "connections/Nothing/log-in", {"user": "alice", "password": "x"}, 404, "no connection"),
        ("POST", "connections/Nothing/log-in", {"user": "alice"}, 400, "password is missing"),
        ("POST", "connections/Nothing/log-in", {"user": "a", "password": "b", "keep": "c"}, 400, "keep must"),
        ("POST", "connections/Nothing/log-in-web", {"hub_url": "ftp://hub"}, 404, "no connection"),
        ("POST", "connections/Nothing/log-in-web/code", {"code": "abc"}, 401, "No log-in waits"),
    ],
)
def test_what_cannot_be_is_refused(
    verb: str, path: str, body: object, status: int, says: str, lab: LocalLab
) -> None:
    answer = lab.ask(verb, path, body)
    assert answer.status_code == status, answer.text
    assert says in answer.json()["detail"]
    assert answer.json()["next_step"]
    assert "my-dog" not in answer.text
    assert lab.connections() == {}


def test_a_keyring_that_does_not_open_is_said_and_nothing_is_kept(
    lab: LocalLab, sandboxes: tuple[Sandbox, Sandbox]
) -> None:
    """The session that had begun for it is ended again."""
    sandbox, _ = sandboxes
    sandbox.state.sessions.expire()
    lab.add("The lab", sandbox)
    lab.keyring.with_name("locked").touch()
    try:
        body = {"user": "alice", "password": sandbox.users["alice"], "keep": "keyring"}
        answer = lab.ask("POST", "connections/The lab/log-in", body)
        assert (answer.status_code, answer.json()["code"]) == (500, "configuration-problem")
        assert "keyring of this computer does not open" in answer.json()["detail"]
    finally:
        lab.keyring.with_name("locked").unlink()
    assert lab.session_files == lab.account_files == []
    assert sandbox.state.sessions.expire() == 0


def test_the_keyring_is_offered_only_where_there_is_one(
    sandboxes: tuple[Sandbox, Sandbox], tmp_path: Path
) -> None:
    """And a server that was killed leaves its sessions for the next one to remove."""
    first = LocalLab(tmp_path, *sandboxes, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring")
    sandbox, _ = sandboxes
    try:
        first.server.wait_until_ready()
        assert first.get("connections")["homes"] == ["memory", "file"]
        first.add("The lab", sandbox)
        first.log_in("The lab", sandbox)
        [left] = first.session_files
        first.server.process.kill()
        first.server.process.wait()
        assert left.exists()
    finally:
        first.server.stop()
    second = PersonsServer(tmp_path, first.environment)
    try:
        second.wait_until_ready()
        assert not left.exists()
    finally:
        second.stop()


def test_a_hub_has_one_connection_and_no_password(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """What a person adds by hand there would be a second truth beside the hub's."""
    api, script = f"{server.url}openbis/api/v1/connections", server.script()
    [only] = script.get(api, timeout=60).json()["connections"]
    assert (only["server"], only["user_id"], only["home"]) == (openbis_sandbox.url, "alice", "hub")
    assert (only["default"], only["configured"]) == (True, True)
    body = {"user": "alice", "password": openbis_sandbox.users["alice"]}
    for path, said in (("", {"url": "https://other.example.org"}), (f"/{only['name']}/log-in", body)):
        refused = script.post(api + path, json=said, timeout=60)
        assert refused.status_code == 409
        assert "Log in and out at the hub" in refused.json()["next_step"]


def test_nothing_that_was_written_or_answered_holds_a_password_or_a_session(
    sandboxes: tuple[Sandbox, Sandbox], tmp_path: Path
) -> None:
    """O-70, O-74, design section 6: at DEBUG, with each home, with failures, and after the server's end."""
    sandbox, other = sandboxes
    lab = LocalLab(tmp_path, sandbox, other)
    secrets = {f"password of {user}": sandbox.users[user] for user in ("alice", "bob")}
    try:
        lab.server.wait_until_ready()
        lab.add("The lab", sandbox)
        for keep in ("memory", "keyring", "file", "memory"):
            lab.log_in("The lab", sandbox, keep)
            files = [path.read_text() for path in (*lab.session_files, *lab.account_files)]
            assert files
            secrets |= {f"session in {keep}": files[0]}
            lab.ask("POST", "connections/The lab/log-in", {"user": secrets["password of alice"], "keep": "x"})
        lab.ask("POST", "connections/The lab/log-in", {"user": "bob", "password": sandbox.users["bob"] + "x"})
        lab.ask("POST", "connections", {"url": f"https://alice:{sandbox.users['alice']}@openbis.example.org"})
        sandbox.faults.add(FaultKind.HTML, "login")
        lab.ask("POST", "connections/The lab/log-in", {"user": "bob", "password": sandbox.users["bob"]})
        lab.connections()
    finally:
        lab.server.stop()
    assert not sandbox.state.sessions.is_active(secrets["session in memory"])  # the server has ended it
    assert sandbox.state.sessions.is_active(secrets["session in file"])
    assert lab.session_files == []
    assert not list((lab.server.home / "JUPYTER_RUNTIME_DIR").glob("openbis-nb-*"))
    assert len(lab.server.log) > 10_000
    assert search_tree(lab.folder, secrets) == set()
    for number, answer in enumerate(lab.answers):
        assert search_bytes(f"answer {number}", answer, secrets) == set()
