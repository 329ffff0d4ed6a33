"""`get…`: keys, what is absent, fetch options, shapes (contract 1.4, 1.5, 3.2 to 3.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from . import v3
from .wire_client import WireClient

PLATE = "/BIOLAB/GROWTH/PLATE_1"


@pytest.fixture
def bob(person: Callable[[str], WireClient]) -> WireClient:
    return person("bob")


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "@type" in value:
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects_in(item)


@pytest.mark.parametrize(
    ("method", "object_id", "key"),
    [
        ("getSpaces", v3.space("BIOLAB"), "BIOLAB"),
        ("getProjects", v3.project("/BIOLAB/GROWTH"), "/BIOLAB/GROWTH"),
        ("getExperiments", v3.experiment(DEMO_EXPERIMENT), DEMO_EXPERIMENT),
        ("getExperiments", v3.experiment(DEMO_EXPERIMENT.lower()), DEMO_EXPERIMENT.lower()),
        ("getSamples", v3.sample(PLATE), PLATE),
        ("getSampleTypes", v3.entity_type("ENTRY"), "ENTRY"),
        ("getDataSetTypes", v3.entity_type("RAW_DATA"), "RAW_DATA"),
        ("getDataSetTypes", v3.entity_type("RAW_DATA", "DATA_SET"), "RAW_DATA (DATA_SET)"),
        ("getExperimentTypes", v3.entity_type("COLLECTION"), "COLLECTION"),
        ("getPersons", v3.person("alice"), "alice"),
        ("getPropertyTypes", {"permId": "$NAME"}, "$NAME"),
        ("getVocabularies", {"permId": "$PRODUCT.CURRENCY"}, "$PRODUCT.CURRENCY"),
    ],
)
def test_answers_are_keyed_by_the_text_of_the_request(
    reader: WireClient, method: str, object_id: dict[str, Any], key: str
) -> None:
    assert list(reader.application(method, [object_id, None], {})) == [key]


@pytest.mark.parametrize(
    ("method", "object_id"),
    [
        ("getSpaces", v3.space("CHEMLAB")),
        ("getProjects", v3.project("/CHEMLAB/SYNTHESIS")),
        ("getExperiments", v3.experiment("/CHEMLAB/SYNTHESIS/TITRATION_1")),
        ("getSamples", v3.sample("/CHEMLAB/SYNTHESIS/EXP5")),
        ("getDataSets", v3.data_set("20200101000000000-1")),
        ("getSampleTypes", v3.entity_type("NO_SUCH_TYPE")),
    ],
)
def test_invisible_and_missing_objects_are_absent(
    reader: WireClient, method: str, object_id: dict[str, Any]
) -> None:
    assert reader.application(method, [object_id], {}) == {}


def test_an_id_of_another_class_is_refused(reader: WireClient) -> None:
    with pytest.raises(
        Exception, match=r"Unsupported object id .* of type class SamplePermId \(Context: \[\]\)"
    ):
        reader.application("getDataSets", [{"@type": "as.dto.sample.id.SamplePermId", "permId": "1-2"}], {})


def test_what_is_not_asked_for_is_null(reader: WireClient) -> None:
    found = reader.application("getSamples", [v3.sample(PLATE)], v3.options("sample"))[PLATE]
    empty = (
        "type",
        "space",
        "project",
        "experiment",
        "properties",
        "parents",
        "children",
        "tags",
        "registrator",
    )
    assert {name: found[name] for name in empty} == dict.fromkeys(empty)
    assert found["identifier"]["identifier"] == PLATE


def test_what_is_asked_for_is_there(reader: WireClient) -> None:
    fetch = v3.options(
        "sample",
        type={},
        space={},
        project={"space": {}},
        experiment={"type": {}},
        properties={},
        parents={"properties": {}},
        children={},
        tags={},
        registrator={},
        dataSets={},
        attachments={},
    )
    found = reader.application("getSamples", [v3.sample(PLATE)], fetch)[PLATE]
    assert found["type"]["code"] == "ENTRY"
    assert found["project"]["space"]["code"] == found["space"]["code"] == "BIOLAB"
    assert found["experiment"]["identifier"]["identifier"] == DEMO_EXPERIMENT
    assert found["properties"] == {"$NAME": "Plate 1"}
    assert {one["properties"]["$NAME"] for one in found["parents"]} == {"Inoculation", "How strains are kept"}
    assert found["registrator"]["userId"] == "ursula"
    assert found["children"] == found["tags"] == found["dataSets"] == found["attachments"] == []


def test_a_data_set_has_what_pybis_needs(reader: WireClient) -> None:
    """Contract 3.5: the minimal data set."""
    perm_id = reader.data_sets_of(DEMO_EXPERIMENT)[0]
    fetch = v3.options("dataset", type={}, dataStore={}, physicalData={}, experiment={}, properties={})
    found = reader.application("getDataSets", [v3.data_set(perm_id)], fetch)[perm_id]
    assert (found["code"], found["kind"]) == (perm_id, "PHYSICAL")
    assert found["dataStore"]["downloadUrl"] == reader.url
    assert found["physicalData"]["location"].endswith(f"/{perm_id}")
    assert (found["physicalData"]["status"], found["physicalData"]["complete"]) == ("AVAILABLE", "YES")
    assert found["metaData"] == {}
    assert found["linkedData"] is None


def test_containers_and_linked_data_sets_are_told_apart(reader: WireClient) -> None:
    fetch = v3.options("dataset", physicalData={}, linkedData={}, components={})
    criteria = v3.criteria("dataset", v3.criteria("experiment", v3.identifier("/BIOLAB/ARCHIVE/PILOT_2019")))
    found = {one["kind"]: one for one in reader.application("searchDataSets", criteria, fetch)["objects"]}
    assert len(found["CONTAINER"]["components"]) == 3
    assert found["CONTAINER"]["physicalData"] is None
    assert found["LINK"]["linkedData"]["@type"] == "as.dto.dataset.LinkedData"
    assert found["PHYSICAL"]["physicalData"]["status"] == "ARCHIVED"


def test_every_object_carries_type_id_and_no_reference(reader: WireClient) -> None:
    fetch = v3.options("sample", registrator={}, parents={"registrator": {}}, experiment={"registrator": {}})
    answer = reader.application("searchSamples", {"criteria": []}, fetch)
    numbers = [one["@id"] for one in objects_in(answer)]
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert all(isinstance(one["registrator"], dict) for one in answer["objects"])


def test_nobody_sees_the_spaces_of_others(bob: WireClient) -> None:
    """bob reads nothing of BIOLAB, and what he reads comes with a total that counts only that."""
    for method in ("searchSamples", "searchDataSets", "searchExperiments", "searchProjects"):
        found = bob.application(method, {"criteria": []}, {})["objects"]
        assert found, method
        assert not [one for one in found if "BIOLAB" in str(one.get("identifier"))]
    assert [one["code"] for one in bob.application("searchSpaces", {}, {})["objects"]] == ["CHEMLAB"]


def test_an_admin_sees_every_space(person: Callable[[str], WireClient]) -> None:
    codes = [one["code"] for one in person("admin").application("searchSpaces", {}, {})["objects"]]
    assert codes[:2] == ["BIOLAB", "CHEMLAB"]
    assert {"DEFAULT", "DEFAULT_LAB_NOTEBOOK", "ELN_SETTINGS", "METHODS"} <= set(codes)


def test_types_come_with_assignments_in_the_order_of_the_form(reader: WireClient) -> None:
    fetch = {"propertyAssignments": {"propertyType": {}}, "validationPlugin": {}}
    found = reader.application("getDataSetTypes", [v3.entity_type("ANALYSIS_NOTEBOOK")], fetch)
    assignments = found["ANALYSIS_NOTEBOOK"]["propertyAssignments"]
    shown = [(one["propertyType"]["code"], one["mandatory"], one["showInEditView"]) for one in assignments]
    assert shown == [
        ("$NAME", False, True),
        ("NOTES", False, True),
        ("$XMLCOMMENTS", False, False),
        ("$HISTORY_ID", False, False),
    ]


def test_meta_data_is_an_object_on_every_property_type(reader: WireClient) -> None:
    """The ELN reads ``metaData["custom_widget"]`` of every type (contract 3.9)."""
    found = reader.application("searchPropertyTypes", {"criteria": []}, {})
    assert found["totalCount"] > 80
    widgets = {one["metaData"].get("custom_widget") for one in found["objects"]}
    assert widgets == {None, "Word Processor", "Spreadsheet"}


def test_a_person_with_roles(reader: WireClient) -> None:
    fetch = {"space": {}, "roleAssignments": {"space": {}, "user": {}}}
    alice = reader.application("getPersons", [v3.person("alice")], fetch)["alice"]
    role = alice["roleAssignments"][0]
    assert (role["role"], role["roleLevel"], role["space"]["code"]) == ("POWER_USER", "SPACE", "BIOLAB")
    assert role["user"]["userId"] == "alice"


def test_codes_and_perm_ids_are_given_out_once(reader: WireClient) -> None:
    first = reader.application("createPermIdStrings", 3)
    second = reader.application("createPermIdStrings", 3)
    assert len({*first, *second}) == 6
    codes = reader.application("createCodes", "EXP", "SAMPLE", 2)
    assert [one[:3] for one in codes] == ["EXP", "EXP"]
