"""Published bytes in frames: inert, confirmed with the viewer's own session; nothing of a notebook acts (D9).

Also for hostile notebooks, hostile names, single outputs and previews; what a browser makes of such frames is
tried with those of the library, which are answered in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from tests.integration.service.running import Client
from tests.integration.service_library.shown import IFRAME, Gallery, gallery, notebook
from tests.security.hostile_notebooks import HOSTILE as POSTED
from tests.security.hostile_notebooks import NO_NOTEBOOKS
from tests.unit.notebooks.hostile import all_notebooks
from tests.unit.notebooks.pages import parse
from tests.unit.notebooks.test_export import assert_harmless

TOGETHER = 40


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    limits = {"writes_per_minute": "100000", "reads_per_minute": "100000", "confirmed_for": "0.001"}
    with gallery(tmp_path_factory.mktemp("published"), **limits) as found:
        yield found


@pytest.fixture(scope="module")
def alice(shown: Gallery) -> Client:
    return shown.service.person("alice")


def publish(who: Client, perm_id: str, **how: Any) -> requests.Response:
    return who.post("pages", {"version": perm_id, "follow": "pinned", **how})


@dataclass
class Frames:
    """People's browsers; each logs in once, as openBIS ends the oldest of too many sessions."""

    shown: Gallery
    known: dict[str, requests.Session] = field(default_factory=dict)

    def __call__(self, user: str, path: str, **headers: str) -> requests.Response:
        """As a frame of our own page asks."""
        if user not in self.known:
            self.known[user] = self.shown.reader(user).browser.session
        sent = {**IFRAME, "Accept": "text/html", **{k.replace("_", "-"): v for k, v in headers.items()}}
        url = self.shown.service.origin + path
        return self.known[user].get(url, headers=sent, allow_redirects=False, timeout=90)


@pytest.fixture(scope="module")
def framed(shown: Gallery) -> Frames:
    return Frames(shown)


def packed() -> list[bytes]:
    """All attacks of the tests of our pages, many in a notebook."""
    cells = [cell for one in all_notebooks().values() for cell in one.cells]
    return [
        json.dumps(
            {
                "nbformat": 4,
                "nbformat_minor": 5,
                "metadata": {},
                "cells": [{**cell, "id": f"c{number}"} for number, cell in enumerate(group)],
            }
        ).encode()
        for group in (cells[start : start + TOGETHER] for start in range(0, len(cells), TOGETHER))
    ]


def test_hostile_notebooks_are_published_harmless(shown: Gallery, alice: Client, framed: Frames) -> None:
    """Each attack, with the code and without, and each of its outputs alone."""
    for perm_id in shown.save(*packed()):
        for code in ("shown", "hidden"):
            answer = publish(alice, perm_id, code=code)
            assert answer.status_code == 201, answer.text
            page = answer.json()
            frame = framed("olga", page["frame"])
            assert frame.status_code == 200
            assert frame.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            assert frame.headers["X-Frame-Options"] == "SAMEORIGIN"
            assert_harmless(frame.text)
        for one in page["outputs"]:
            path = f"{page['frame']}/output/{one['cell_id']}/{one['index']}"
            alone = framed("olga", path)
            assert alone.status_code == 200, (path, alone.text)
            assert alone.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
            assert_harmless(alone.text)


@pytest.mark.parametrize("name", [*POSTED, *NO_NOTEBOOKS])
def test_what_strangers_stored_is_published_harmless_or_refused(
    shown: Gallery, alice: Client, name: str
) -> None:
    """And nobody falls over; what cannot be shown leaves nothing."""
    content = (POSTED | NO_NOTEBOOKS)[name]
    [perm_id] = shown.save(content)
    answer = publish(alice, perm_id)
    if answer.status_code != 201:
        assert answer.status_code in (413, 422), answer.text
        assert answer.json()["next_step"]
        mine = alice.get("pages?mine=true&state=any&limit=100").json()["entries"]
        assert perm_id not in [page["version"]["perm_id"] for page in mine]
        return
    html = alice.get(f"pages/{answer.json()['id']}/html")
    assert html.status_code == 200
    assert_harmless(html.text)


def test_frames_are_for_frames_of_our_own_pages(shown: Gallery, alice: Client, framed: Frames) -> None:
    """A script's fetch and a foreign page get nothing; nor does who may not see the version."""
    [perm_id] = shown.save(notebook("# Text", {"source": "recipe = 1", "outputs": []}))
    page = publish(alice, perm_id).json()
    paths = [page["frame"], f"{page['frame']}/{page['snapshot_id']}"]
    preview = alice.post("publish-plan", {"version": perm_id, "code": "shown"}).json()["frame"]
    for path in (*paths, preview):
        assert framed("alice", path).status_code == 200, path
        assert framed("bob", path).status_code == 404, path
        for headers in (
            {"Sec_Fetch_Mode": "cors", "Sec_Fetch_Dest": "empty"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Dest": "document"},
        ):
            assert framed("alice", path, **headers).status_code == 403, (path, headers)
    assert framed("olga", paths[0]).status_code == 200
    assert framed("olga", paths[1]).status_code == 403  # another snapshot: for who may switch
    assert framed("olga", preview).status_code == 200  # they may see the version itself
    for path in (f"{page['frame']}/output/c1/0", f"{page['frame']}/{'0' * 32}"):
        assert framed("alice", path).status_code == 404
    gone = page["frame"].replace(page["id"], "0" * 32)
    assert framed("alice", gone).status_code == 404


def test_admins_of_openbis_are_led_to_all_pages(framed: Frames) -> None:
    """Issue 6: admins list and stop all; nobody else is shown the way."""
    listing = "/services/openbis/published"
    for user, led in (("admin", True), ("alice", False)):
        answer = framed(user, listing, Sec_Fetch_Dest="document")
        assert answer.status_code == 200, answer.text
        assert (f'href="{listing}/admin"' in answer.text) is led


def test_the_preview_is_what_is_published(shown: Gallery, alice: Client, framed: Frames) -> None:
    """Byte for byte (issue 6: exactly what will be visible)."""
    output = {"output_type": "stream", "name": "stdout", "text": "42"}
    [perm_id] = shown.save(notebook("# Text", {"source": "recipe = 1", "outputs": [output]}))
    for code in ("shown", "hidden"):
        plan = alice.post("publish-plan", {"version": perm_id, "code": code}).json()
        before = framed("alice", plan["frame"]).content
        page = publish(alice, perm_id, code=code).json()
        assert framed("alice", page["frame"]).content == before
        assert (b"recipe" in before) is (code == "shown")
        [one] = page["outputs"]
        alone = framed("olga", f"{page['frame']}/output/{one['cell_id']}/{one['index']}")
        assert "42" in alone.text
        assert "recipe" not in alone.text
        assert "Text" not in parse(alone.text).text


def test_hostile_names_stay_text(shown: Gallery, alice: Client, openbis_names: list[str]) -> None:
    """Titles are JSON strings; nothing of them is in the bytes of a page."""
    [perm_id] = shown.save(notebook("text"))
    for name in openbis_names:
        answer = publish(alice, perm_id, title=name)
        assert answer.status_code == 201, answer.text
        page = answer.json()
        assert page["title"] == name
        assert name not in alice.get(f"pages/{page['id']}/html").text
        assert alice.get("pages?" + requests.compat.urlencode({"q": name[:50]})).status_code == 200  # type: ignore[attr-defined]


@pytest.fixture
def openbis_names() -> list[str]:
    return [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ 7*7 }}",
        "a\nb\r\nX-Header: 1",
        "%00%0d%0a",
        "' OR 1=1; DROP TABLE nb_page; --",
        "\u202egnp.exe",
        "\U0001d54a" * 200,
    ]


def test_what_is_logged_and_counted_holds_no_secret(shown: Gallery, alice: Client, framed: Frames) -> None:
    """An audit line in the log for each act, in JSON; figures without names."""
    [perm_id] = shown.save(notebook("text"))
    page = publish(alice, perm_id, title="Audited").json()
    framed("olga", page["frame"])
    stopped = requests.delete(
        f"{shown.service.url}api/v1/pages/{page['id']}", headers=alice.headers, timeout=60
    )
    assert stopped.status_code == 200, stopped.text
    told = [line["audit"] for line in shown.service.log_lines if "audit" in line]
    acts = [line for line in told if line["page"] == page["id"]]
    assert [line["who"] for line in acts] == ["alice", "alice"]
    assert acts[0]["version"] == perm_id
    messages = [line["message"] for line in shown.service.log_lines if "audit" in line]
    assert {"published pages: publish", "published pages: stop"} <= set(messages)
    session = re.compile(rb"[a-z]+-[0-9]{15}x[0-9A-F]{32}")
    for written in (shown.service.log.encode(), shown.service.database):
        assert alice.token.encode() not in written
        assert not session.search(written)
    figures = requests.get(f"{shown.service.url}metrics", timeout=30).text
    assert 'openbis_nb_page_views_total{kind="page"}' in figures
    assert "openbis_nb_published_pages" in figures
    assert "Audited" not in figures
