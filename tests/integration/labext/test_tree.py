"""Tree, search and inputs of the side panel, by the routes of a person's own server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pybis
import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from tests.browser.lab import at
from tests.integration.labext.test_api import Api, inputs, notebook
from tests.integration.service_pages.many import add_objects
from tests.waiting import until

from .launches import blank, content
from .servers import PersonsServer

PILOT = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


@pytest.fixture
def api(server: PersonsServer) -> Api:
    return Api(server)


@pytest.fixture
def calls(openbis_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of openBIS from here on."""
    heard: list[str] = []
    faults = openbis_sandbox.state.faults
    strike = faults.strike
    monkeypatch.setattr(faults, "strike", lambda target: heard.append(target) or strike(target))
    return heard


def level(api: Api, **query: str) -> dict[str, Any]:
    answer = api.get("entities", **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def found(answer: dict[str, Any], code: str) -> dict[str, Any]:
    nodes = [node for section in answer["sections"] for node in section["nodes"]]
    return next(node for node in nodes if node["code"] == code)


def data_set(witness: pybis.Openbis, name: str, file: Path, **owner: str) -> str:
    owner = owner or {"experiment": DEMO_EXPERIMENT}
    new = witness.new_dataset(type="RAW_DATA", files=[str(file)], props={"$name": name}, **owner)
    new.save()
    return str(new.permId)


def test_the_tree_opens_level_by_level_down_to_data_sets(
    api: Api, openbis_sandbox: Sandbox, calls: list[str], tmp_path: Path
) -> None:
    """Row 21: spaces, projects, experiments, objects, data sets; each level is one round trip."""
    (file := tmp_path / "od.csv").write_text("t,od\n0,1\n")
    of_plate = data_set(at(openbis_sandbox), "Plate 1", file, sample="/BIOLAB/GROWTH/PLATE_1")
    place = found(level(api), "BIOLAB")
    for code in ("GROWTH", "GROWTH_CURVES_1"):
        place = found(level(api, parent=place["perm_id"], kind=place["kind"]), code)
    calls.clear()
    experiment = level(api, parent=place["perm_id"], kind="experiment")
    assert sorted(calls) == ["searchDataSets", "searchSamples"]  # side by side
    plate = found(experiment, "PLATE_1")
    in_object = level(api, parent=plate["perm_id"], kind="object")
    assert in_object["sections"] == []
    own = {one["perm_id"] for one in experiment["data_sets"]["data_sets"]}
    assert own
    assert of_plate not in own  # an object's data sets are shown below it alone
    assert of_plate in {one["perm_id"] for one in in_object["data_sets"]["data_sets"]}
    some = in_object["data_sets"]["data_sets"][0]
    assert {"name", "type", "size", "state", "readable", "registered_at", "link"} <= set(some)


def test_a_level_of_thousands_comes_in_pages(api: Api, openbis_sandbox: Sandbox, calls: list[str]) -> None:
    """Budget: the same calls for 5 and for 3 000 objects; nothing is left out or shown twice."""
    add_objects(openbis_sandbox, PILOT, 3000)
    place = api.get("entity", id=PILOT).json()["perm_id"]
    calls.clear()
    page = level(api, parent=place, kind="experiment")
    assert sorted(calls) == ["searchDataSets", "searchSamples"]
    codes: list[str] = []
    while True:
        [section] = page["sections"]
        codes += [node["code"] for node in section["nodes"]]
        if section["after"] is None:
            break
        calls.clear()
        page = level(api, parent=place, kind="experiment", after=section["after"])
        assert calls == ["searchSamples"]
        assert page["data_sets"] is None
    assert len(codes) == len(set(codes)) == section["total"] >= 3000


def test_an_entity_with_labels_path_and_link(api: Api, calls: list[str]) -> None:
    """Row 84: what stands in "Stored in"; two round trips."""
    api.get("entity", id=DEMO_EXPERIMENT)  # the session is known from then on
    calls.clear()
    card = api.get("entity", id=DEMO_EXPERIMENT, kind="experiment").json()
    assert len(calls) == 2, calls
    assert (card["kind"], card["identifier"], card["may_add"]) == ("experiment", DEMO_EXPERIMENT, True)
    assert [step["code"] for step in card["path"]] == ["BIOLAB", "GROWTH"]
    step = api.get("entity", id="/BIOLAB/GROWTH/EXP1").json()
    assert ("Experimental goals", "OD 0.5") in [(row["label"], row["value"]) for row in step["properties"]]
    assert "eln-lims" in card["link"]
    assert card["registered_at"].startswith("20")
    assert api.get("entity", id="/NO/SUCH/THING").status_code == 404


def test_the_search_finds_entities_and_data_sets(api: Api, calls: list[str]) -> None:
    """Row 21: by name, code, identifier and permId; bounded."""
    [raw, *_] = inputs(api)
    assert raw in [one["perm_id"] for one in api.get("search", q=raw).json()["data_sets"]["data_sets"]]
    calls.clear()
    said = api.get("search", q="growth").json()
    assert len(calls) <= 6, calls  # four kinds, data sets, and once the spelling of their names
    assert {"project", "experiment"} <= {section["kind"] for section in said["sections"]}
    assert all(len(section["nodes"]) <= 20 for section in said["sections"])
    only = api.get("search", q=DEMO_EXPERIMENT, kind="experiment,object").json()
    assert only["data_sets"] is None
    assert found(only, "GROWTH_CURVES_1")["identifier"] == DEMO_EXPERIMENT


def test_inputs_with_state_newer_data_and_provenance(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox, tmp_path: Path
) -> None:
    """Row 84, F-16, D10: attached, archived and back, newer, removed but a parent all the same."""
    witness = at(openbis_sandbox)
    (file := tmp_path / "od.csv").write_text("t,od\n0,1\n")
    old = data_set(witness, "Plate reader", file)
    path = notebook(server)
    assert api.post("save", {"path": path, "owner": DEMO_EXPERIMENT}).ok

    def state(perm_id: str) -> dict[str, Any]:
        listed = api.get("data-sets", path=path).json()["data_sets"]
        return next(one for one in listed if one["perm_id"] == perm_id)

    def change(**body: Any) -> dict[str, Any]:
        answer = api.post("inputs", {"path": path, **body})
        assert answer.status_code == 200, answer.text
        block: dict[str, Any] = answer.json()["block"]
        written = nbformat.read(server.root / path, 4)
        assert written["metadata"].get("openbis") != block  # the file is the front end's
        written["metadata"]["openbis"] = block
        nbformat.write(written, server.root / path)
        return block

    assert change(add=[old])["inputs"] == [old]
    listed = state(old)
    assert (listed["state"], listed["attached"], listed["handed_out"]) == ("listed", False, False)
    assert listed["newer"] is None
    api.post("attach", {"path": path, "perm_ids": [old]})
    here = state(old)
    assert (here["state"], here["attached"], here["in_place"]) == ("here", True, False)
    assert (here["declared"], here["handed_out"]) == (True, True)

    newer = data_set(witness, "Plate reader", file)
    assert state(old)["newer"]["perm_id"] == newer
    assert change(add=[newer], remove=[old])["inputs"] == [newer]
    assert (state(old)["declared"], state(old)["handed_out"]) == (False, True)  # it stays a parent
    saved = api.post("save", {"path": path}).json()["result"]
    assert saved["parents"] == [old]
    assert saved["never_attached"] == [newer]

    witness.get_dataset(newer).archive()
    until(lambda: state(newer)["state"] == "archived", "it is archived")
    assert api.post("unarchive", {"perm_ids": [newer]}).status_code == 202
    until(lambda: state(newer)["state"] == "listed", "it is back")
    missing = api.post("inputs", {"path": path, "add": ["20200101000000000-99999"]})
    assert (missing.status_code, missing.json()["code"]) == (404, "not-found")


def test_a_place_for_a_notebook_from_nowhere_before_and_after_its_first_save(
    api: Api, server: PersonsServer
) -> None:
    """N-31: what was saved stays where it is; stored elsewhere it is a new notebook that knows its origin."""
    path = notebook(server)
    assert api.post("inputs", {"path": path, "add": inputs(api)[:1]}).json() == {"block": None}

    def put(block: dict[str, Any]) -> None:
        written = nbformat.read(server.root / path, 4)
        written["metadata"]["openbis"] = block
        nbformat.write(written, server.root / path)

    first = api.post("place", {"path": path, "owner": PILOT}).json()["block"]
    assert (first["owner"]["identifier"], first["name"]) == (PILOT, path.removesuffix(".ipynb"))
    assert "openbis" not in nbformat.read(server.root / path, 4)["metadata"]
    put(first)
    moved = api.post("place", {"path": path, "owner": DEMO_EXPERIMENT}).json()["block"]
    assert moved["notebook_id"] == first["notebook_id"]
    put(moved)
    saved = api.post("save", {"path": path}).json()["result"]
    assert (saved["state"], saved["owner"]) == ("saved", DEMO_EXPERIMENT)

    refused = api.post("place", {"path": path, "owner": PILOT})
    assert (refused.status_code, refused.json()["as_new"]) == (409, True)
    fork = api.post("place", {"path": path, "owner": PILOT, "as_new": True}).json()["block"]
    assert fork["notebook_id"] != moved["notebook_id"]
    assert fork["origin"] == {"store": "dataset", "notebook_id": moved["notebook_id"], "id": saved["perm_id"]}
    put(fork)
    assert api.post("save", {"path": path}).json()["result"]["owner"] == PILOT
    for owner, status in (("/BIOLAB/GROWTH", 400), ("/NO/SUCH/THING", 404)):
        assert api.post("place", {"path": path, "owner": owner}).status_code == status


def test_a_strangers_notebook_is_asked_about_first(
    api: Api, server: PersonsServer, openbis_sandbox: Sandbox
) -> None:
    """Design section 2: its claims take effect only when a person has confirmed them."""
    [raw, *_] = inputs(api)
    nbformat.write(content(openbis_sandbox.url)["notebook"], server.root / "stranger.ipynb")
    body: dict[str, Any] = {"path": "stranger.ipynb", "add": [raw]}
    refused = api.post("inputs", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "needs-confirmation")
    assert refused.json()["claims"]
    assert raw in api.post("inputs", body | {"confirm": True}).json()["block"]["inputs"]

    elsewhere = content("https://other.example.org")["notebook"]
    nbformat.write(elsewhere, server.root / "elsewhere.ipynb")
    assert api.get("data-sets", path="elsewhere.ipynb").json()["foreign"] == "https://other.example.org"
    assert api.post("inputs", {"path": "elsewhere.ipynb", "add": [raw]}).status_code == 409
    here = {"path": "elsewhere.ipynb", "owner": DEMO_EXPERIMENT, "as_new": True}
    block = api.post("place", here).json()["block"]
    assert (block["server"], block["inputs"], "origin" in block) == (openbis_sandbox.url, [], False)


WRONG: list[tuple[str, str, dict[str, Any]]] = [
    ("GET", "entities", {"parent": "BIOLAB"}),
    ("GET", "entities", {"parent": "BIOLAB", "kind": "planet"}),
    ("GET", "entities", {"after": "space:-1"}),
    ("GET", "entities", {"parent": "BIOLAB", "kind": "space", "after": "data-set:100"}),
    ("GET", "entities", {"parent": "x" * 201, "kind": "space"}),
    ("GET", "entity", {}),
    ("GET", "search", {"q": "  "}),
    ("GET", "search", {"q": "a", "kind": "data-set"}),
    ("POST", "unarchive", {"perm_ids": []}),
    ("POST", "unarchive", {"perm_ids": ["../../x"]}),
    ("POST", "inputs", {"path": "own.ipynb", "add": ["nonsense"]}),
    ("POST", "inputs", {"add": []}),
    ("POST", "place", {"path": "own.ipynb"}),
    ("POST", "place", {"path": "own.ipynb", "owner": "", "colour": "red"}),
]


@pytest.mark.parametrize(("method", "where", "asked"), WRONG, ids=lambda value: ascii(value)[:60])
def test_what_cannot_be_right_is_said(
    method: str, where: str, asked: dict[str, Any], api: Api, server: PersonsServer
) -> None:
    nbformat.write(blank("1"), server.root / "own.ipynb")
    answer = api.get(where, **asked) if method == "GET" else api.post(where, asked)
    assert answer.status_code == 400, answer.text
    assert json.loads(answer.text)["next_step"]
