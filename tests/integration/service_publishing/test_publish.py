"""Publish, look, switch, change and stop, at the wire of a real service and sandbox."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.integration.service_library.api import ApiClient, Site, keyed, new_key, notebook

from .shown import forge, html, page_of, published, stored

SECRET = "secret_recipe"


def test_one_step_publishes(alice: ApiClient, olga: ApiClient, bob: ApiClient) -> None:
    """D-01, D-02, D-07, D-09: one request; an observer sees a still page, others do not."""
    notebook_id, perm_id = stored(alice, "secret_recipe = 42", name="Growth")
    page = published(alice, notebook_id, title="Growth for the group")
    assert (page["state"], page["title"]) == ("live", "Growth for the group")
    assert page["version"]["perm_id"] == perm_id
    assert (page["notebook"]["id"], page["published_by"]) == (notebook_id, "alice")
    shown = html(olga, page)
    assert "out 0" in shown
    assert SECRET not in shown
    assert "<script" not in shown
    seen = page_of(olga, page)
    assert (seen["title"], seen["link"], seen["frame"]) == (page["title"], page["link"], page["frame"])
    for path in (f"pages/{page['id']}", f"pages/{page['id']}/html", f"pages/{page['id']}/snapshots"):
        bob.refused("GET", path, 404, "not-found")
    assert page["id"] in [one["id"] for one in olga.get("pages", notebook=notebook_id)["entries"]]
    assert bob.get("pages", notebook=notebook_id)["entries"] == []


def test_the_plan_says_just_what_is_published(alice: ApiClient, admin: ApiClient, olga: ApiClient) -> None:
    """Issue 6: exactly what will be visible, to whom, before it happens; and nothing is stored by it."""
    notebook_id, perm_id = stored(alice, "secret_recipe = 42", "2 + 2", name="Plan")
    wish = {"notebook": notebook_id, "follow": "pinned", "code": "hidden"}
    plan = alice.made("POST", "publish-plan", 200, json=wish)
    assert (plan["title"], plan["version"]["perm_id"], plan["author"]) == ("Plan", perm_id, "alice")
    assert plan["visible_to"]["stored_in"]["identifier"] in plan["visible_to"]["text"]
    assert plan["may"]["publish"]["allowed"]
    assert alice.get("pages", notebook=notebook_id)["entries"] == []
    page = alice.made("POST", "pages", json=wish)
    assert page["contains"] == plan["contains"]
    assert plan["contains"] == {
        "cells": 2, "outputs": 2, "images": 0, "code": False, "size": plan["contains"]["size"],
    }  # fmt: skip
    people = admin.made("POST", "publish-plan", 200, json=wish)["visible_to"]["people"]
    assert ["olga", "SPACE_OBSERVER"] in people
    assert "bob" not in [user for user, _ in people]
    refused = olga.made("POST", "publish-plan", 200, json=wish)
    assert not refused["may"]["publish"]["allowed"]
    assert refused["visible_to"]["people"] is None


def test_code_is_shown_or_hidden_and_that_can_change(alice: ApiClient, olga: ApiClient) -> None:
    """D-10: hidden code is not in the bytes; another choice is another snapshot."""
    notebook_id, _ = stored(alice, "secret_recipe = 42")
    page = published(alice, notebook_id, code="shown")
    assert SECRET in html(olga, page)
    hidden = alice.made("PATCH", f"pages/{page['id']}", 200, json={"code": "hidden"})
    assert SECRET not in html(olga, page)
    assert hidden["code"] == "hidden"
    assert hidden["snapshots_count"] == 2
    again = alice.made("PATCH", f"pages/{page['id']}", 200, json={"code": "shown"})
    assert again["snapshots_count"] == 2
    assert SECRET in html(olga, page)


def test_a_notebook_has_several_snapshots_and_pages_switch_between_them(
    alice: ApiClient, olga: ApiClient, eve: ApiClient
) -> None:
    """D-05, D-11: an older point in time again; D-12: the right to write is enough to switch."""
    notebook_id, first = stored(alice, "1")
    page = published(alice, notebook_id, follow="pinned")
    second = alice.add(notebook_id, notebook("1", "2"))["id"]
    assert page_of(olga, page)["version"]["perm_id"] == first
    assert page_of(olga, page)["newest_known"]["perm_id"] == second
    taken = alice.made("POST", f"pages/{page['id']}/snapshots", json={})
    assert taken["version"]["perm_id"] == first  # a pinned page stays where it is
    listed = olga.get(f"pages/{page['id']}/snapshots")["entries"]
    assert [one["version"]["perm_id"] for one in listed] == [second, first]
    assert [one["current"] for one in listed] == [False, True]
    switched = eve.made("PATCH", f"pages/{page['id']}", 200, json={"snapshot_id": listed[0]["id"]})
    assert (switched["version"]["perm_id"], switched["follow"]) == (second, "pinned")
    assert "out 1" in html(olga, page)
    back = alice.made("PATCH", f"pages/{page['id']}", 200, json={"snapshot_id": listed[1]["id"]})
    assert back["version"]["perm_id"] == first
    assert "out 1" not in html(olga, page)
    other, _ = stored(alice, "3")
    foreign = published(alice, other)["snapshot_id"]
    wish = {"snapshot_id": foreign}
    alice.refused("PATCH", f"pages/{page['id']}", 404, "not-found", json=wish)


def test_a_page_is_stopped_and_published_again(alice: ApiClient, olga: ApiClient, eve: ApiClient) -> None:
    """Nobody is shown a stopped page; D-03: to publish again takes what publishing takes."""
    notebook_id, _ = stored(alice, "1")
    page = published(alice, notebook_id)
    stopped = alice.made("DELETE", f"pages/{page['id']}", 200)
    assert (stopped["state"], stopped["reason"], stopped["frame"]) == ("stopped", "stopped", "")
    assert olga.ask("GET", f"pages/{page['id']}/html").status_code == 404
    problem = olga.refused("GET", f"pages/{page['id']}", 404, "not-found")
    assert "stopped" in problem["detail"]
    assert "alice" in problem["next_step"]
    assert olga.get("pages", notebook=notebook_id)["entries"] == []
    assert [one["id"] for one in alice.get("pages", mine=True, state="over", limit=1)["entries"]]
    alice.made("DELETE", f"pages/{page['id']}", 200)
    eve.refused("PATCH", f"pages/{page['id']}", 403, "forbidden", json={"state": "live"})
    again = alice.made("PATCH", f"pages/{page['id']}", 200, json={"state": "live"})
    assert again["state"] == "live"
    assert "out 0" in html(olga, page)
    acts = [line["action"] for line in alice.get(f"pages/{page['id']}/audit")]
    assert acts == ["resume", "stop", "publish"]
    olga.refused("GET", f"pages/{page['id']}/audit", 403, "forbidden")


def test_a_change_is_made_for_a_state(alice: ApiClient) -> None:
    """``If-Match``: somebody else's change is not overwritten."""
    notebook_id, _ = stored(alice)
    page = published(alice, notebook_id)
    path, first = f"pages/{page['id']}", {"If-Match": page["etag"]}
    changed = alice.made("PATCH", path, 200, json={"title": "Mine"}, headers=first)
    alice.refused("PATCH", path, 412, "changed-meanwhile", json={"title": "Late"}, headers=first)
    alice.refused("DELETE", path, 412, "changed-meanwhile", headers=first)
    known = alice.ask("GET", path, headers={"If-None-Match": changed["etag"]})
    assert known.status_code == 304
    assert alice.get("pages", q="MINE", notebook=notebook_id)["entries"][0]["title"] == "Mine"
    assert alice.get("pages", q="other", notebook=notebook_id)["entries"] == []


def test_a_request_that_is_repeated_publishes_once(alice: ApiClient) -> None:
    """``Idempotency-Key``: the repeat is answered with the same page."""
    notebook_id, _ = stored(alice)
    headers, wish = keyed(new_key()), {"notebook": notebook_id}
    first = alice.made("POST", "pages", json=wish, headers=headers)
    assert alice.made("POST", "pages", json=wish, headers=headers)["id"] == first["id"]
    assert len(alice.get("pages", notebook=notebook_id)["entries"]) == 1
    alice.refused("POST", "pages", 422, "key-used-already", json=wish | {"title": "x"}, headers=headers)


def test_the_list_comes_in_pages(alice: ApiClient, olga: ApiClient, bob: ApiClient) -> None:
    """Each page once, the one changed last first; a cursor shows nobody more than they see."""
    notebook_id, _ = stored(alice)
    made = [published(alice, notebook_id, title=f"Page {number}")["id"] for number in range(5)]
    found, cursor = list[str](), None
    for _ in range(10):
        more = {"cursor": cursor} if cursor else {}
        told = olga.get("pages", notebook=notebook_id, limit=2, **more)
        found += [one["id"] for one in told["entries"]]
        cursor = told["cursor"]
        assert bob.get("pages", notebook=notebook_id, limit=2, **more)["entries"] == []
        if cursor is None:
            break
    assert found == made[::-1]
    olga.refused("GET", "pages", 400, "invalid-input", params={"cursor": "WzEsMiwzXQ"})


@pytest.mark.parametrize(
    "body",
    [
        {}, {"notebook": "a", "version": "20261121093000123-40"}, {"notebook": ""}, {"notebook": "a\0"},
        {"notebook": "a", "follow": "newest"}, {"notebook": "a", "code": "folded"}, {"notebook": "a", "x": 1},
        {"notebook": "a", "title": ""}, {"notebook": "a", "title": " "}, {"version": "../x"},
        {"notebook": "a", "title": "x" * 513},
        {"notebook": "a", "ends_at": "tomorrow"}, {"notebook": "a", "ends_at": "2030-01-01T00:00:00"},
        {"notebook": "a", "ends_at": "2020-01-01T00:00:00Z"}, {"notebook": "a", "dashboard": "mine"},
    ],
)  # fmt: skip
def test_wishes_that_cannot_be(alice: ApiClient, body: dict[str, Any]) -> None:
    for path in ("publish-plan", "pages"):
        alice.refused("POST", path, 400, "invalid-input", json=body)


def test_what_is_not_there(alice: ApiClient) -> None:
    for path in ("publish-plan", "pages"):
        alice.refused("POST", path, 404, "not-found", json={"notebook": uuid.uuid4().hex})
        alice.refused("POST", path, 404, "not-found", json={"version": "20261121093000123-4000000"})
    dashboard = {"notebook": stored(alice)[0], "dashboard": uuid.uuid4().hex}
    alice.refused("POST", "pages", 404, "not-found", json=dashboard)
    missing = uuid.uuid4().hex
    alice.refused("GET", f"pages/{missing}", 404, "not-found")
    alice.refused("DELETE", f"pages/{missing}", 404, "not-found")
    alice.refused("PATCH", f"pages/{missing}", 404, "not-found", json={"title": "x"})


def test_a_fork_is_not_published_under_its_originals_name(
    site: Site, alice: ApiClient, ursula: ApiClient, tmp_path: Path
) -> None:
    """A page says who the author is: a version that somebody else wrote under the id is none of theirs."""
    notebook_id, _ = stored(alice)
    forged = forge(site, "ursula", notebook_id, tmp_path)
    problem = ursula.refused("POST", "pages", 409, "conflict", json={"version": forged})
    assert "fork" in problem["detail"]
