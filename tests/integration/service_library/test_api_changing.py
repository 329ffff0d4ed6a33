"""Changing by ``api/v1``: rename, restore, fork, take over, move, trash; rights, ``If-Match``, limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from openbis_nb.sandbox import Sandbox
from tests.integration.service.hub_at_the_wire import FakeHub

from .api import OTHER_PLACE, PAGE, ApiClient, Site, notebook, running_site


def names(detail: dict[str, Any]) -> list[str]:
    return [version["name"] for version in detail["versions"]]


def test_a_rename_is_a_new_version(site: Site, ursula: ApiClient) -> None:
    """N-61: a plain user may, at once; nothing that is stored changes."""
    before = ursula.store(notebook("x = 1"), name="Old", description="kept")
    path = f"notebooks/{before['notebook']['id']}"
    after = ursula.made("PATCH", path, 200, json={"name": "New"})
    assert (after["notebook"]["name"], after["notebook"]["description"]) == ("New", "kept")
    assert names(after) == ["Old", "New"]
    assert after["etag"] != before["etag"]
    assert [e["name"] for e in ursula.get("notebooks", id=after["notebook"]["id"])["entries"]] == ["New"]
    described = ursula.made("PATCH", path, 200, json={"description": "why"})
    assert (described["notebook"]["name"], described["notebook"]["description"]) == ("New", "why")
    contents = {ursula.ask("GET", f"versions/{v}/content").json()["cells"][0]["source"][0]
                for v in site.versions_of(after["notebook"]["id"])}  # fmt: skip
    assert contents == {"x = 1"}
    for body in ({}, {"name": ""}, {"name": "x" * 513}, {"description": "x" * 1025}, {"size": 1},
                 {"name": "x", "coAuthors": ["alice"]}):  # fmt: skip
        ursula.refused("PATCH", path, 400, "invalid-input", json=body)
    assert len(site.versions_of(after["notebook"]["id"])) == 3


def test_names_and_notes_up_to_their_limits(ursula: ApiClient) -> None:
    """N-41: 512 and 1024 characters."""
    detail = ursula.store(name="n" * 512, description="d" * 1024)
    assert detail["notebook"]["name"] == "n" * 512
    assert detail["notebook"]["description"] == "d" * 1024
    for params in ({"name": "n" * 513}, {"name": "n", "description": "d" * 1025}, {"name": ""}):
        said = {"storedIn": OTHER_PLACE, **params}
        ursula.refused("POST", "notebooks", 400, "invalid-input", params=said, data=notebook())


def test_a_version_comes_in_one_request(ursula: ApiClient) -> None:
    """N-43: Neptune makes an empty checkpoint, then sends its content; here there are no empty ones."""
    detail = ursula.store()
    notebook_id = detail["notebook"]["id"]
    added = ursula.add(notebook_id, notebook("2"), name="Second", description="more")
    assert (added["number"], added["name"], added["current"]) == (2, "Second", True)
    answer = ursula.ask("GET", f"versions/{added['id']}/content")
    assert answer.json()["metadata"]["openbis"]["notebook_id"] == notebook_id
    for body in (b"", b"{}", b"no json", notebook()[:-10], b'{"nbformat": 3, "worksheets": []}'):
        path = f"notebooks/{notebook_id}/versions"
        ursula.refused("POST", path, 422, "invalid-notebook", data=body, headers={"Content-Type": PAGE})
    assert len(ursula.get(f"notebooks/{notebook_id}")["versions"]) == 2


def test_somebody_elses_version_is_a_fork(site: Site, ursula: ApiClient, alice: ApiClient) -> None:
    """N-27, N-28, N-29: nothing is refused, nothing overwritten; it is linked."""
    notebook_id = ursula.store()["notebook"]["id"]
    newest = ursula.get(f"notebooks/{notebook_id}")["notebook"]["lastCheckpointId"]
    fork = alice.add(notebook_id, notebook("mine"))
    assert fork["notebookId"] != notebook_id
    assert fork["forkedFrom"] == newest
    assert fork["told"]
    shown = alice.get(f"notebooks/{fork['notebookId']}")["forkedFrom"]
    assert (shown["notebookId"], shown["versionId"], shown["owner"]) == (notebook_id, newest, "ursula")
    assert notebook_id in shown["page"]
    assert len(site.versions_of(notebook_id)) == 1
    copy = alice.made("POST", f"notebooks/{notebook_id}/fork", json={"storedIn": OTHER_PLACE, "name": "Copy"})
    detail = alice.get(f"notebooks/{copy['notebookId']}")
    assert (detail["notebook"]["owner"], detail["notebook"]["name"]) == ("alice", "Copy")
    assert detail["notebook"]["storedIn"]["identifier"] == OTHER_PLACE


def test_an_imported_notebook_says_where_from(ursula: ApiClient, alice: ApiClient) -> None:
    """Table row 80: in its details, after a rename, and of a fork; what cannot be an origin is none."""
    origin = {"url": "https://example.org/a.ipynb", "sha256": "0" * 64, "fetched_at": "2026-11-21T09:00:00Z"}
    told = {"url": origin["url"], "sha256": "0" * 64, "fetchedAt": origin["fetched_at"], "commit": None}
    content = json.loads(notebook("x = 1"))
    content["metadata"]["openbis"] = {"schema": 1, "origin": {"store": "url", **origin}}
    detail = ursula.store(json.dumps(content).encode())
    assert detail["importedFrom"] == told
    path = f"notebooks/{detail['notebook']['id']}"
    assert ursula.made("PATCH", path, 200, json={"name": "New"})["importedFrom"] == told
    copy = alice.made("POST", f"{path}/fork", json={"storedIn": OTHER_PLACE, "name": "Copy"})
    assert alice.get(f"notebooks/{copy['notebookId']}")["importedFrom"] == told
    content["metadata"]["openbis"]["origin"]["url"] = "javascript:alert(1)"
    assert ursula.store(json.dumps(content).encode())["importedFrom"] is None


def test_co_authors_add_versions_that_count(ursula: ApiClient, alice: ApiClient) -> None:
    """N-28 as design section 2 widens it."""
    notebook_id = ursula.store()["notebook"]["id"]
    path = f"notebooks/{notebook_id}"
    alice.refused("PATCH", path, 403, "forbidden", json={"coAuthors": ["alice"]})
    detail = ursula.made("PATCH", path, 200, json={"coAuthors": ["alice"]})
    assert detail["coAuthors"] == ["alice"]
    assert alice.add(notebook_id, notebook("hers"))["notebookId"] == notebook_id
    after = ursula.get(path)
    assert [version["owner"] for version in after["versions"]] == ["ursula", "ursula", "alice"]
    assert all(version["counts"] for version in after["versions"])


def test_an_admin_of_the_space_takes_over(admin: ApiClient, ursula: ApiClient, alice: ApiClient) -> None:
    """The author stays the author; a power user may not."""
    notebook_id = ursula.store()["notebook"]["id"]
    said = alice.refused("POST", f"notebooks/{notebook_id}/take-over", 403, "forbidden")
    assert "ADMIN" in said["detail"]
    taken = admin.made("POST", f"notebooks/{notebook_id}/take-over")
    assert (taken["notebookId"], taken["counts"]) == (notebook_id, True)
    detail = admin.get(f"notebooks/{notebook_id}")
    assert (detail["notebook"]["owner"], detail["coAuthors"]) == ("ursula", ["admin"])


def test_restoring_keeps_what_was_the_newest(ursula: ApiClient, alice: ApiClient) -> None:
    """N-09: a restored version is a new one, behind the one that was newest."""
    notebook_id = ursula.store(notebook("old"))["notebook"]["id"]
    ursula.add(notebook_id, notebook("new"))
    first = ursula.get(f"notebooks/{notebook_id}")["versions"][0]["id"]
    alice.refused("POST", f"versions/{first}/restore", 403, "forbidden")
    restored = ursula.made("POST", f"versions/{first}/restore", json={"description": "back again"})
    assert (restored["number"], restored["current"]) == (3, True)
    sources = [
        ursula.ask("GET", f"versions/{version['id']}/content").json()["cells"][0]["source"]
        for version in ursula.get(f"notebooks/{notebook_id}")["versions"]
    ]
    assert sources == [["old"], ["new"], ["old"]]


def test_a_version_is_described_in_place(ursula: ApiClient, alice: ApiClient) -> None:
    """N-62: PATCH of name and description, for who may update it in openBIS."""
    version = ursula.store()["versions"][0]
    path = f"versions/{version['id']}"
    ursula.refused("PATCH", path, 403, "forbidden", json={"name": "x"})
    changed = alice.made("PATCH", path, 200, json={"name": "Named <by> alice", "description": "a < b"})
    assert (changed["id"], changed["name"]) == (version["id"], "Named <by> alice")
    assert changed["description"] == "a < b"
    assert changed["etag"] != version["etag"]
    alice.refused("PATCH", path, 412, "changed-meanwhile", json={}, headers={"If-Match": version["etag"]})


def test_a_notebook_moves_with_all_its_versions(ursula: ApiClient, alice: ApiClient) -> None:
    notebook_id = ursula.store()["notebook"]["id"]
    ursula.add(notebook_id, notebook("2"))
    moved = alice.made("POST", f"notebooks/{notebook_id}/move", 200, json={"storedIn": OTHER_PLACE})
    assert moved["notebook"]["storedIn"]["identifier"] == OTHER_PLACE
    assert len(moved["versions"]) == 2
    at = moved["notebook"]["storedIn"]["permId"]
    assert ursula.get("notebooks", experiment=at, id=notebook_id)["entries"]
    alice.refused("POST", f"notebooks/{notebook_id}/move", 400, "invalid-input", json={"storedIn": "/BIOLAB"})
    alice.refused("POST", f"notebooks/{notebook_id}/move", 404, "not-found", json={"storedIn": "/X/Y/Z"})


def test_into_the_trash_and_back_and_for_ever(
    site: Site, ursula: ApiClient, alice: ApiClient, admin: ApiClient
) -> None:
    """N-61: DELETE is one openBIS deletion of its own data sets, and once more is no change."""
    notebook_id = ursula.store(name="To go")["notebook"]["id"]
    ursula.add(notebook_id, notebook("2"))
    path, versions = f"notebooks/{notebook_id}", site.versions_of(notebook_id)
    admin.refused("DELETE", f"{path}/permanent", 409, "conflict")
    gone = alice.made("DELETE", f"{path}?reason=wrong+plate", 200)
    assert (gone["id"], gone["state"], sorted(gone["versions"])) == (notebook_id, "trashed", versions)
    assert alice.made("DELETE", path, 200) == gone
    ursula.refused("GET", path, 404, "not-found")
    assert ursula.get("notebooks", id=notebook_id)["entries"] == []
    assert gone in alice.get("trash")
    back = alice.made("POST", f"{path}/revert", 200)
    assert [version["id"] for version in back["versions"]] == versions
    assert [one["name"] for one in ursula.get("notebooks", id=notebook_id)["entries"]] == ["To go"]
    assert alice.made("POST", f"{path}/revert", 200)["notebook"]["id"] == notebook_id
    alice.made("DELETE", path, 200)
    alice.refused("DELETE", f"{path}/permanent", 403, "forbidden")
    answer = admin.ask("DELETE", f"{path}/permanent")
    assert (answer.status_code, answer.content) == (204, b"")
    admin.refused("DELETE", f"{path}/permanent", 404, "not-found")
    admin.refused("POST", f"{path}/revert", 404, "not-found")


def test_single_versions_go_and_come_back(ursula: ApiClient, alice: ApiClient) -> None:
    """N-62: not the first, nor the newest."""
    notebook_id = ursula.store()["notebook"]["id"]
    second = ursula.add(notebook_id, notebook("2"))["id"]
    third = ursula.add(notebook_id, notebook("3"))["id"]
    first = ursula.get(f"notebooks/{notebook_id}")["versions"][0]["id"]
    for kept in (first, third):
        alice.refused("DELETE", f"versions/{kept}", 409, "conflict")
    ursula.refused("DELETE", f"versions/{second}", 403, "forbidden")
    gone = alice.made("DELETE", f"versions/{second}", 200)
    assert (gone["versions"], gone["whole"]) == ([second], False)
    assert alice.made("DELETE", f"versions/{second}", 200) == gone
    assert len(alice.get(f"notebooks/{notebook_id}")["versions"]) == 2
    back = alice.made("POST", f"notebooks/{second}/revert", 200)
    assert len(back["versions"]) == 3
    body = {"ids": [second], "reason": "superseded"}
    answer = alice.ask("POST", "superseded/trash", json=body)
    assert [one["versions"] for one in answer.json()] == [[second]], answer.text


def test_a_write_for_a_state_that_is_over_is_refused(ursula: ApiClient, alice: ApiClient) -> None:
    """``If-Match``: 412, and nothing was written."""
    detail = ursula.store()
    path, stale = f"notebooks/{detail['notebook']['id']}", {"If-Match": detail["etag"]}
    renamed = ursula.made("PATCH", path, 200, json={"name": "B"}, headers=stale)
    perm_id = detail["versions"][0]["id"]
    for who, verb, where, more in (
        (ursula, "PATCH", path, {"json": {"name": "C"}}),
        (ursula, "POST", f"{path}/versions", {"data": notebook("3")}),
        (ursula, "POST", f"versions/{perm_id}/restore", {}),
        (alice, "POST", f"{path}/fork", {"json": {}}),
        (alice, "POST", f"{path}/move", {"json": {"storedIn": OTHER_PLACE}}),
        (alice, "DELETE", path, {}),
    ):
        who.refused(verb, where, 412, "changed-meanwhile", headers=stale, **more)
    assert ursula.get(path) == renamed
    for fits in (f'"x-y", {renamed["etag"]}', "*"):
        ursula.made("PATCH", path, 200, json={"name": "D"}, headers={"If-Match": fits})


@pytest.fixture(scope="module")
def strict(api_openbis: Sandbox, api_hub: FakeHub, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A service with small limits."""
    limits = {"notebook_limit": "60K", "reads_per_minute": "30", "writes_per_minute": "20", "max_body": "2M"}
    with running_site(tmp_path_factory.mktemp("strict"), api_openbis, api_hub, **limits) as site:
        yield site


def test_a_notebook_takes_only_so_much(strict: Site) -> None:
    """N-44: 422 with a sentence for notebooks and one for versions; nothing was stored."""
    ursula = strict.who("ursula")
    big = notebook("x = '" + "0123456789" * 7000 + "'")
    said = ursula.refused(
        "POST", "notebooks", 422, "storage-limit", params={"storedIn": OTHER_PLACE}, data=big
    )
    assert "one may take" in said["detail"]
    detail = ursula.store(notebook("1"))
    notebook_id = detail["notebook"]["id"]
    path = f"notebooks/{notebook_id}/versions"
    middling = notebook("x = '" + "0123456789" * 5000 + "'")
    said = ursula.refused("POST", path, 422, "storage-limit", data=middling)
    assert "versions of" in said["detail"]
    assert strict.versions_of(notebook_id) == [detail["versions"][0]["id"]]


def test_large_notebooks_are_taken_and_large_json_is_not(strict: Site, ursula: ApiClient) -> None:
    """Notebooks up to the admin's limit; JSON up to 1 MiB."""
    big = notebook("x = '" + "0123456789" * 150_000 + "'")
    assert ursula.store(big)["notebook"]["size"] > 1_500_000
    too_big = b"x" * 2_100_000
    who = strict.who("alice")
    who.refused("POST", f"notebooks?storedIn={OTHER_PLACE}", 413, "too-large", data=too_big)
    body = {"name": "x", "description": "y" * 1_100_000}
    who.refused("PATCH", "notebooks/none", 413, "too-large", json=body)


def test_too_many_requests_are_told_when_to_come_again(strict: Site) -> None:
    """P-40: 429 with Retry-After, for each person apart, reads and writes apart."""
    olga = strict.who("olga")
    last = None
    for _ in range(31):
        last = olga.ask("GET", "rights")
    assert last is not None
    assert (last.status_code, last.json()["code"]) == (429, "too-fast")
    assert 1 <= int(last.headers["Retry-After"]) <= 2
    assert last.json()["retry_after"] == int(last.headers["Retry-After"])
    olga.refused("DELETE", "notebooks/none", 404, "not-found")
    assert strict.who("bob").ask("GET", "rights").status_code == 200
    assert olga.ask("GET", "versions?notebookId=x").status_code == 429


def test_openbis_in_trouble_is_said(site: Site, hasty: Site, ursula: ApiClient) -> None:
    """Down is 502, silent 504: nothing is shown that was not confirmed now, and nothing is half-written."""
    detail = ursula.store()
    path = f"notebooks/{detail['notebook']['id']}"
    content = ursula.ask("GET", f"versions/{detail['versions'][0]['id']}/content")
    faults = site.openbis.faults
    for fault, status, who, asked in (
        ("status", 502, ursula, "notebooks"),
        ("silence", 504, hasty.who("ursula"), path),
    ):
        faults.add(fault, "*", count=0)
        try:
            answer = who.ask("GET", asked)
            assert (answer.status_code, answer.json()["code"][:8]) == (status, "openbis-")
        finally:
            faults.clear()
    faults.add("status", "*", count=0)
    known = {"If-None-Match": content.headers["ETag"]}
    assert (
        ursula.ask("GET", f"versions/{detail['versions'][0]['id']}/content", headers=known).status_code == 502
    )
    assert ursula.ask("DELETE", path).status_code == 502
    faults.clear()
    assert ursula.get(path)["notebook"] == detail["notebook"]


@pytest.fixture(autouse=True)
def no_faults(api_openbis: Sandbox) -> Iterator[None]:
    yield
    api_openbis.faults.clear()
