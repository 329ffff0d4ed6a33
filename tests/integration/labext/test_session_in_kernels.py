"""A live session in a running kernel: ours, plain pybis, the command line (design D5, U-01, U-02)."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from openbis_nb.openbis.client import OpenBIS, Server
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.integration.notebook.front_end import FrontEnd, JupyterServer, opened
from tests.waiting import until

from .launches import content, new_id
from .servers import BIN, PersonsServer
from .stand_in import StandIn

CONNECT = "import openbis_nb\nnb = openbis_nb.notebook()"
PYBIS = "from pybis import Openbis\no = Openbis()\nlen(o.get_spaces())"


@pytest.fixture(autouse=True)
def _no_session_left(server: PersonsServer) -> Iterator[None]:
    """Each test begins like a new account."""
    yield
    for folder in (server.state / "tokens", server.home / ".pybis"):
        for file in folder.glob("*.token"):
            file.unlink()


@pytest.fixture
async def lab(server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox) -> AsyncIterator[FrontEnd]:
    """A launched notebook, open in a kernel of the person's own server."""
    launch = new_id()
    hub.launches[launch] = content(openbis_sandbox.url, directory="")
    assert server.go(f"openbis/launch/{launch}").status_code == 302
    jupyter = JupyterServer(server.url.rstrip("/"), server.token, server.root)
    async with opened(jupyter, server.root / "Growth.ipynb") as front_end:
        yield front_end


def log_in_again(hub: StandIn, sandbox: Sandbox, user: str = "alice") -> str:
    """What the hub answers after a fresh log-in; every session before is over."""
    sandbox.state.sessions.expire()
    session = session_of(sandbox, user)
    hub.session = session
    return session["token"]


def session_of(sandbox: Sandbox, user: str = "alice") -> dict[str, str]:
    return {"server": sandbox.url, "user_id": user, "token": sandbox.token(user)}


async def test_a_fresh_log_in_at_the_hub_reaches_the_same_kernel(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox, server: PersonsServer
) -> None:
    """U-01: nothing is restarted, nothing pasted; the file follows for everybody else on the account."""
    await lab.run(CONNECT)
    assert (await lab.run("len(nb.openbis.get_spaces())")).status == "ok"
    token = log_in_again(hub, openbis_sandbox)
    assert (await lab.run("[i.perm_id for i in nb.inputs]")).status == "ok"
    answer = await lab.run("len(nb.openbis.get_spaces())")
    assert answer.status == "ok", answer.text
    [stored] = (server.state / "tokens").iterdir()
    assert stored.read_text() == token


async def test_pybis_of_ours_asks_the_hub_itself(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    await lab.run("import openbis_nb\no = openbis_nb.connect()")
    for _ in range(2):
        log_in_again(hub, openbis_sandbox)
        answer = await lab.run("len(o.get_spaces())")
        assert answer.status == "ok", answer.text


async def test_plain_pybis_finds_the_session(lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox) -> None:
    """U-02, contract 2.9, 8.5: as the ELN's own notebooks write it, without address and without token."""
    answer = await lab.run(PYBIS)
    assert answer.status == "ok", answer.text
    token = log_in_again(hub, openbis_sandbox)
    await lab.run(CONNECT)  # or a minute later by itself
    answer = await lab.run(f"{PYBIS}\nprint(o.token)")
    assert token in answer.text


async def test_a_kernel_of_any_language_has_the_session_of_the_hub(
    hub: StandIn, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """At the start of the server, before any launch; a fresh one comes by itself (within a minute)."""
    openbis = {"OPENBIS_URL": openbis_sandbox.url, "OPENBIS_NB_SESSION_REFRESH": "0.2"}
    server = PersonsServer(tmp_path, hub.env | openbis)
    try:
        server.wait_until_ready()
        for _ in range(2):
            token = log_in_again(hub, openbis_sandbox)
            until(lambda t=token: holds(server, t), "the session is stored")  # type: ignore[misc]
    finally:
        server.stop()
    assert "Task was destroyed" not in server.log
    assert "Unclosed" not in server.log


def holds(server: PersonsServer, token: str) -> bool:
    files = [*(server.state / "tokens").glob("*.token"), *(server.home / ".pybis").glob("*.token")]
    return len(files) == 2 and all(file.read_text() == token for file in files)


async def test_really_over_is_one_sentence_and_the_link(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """U-01: no stack trace, no token."""
    await lab.run(CONNECT)
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    asked = hub.count("openbis/session")
    for cell in ("nb.attach('20260101000000000-1')", "nb.openbis.get_spaces()", "openbis_nb.connect()"):
        answer = await lab.run(cell)
        assert answer.error == "NotLoggedIn"
        assert "Log in at the hub (/hub/login) and repeat" in answer.text
        assert '<a href="/hub/login" target="_blank">' in answer.html
        assert "Traceback" not in answer.text
        assert "alice-2" not in answer.text
    assert hub.count("openbis/session") - asked <= 6  # never a loop


async def test_a_hub_that_is_away_is_said_to_be(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    await lab.run(CONNECT)
    hub.failing = 503
    assert (await lab.run("nb.inputs")).status == "ok"  # a live session needs no hub
    openbis_sandbox.state.sessions.expire()
    answer = await lab.run("nb.attach('20260101000000000-1')")
    assert answer.error == "NotLoggedIn"
    assert "no other one could be had. The hub gave" in answer.text


async def test_a_save_goes_on_with_the_new_session(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """The session ends while the version is being sent; one data set is stored."""
    await lab.run(CONNECT)
    hub.session = lambda: session_of(openbis_sandbox)
    openbis_sandbox.faults.add(FaultKind.EXPIRED_SESSION, "session_workspace_file_upload", count=1)
    cell = lab.add(f"nb.save(owner={DEMO_EXPERIMENT!r})")
    await lab.save()
    answer = await lab.run(cell)
    assert "Saved to openBIS" in answer.text
    connection = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    async with OpenBIS(connection, openbis_sandbox.token("alice")) as client:
        owner = await client.entity(DEMO_EXPERIMENT)
        saved = [d for d in await client.data_sets_of(owner) if d.type_code == "ANALYSIS_NOTEBOOK"]
    assert len(saved) == 1


async def test_what_a_route_attached_is_a_parent_of_what_a_cell_saves(
    lab: FrontEnd, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """Design D10: handed out by any of our ways; and the other way round, beside what the cell attached."""
    api, script = f"{server.url}openbis/api/v1/", server.script()
    found = script.get(f"{api}data-sets", params={"owner": DEMO_EXPERIMENT}, timeout=60).json()["data_sets"]
    by_cell, by_route, *_ = (d["perm_id"] for d in found if d["state"] == "AVAILABLE")
    await lab.run(CONNECT)
    answer = await lab.run(f"nb.attach({by_cell!r})")
    assert answer.status == "ok", answer.text
    body = {"path": "Growth.ipynb", "perm_ids": [by_route]}
    assert script.post(f"{api}attach", json=body, timeout=60).json()["state"] == "done"
    cell = lab.add(f"print(nb.save(owner={DEMO_EXPERIMENT!r}).parents)")
    await lab.save()
    answer = await lab.run(cell)
    assert f"({by_cell!r}, {by_route!r})" in answer.text
    body = {"path": "Growth.ipynb", "owner": DEMO_EXPERIMENT, "as_new": True}
    saved = script.post(f"{api}save", json=body, timeout=60).json()
    assert set(saved["result"]["parents"]) >= {by_cell, by_route}


async def test_a_note_of_the_hub_is_shown_once_in_a_kernel(lab: FrontEnd, hub: StandIn) -> None:
    assert isinstance(hub.session, dict)
    hub.session["note"] = "Your openBIS session ends on 2026-11-28 at 09:30 UTC."
    assert (await lab.run(CONNECT)).text.count("ends on 2026-11-28") == 1
    assert "ends on" not in (await lab.run(CONNECT)).text


def test_the_command_line_in_a_terminal_of_the_hub(
    server: PersonsServer, hub: StandIn, openbis_sandbox: Sandbox
) -> None:
    """U-02: `openbis-nb whoami` needs no log-in there; the next one follows a fresh log-in."""
    env = {"PATH": "/usr/bin:/bin", "HOME": str(server.home), "OPENBIS_URL": openbis_sandbox.url, **hub.env}
    env["OPENBIS_NB_CA_BUNDLE"] = str(openbis_sandbox.ca_bundle)
    for _ in range(2):
        log_in_again(hub, openbis_sandbox)
        command = [BIN / "openbis-nb", "whoami"]
        said = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
        assert "(alice)" in said.stdout, said.stderr
    hub.session = None
    openbis_sandbox.state.sessions.expire()
    said = subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60)
    assert said.returncode == 3
    assert "/hub/login" in said.stderr


async def test_a_session_for_another_openbis_is_not_taken(
    lab: FrontEnd, hub: StandIn, openbis_sandbox: Sandbox, server: PersonsServer
) -> None:
    """Design section 6: a token goes to no server that it is not for."""
    hub.session = {"server": "https://other.example.org", "user_id": "alice", "token": "alice-stolen"}
    openbis_sandbox.state.sessions.expire()
    answer = await lab.run(CONNECT)
    assert answer.error == "NotLoggedIn"
    assert "alice-stolen" not in answer.text
    assert all(file.read_text() != "alice-stolen" for file in (server.state / "tokens").iterdir())
