"""What a launch may not be: nothing is stored, nothing prepared (issue 3, section 2)."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
import requests

from openbis_nb.sandbox import Sandbox

from .hub_at_the_wire import FakeHub
from .running import Client, RunningService, request, running

#: What can be neither a folder nor a name.
TRICKS = [
    "..", "../x", "a/../b", "/etc", "//host/share", "a//b", "./a", "~root/x", "C:/x", "c:x", "a\\b", "..\\x",
    "a\x00b", "a\nb", "a\x7fb", "\u202ea", "%2e%2e", "%2e%2e/x", "a%2fb", "a%5cb", "%00", "con", "a/NUL.txt",
    "com1", ".hidden", "a/.git", "a ", " a", "a.", "x" * 256, "\uff0e\uff0e", "a\uff0fb", "a:b", "a*b",
    "/".join("a" * 40), "a/", "~",
]  # fmt: skip


@pytest.mark.parametrize("member", ["directory", "name"])
@pytest.mark.parametrize("trick", TRICKS)
def test_tricks_with_paths_are_refused(alice: Client, member: str, trick: str) -> None:
    """O-53: in the folder and in the name."""
    for path in ("launches", "downloads"):
        answer = alice.post(path, request(**{member: trick}))
        assert answer.status_code == 400, (path, answer.text)
        assert answer.json()["code"] in ("unsafe-path", "invalid-input")
        assert answer.json()["next_step"]
        if answer.json()["code"] == "unsafe-path":  # the dialog shows it at that field
            assert answer.json()["field"] == member
    assert alice.get("launches").json() == {"launches": []}


@pytest.mark.parametrize("name", ["x.ipynb", "50 % more", "Größe (2)", "a.b", "データ"])
def test_names_that_people_use_are_taken(alice: Client, name: str) -> None:
    assert alice.launch(name=name)["file_name"] == f"{name.removesuffix('.ipynb')}.ipynb"


@pytest.mark.parametrize(
    "change",
    [
        {"place": ""}, {"place": None}, {"place": ["/A/B"]}, {"kind": "data set"}, {"name": ""}, {"name": 3},
        {"inputs": "20261121093000123-31"}, {"inputs": [1]}, {"template": ""}, {"directory": None},
        {"parameters": []}, {"profile": "large"}, {"profile": {"x": "y" * 70_000}}, {"token": "x"},
    ],
)  # fmt: skip
def test_a_request_that_is_none_is_refused(alice: Client, change: dict[str, Any]) -> None:
    answer = alice.post("launches", request(**change))
    assert answer.status_code == 400
    problem = answer.json()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert problem["code"] == "invalid-input"
    assert problem["findings"]
    assert "y" * 100 not in answer.text


@pytest.mark.parametrize("member", ["parameters", "profile"])
@pytest.mark.parametrize(
    "value", ["NaN", "-Infinity", r'"\ud800"', r'{"\udfff": 1}', "[" * 40 + "]" * 40, "[" * 900 + "]" * 900]
)
def test_values_that_nothing_can_keep_are_refused(alice: Client, member: str, value: str) -> None:
    """They are stored, and handed on to a notebook and to the hub."""
    body = json.dumps(request()).replace("}", f', "{member}": {{"x": {value}}}}}')
    for path in ("launches", "downloads"):
        answer = alice.post(path, data=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid-input"), answer.text
    assert alice.get("launches").json() == {"launches": []}


def test_what_a_server_tells_of_a_failure_can_be_anything(alice: Client) -> None:
    launch = alice.launch()
    alice.get(f"launches/{launch['id']}/content")
    for body in (r'{"state": "ready", "path": "a\u0000b"}', r'{"state": "ready", "path": "\ud800"}'):
        told = alice.post(
            f"launches/{launch['id']}/outcome", data=body, headers={"Content-Type": "application/json"}
        )
        assert told.status_code == 400
    body = r'{"state": "failed", "problem": {"detail": "\ud800\u0000", "code": "AliceErnst", "status": true}}'
    told = alice.post(
        f"launches/{launch['id']}/outcome", data=body, headers={"Content-Type": "application/json"}
    )
    assert (told.status_code, told.json()["problem"]["status"]) == (200, 500)
    figures = requests.get(alice.service.url + "metrics", timeout=60).text
    assert "AliceErnst" not in figures
    assert 'openbis_nb_failures_total{code="other"}' in figures


@pytest.mark.parametrize("path", ["launches/%00", "launches/%ff", "launches/a%20b"])
def test_a_number_that_no_launch_has_is_not_found(alice: Client, path: str) -> None:
    assert alice.get(path).status_code == 404
    assert alice.get("launches", params={"file": "a\0b"}).status_code == 400


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"[" * 100_000])
def test_a_body_that_is_no_json_is_refused(alice: Client, body: bytes) -> None:
    answer = alice.post("launches", data=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400, answer.text
    assert answer.json()["next_step"]


def test_a_body_over_the_setting_is_refused_while_it_comes(service: RunningService, alice: Client) -> None:
    """Also without a length; and the service does not read it to the end."""
    sent = 0

    def chunks() -> Any:
        nonlocal sent
        for _ in range(1000):
            sent += 100_000
            yield b" " * 100_000

    with contextlib.suppress(requests.ConnectionError):  # the service hangs up in the middle of it
        answer = alice.post("launches", data=chunks(), headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
    assert sent < 100_000_000
    plain = alice.post("launches", request(parameters={"x": "y" * 300_000}))
    assert (plain.status_code, plain.json()["code"]) == (413, "too-large")
    assert plain.json()["next_step"]


def test_a_person_has_so_many_launches_waiting_and_no_more(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path
) -> None:
    with running(tmp_path, hub, openbis, max_launches="3", max_pending="60K") as service:
        alice, bob = service.person("alice"), service.person("bob")
        launches = [alice.launch() for _ in range(3)]
        refused = alice.post("launches", request())
        assert (refused.status_code, refused.json()["code"]) == (429, "too-many")
        assert bob.launch()["state"] == "checking"
        for launch in launches:
            alice.get(f"launches/{launch['id']}/content")
            alice.post(f"launches/{launch['id']}/outcome", {"state": "ready", "path": "x.ipynb"})
        alice.launch()
        large = request(inputs=["20261121093000123-31"] * 3000)
        assert len(json.dumps(large)) > 60 * 2**10
        refused = bob.post("launches", large)
        assert (refused.status_code, refused.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"place": "/BIOLAB/GROWTH/NOTHING", "kind": None}, "not-found"),
        ({"place": "/BIOLAB/GROWTH", "kind": "project"}, "invalid-input"),
        ({"inputs": ["20200101000000000-1"]}, "not-found"),
        ({"template": "no-such-template"}, "not-found"),
        ({"parameters": {"no_such": 1}}, "invalid-parameter"),
        ({"place": "not an identifier!", "kind": None}, "invalid-identifier"),
    ],
)
def test_what_openbis_does_not_have_is_said_with_a_next_step(
    alice: Client, change: dict[str, Any], code: str
) -> None:
    launch = alice.launch(**change)
    failed = alice.until_state(launch, "failed")
    assert failed["problem"]["code"] == code
    assert failed["problem"]["next_step"]
    answer = alice.get(f"launches/{launch['id']}/content")
    assert (answer.status_code, answer.json()["code"]) == (failed["problem"]["status"], code)
    assert alice.events(launch)[-1]["problem"]["code"] == code
    made = alice.post("downloads", request(**change))
    assert (made.status_code, made.json()["code"]) == (failed["problem"]["status"], code)
