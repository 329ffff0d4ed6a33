"""Reading by ``api/v1``: lists, filters, fields, pages, ETags, files, who sees what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .api import OTHER_PLACE, PAGE, PLACE, ApiClient, Site, notebook

NOTEBOOK_FIELDS = {
    *("id", "name", "path", "owner", "description", "creationTime", "lastCheckpointId", "lastCheckpointTime"),
    *("organizationId", "organizationName", "projectId", "projectName", "removable", "size"),
    "totalStorageSize",
}
VERSION_FIELDS = {
    *("id", "notebookId", "name", "description", "path", "owner", "creationTime", "size", "removable"),
}


@pytest.fixture(scope="module")
def three(site: Site) -> list[dict[str, Any]]:
    """Notebooks of two people at two places, the second with three versions."""
    ursula, alice = site.who("ursula"), site.who("alice")
    first = ursula.store(notebook("a"), name="Aardvark", description="striped animal")
    second = ursula.store(notebook("b"), OTHER_PLACE, name="Badger")
    for word in ("sand", "salt"):
        ursula.add(second["notebook"]["id"], notebook(word), description=f"with {word}")
    third = alice.store(notebook("c"), name="Cat")
    return [one["notebook"] for one in (first, ursula.get(f"notebooks/{second['notebook']['id']}"), third)]


def test_a_notebook_and_its_fields(ursula: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-05, N-06, N-66, N-67: Neptune's names; the owner is the author, the organisation the space."""
    badger = three[1]
    assert set(badger) >= NOTEBOOK_FIELDS
    detail = ursula.get(f"notebooks/{badger['id']}")
    assert detail["notebook"] == badger
    assert (badger["owner"], badger["organizationId"], badger["projectName"]) == (
        "ursula",
        "BIOLAB",
        "GROWTH",
    )
    assert badger["storedIn"]["identifier"] == OTHER_PLACE
    assert badger["path"] == "Badger.ipynb"
    assert badger["description"] == "with salt"
    versions = detail["versions"]
    assert all(set(version) >= VERSION_FIELDS for version in versions)
    assert [version["number"] for version in versions] == [1, 2, 3]
    assert [version["current"] for version in versions] == [False, False, True]
    assert badger["lastCheckpointId"] == versions[-1]["id"]
    assert badger["size"] == versions[-1]["size"] > 0
    assert badger["totalStorageSize"] == sum(version["size"] for version in versions)
    first = versions[0]["id"]
    digits = first.replace("-", "")
    assert badger["fid"] == f"ursula:{digits}"
    for ref in (badger["fid"], first, versions[1]["id"]):
        assert ursula.get(f"notebooks/{ref}")["notebook"]["id"] == badger["id"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Cat", "Badger", "Aardvark"]),
        ({"sortBy": "name", "sortDirection": "ascending"}, ["Aardvark", "Badger", "Cat"]),
        ({"sortBy": "owner", "sortDirection": "ascending", "limit": 1}, ["Cat"]),
        ({"sortBy": "updateTime", "sortDirection": "ascending"}, ["Aardvark", "Badger", "Cat"]),
        ({"sortBy": "creationTime", "offset": 1}, ["Badger", "Aardvark"]),
        ({"owner": ["alice"]}, ["Cat"]),
        ({"owner": ["alice", "ursula"], "limit": 2}, ["Cat", "Badger"]),
        ({"text": "STRIPED"}, ["Aardvark"]),
        ({"projectIdentifier": "BIOLAB/growth"}, ["Cat", "Badger", "Aardvark"]),
        ({"space": "BIOLAB"}, ["Cat", "Badger", "Aardvark"]),
        ({"minCreationTime": "2001-01-01T00:00:00", "maxCreationTime": "2100-01-01T00:00:00Z"}, None),
        ({"maxCreationTime": "2001-01-01T00:00:00+02:00"}, []),
        ({"minCreationTime": "2100-01-01T00:00:00Z"}, []),
    ],
)
def test_lists_are_filtered_and_sorted(
    ursula: ApiClient, three: list[dict[str, Any]], asked: dict[str, Any], expected: list[str] | None
) -> None:
    """N-60, N-65."""
    ids = [one["id"] for one in three]
    answer = ursula.get("notebooks", id=ids, **asked)
    names = [entry["name"] for entry in answer["entries"]]
    assert names == (["Cat", "Badger", "Aardvark"] if expected is None else expected)
    if "offset" not in asked and "limit" not in asked:
        assert answer["matchingItemCount"] in (None, len(names))
    assert {"entries", "matchingItemCount", "totalItemCount"} <= set(answer)


def test_places_by_their_permid(ursula: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-60: the notebooks of one experiment, one project."""
    at = three[1]["storedIn"]["permId"]
    there = {entry["name"] for entry in ursula.get("notebooks", experiment=at)["entries"]}
    assert "Badger" in there
    assert not there & {"Aardvark", "Cat"}
    in_project = ursula.get("notebooks", project=three[0]["projectId"], text="aardvark")
    assert [entry["name"] for entry in in_project["entries"]] == ["Aardvark"]
    ursula.refused("GET", f"notebooks?experiment={at}&space=BIOLAB", 400, "invalid-input")
    ursula.refused("GET", "notebooks?projectIdentifier=/BIOLAB/NOWHERE", 404, "not-found")


def test_pages_go_on_by_cursor(ursula: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-65: pages hold each notebook once, and strange cursors are refused."""
    ids = [one["id"] for one in three]
    names: list[str] = []
    asked: dict[str, Any] = {"id": ids, "limit": 2, "sortBy": "name", "sortDirection": "ascending"}
    while True:
        page = ursula.get("notebooks", **asked)
        names += [entry["name"] for entry in page["entries"]]
        if page["cursor"] is None:
            break
        asked["cursor"] = page["cursor"]
    assert names == ["Aardvark", "Badger", "Cat"]
    ursula.refused("GET", "notebooks?cursor=nonsense", 400, "invalid-input")
    for bad in ("limit=0", "limit=201", "sortBy=colour", "sortDirection=up", "no=such", "offset=-1"):
        ursula.refused("GET", f"notebooks?{bad}", 400, "invalid-input")


def test_versions_are_listed_newest_first(ursula: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-46, N-62."""
    badger = three[1]["id"]
    found = ursula.get("versions", notebookId=badger)
    assert [one["number"] for one in found["entries"]] == [3, 2, 1]
    assert (found["matchingItemCount"], found["totalItemCount"]) == (3, 3)
    salty = ursula.get("versions", notebookId=badger, searchTerm="SALT")
    assert [one["description"] for one in salty["entries"]] == ["with salt"]
    assert (salty["matchingItemCount"], salty["totalItemCount"]) == (1, 3)
    assert ursula.get("versions", notebookId=badger, owner="alice")["entries"] == []
    first = ursula.get("versions", notebookId=badger, limit=2)
    rest = ursula.get("versions", notebookId=badger, limit=2, cursor=first["cursor"])
    assert [one["number"] for one in first["entries"] + rest["entries"]] == [3, 2, 1]
    assert rest["cursor"] is None
    assert [e["number"] for e in ursula.get("versions", notebookId=badger, offset=1)["entries"]] == [2, 1]
    chosen = [three[0]["lastCheckpointId"], three[2]["lastCheckpointId"], "20200101000000000-1"]
    assert {one["name"] for one in ursula.get("versions", id=chosen)["entries"]} == {"Aardvark", "Cat"}
    late = ursula.get("versions", notebookId=badger, minCreationTime="2100-01-01T00:00:00Z")
    assert late["entries"] == []
    ursula.refused("GET", "versions", 400, "invalid-input")
    ursula.refused("GET", "versions?notebookId=nowhere", 404, "not-found")
    ursula.refused("GET", "versions?id=' OR 1=1", 400, "invalid-input")
    ursula.refused("GET", f"versions?notebookId={badger}&cursor=WzFd", 400, "invalid-input")


def test_the_content_of_a_version(ursula: ApiClient, site: Site, three: list[dict[str, Any]]) -> None:
    """N-13, N-24, N-63: the stored bytes as a download, with a lasting ETag; provenance and page, too."""
    perm_id = three[1]["lastCheckpointId"]
    answer = ursula.ask("GET", f"versions/{perm_id}/content")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, PAGE)
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    content = answer.json()
    assert content["cells"][0]["source"] == ["salt"]
    assert content["metadata"]["openbis"]["notebook_id"] == three[1]["id"]
    known = {"If-None-Match": answer.headers["ETag"]}
    again = ursula.ask("GET", f"versions/{perm_id}/content", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    site.who("bob").refused("GET", f"versions/{perm_id}/content", 404, "not-found", headers=known)
    provenance = ursula.get(f"versions/{perm_id}/provenance")
    assert (provenance["notebook_id"], provenance["saved_by"]) == (three[1]["id"], "ursula")
    page = ursula.ask("GET", f"versions/{perm_id}/html")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "salt" in page.text
    assert page.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_reads_that_know_the_etag_are_answered_304(ursula: ApiClient, alice: ApiClient) -> None:
    """The ETag changes with a version, a name, notes; not with who asks."""
    detail = ursula.store()
    path = f"notebooks/{detail['notebook']['id']}"
    answer = ursula.ask("GET", path)
    etag = answer.headers["ETag"]
    assert etag == answer.json()["etag"] == alice.ask("GET", path).headers["ETag"]
    assert ursula.ask("GET", path, headers={"If-None-Match": f'"x", {etag}'}).status_code == 304
    perm_id = detail["versions"][0]["id"]
    version = alice.ask("GET", f"versions/{perm_id}")
    known = {"If-None-Match": version.headers["ETag"]}
    assert alice.ask("GET", f"versions/{perm_id}", headers=known).status_code == 304
    alice.made("PATCH", f"versions/{perm_id}", 200, json={"description": "other notes"})
    assert alice.ask("GET", f"versions/{perm_id}", headers=known).status_code == 200
    assert ursula.ask("GET", path, headers={"If-None-Match": etag}).status_code == 200


def test_what_openbis_hides_is_not_there(
    site: Site, ursula: ApiClient, bob: ApiClient, three: list[dict[str, Any]]
) -> None:
    """N-25, N-30, design D13: for somebody of another space everything is 404, and lists are without it."""
    badger, perm_id = three[1]["id"], three[1]["lastCheckpointId"]
    assert bob.get("notebooks", id=badger)["entries"] == []
    assert bob.get("notebooks", text="badger")["entries"] == []
    assert bob.get("versions", id=perm_id)["entries"] == []
    for path in (
        f"notebooks/{badger}",
        f"notebooks/{three[1]['fid']}",
        f"notebooks/{perm_id}",
        f"versions/{perm_id}",
        f"versions/{perm_id}/content",
        f"versions/{perm_id}/html",
        f"versions/{perm_id}/provenance",
        f"versions?notebookId={badger}",
        f"lineage?of={perm_id}",
        f"impact?dataSet={perm_id}",
        f"compare?base={perm_id}&with={perm_id}",
    ):
        bob.refused("GET", path, 404, "not-found")
    for verb, path, body in (
        ("PATCH", f"notebooks/{badger}", {"name": "Mine"}),
        ("DELETE", f"notebooks/{badger}", None),
        ("POST", f"notebooks/{badger}/fork", {}),
        ("POST", f"notebooks/{badger}/take-over", None),
        ("POST", f"notebooks/{badger}/move", {"storedIn": PLACE}),
        ("POST", f"notebooks/{badger}/revert", None),
        ("DELETE", f"notebooks/{badger}/permanent", None),
        ("POST", f"versions/{perm_id}/restore", None),
        ("PATCH", f"versions/{perm_id}", {"name": "Mine"}),
        ("DELETE", f"versions/{perm_id}", None),
        ("POST", "superseded/trash", {"ids": [perm_id]}),
    ):
        bob.refused(verb, path, 404, "not-found", json=body)
    bob.refused("POST", f"notebooks?storedIn={PLACE}", 404, "not-found", data=notebook())
    assert len(site.versions_of(badger)) == 3


def test_observers_read_everything_and_change_nothing(olga: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-26: and are told which role it takes."""
    badger, perm_id = three[1]["id"], three[1]["lastCheckpointId"]
    detail = olga.get(f"notebooks/{badger}")
    assert detail["permissions"]["download"] == {"allowed": True, "reason": "", "role": ""}
    assert not detail["notebook"]["removable"]
    assert not any(version["removable"] for version in detail["versions"])
    for action in ("fork", "trash", "move", "edit-notes"):
        assert not detail["permissions"][action]["allowed"]
        assert detail["permissions"][action]["reason"]
    assert olga.ask("GET", f"versions/{perm_id}/content").status_code == 200
    for verb, path, body, role in (
        ("POST", f"notebooks/{badger}/fork", {}, "USER"),
        ("DELETE", f"notebooks/{badger}", None, "POWER_USER"),
        ("POST", f"notebooks/{badger}/move", {"storedIn": PLACE}, "POWER_USER"),
        ("PATCH", f"versions/{perm_id}", {"description": "x"}, "POWER_USER"),
    ):
        assert role in olga.refused(verb, path, 403, "forbidden", json=body)["detail"]
    assert olga.get("trash") == []
    olga.refused("DELETE", "notebooks/nowhere", 404, "not-found")
    olga.refused("DELETE", "versions/20200101000000000-1", 404, "not-found")
    said = olga.refused("POST", f"notebooks?storedIn={PLACE}", 403, "forbidden", data=notebook())
    assert "role" in said["detail"] + said["next_step"]


def test_the_table_of_rights(olga: ApiClient) -> None:
    """One table drives pages and API."""
    table = {line["action"]: line for line in olga.get("rights")}
    assert table["trash"]["role"] == "PROJECT_POWER_USER"
    assert table["rename"]["who"] == "writer"
    assert table["read"]["role"] == ""


def test_versions_side_by_side(ursula: ApiClient, three: list[dict[str, Any]]) -> None:
    """N-09, N-10, N-11, N-64, F-13."""
    cat, badger = three[2]["lastCheckpointId"], three[1]["lastCheckpointId"]
    [found, other] = ursula.get("compare", base=badger, **{"with": [cat, badger]})
    assert found["base"]["id"] == badger
    assert found["version"]["id"] == cat
    cells = found["cells"]
    assert cells["added"] + cells["removed"] + cells["changed"] > 0
    assert other["cells"]["same"] == 1
    assert found["changes"]["known"]
    assert f"base={badger}" in found["page"]
    ursula.refused("GET", f"compare?base={badger}", 400, "invalid-input")
    ursula.refused("GET", f"compare?base={badger}&with=20200101000000000-1", 404, "not-found")


def test_storage_and_what_newer_versions_supersede(
    ursula: ApiClient, alice: ApiClient, three: list[dict[str, Any]]
) -> None:
    """By space; the list holds all but the first and the newest version, removable for who may."""
    [biolab] = [s for s in ursula.get("storage", space="BIOLAB")["spaces"] if s["space"] == "BIOLAB"]
    assert biolab["notebooks"] >= 3
    assert biolab["superseded"] >= 1
    assert biolab["size"] > biolab["supersededSize"] > 0
    ours = ursula.get(f"notebooks/{three[1]['id']}")["versions"]
    for who, removable in ((ursula, False), (alice, True)):
        listed = {one["id"]: one for one in who.get("superseded", space="BIOLAB", limit=200)["entries"]}
        assert ours[1]["id"] in listed
        assert not {ours[0]["id"], ours[2]["id"]} & set(listed)
        assert listed[ours[1]["id"]]["removable"] is removable


def test_lineage_and_impact(site: Site, ursula: ApiClient, tmp_path: Path) -> None:
    """F-07, F-16, N-08: inputs become parents if the person confirms them; newer data makes it outdated."""
    used = raw_data(site, tmp_path)
    mould = ursula.store()["notebook"]["lastCheckpointId"]
    content = ursula.get(f"versions/{mould}/content")
    content["metadata"]["openbis"]["inputs"] = [used]
    claiming = json.dumps(content).encode()
    unconfirmed = ursula.store(claiming)
    assert unconfirmed["inputs"] == []
    detail = ursula.store(claiming, confirmInputs=True)
    assert [one["dataSet"]["permId"] for one in detail["inputs"]] == [used]
    newest = detail["notebook"]["lastCheckpointId"]
    graph = ursula.get("lineage", of=newest)
    assert {(node["id"], node["kind"], node["column"]) for node in graph["nodes"]} == {
        (newest, "version", 0),
        (used, "data set", -1),
    }
    assert graph["edges"] == [{"source": used, "target": newest}]
    impact = ursula.get("impact", dataSet=used)
    assert [one["id"] for one in impact["notebooks"]] == [detail["notebook"]["id"]]
    assert impact["outdated"] == []
    newer = raw_data(site, tmp_path)
    impact = ursula.get("impact", dataSet=used)
    assert impact["newer"]["permId"] == newer
    assert impact["outdated"] == [detail["notebook"]["id"]]
    [shown] = ursula.get(f"notebooks/{detail['notebook']['id']}")["inputs"]
    assert shown["newer"]["permId"] == newer
    for asked in ({"dataSet": used}, {"newerData": True, "id": detail["notebook"]["id"]}):
        listed = ursula.get("notebooks", **asked)
        assert [one["id"] for one in listed["entries"]] == [detail["notebook"]["id"]]


def raw_data(site: Site, folder: Path) -> str:
    """A data set called "plate", stored by pybis."""
    file = folder / "plate.csv"
    file.write_text("t,od\n0,1\n", encoding="utf-8")
    at_openbis, properties = site.pybis("ursula"), {"$name": "plate"}
    made = at_openbis.new_dataset(type="RAW_DATA", experiment=PLACE, files=[str(file)], props=properties)
    made.save()
    return str(made.permId)
