"""``POST …/eln`` as today's ELN calls it, on a socket, with a real sandbox behind it."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox
from openbis_nb.sandbox.faults import FaultKind
from tests.unit.notebooks.eln import generated
from tests.waiting import until

from .running import Running, all_logged, running

NOTEBOOK = json.dumps(generated())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("service")
    with (
        running_sandbox() as sandbox,
        running(sandbox, folder, max_body=2**20, openbis_timeout=1.0) as service,
    ):
        yield service


@pytest.fixture
def service(shared: Running) -> Iterator[Running]:
    """The service of all tests here, with nothing kept yet."""
    with sqlite3.connect(shared.database) as db:
        tables = "SELECT 1 FROM sqlite_master WHERE name = 'nb_launch'"
        until(lambda: db.execute(tables).fetchone(), "the service has made its tables")
        db.execute("DELETE FROM nb_launch")
    yield shared
    shared.sandbox.faults.clear()


def test_the_two_calls_of_the_eln(service: Running) -> None:
    """O-50: first the name, and nothing is kept; then the notebook. The answers are for its page alone."""
    page = service.page()
    first = page.ajax("growth", "Growth curves.ipynb", "True", "TEST")
    assert (first.status, first.json) == (
        200,
        {"fileName": "Growth curves.ipynb", "path": "growth/Growth curves.ipynb"},
    )
    assert first.headers["content-type"] == "application/json"
    assert first.headers["access-control-allow-origin"] == service.sandbox.url
    assert first.headers["vary"] == "Origin"
    assert first.headers["cache-control"] == "no-store"
    assert service.launches() == []
    second = page.ajax("growth", first.json["fileName"], "False", NOTEBOOK)
    assert (second.status, second.json) == (200, first.json)
    [launch] = service.launches()
    assert (launch["owner"], launch["kind"], launch["state"]) == ("openbis:alice", "eln", "checking")
    assert (launch["directory"], launch["file_name"]) == ("growth", "Growth curves.ipynb")
    assert launch["body"] == NOTEBOOK.encode()


def test_openbis_is_asked_once_for_both(service: Running) -> None:
    """U-03: accepting costs one call, of whose session it is; preparing waits for the person's server."""
    page = service.page()
    for test in ("True", "False", "False"):
        assert page.ajax("a", "b.ipynb", test, NOTEBOOK).status == 200
    service.sandbox.faults.add(FaultKind.STATUS, "getSessionInformation", count=0)
    assert page.ajax("a", "b.ipynb", "False", NOTEBOOK).status == 200
    assert service.page().ajax("a", "b.ipynb", "False", NOTEBOOK).status == 502


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("S&P 500", "x&y.ipynb"),
        ("a+b", "1+1=2.ipynb"),
        ("Größe/Übung", "Maß 50% done.ipynb"),
        ("", "at the top.ipynb"),
        ("it's", "it's.ipynb"),
    ],
)
def test_names_that_nobody_encodes(service: Running, folder: str, name: str) -> None:
    """O-94."""
    assert service.page().ajax(folder, name, "False", NOTEBOOK).json["fileName"] == name
    [launch] = service.launches()
    assert (launch["directory"], launch["file_name"]) == (folder, name)


def test_a_hash_cuts_the_call_short_and_the_message_says_so(service: Running) -> None:
    answer = service.page().ajax("a", "sample #1.ipynb", "True", "TEST")
    assert answer.status == 400
    assert "#" in answer.json["message"]


def test_people_with_capitals_and_dashes_keep_their_name(service: Running) -> None:
    """O-60, O-61: openBIS says who it is, not the token's text."""
    assert service.page("Eve.O-Neill").ajax("a", "b.ipynb", "False", NOTEBOOK).status == 200
    assert service.launches()[0]["owner"] == "openbis:Eve.O-Neill"


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("..", "a.ipynb"),
        ("a/../../b", "a.ipynb"),
        ("/etc", "a.ipynb"),
        ("C:", "a.ipynb"),
        ("a\\b", "a.ipynb"),
        ("%2e%2e", "a.ipynb"),
        ("%252e%252e", "a.ipynb"),
        ("a%00", "a.ipynb"),
        ("a//b", "a.ipynb"),
        (".ssh", "a.ipynb"),
        ("~", "a.ipynb"),
        ("a" * 300, "a.ipynb"),
        ("a", "../a.ipynb"),
        ("a", "b/a.ipynb"),
        ("a", ".ipynb"),
        ("a", "a.py"),
        ("a", "con.ipynb"),
        ("a", ""),
    ],
)
@pytest.mark.parametrize("test", ["True", "False"])
def test_no_path_leads_out(service: Running, folder: str, name: str, test: str) -> None:
    """O-53: refused at the first call already, with nothing kept."""
    answer = service.page().ajax(folder, name, test, NOTEBOOK)
    assert answer.status == 400
    assert answer.json.keys() == {"message"}
    assert service.launches() == []


DEAD = "alice-261121093000123x0123456789ABCDEF0123456789ABCDEF"


@pytest.mark.parametrize("token", [DEAD, "no-session", "$pat-alice-1", "a" * 5000, "%FF"])
def test_a_session_that_is_none_is_refused_and_not_repeated(service: Running, token: str) -> None:
    """O-51, O-54: one answer, and the token is not in it."""
    answer = service.page(token=token).ajax("a", "b.ipynb", "False", NOTEBOOK)
    assert answer.status in (400, 401)
    assert token not in answer.text + str(answer.headers)
    assert answer.headers["access-control-allow-origin"] == service.sandbox.url
    assert service.launches() == []


@pytest.mark.parametrize("missing", ["token", "folder", "filename", "test"])
def test_a_missing_argument(service: Running, missing: str) -> None:
    """O-51."""
    given = {"token": DEAD, "folder": "a", "filename": "b.ipynb", "test": "True"}
    query = "&".join(f"{name}={value}" for name, value in given.items() if name != missing)
    answer = service.page().send("POST", query, b"TEST")
    assert answer.status == 400
    assert missing in answer.json["message"]
    assert DEAD not in answer.text


@pytest.mark.parametrize(
    "body", ["TEST", "", "[]", '{"cells": []}', '{"nbformat": 4}', b"\xff", "[" * 10_000]
)
def test_what_is_no_notebook(service: Running, body: bytes | str) -> None:
    answer = service.page().ajax("a", "b.ipynb", "False", body)
    assert answer.status == 422
    assert answer.json["message"]
    assert service.launches() == []


def test_a_body_over_the_limit(service: Running) -> None:
    """U-03: not read at all when it says so; and stopped where it does not."""
    large = NOTEBOOK[:-1] + " " * 2**20 + "}"
    answer = service.page().ajax("a", "b.ipynb", "False", large)
    assert (answer.status, service.launches()) == (413, [])
    assert answer.headers["access-control-allow-origin"] == service.sandbox.url


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", "", "x"])
def test_any_type_of_body(service: Running, kind: str) -> None:
    assert service.page().ajax("a", "b.ipynb", "False", NOTEBOOK, Content_Type=kind).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
def test_pages_of_other_origins_are_told_nothing(service: Running, origin: str) -> None:
    """O-52."""
    page = service.page(origin=origin)
    for answer in (
        page.ajax("a", "b.ipynb", "False", NOTEBOOK),
        page.send("OPTIONS", "", Access_Control_Request_Method="POST"),
        page.send("GET", ""),
    ):
        assert "access-control-allow-origin" not in answer.headers
    assert page.ajax("a", "b.ipynb", "False", NOTEBOOK).status == 403
    assert service.launches() == []


def test_a_script_names_no_origin_and_encodes_as_forms_do(service: Running) -> None:
    page = service.page(origin=None)
    query = f"token={quote(page.token)}&folder=a+b&filename=c+d.ipynb&test=False"
    assert page.send("POST", query, NOTEBOOK).json == {"fileName": "c d.ipynb", "path": "a b/c d.ipynb"}


def test_other_methods(service: Running) -> None:
    """O-51."""
    page = service.page()
    options = page.send("OPTIONS", "", Access_Control_Request_Method="POST")
    assert (options.status, options.text) == (204, "")
    assert options.headers["access-control-allow-methods"] == "POST, GET, OPTIONS"
    assert options.headers["access-control-allow-headers"] == "x-requested-with"
    assert page.send("GET", f"token={page.token}").status == 400
    assert page.send("PUT", "").status == 405


def test_openbis_that_does_not_answer(service: Running) -> None:
    """The page is told within the time-out, and may try again."""
    service.sandbox.faults.add(FaultKind.LATENCY, "getSessionInformation", count=0, seconds=5)
    answer = service.page().ajax("a", "b.ipynb", "False", NOTEBOOK)
    assert answer.status == 504
    assert "Try again" in answer.json["message"]
    service.sandbox.faults.clear()
    assert service.page().ajax("a", "b.ipynb", "False", NOTEBOOK).status == 200


def test_the_token_is_in_no_log(service: Running, caplog: pytest.LogCaptureFixture) -> None:
    """O-65: at DEBUG, of all libraries, also when the call fails."""
    with caplog.at_level(logging.DEBUG):
        page = service.page()
        page.ajax("a", "b.ipynb", "False", NOTEBOOK)
        page.ajax("..", "b.ipynb", "False", NOTEBOOK)
        page.send("GET", f"token={page.token}")
        service.sandbox.faults.add(FaultKind.STATUS, "getSessionInformation", count=0)
        other = service.page()
        assert other.ajax("a", "b.ipynb", "False", NOTEBOOK).status == 502
    logged = all_logged(caplog)
    assert "POST /services/openbis/eln" in logged
    assert page.token not in logged
    assert other.token not in logged


def test_an_admin_switches_it_off(openbis_sandbox: Sandbox, tmp_path: Path) -> None:
    with running(openbis_sandbox, tmp_path, eln=False) as service:
        answer = service.page().ajax("a", "b.ipynb", "True", "TEST")
        assert answer.status == 403
        assert answer.json["message"]


def test_an_admin_names_other_origins(openbis_sandbox: Sandbox, tmp_path: Path) -> None:
    with running(openbis_sandbox, tmp_path, eln_origins=("https://eln.example",)) as service:
        assert service.page(origin="https://eln.example").ajax("a", "b.ipynb", "True", "TEST").status == 200
        assert service.page().ajax("a", "b.ipynb", "True", "TEST").status == 403


def test_nobody_fills_the_disk(openbis_sandbox: Sandbox, tmp_path: Path) -> None:
    """Bounds per person, in number and in size; others go on."""
    with running(openbis_sandbox, tmp_path, max_launches=2) as service:
        answers = [service.page().ajax("a", "b.ipynb", "False", NOTEBOOK).status for _ in range(3)]
        assert answers == [200, 200, 429]
        assert service.page("bob").ajax("a", "b.ipynb", "False", NOTEBOOK).status == 200
