"""`update…` and its history (contract 6.1, 6.3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox

from . import v3
from .wire_client import RpcError, WireClient

FULL = {
    name: {} for name in ("properties", "parents", "children", "experiment", "sample", "tags", "modifier")
}
PLATE, PILOT = "/BIOLAB/GROWTH/PLATE_1", "/BIOLAB/GROWTH/GROWTH_PILOT"


@pytest.fixture
def alice(person: Callable[[str], WireClient]) -> WireClient:
    """The power user: may change data sets."""
    return person("alice")


def data_set(client: WireClient, perm_id: str, **fetch: Any) -> dict[str, Any]:
    options = v3.options("dataset", **FULL | fetch)
    return dict(client.application("getDataSets", [v3.data_set(perm_id)], options)[perm_id])


def sample(client: WireClient, identifier: str, **fetch: Any) -> dict[str, Any]:
    options = v3.options("sample", **FULL | {"project": {}, "space": {}} | fetch)
    return dict(client.application("getSamples", [v3.sample(identifier)], options)[identifier])


def change(client: WireClient, perm_id: str, **update: Any) -> None:
    assert client.application("updateDataSets", [{"dataSetId": v3.data_set(perm_id), **update}]) is None


def test_properties_change_and_null_unsets(alice: WireClient) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    change(alice, perm_id, properties={"$name": "New name", "notes": None, "$xmlcomments": None})
    found = data_set(alice, perm_id)
    assert found["properties"] == {"$NAME": "New name"}
    assert found["modifier"]["userId"] == "alice"
    assert found["modificationDate"] > found["registrationDate"]


def test_old_values_stay_in_the_history(alice: WireClient) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    for name in ("second", "third"):
        change(alice, perm_id, properties={"$NAME": name})
    entries = data_set(alice, perm_id, propertiesHistory={"author": {}})["propertiesHistory"]
    assert [one["propertyValue"] for one in entries] == ["Growth curves, plate 1", "second"]
    assert entries[0]["validTo"] == entries[1]["validFrom"]
    assert {one["author"]["userId"] for one in entries} == {"alice"}
    assert entries[0]["@type"] == "as.dto.history.PropertyHistoryEntry"


@pytest.mark.parametrize(
    ("properties", "text"),
    [
        ({"nope": "x"}, "Property type with code 'NOPE' does not exist!"),
        ({"finished_flag": "true"}, "is not assigned to data set type 'RAW_DATA'"),
        ({"$xmlcomments": "<a>"}, "XML value '<a>' has improper format"),
    ],
)
def test_wrong_properties_change_nothing(alice: WireClient, properties: dict[str, str], text: str) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    with pytest.raises(RpcError, match=text):
        change(alice, perm_id, properties={"$name": "other", **properties})
    assert data_set(alice, perm_id)["properties"]["$NAME"] == "Growth curves, plate 1"


def test_one_wrong_update_undoes_the_others_of_the_call(alice: WireClient) -> None:
    first, second, _ = alice.data_sets_of(DEMO_EXPERIMENT)
    updates = [{"dataSetId": v3.data_set(one), "properties": {"$NAME": "x"}} for one in (first, "1-1")]
    with pytest.raises(RpcError, match=r"Object with DataSetPermId = \[1-1\] has not been found"):
        alice.application("updateDataSets", updates)
    assert data_set(alice, first)["properties"]["$NAME"] == "Growth curves, plate 1"
    assert data_set(alice, second)["properties"]["$NAME"] == "Growth curves, plate 2"


def test_parents_are_added_removed_and_set(alice: WireClient) -> None:
    one, two, three = alice.data_sets_of(DEMO_EXPERIMENT)
    change(alice, three, parentIds=v3.list_of("Add", v3.data_set(one), v3.data_set(two)))
    assert [entry["code"] for entry in data_set(alice, three)["parents"]] == [one, two]
    change(alice, three, parentIds=v3.list_of("Remove", v3.data_set(one)))
    assert [entry["code"] for entry in data_set(alice, two)["children"]] == [three]
    change(alice, three, parentIds=v3.list_of("Set"))
    found = data_set(alice, three, parentsHistory={})
    assert found["parents"] == []
    ended = {entry["relatedObjectId"]["permId"]: entry["validTo"] for entry in found["parentsHistory"]}
    assert set(ended) == {one, two}
    assert None not in ended.values()


def test_nothing_becomes_its_own_ancestor(alice: WireClient) -> None:
    one, two, three = alice.data_sets_of(DEMO_EXPERIMENT)
    change(alice, two, parentIds=v3.list_of("Add", v3.data_set(one)))
    change(alice, three, parentIds=v3.list_of("Add", v3.data_set(two)))
    with pytest.raises(RpcError, match="Circular dependency"):
        change(alice, one, parentIds=v3.list_of("Add", v3.data_set(three)))


def test_a_data_set_moves_to_another_owner(alice: WireClient) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    change(alice, perm_id, sampleId=v3.set_to(v3.sample("/BIOLAB/GROWTH/PLATE_4")))
    found = data_set(alice, perm_id, experimentHistory={})
    assert found["sample"]["code"] == "PLATE_4"
    assert found["experiment"]["code"] == "GROWTH_PILOT"
    assert [entry["validTo"] is None for entry in found["experimentHistory"]] == [False, True]
    change(alice, perm_id, sampleId=v3.set_to(None), experimentId=v3.set_to(v3.experiment(DEMO_EXPERIMENT)))
    found = data_set(alice, perm_id)
    assert (found["sample"], found["experiment"]["code"]) == (None, "GROWTH_CURVES_1")


def test_a_data_set_always_has_an_owner(alice: WireClient) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    with pytest.raises(RpcError, match="Experiment id and sample id cannot be both null"):
        change(alice, perm_id, experimentId=v3.set_to(None))


def test_what_pybis_sends_for_an_unchanged_object_changes_nothing(ursula: WireClient) -> None:
    before = sample(ursula, PLATE)
    update = {
        "sampleId": {"@type": "as.dto.sample.id.SamplePermId", "permId": before["permId"]["permId"]},
        "projectId": v3.set_to(v3.project("/BIOLAB/GROWTH")),
        "componentIds": v3.list_of("Set"),
        "tagIds": v3.list_of("Set"),
        "properties": {"$name": "Plate 1", "$document": None},
    }
    ursula.application("updateSamples", [update])
    after = sample(ursula, PLATE)
    same = ("identifier", "properties", "registrationDate")
    assert {name: after[name] for name in same[1:]} == {name: before[name] for name in same[1:]}
    assert after["experiment"]["code"] == before["experiment"]["code"]


def test_a_sample_moves_with_its_data_sets(ursula: WireClient) -> None:
    pilot = ursula.application("searchDataSets", v3.criteria("dataset", v3.criteria("sample")), {})[
        "objects"
    ][0]
    target = v3.experiment("/BIOLAB/SCREENING/DOSE_RESPONSE_1")
    update = {"sampleId": v3.sample("/BIOLAB/GROWTH/PLATE_4"), "experimentId": v3.set_to(target)}
    ursula.application("updateSamples", [update])
    moved = sample(ursula, "/BIOLAB/SCREENING/PLATE_4")
    assert (moved["project"]["code"], moved["experiment"]["code"]) == ("SCREENING", "DOSE_RESPONSE_1")
    assert data_set(ursula, pilot["code"])["experiment"]["code"] == "DOSE_RESPONSE_1"
    assert ursula.application("getSamples", [v3.sample("/BIOLAB/GROWTH/PLATE_4")], {}) == {}


def test_a_sample_keeps_to_the_project_of_its_experiment(ursula: WireClient) -> None:
    update = {"sampleId": v3.sample(PLATE), "projectId": v3.set_to(v3.project("/BIOLAB/IMAGING"))}
    with pytest.raises(RpcError, match="Sample project must be the same as that of"):
        ursula.application("updateSamples", [update])


def test_an_experiment_moves_with_everything_in_it(alice: WireClient) -> None:
    target = v3.set_to(v3.project("/BIOLAB/IMAGING"))
    alice.application("updateExperiments", [{"experimentId": v3.experiment(PILOT), "projectId": target}])
    plate = sample(alice, "/BIOLAB/IMAGING/PLATE_4")
    assert plate["experiment"]["identifier"]["identifier"] == "/BIOLAB/IMAGING/GROWTH_PILOT"
    place = v3.criteria("experiment", v3.criteria("project", v3.code("IMAGING")))
    assert alice.application("searchDataSets", v3.criteria("dataset", place), {})["totalCount"] == 3


def test_a_project_moves_into_another_space(person: Callable[[str], WireClient]) -> None:
    admin, bob = person("admin"), person("bob")
    update = {"projectId": v3.project("/BIOLAB/GROWTH"), "spaceId": v3.set_to(v3.space("CHEMLAB"))}
    admin.application("updateProjects", [update])
    assert sample(bob, "/CHEMLAB/GROWTH/PLATE_1")["space"]["code"] == "CHEMLAB"
    assert len(bob.data_sets_of("/CHEMLAB/GROWTH/GROWTH_CURVES_1")) == 3
    assert person("alice").data_sets_of(DEMO_EXPERIMENT) == []


def test_samples_become_parts_of_a_container(ursula: WireClient) -> None:
    update = {
        "sampleId": v3.sample(PLATE),
        "componentIds": v3.list_of("Add", v3.sample("/BIOLAB/GROWTH/EXP1")),
    }
    ursula.application("updateSamples", [update])
    found = sample(ursula, PLATE, components={})
    assert found["components"][0]["identifier"]["identifier"] == "/BIOLAB/GROWTH/PLATE_1:EXP1"
    update["componentIds"] = v3.list_of("Set")
    ursula.application("updateSamples", [update])
    assert sample(ursula, "/BIOLAB/GROWTH/EXP1")["code"] == "EXP1"


def test_tags_belong_to_one_person(person: Callable[[str], WireClient]) -> None:
    alice, admin = person("alice"), person("admin")
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    tag = {"@type": "as.dto.tag.id.TagCode", "code": "good"}
    change(alice, perm_id, tagIds=v3.list_of("Add", tag))
    found = data_set(alice, perm_id)["tags"]
    assert [one["permId"]["permId"] for one in found] == ["/alice/GOOD"]
    assert data_set(admin, perm_id)["tags"] == []
    tagged = v3.criteria("dataset", v3.criteria("tag", v3.code("GOOD")))
    assert alice.application("searchDataSets", tagged, {})["totalCount"] == 1
    change(
        alice,
        perm_id,
        tagIds=v3.list_of("Set", {"@type": "as.dto.tag.id.TagPermId", "permId": "/alice/GOOD"}),
    )
    assert len(data_set(alice, perm_id)["tags"]) == 1
    alice.application("deleteTags", [found[0]["permId"]], {"reason": "x"})
    assert data_set(alice, perm_id)["tags"] == []


@pytest.mark.parametrize(
    ("method", "update"),
    [
        ("updateExperiments", {"experimentId": v3.experiment("/BIOLAB/ARCHIVE/PAPER_2020")}),
        ("updateSamples", {"sampleId": v3.sample("/BIOLAB/ARCHIVE/EXP4")}),
    ],
)
def test_frozen_things_stay_as_they_are(alice: WireClient, method: str, update: dict[str, Any]) -> None:
    with pytest.raises(RpcError, match=r"is not allowed because \w+ \w+ is frozen"):
        alice.application(method, [update | {"properties": {"$name": "other"}}])


def test_only_a_space_admin_freezes_and_it_holds(person: Callable[[str], WireClient]) -> None:
    alice, admin = person("alice"), person("admin")
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    with pytest.raises(RpcError, match="None of method roles"):
        change(alice, perm_id, freeze=True)
    change(admin, perm_id, freeze=True, freezeForChildren=True)
    found = data_set(admin, perm_id)
    assert (found["frozen"], found["frozenForChildren"], found["frozenForParents"]) == (True, True, False)
    with pytest.raises(RpcError, match="is frozen"):
        change(admin, perm_id, properties={"$NAME": "x"})


def test_a_user_may_create_but_not_change_data_sets(ursula: WireClient) -> None:
    """The trap of contract 9.2."""
    perm_id = ursula.data_set({"nb.ipynb": b"{}"})
    with pytest.raises(RpcError) as fault:
        change(ursula, perm_id, properties={"$NAME": "x"})
    assert str(fault.value).startswith(
        "Authorization failure: ERROR: \"None of method roles '[PROJECT_POWER_USER"
    )
    assert str(fault.value).endswith("(Context: [])")


def test_an_invisible_object_is_denied_and_a_missing_one_not_found(
    person: Callable[[str], WireClient],
) -> None:
    perm_id = person("ursula").data_sets_of(DEMO_EXPERIMENT)[0]
    bob = person("bob")
    with pytest.raises(RpcError, match=rf"^Access denied to object with DataSetPermId = \[{perm_id}\]"):
        change(bob, perm_id, properties={})
    with pytest.raises(RpcError, match=r"^Object with SampleIdentifier = \[/X/Y\] has not been found"):
        bob.application("updateSamples", [{"sampleId": v3.sample("/X/Y")}])


def test_meta_data_is_kept_by_openbis_7_only() -> None:
    meta = {"actions": [{"@type": "as.dto.common.update.ListUpdateActionAdd", "items": [{"k": "v"}]}]}
    update = {"sampleId": v3.sample(PLATE), "metaData": meta}
    kept = {}
    for version in ("3.6", "3.7"):
        with running_sandbox(http=True, api_version=version) as sandbox:
            client = WireClient(sandbox)
            client.application("updateSamples", [update])
            kept[version] = sample(client, PLATE)["metaData"]
            client.close()
    assert kept == {"3.6": {}, "3.7": {"k": "v"}}


def test_the_history_begins_with_the_registration(ursula: WireClient) -> None:
    parent = ursula.data_sets_of(DEMO_EXPERIMENT)[0]
    perm_id = ursula.data_set({"nb.ipynb": b"{}"}, parentIds=[v3.data_set(parent)])
    fetch = {"parentsHistory": {"author": {}}, "experimentHistory": {}}
    found = data_set(ursula, perm_id, **fetch)
    entry = found["parentsHistory"][0]
    assert (entry["relationType"], entry["relatedObjectId"]["permId"]) == ("PARENT", parent)
    assert (entry["validFrom"], entry["validTo"]) == (found["registrationDate"], None)
    assert entry["author"]["userId"] == "ursula"
    assert [one["relationType"] for one in found["experimentHistory"]] == ["EXPERIMENT"]
    children = data_set(ursula, parent, childrenHistory={}, history={})
    assert [one["relatedObjectId"]["permId"] for one in children["childrenHistory"]][-1] == perm_id
    assert len(children["history"]) >= 2
