"""Versions in a person's own server: listed and looked at, found in projects, written as new files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.integration.labext.test_api import Api, notebook

from .launches import blank
from .servers import PersonsServer
from .stored import hostile, person, store

PROJECT = DEMO_EXPERIMENT.rsplit("/", 1)[0]
HIDDEN = "/CHEMLAB/SYNTHESIS/TITRATION_1"
ACTS = ("<script", "onerror", "<iframe", "javascript:")


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


def block(path: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads(path.read_text())["metadata"]["openbis"]
    return found


def test_newest_first_and_a_stranger_s_does_not_count(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-07, N-46, row 84: those that the ELN or pybis stored, too."""
    path = notebook(server)
    empty = api.get("versions", path=path).json()
    assert (empty["versions"], empty["notebook_id"], empty["elsewhere"]) == ([], None, False)
    first = api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "notes": "a\n\nb", "name": "First"})
    saved = first.json()["result"]
    same = {"notebook_id": saved["notebook_id"]}
    _, second = store(person(openbis_sandbox, "alice"), tmp_path, blank("2"), name="Second", **same)
    _, foreign = store(person(openbis_sandbox, "ursula"), tmp_path, blank("3"), name="<b>Third</b>", **same)

    said = api.get("versions", path=path).json()
    assert [one["perm_id"] for one in said["versions"]] == [foreign, second, saved["perm_id"]]
    assert [one["counts"] for one in said["versions"]] == [False, True, True]
    assert [one["newest"] for one in said["versions"]] == [False, True, False]
    assert [one["is_current"] for one in said["versions"]] == [False, False, True]
    assert [one["saved_by"] for one in said["versions"]] == ["ursula", "alice", "alice"]
    assert (said["author"], said["current"], said["total"]) == ("alice", saved["perm_id"], 3)
    assert (said["name"], said["owner"]["identifier"]) == ("Second", DEMO_EXPERIMENT)
    assert said["versions"][0]["name"] == "<b>Third</b>"  # a text, as it was typed; nobody reads it as markup
    assert said["versions"][2]["notes"] == "a\n\nb"
    assert second in said["versions"][1]["link"]

    for ref in (saved["notebook_id"], second):
        found = api.get("versions", notebook=ref).json()
        assert [one["perm_id"] for one in found["versions"]] == [foreign, second, saved["perm_id"]]
        assert found["current"] is None
    assert api.get("versions", notebook="nobody-knows").status_code == 404
    assert api.get("versions").status_code == 400
    assert api.get("versions", path="no.ipynb").status_code == 404
    assert api.get("versions", path="../../etc/passwd").status_code == 400


def test_a_notebook_of_another_openbis_has_no_versions_here(api: Api, server: PersonsServer) -> None:
    path = notebook(server)
    api.post("save", {"path": path, "owner": DEMO_EXPERIMENT, "write_back": True})
    content = json.loads((server.root / path).read_text())
    content["metadata"]["openbis"] |= {"server": "https://elsewhere.example", "notebook_id": "e" * 32}
    (server.root / path).write_text(json.dumps(content))
    said = api.get("versions", path=path).json()
    assert (said["versions"], said["elsewhere"]) == ([], True)


def test_a_version_is_shown_as_a_still_page(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-05, design D9: as a text in JSON, so that no address of this server answers with foreign markup."""
    alice = person(openbis_sandbox, "alice")
    _, perm_id = store(alice, tmp_path, hostile("answer = 42"), name="<i>Odd</i>")
    shown = api.get(f"versions/{perm_id}/view")
    assert shown.status_code == 200, shown.text
    assert shown.headers["Content-Type"].startswith("application/json")
    assert shown.headers["X-Frame-Options"] == "DENY"
    html = shown.json()["html"]
    assert "answer" in html
    assert "default-src 'none'" in html
    assert not [part for part in ACTS if part in html]
    assert shown.json()["name"] == "<i>Odd</i>"
    folded = api.get(f"versions/{perm_id}/view", code="hidden").json()["html"]
    assert len(folded) != len(html)
    assert api.get(f"versions/{perm_id}/view", code="other").status_code == 400
    assert api.get("versions/20260101000000000-999999/view").status_code == 404
    assert api.get("versions/..%2f..%2fetc/view").status_code == 400
    _, broken = store(alice, tmp_path, b"no notebook")
    assert api.get(f"versions/{broken}/view").json()["code"] == "invalid-notebook"


def test_what_the_person_does_not_see_is_not_there(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-25, N-32: each route asks with the person's own session."""
    admin = person(openbis_sandbox, "admin")
    notebook_id, perm_id = store(admin, tmp_path, blank("secret"), owner=HIDDEN)
    for answer in (
        api.get("versions", notebook=notebook_id),
        api.get("versions", notebook=perm_id),
        api.get(f"versions/{perm_id}/view"),
        api.post("restore", {"perm_id": perm_id}),
        api.post("download", {"perm_id": perm_id, "folder": ""}),
        api.post("compare", {"base": perm_id, "other": perm_id}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found"), answer.text
        assert "secret" not in answer.text
    assert notebook_id not in api.get("notebooks").text
    assert HIDDEN.rsplit("/", 1)[0] not in api.get("projects").text
    assert server.files() == []


def test_restoring_writes_a_new_file_whose_save_asks_nothing(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """N-24, N-47, row 85, section 2.13: the state at hand is never lost, and the identity stays."""
    (server.root / "growth").mkdir()
    path = "growth/Curves.ipynb"
    notebook(server, path)
    body = {"path": path, "owner": DEMO_EXPERIMENT, "write_back": True}
    first = api.post("save", body).json()["result"]
    content = json.loads((server.root / path).read_text())
    content["cells"][0]["source"] = "2 + 2"
    (server.root / path).write_text(json.dumps(content))
    second = api.post("save", {**body, "owner": None}).json()["result"]
    assert (second["state"], second["notebook_id"]) == ("saved", first["notebook_id"])
    at_hand = (server.root / path).read_bytes()

    made = api.post("restore", {"perm_id": first["perm_id"], "path": path}).json()["result"]
    assert made["path"] == "growth/Curves 2.ipynb"
    assert (made["notebook_id"], made["own"]) == (first["notebook_id"], True)
    assert (server.root / path).read_bytes() == at_hand
    restored = server.root / made["path"]
    assert block(restored)["notebook_id"] == first["notebook_id"]
    assert api.get("versions", path=made["path"]).json()["current"] == first["perm_id"]
    again = api.post("restore", {"perm_id": first["perm_id"], "path": path}).json()["result"]
    assert again["path"] == "growth/Curves 3.ipynb"

    content = json.loads(restored.read_text())
    content["cells"][0]["source"] = "3 + 3"
    restored.write_text(json.dumps(content))
    third = api.post("save", {"path": made["path"]}).json()["result"]
    assert (third["state"], third["notebook_id"], third["fork_of"]) == ("saved", first["notebook_id"], None)
    assert [one["counts"] for one in api.get("versions", path=path).json()["versions"]] == [True] * 3


def test_somebody_else_s_version_becomes_a_fork_at_its_first_save(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-25, N-29: everybody may download what they may read; only who may write it goes on with it."""
    ursula = person(openbis_sandbox, "ursula")
    notebook_id, perm_id = store(ursula, tmp_path, blank("1"), name="Hers")
    made = api.post("download", {"perm_id": perm_id, "folder": ""}).json()["result"]
    assert (made["path"], made["own"], made["notebook_id"]) == ("Hers.ipynb", False, notebook_id)
    assert api.post("save", {"path": made["path"]}).json()["code"] == "needs-confirmation"
    forked = api.post("save", {"path": made["path"], "confirm": True}).json()["result"]
    assert forked["fork_of"] == perm_id
    assert forked["notebook_id"] != notebook_id


#: What somebody calls a version, and the file that it becomes.
NAMES = {
    "../../escape": "_.._escape.ipynb",
    ".bashrc": "bashrc.ipynb",
    "CON": "_CON.ipynb",
    "a\u202egnp.exe": "a gnp.exe.ipynb",
    "%2e%2e%2fx": "%2e%2e%2fx.ipynb",
    "<img src=x onerror=alert(1)>": "_img src=x onerror=alert(1)_.ipynb",
    "ä" * 300: "ä" * 124 + ".ipynb",
}


def test_a_hostile_name_is_a_file_in_the_folder(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """Section 6 of the design: nothing is written outside of the person's folder."""
    alice = person(openbis_sandbox, "alice")
    (server.root / "in").mkdir()
    for name, file in NAMES.items():
        _, perm_id = store(alice, tmp_path, blank("1"), name=name)
        made = api.post("download", {"perm_id": perm_id, "folder": "in"})
        assert made.json()["result"]["path"] == f"in/{file}", made.text
    assert server.files() == sorted(["in", *(f"in/{file}" for file in NAMES.values())])


def test_a_folder_must_be_there_and_below_the_root(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    _, perm_id = store(person(openbis_sandbox, "alice"), tmp_path, blank("1"))
    (server.root / "out").symlink_to(tmp_path)
    (server.root / "data").mkdir()
    (server.root / "link").symlink_to(server.root / "data")
    (server.root / "file").write_text("x")
    for folder, code in (
        ("..", "unsafe-path"), ("/etc", "unsafe-path"), ("out", "unsafe-path"), ("a\0b", "unsafe-path"),
        ("missing", "not-found"), ("file", "not-found"),
    ):  # fmt: skip
        assert api.post("download", {"perm_id": perm_id, "folder": folder}).json()["code"] == code, folder
    assert list(tmp_path.glob("*.ipynb")) == []
    made = api.post("download", {"perm_id": perm_id, "folder": "link"}).json()["result"]
    assert made["path"] == "data/Growth.ipynb"  # where it really is, inside of the root
    for body in ({}, {"perm_id": "x"}, {"perm_id": 1}, {"perm_id": perm_id, "else": 1}):
        assert api.post("download", body).json()["code"] == "invalid-input", body
        assert api.post("restore", body).json()["code"] == "invalid-input", body


def test_notebooks_are_found_by_project_and_name_last_saved_first(
    api: Api, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """N-32, N-45, N-46: what may be read, whoever wrote it."""
    alice, ursula = person(openbis_sandbox, "alice"), person(openbis_sandbox, "ursula")
    growth, _ = store(alice, tmp_path, blank("1"), name="Growth of yeast")
    plates, _ = store(ursula, tmp_path, blank("1"), name="Plates")
    store(alice, tmp_path, blank("2"), name="Growth of mould", notebook_id=growth)

    said = api.get("notebooks", project=PROJECT).json()
    rows = {row["notebook_id"]: row for row in said["notebooks"]}
    assert [row["notebook_id"] for row in said["notebooks"]][:2] == [growth, plates]
    assert (rows[growth]["name"], rows[growth]["total"]) == ("Growth of mould", 2)
    assert (rows[plates]["author"], rows[plates]["owner"]["identifier"]) == ("ursula", DEMO_EXPERIMENT)
    assert said["next_offset"] is None
    assert [row["notebook_id"] for row in api.get("notebooks", q="plates").json()["notebooks"]] == [plates]
    assert plates in api.get("notebooks").text
    assert plates in api.get("notebooks", owner=DEMO_EXPERIMENT).text
    projects = api.get("projects").json()["projects"]
    [project] = [one for one in projects if one["identifier"] == PROJECT]
    assert api.get("notebooks", project=project["perm_id"]).json() == said
    elsewhere = next(one for one in projects if one["identifier"] != PROJECT)
    assert growth not in api.get("notebooks", project=elsewhere["perm_id"]).text
    assert api.get("notebooks", project="/NO/SUCH").status_code == 404
    assert api.get("notebooks", offset="-1").status_code == 400
    assert api.get("notebooks", offset="1000").json() == {"notebooks": [], "next_offset": None}
