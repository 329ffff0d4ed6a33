"""The shapes of the V3 JavaScript client, verbatim where the contract has them (1.5, 3.9)."""

from __future__ import annotations

from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from . import v3
from .wire_client import AS, WireClient

SPACES: list[Any] = [
    {"@id": 0, "criteria": [], "@type": "as.dto.space.search.SpaceSearchCriteria", "operator": "AND"},
    {
        "@id": 0,
        "registrator": {
            "@id": 1,
            "@type": "as.dto.person.fetchoptions.PersonFetchOptions",
            "space": None,
            "registrator": None,
            "roleAssignments": None,
            "webAppSettings": None,
            "allWebAppSettings": False,
            "sort": None,
        },
        "@type": "as.dto.space.fetchoptions.SpaceFetchOptions",
        "samples": None,
        "projects": None,
        "sort": None,
    },
]


def contains(number: int, name: str, text: str, field: str = "code") -> dict[str, Any]:
    value = {"@id": number + 1, "value": text, "@type": "as.dto.common.search.StringContainsValue"}
    kind = "PROPERTY" if name == "StringProperty" else "ATTRIBUTE"
    return {
        "@id": number,
        "fieldName": field,
        "fieldType": kind,
        "fieldValue": value,
        "useWildcards": False,
        "@type": f"as.dto.common.search.{name}SearchCriteria",
    }


DATA_SETS: dict[str, Any] = {
    "@id": 0,
    "criteria": [
        {
            "@id": 1,
            "criteria": [contains(2, "StringProperty", "plate 4", "$NAME")],
            "relation": "SAMPLE",
            "negated": False,
            "@type": "as.dto.sample.search.SampleSearchCriteria",
            "operator": "AND",
        },
        {
            "@id": 4,
            "criteria": [contains(5, "Code", "growth_curves")],
            "negated": False,
            "@type": "as.dto.experiment.search.ExperimentSearchCriteria",
            "operator": "AND",
        },
        contains(9, "Code", "no such code"),
    ],
    "relation": "PARENTS",
    "operator": "OR",
    "negated": False,
    "@type": "as.dto.dataset.search.DataSetSearchCriteria",
}
WITH_PARENTS_USING_SELF: dict[str, Any] = {
    "@id": 0,
    "@type": "as.dto.sample.fetchoptions.SampleFetchOptions",
    "parents": 0,
    "children": None,
    "properties": {"@id": 1, "@type": "as.dto.property.fetchoptions.PropertyFetchOptions"},
    "sort": None,
}


def check_echo(dto: Any) -> None:
    """Every object has a truthy id, and names in its echo exactly what it brought along."""
    if isinstance(dto, list):
        for one in dto:
            check_echo(one)
    if not isinstance(dto, dict) or "fetchOptions" not in dto:
        return
    echo = dto["fetchOptions"]
    assert dto["@id"] >= 1
    assert echo["@type"].startswith("as.dto.")
    for name in ("registrator", "type", "experiment", "sample", "parents", "properties"):
        if dto.get(name) is not None:
            assert isinstance(echo[name], dict), name
    for value in dto.values():
        check_echo(value)


def test_the_facade_takes_a_token_that_contains_the_user_name(reader: WireClient) -> None:
    assert "alice" in reader.call(AS, "login", "alice", "alice")


def test_search_spaces(reader: WireClient) -> None:
    found = reader.application("searchSpaces", *SPACES)
    assert found["@type"] == "as.dto.common.search.SearchResult"
    check_echo(found["objects"])
    assert found["objects"][0]["registrator"]["userId"] == "system"
    assert found["objects"][0]["projects"] is None


def test_search_data_sets_of_the_notebook_dialog(reader: WireClient) -> None:
    fetch = v3.options("dataset", type={"@type": "as.dto.dataset.fetchoptions.DataSetTypeFetchOptions"})
    fetch |= {
        "properties": {"@type": "as.dto.property.fetchoptions.PropertyFetchOptions"},
        "experiment": v3.options("experiment"),
        "parents": 0,
        "@id": 0,
    }
    found = reader.application("searchDataSets", DATA_SETS, fetch)
    names = [one["properties"]["$NAME"] for one in found["objects"]]
    assert names == [f"Growth curves, plate {number}" for number in ("1", "2", "3", "4 (pilot)")]
    check_echo(found["objects"])


def test_parents_using_self_brings_all_ancestors(reader: WireClient) -> None:
    plate = v3.sample("/BIOLAB/GROWTH/PLATE_2")
    found = reader.application("getSamples", [plate], WITH_PARENTS_USING_SELF)[plate["identifier"]]
    step = found["parents"][0]
    assert [step["code"], step["parents"][0]["code"], step["parents"][0]["parents"]] == ["EXP2", "EXP1", []]
    check_echo(found)


def test_options_that_go_round_in_circles_end(reader: WireClient) -> None:
    """Parents and children of each other without end are cut, not followed for ever."""
    fetch = WITH_PARENTS_USING_SELF | {"children": 0, "@id": 0}
    found = reader.application("getSamples", [v3.sample("/BIOLAB/GROWTH/PLATE_2")], fetch)
    assert len(found) == 1
    fetch = {"@id": 0, "@type": "as.dto.person.fetchoptions.PersonFetchOptions", "registrator": 0}
    assert reader.application("getPersons", [v3.person("alice")], fetch)["alice"]["userId"] == "alice"


@pytest.mark.parametrize(
    ("object_id", "expected"),
    [
        (
            {
                "@type": "as.dto.dataset.id.DataSetPermId",
                "permId": "/BIOLAB/GROWTH/__DUMMY_DATA_SET_FOR_RIGHTS_CALCULATION__",
            },
            ["CREATE"],
        ),
        (v3.sample("/BIOLAB/GROWTH/__DUMMY_SAMPLE_FOR_RIGHTS_CALCULATION__"), ["CREATE"]),
        (v3.experiment("/BIOLAB/GROWTH/__DUMMY_FOR_RIGHTS_CALCULATION__"), ["CREATE"]),
        (v3.project("/BIOLAB/__DUMMY_FOR_RIGHTS_CALCULATION__"), []),  # a USER may not create projects
        (v3.sample("/CHEMLAB/SYNTHESIS/__DUMMY_SAMPLE_FOR_RIGHTS_CALCULATION__"), []),
    ],
)
def test_the_eln_asks_for_rights_with_invented_ids(
    reader: WireClient, object_id: dict[str, Any], expected: list[str]
) -> None:
    """Null ids among them are tolerated."""
    found = reader.application("getRights", [object_id, None], None)
    text = object_id.get("permId") or object_id["identifier"]
    assert found[text]["@type"] == "as.dto.rights.Rights"
    assert found[text]["rights"] == expected
    assert list(found) == [text]


def test_the_data_store_facade_finds_its_address(reader: WireClient) -> None:
    stores = reader.application(
        "searchDataStores", {"@type": "as.dto.datastore.search.DataStoreSearchCriteria"}, {}
    )
    assert [one["downloadUrl"] for one in stores["objects"]] == [reader.url]


def test_the_elns_own_service_answers_null(reader: WireClient) -> None:
    service = {"@type": "as.dto.service.id.CustomASServiceCode", "permId": "as-eln-lims-api"}
    assert (
        reader.application(
            "executeCustomASService", service, {"parameters": {"method": "getServiceProperty"}}
        )
        is None
    )
    assert len(reader.data_sets_of(DEMO_EXPERIMENT)) == 3
