"""Bad input: each with a clear error, nothing in openBIS, nothing in the outbox, the file untouched."""

from __future__ import annotations

import json
import os
import ssl
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from openbis_nb.errors import (
    CertificateProblem,
    InvalidNotebook,
    NotFound,
    NotLoggedIn,
    OpenbisNbError,
    TooLarge,
    UnexpectedAnswer,
)
from openbis_nb.models import LaunchRequest
from openbis_nb.openbis.client import OpenBIS
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.attach import attach
from openbis_nb.workflows.launch import prepare
from openbis_nb.workflows.save import save
from openbis_nb.workflows.save_request import SaveRequest
from openbis_nb.workflows.workplace import Workplace

from .conftest import Lab


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 * 2**20)


def text(content: str | bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content.encode() if isinstance(content, str) else content)


FILES: list[tuple[str, Callable[[Path], object], type[OpenbisNbError], str]] = [
    ("not there", lambda path: None, NotFound, "no file"),
    ("a folder", lambda path: path.mkdir(), InvalidNotebook, "cannot be read"),
    ("a pipe", os.mkfifo, InvalidNotebook, "not a file"),
    ("empty", text(""), InvalidNotebook, "not JSON"),
    ("not JSON", text("{ this is no JSON"), InvalidNotebook, "not JSON"),
    ("not UTF-8", text(b"\xff\xfe{}"), InvalidNotebook, "not UTF-8"),
    ("no notebook", text("[1, 2]"), InvalidNotebook, "not a notebook"),
    ("nbformat 3", text('{"nbformat": 3, "worksheets": []}'), InvalidNotebook, "format 3"),
    ("nbformat 5", text('{"nbformat": 5, "metadata": {}, "cells": []}'), InvalidNotebook, "format 5"),
    ("a cell is a number", text('{"nbformat": 4, "metadata": {}, "cells": [7]}'), InvalidNotebook, "cell 1"),
    ("200 MB", sparse, TooLarge, "larger than 64 MB"),
]


@pytest.mark.parametrize(
    ("make", "error", "said"), [case[1:] for case in FILES], ids=[case[0] for case in FILES]
)
async def test_what_is_no_notebook_is_not_saved(
    lab: Lab,
    alice: Workplace,
    tmp_path: Path,
    make: Callable[[Path], object],
    error: type[OpenbisNbError],
    said: str,
) -> None:
    """N-68."""
    path = tmp_path / "Bad.ipynb"
    make(path)
    with pytest.raises(error, match=said) as refused:
        await save(alice, SaveRequest(path=path, owner=DEMO_EXPERIMENT))
    assert refused.value.next_step
    assert (lab.saved(), alice.outbox.entries()) == ([], [])


BLOCKS = [
    7,
    [],
    {},
    {"schema": 2},
    {"schema": 1, "server": "javascript:alert(1)", "notebook_id": "a" * 20},
    {"schema": 1, "server": "https://x.example", "notebook_id": "../../etc/passwd"},
    {"schema": 1, "server": "https://x.example", "notebook_id": "a" * 20, "name": "x", "owner": "y"},
]


@pytest.mark.parametrize("content", BLOCKS, ids=str)
async def test_a_block_of_any_form_is_no_block(
    lab: Lab, alice: Workplace, tmp_path: Path, content: object
) -> None:
    """Design section 2: reading it never fails and never trusts."""
    path = tmp_path / "Odd.ipynb"
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"openbis": content}, "cells": []}
    path.write_text(json.dumps(notebook))
    result = await save(alice, SaveRequest(path=path, owner=DEMO_EXPERIMENT))
    assert result.state == "saved"
    assert lab.notebook(str(result.perm_id))["metadata"]["openbis"]["server"] == lab.sandbox.url


@pytest.mark.parametrize("request_", [{"name": "x" * 513}, {"notes": "x" * 1025}, {"name": "  "}])
def test_name_and_notes_have_limits(request_: dict[str, str]) -> None:
    """N-41."""
    with pytest.raises(OpenbisNbError):
        SaveRequest(path=Path("a.ipynb"), **request_)  # type: ignore[arg-type]


async def test_an_expired_session_says_what_to_do(lab: Lab, alice: Workplace) -> None:
    """U-01, U-11."""
    lab.sandbox.faults.add("expired-session", "*")
    with pytest.raises(NotLoggedIn, match="session is over") as over:
        await prepare(alice, LaunchRequest(DEMO_EXPERIMENT))
    assert "openbis-nb login" in over.value.next_step


async def test_a_wrong_certificate_is_never_accepted(lab: Lab, alice: Workplace, tmp_path: Path) -> None:
    """U-24, O-34: said, with the setting to use; no byte of the session leaves."""
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    client = OpenBIS(lab.server(ca_bundle=other), alice.client.token)
    lab.clients.append(client)
    with pytest.raises(CertificateProblem, match="could not be verified") as refused:
        await prepare(replace(alice, client=client), LaunchRequest(DEMO_EXPERIMENT))
    assert "OPENBIS_NB_CA_BUNDLE" in refused.value.next_step
    assert not isinstance(refused.value.__cause__, ssl.SSLError), "the original may hold the address"


@pytest.mark.parametrize("target", ["getExperiments", "getDataSets", "searchFiles"])
async def test_a_server_that_answers_html(lab: Lab, alice: Workplace, target: str) -> None:
    inputs = lab.inputs()
    lab.sandbox.faults.add("html", target, count=0)
    with pytest.raises(UnexpectedAnswer, match="not openBIS"):
        await prepare(alice, LaunchRequest(DEMO_EXPERIMENT, inputs=tuple(inputs)))


async def test_a_download_address_of_another_host_gets_no_token(lab: Lab, alice: Workplace) -> None:
    """D16: neither for an attach nor for a save, which waits in the outbox."""
    path = await lab.launched(alice)
    fresh = await lab.person("alice", "fresh")
    inputs = lab.inputs()
    lab.sandbox.announce_data_store("https://evil.example:443")
    with pytest.raises(UnexpectedAnswer, match=r"evil\.example"):
        await attach(fresh, inputs)
    late = replace(fresh, ledger=alice.ledger)
    result = await save(late, SaveRequest(path=path))
    assert result.state == "outbox"
    assert "evil.example" in result.reason
