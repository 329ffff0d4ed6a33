"""Requests that nobody of good will sends to the library, and what of them stands anywhere afterwards."""

from __future__ import annotations

import json
import secrets

import pytest
import requests

from tests.integration.service.running import PREFIX
from tests.integration.service_library.api import ApiClient, Site, alice, api_hub, api_openbis, notebook, site

from .library_site import stored
from .token_search import search_bytes, search_tree

__all__ = ["alice", "api_hub", "api_openbis", "site"]

ODD = (
    "\0",
    "\U0001f600",
    "\u202e\u2066",
    "..",
    "../../x",
    "%00",
    "*",
    "a" * 499,
    "' OR 1=1 --",
    "{}",
    "\r\nX: y",
)
V2 = {"Plotly-Client-Platform": "python"}


def quoted(text: str) -> str:
    return str(requests.utils.quote(text, safe=""))  # type: ignore[attr-defined]


def test_no_id_time_or_cursor_breaks_anything(site: Site, alice: ApiClient) -> None:
    """Refused or not found; never an error of ours, and never in silence everything."""
    base = site.service.url
    paths = [
        f"{base}api/v1/{kind}/{quoted(odd)}"
        for odd in (*ODD, "a" * 10_000)
        for kind in ("notebooks", "versions")
    ]
    paths += [f"{base}v2/jupyter-notebooks/{quoted(odd)}" for odd in (*ODD, "a" * 10_000, "a:" + "9" * 290)]
    paths += [f"{base}api/v1/lineage?of={quoted(odd)}" for odd in ODD]
    paths += [f"{base}api/v1/compare?base=20200101000000000-1&with={quoted(odd)}" for odd in ODD]
    names = (
        "text",
        "template",
        "owner",
        "space",
        "experiment",
        "project",
        "projectIdentifier",
        "dataSet",
        "id",
    )
    paths += [f"{base}api/v1/notebooks?{name}={quoted(odd)}" for name in names for odd in ODD[:4]]
    times = ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "1e400", "-1", "99999999999999")
    paths += [
        f"{base}api/v1/{route}minCreationTime={time}&maxCreationTime={time}"
        for time in times
        for route in ("notebooks?", f"versions?notebookId={'0' * 32}&")
    ]
    cursors = (
        "x",
        "W10",
        "WzFlNDAwXQ",
        "bnVsbA",
        "e30",
        "a" * 1999,
        quoted("\U0001f600"),
        "W1tbW1tbW1tbXV0",
    )
    paths += [
        f"{base}{route}cursor={cursor}"
        for cursor in cursors
        for route in ("api/v1/notebooks?", "api/v1/superseded?", "v2/jupyter-notebooks?")
    ]
    for path in paths:
        answer = requests.get(path, auth=alice.auth, headers=V2, timeout=60)
        assert answer.status_code in (200, 400, 404, 414, 422), (path[:200], answer.status_code, answer.text)
        if "cursor=" in path:
            assert answer.status_code == 400, path[:200]
        assert "X" not in answer.headers
    assert "Traceback" not in site.service.log


def test_no_name_breaks_a_header_or_an_address(site: Site, alice: ApiClient) -> None:
    """N-13. Of a data set that somebody registered past us: names are anything."""
    names = (
        '"; x="',
        "a\r\nSet-Cookie: a=b",
        "../../etc/passwd",
        "\u202egnp.exe",
        "<script>",
        "javascript:alert(1)",
        "x" * 500,
    )
    for name in names:
        perm_id = stored(site.openbis, alice, name=name, notebook_id=f"{name}/{secrets.token_hex(4)}")
        fid = f"alice:{perm_id.replace('-', '')}"
        for path in (f"api/v1/versions/{perm_id}/content", f"v2/jupyter-notebooks/{fid}/content"):
            answer = requests.get(site.service.url + path, auth=alice.auth, headers=V2, timeout=60)
            assert answer.status_code == 200, (name, answer.text)
            disposition = answer.headers["Content-Disposition"]
            assert disposition.startswith("attachment; filename*=UTF-8''"), disposition
            assert not set(disposition[len("attachment; ") :]) & set('"<>\\/;\r\n \u202e'), disposition
            assert "Set-Cookie" not in answer.headers
        detail = alice.get(f"notebooks/{perm_id}")["notebook"]
        for link in (detail["page"], detail["storedIn"]["page"]):
            assert link.startswith(f"{PREFIX}library"), link
            assert not set(link) & set("<>\"'\r\n "), link
        copied = alice.ask("POST", f"notebooks/{perm_id}/fork", json={})
        assert copied.status_code in (201, 400, 422), (name, copied.text)
        assert "\n" not in copied.headers.get("Location", "")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b"PK\x03\x04" + b"\0" * 100, b"\x1f\x8b" + b"\0" * 100,
        b"[" * 100_000, b'{"cells":' * 20_000, b'{"nbformat": 1e400, "cells": []}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"cell_type": "x"}]}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {"openbis": [[]]}, "cells": "x"}',
    ],
)  # fmt: skip
def test_no_upload_is_taken_that_is_no_notebook(site: Site, alice: ApiClient, content: bytes) -> None:
    """P-03; by both APIs."""
    answer = alice.ask("POST", "notebooks", params={"storedIn": "/BIOLAB/GROWTH/API"}, data=content)
    assert 400 <= answer.status_code < 500, answer.text
    headers = V2 | {"X-File-Name": "a.ipynb", "Plotly-Parent-Path": "/BIOLAB/GROWTH/API"}
    v2 = f"{site.service.url}v2/jupyter-notebooks/upload"
    answer = requests.post(v2, data=content, auth=alice.auth, headers=headers, timeout=60)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.json()["errors"][0]["message"]


def test_no_token_stands_anywhere_after_all_that(site: Site) -> None:
    """Sessions and personal access tokens sent by HTTP basic, good and wrong ones, on routes that work and
    that fail: in no file of the service, at DEBUG, in no rendering, in no answer."""
    person = site.who("ursula")
    pat = str(site.pybis("ursula").get_or_create_personal_access_token("library").permId)
    wrong = f"ursula-{secrets.token_hex(16)}"
    tokens = {"session": person.auth[1], "pat": pat, "wrong": wrong}
    made = person.store(notebook("print(1)"), name="Secrets")
    perm_id = made["versions"][0]["id"]
    said = b""
    for token in tokens.values():
        for path in (
            "notebooks", f"notebooks/{perm_id}", f"versions/{perm_id}/html", f"versions/{perm_id}/content",
            "notebooks/nothing", "versions?id=x", "compare?base=1",
        ):  # fmt: skip
            answer = requests.get(f"{person.root}{path}", auth=("ursula", token), timeout=60)
            said += answer.content + json.dumps(dict(answer.headers)).encode()
        v2 = f"{site.service.url}v2/jupyter-notebooks/{made['notebook']['fid']}"
        site.openbis.faults.add("status", "*", status=500)
        for headers in (V2, {}):
            said += requests.get(v2, auth=("ursula", token), headers=headers, timeout=60).content
        site.openbis.faults.clear()
    assert list(site.service.folder.rglob("renderings/*")), "something was rendered"
    assert search_bytes("answers", said, tokens) == set()
    assert search_tree(site.service.folder, tokens) == set()
