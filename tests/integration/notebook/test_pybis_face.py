"""pybis as a scientist gets it: connected, and unable to give the token away (O-81, U-02, U-12)."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest

import openbis_nb
from openbis_nb.errors import CertificateProblem, NotLoggedIn
from openbis_nb.openbis.connection import Server
from openbis_nb.openbis.pybis_face import connect_pybis
from openbis_nb.openbis.secrets import Secret
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import Desk
from .test_front_end import CONNECT

TOKEN = re.compile(r"-[0-9]{15}x[0-9A-Fa-f]{32}")


@pytest.fixture
def heard() -> list[str]:
    """The data sets that pybis was heard downloading."""
    return []


@pytest.fixture
def connect(openbis_sandbox: Sandbox, heard: list[str]) -> Callable[[], object]:
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    token = Secret(openbis_sandbox.token("alice"))
    return lambda: connect_pybis(server, lambda: token, handed_out=heard.append)


def quiet(capfd: pytest.CaptureFixture[str], error: BaseException) -> bool:
    """Whether neither the error nor anything printed holds a token or a password."""
    out, err = capfd.readouterr()
    chain = [error, error.__cause__]
    text = out + err + "".join(f"{e} {e.args}" for e in chain if e is not None)
    return not TOKEN.search(text) and "not my password" not in text


def test_a_server_error_prints_no_request(
    openbis_sandbox: Sandbox, connect: Callable[[], object], capfd: pytest.CaptureFixture[str]
) -> None:
    """O-81."""
    openbis = connect()
    openbis_sandbox.faults.add("error", "searchSamples", message="it broke")
    with pytest.raises(ValueError, match="it broke") as caught:
        openbis.get_samples(space="BIOLAB")
    assert quiet(capfd, caught.value)


def test_a_failed_login_prints_no_password(
    connect: Callable[[], object], capfd: pytest.CaptureFixture[str]
) -> None:
    """O-81."""
    with pytest.raises(ValueError, match="login") as caught:
        connect().login("alice", "not my password")
    assert quiet(capfd, caught.value)


@pytest.mark.parametrize("status", [500, 404])
def test_a_failed_upload_names_no_address_with_the_token(
    openbis_sandbox: Sandbox,
    connect: Callable[[], object],
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
    status: int,
) -> None:
    openbis = connect()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    new = openbis.new_dataset(type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=[str(tmp_path / "a.csv")])
    openbis_sandbox.faults.add("status", "session_workspace_file_upload", status=status, count=0)
    with pytest.raises(Exception, match=str(status)) as caught:
        new.save()
    assert "sessionID=[secret removed]" in str(caught.value)
    assert quiet(capfd, caught.value)


def test_no_address_with_the_token_is_logged(
    connect: Callable[[], object], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """D16: with the root logger at DEBUG, as an application may set it."""
    openbis = connect()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    caplog.set_level(logging.DEBUG)
    files = [str(tmp_path / "a.csv")]
    openbis.new_dataset(type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=files).save()
    assert "sessionID=[secret removed]" in caplog.text
    assert not TOKEN.search(caplog.text)


def test_a_failed_registration_prints_no_request(
    openbis_sandbox: Sandbox, connect: Callable[[], object], capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    openbis = connect()
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    new = openbis.new_dataset(type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=[str(tmp_path / "a.csv")])
    openbis_sandbox.faults.add("error", "createUploadedDataSet", message="no room", count=0)
    with pytest.raises(ValueError, match="no room") as caught:
        new.save()
    assert quiet(capfd, caught.value)


def test_every_way_to_a_data_set_is_heard_downloading(
    connect: Callable[[], object], heard: list[str], tmp_path: Path
) -> None:
    """D10: what pybis downloads counts as attached."""
    openbis = connect()
    found = openbis.get_datasets(experiment=DEMO_EXPERIMENT, type="RAW_DATA")
    first, second, third = (str(perm_id) for perm_id in found.df["permId"])
    openbis.get_dataset(first).download(destination=str(tmp_path))
    next(item for item in found if item.permId == second).download(destination=str(tmp_path))
    of_experiment = openbis.get_experiment(DEMO_EXPERIMENT).get_datasets()
    next(item for item in of_experiment if item.permId == third).download(destination=str(tmp_path))
    assert heard == [first, second, third]


def test_looking_at_a_data_set_is_not_downloading_it(connect: Callable[[], object], heard: list[str]) -> None:
    openbis = connect()
    perm_id = str(openbis.get_datasets(experiment=DEMO_EXPERIMENT).df["permId"][0])
    assert openbis.get_dataset(perm_id).file_list
    assert heard == []


def test_a_token_that_openbis_does_not_take_is_a_sentence(openbis_sandbox: Sandbox) -> None:
    """U-01."""
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    with pytest.raises(NotLoggedIn, match="openbis-nb login"):
        connect_pybis(server, lambda: Secret("alice-261121000000000x" + "0" * 32))


def test_an_unknown_certificate_is_refused(openbis_sandbox: Sandbox) -> None:
    with pytest.raises(CertificateProblem, match="OPENBIS_NB_CA_BUNDLE"):
        connect_pybis(Server(openbis_sandbox.url), lambda: Secret(openbis_sandbox.token("alice")))


def test_an_object_in_hand_follows_a_newer_log_in_and_its_own(openbis_sandbox: Sandbox) -> None:
    """U-01, D5."""
    server = Server(openbis_sandbox.url, ca_bundle=openbis_sandbox.ca_bundle)
    tokens = [Secret(openbis_sandbox.token("alice"))]
    openbis = connect_pybis(server, lambda: tokens[-1])
    openbis_sandbox.state.sessions.expire("alice")
    tokens.append(Secret(openbis_sandbox.token("alice")))
    assert openbis.get_space("BIOLAB").code == "BIOLAB"
    openbis.login("bob", openbis_sandbox.users["bob"])
    assert openbis.token.startswith("bob-")


def test_connect_uses_the_stored_session(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """U-02: no token is typed or shown."""
    for name, value in desk.settings.items():
        monkeypatch.setenv(name, value)
    openbis = openbis_nb.connect()
    assert openbis.get_space("BIOLAB").code == "BIOLAB"


async def test_a_verbose_traceback_holds_no_token(desk: Desk) -> None:
    """U-12: what a cell shows is saved with it."""
    token = desk.login()
    async with desk.opened(desk.launched()) as lab:
        await lab.run(CONNECT)
        await lab.run("%xmode Verbose")
        answer = await lab.run("token = nb.openbis.token\nraise RuntimeError(f'GET ?sessionID={token}')")
    assert answer.error == "RuntimeError"
    assert "[secret removed]" in answer.text
    assert token not in str(answer.outputs)


async def test_what_pybis_downloads_becomes_a_parent(desk: Desk) -> None:
    """D10, U-08."""
    perm_id = desk.inputs()[0]
    path = desk.blank(CONNECT, f"nb.openbis.get_dataset({perm_id!r}).download()", "nb.save()")
    ran = desk.command("run", path, "--owner", DEMO_EXPERIMENT)
    [saved] = desk.saved()
    assert ran["saved"]["perm_id"] == saved.permId
    assert saved.parents == [perm_id]
