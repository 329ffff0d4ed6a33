"""Search criteria, paging, sorting (contract 3.2, 3.6 to 3.8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox

from . import v3
from .wire_client import RpcError, WireClient

GROWTH = [f"Growth curves, plate {number}" for number in (1, 2, 3)]
PILOT = "Growth curves, plate 4 (pilot)"
DOSE, STACK, FRAMES = (
    "Dose-response, six compounds",
    "Dividing cells, 12 frames",
    "Dividing cells, single frames",
)
OLD, PAPER, CONTAINER = "Growth curves, pilot of 2019", "Growth curves behind figure 2", "All growth curves"
LINKED = "Raw reads kept outside openBIS"
ALL = [*GROWTH, PILOT, DOSE, STACK, FRAMES, OLD, PAPER, CONTAINER, LINKED]

OF_GROWTH_PROJECT = v3.criteria("experiment") | {
    # pybis sends a dict where a list is expected (contract 3.6).
    "criteria": v3.criteria("project", v3.identifier("/BIOLAB/GROWTH"))
}
OF_SPACE = v3.criteria("experiment") | {
    "criteria": v3.criteria("project") | {"criteria": v3.criteria("space", v3.code("biolab"))}
}
PLATE_4 = v3.criteria("sample", v3.identifier("/BIOLAB/GROWTH/PLATE_4"))


def physical(field: str, content: Any) -> dict[str, Any]:
    return v3.criteria(
        "dataset",
        {"@type": f"as.dto.dataset.search.{field}SearchCriteria", "fieldValue": content},
        name="PhysicalData",
    )


def names(client: WireClient, *criteria: dict[str, Any], **more: Any) -> list[str]:
    root = v3.criteria("dataset", *criteria, **more)
    found = client.application("searchDataSets", root, v3.options("dataset", properties={}))
    assert found["totalCount"] == len(found["objects"])
    return [one["properties"]["$NAME"] for one in found["objects"]]


@pytest.mark.parametrize(
    ("criterion", "expected"),
    [
        # types
        (v3.of_type("dataset", "PROCESSED_DATA"), [FRAMES, PAPER]),
        (v3.of_type("dataset", "processed_data"), [FRAMES, PAPER]),
        (v3.of_type("dataset", "NO_SUCH_TYPE"), []),
        # owners
        (v3.criteria("experiment", v3.identifier(DEMO_EXPERIMENT)), GROWTH),
        (v3.criteria("experiment", v3.identifier(DEMO_EXPERIMENT.lower())), GROWTH),
        (v3.criteria("experiment", v3.code("TIME_LAPSE_1")), [STACK, FRAMES]),
        (v3.criteria("experiment", v3.identifier("/CHEMLAB/SYNTHESIS/TITRATION_1")), []),
        (OF_GROWTH_PROJECT, [*GROWTH, PILOT]),
        (OF_SPACE, ALL),
        (PLATE_4, [PILOT]),
        (v3.criteria("sample"), [PILOT]),
        (v3.criteria("sample", name="NoSample"), [one for one in ALL if one != PILOT]),
        (v3.criteria("experiment", name="NoExperiment"), []),
        # relations among data sets
        (v3.criteria("dataset", v3.named(STACK), name="DataSetParents"), [FRAMES]),
        (v3.criteria("dataset", v3.named(FRAMES), name="DataSetChildren"), [STACK]),
        (v3.criteria("dataset", v3.named(CONTAINER), name="DataSetContainer"), GROWTH),
        # properties
        (v3.named(DOSE.upper()), [DOSE]),
        (v3.named("pilot", "StringContains"), [PILOT, OLD]),
        (v3.named("growth pilot", "StringContains"), [PILOT, OLD]),
        (v3.named("Growth curves", "StringStartsWith"), [*GROWTH, PILOT, OLD, PAPER]),
        (v3.named("frames", "StringEndsWith"), [STACK, FRAMES]),
        (v3.named("*plate ?", useWildcards=True), GROWTH),
        (v3.named("*plate ?", useWildcards=False), []),
        (v3.field("AnyProperty", v3.value("StringContains", "viability")), [DOSE]),
        (v3.field("AnyField", v3.value("StringContains", "dose-response")), [DOSE]),
        (v3.field("AnyField", v3.text("analyzed_data")), [CONTAINER]),
        (v3.field("StringProperty", v3.value("AnyString", None), fieldName="NOTES"), [*GROWTH, DOSE]),
        # physical data
        (physical("Status", "ARCHIVED"), [OLD]),
        (physical("Size", v3.value("NumberGreaterThan", 700_000)), [STACK, FRAMES]),
        (physical("PresentInArchive", v3.value("BooleanEqualTo", True)), [OLD]),
        # people and dates
        (
            v3.criteria("person", v3.field("UserId", v3.text("alice")), name="Registrator"),
            [OLD, PAPER, CONTAINER, LINKED],
        ),
        (v3.field("RegistrationDate", v3.value("DateLaterThanOrEqualTo", "2020-01-01")), ALL),
        (v3.field("RegistrationDate", v3.value("DateEarlierThanOrEqualTo", "2020-01-01 12:00")), []),
        # attributes
        (v3.field("TextAttribute", v3.value("StringContains", "no such text")), []),
        (v3.field("AccessDate", v3.value("DateEarlierThanOrEqualTo", "2020-01-01")), []),
        (v3.field("ModificationDate", v3.value("DateLaterThanOrEqualTo", "2020-01-01")), ALL),
        (v3.criteria("datastore", v3.code("DSS1"), name="DataStore"), ALL),
        (v3.criteria("datastore", v3.code("DSS2"), name="DataStore"), []),
        (v3.criteria("dataset", name="LinkedData"), [LINKED]),
        (v3.criteria("entitytype", v3.code("ANALYZED_DATA"), name="EntityType"), [CONTAINER]),
        (v3.field("Identifier", v3.text("/BIOLAB/X")), []),
        (physical("ShareId", v3.text("2")), []),
        # composites
        (v3.criteria("dataset", v3.named(DOSE), v3.named(STACK), operator="OR"), [DOSE, STACK]),
        (
            v3.criteria("dataset", v3.named("growth", "StringContains"), negated=True),
            [DOSE, STACK, FRAMES, LINKED],
        ),
        (
            v3.criteria("dataset", v3.named(STACK), name="DataSetParents", negated=True),
            [one for one in ALL if one != FRAMES],
        ),
    ],
)
def test_criteria_on_data_sets(reader: WireClient, criterion: dict[str, Any], expected: list[str]) -> None:
    assert names(reader, criterion) == expected


@pytest.mark.parametrize("root", [{}, {"criteria": []}, {"criteria": None}, None])
def test_no_criteria_means_everything_visible(reader: WireClient, root: Any) -> None:
    found = reader.application("searchDataSets", root, v3.options("dataset"))
    assert found["totalCount"] == len(ALL)


def test_the_relation_of_a_root_criterion_means_nothing(reader: WireClient) -> None:
    """The JavaScript client sends ``"relation":"PARENTS"`` there (contract 1.5)."""
    assert names(reader, v3.named(FRAMES), relation="PARENTS", negated=False) == [FRAMES]


def test_ids_and_lists_of_codes(reader: WireClient) -> None:
    one, two, _ = reader.data_sets_of(DEMO_EXPERIMENT)
    assert names(reader, v3.criteria("dataset", v3.code(one), v3.code(two), operator="OR")) == GROWTH[:2]
    assert names(reader, {"@type": v3.SEARCH + "CodesSearchCriteria", "fieldValue": [one, two]}) == GROWTH[:2]
    assert names(reader, v3.perm_id(two)) == [GROWTH[1]]
    assert names(reader, {"@type": v3.SEARCH + "IdSearchCriteria", "id": v3.data_set(one)}) == [GROWTH[0]]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (
            [v3.criteria("space", v3.code("BIOLAB")), v3.of_type("sample", "EXPERIMENTAL_STEP")],
            ["EXP1", "EXP2", "EXP3", "EXP4"],
        ),
        (
            [v3.criteria("experiment", v3.identifier(DEMO_EXPERIMENT)), v3.of_type("sample", "ENTRY")],
            ["PLATE_1", "PLATE_2", "PLATE_3"],
        ),
        ([v3.criteria("project", v3.identifier("/BIOLAB/ARCHIVE"))], ["EXP4"]),
        ([v3.criteria("sample", v3.code("EXP1"), operator="OR")], ["EXP1"]),
        ([v3.criteria("sample", v3.code("EXP2"), name="SampleParents"), v3.named("Plate 1")], ["PLATE_1"]),
        ([v3.criteria("sample", v3.code("PLATE_1"), name="SampleChildren")], ["STRAINS", "EXP2"]),
        ([v3.criteria("experiment", name="NoExperiment")], ["STRAINS"]),
        ([v3.identifier("/BIOLAB/GROWTH/EXP1")], ["EXP1"]),
    ],
)
def test_criteria_on_samples(reader: WireClient, criteria: list[dict[str, Any]], expected: list[str]) -> None:
    found = reader.application("searchSamples", v3.criteria("sample", *criteria), v3.options("sample"))
    assert [one["code"] for one in found["objects"]] == expected


def test_typed_properties(person: Callable[[str], WireClient]) -> None:
    """Booleans, vocabularies, dates and numbers are compared as what they are."""
    ursula, admin = person("ursula"), person("admin")
    given = {"finished_flag": True, "start_date": "2026-03-02 10:00:00 +0100"}
    ursula.application("updateSamples", [{"sampleId": v3.sample("/BIOLAB/GROWTH/EXP1"), "properties": given}])
    boolean = v3.field("BooleanProperty", v3.value("BooleanEqualTo", True), fieldName="FINISHED_FLAG")
    late, early = (
        v3.field("DateProperty", v3.value("DateLaterThanOrEqualTo", day), fieldName="START_DATE")
        for day in ("2026-03-03", "2026-03-01")
    )
    found = [
        ursula.application("searchSamples", v3.criteria("sample", one), {})["totalCount"]
        for one in (boolean, late, early)
    ]
    assert found == [1, 0, 1]
    level = v3.field(
        "ControlledVocabularyProperty",
        v3.text("box_position"),
        fieldName="$STORAGE.STORAGE_VALIDATION_LEVEL",
    )
    rows = v3.field("NumberProperty", v3.value("NumberGreaterThan", 1), fieldName="$STORAGE.ROW_NUM")
    found = admin.application("searchSamples", v3.criteria("sample", level, rows), {})["objects"]
    assert [one["code"] for one in found] == ["DEFAULT_STORAGE"]


def test_ids_of_many_kinds_find_the_same_object(reader: WireClient) -> None:
    plate = reader.application("getSamples", [v3.sample("/BIOLAB/GROWTH/PLATE_1")], {})
    perm_id = plate["/BIOLAB/GROWTH/PLATE_1"]["permId"]
    ids = [perm_id, v3.sample("/biolab/growth/plate_1")]
    for one in ids:
        criterion = {"@type": v3.SEARCH + "IdSearchCriteria", "id": one}
        assert reader.application("searchSamples", v3.criteria("sample", criterion), {})["totalCount"] == 1
    both = {"@type": v3.SEARCH + "IdsSearchCriteria", "fieldValue": ids}
    assert reader.application("searchSamples", v3.criteria("sample", both), {})["totalCount"] == 1


def test_small_things_by_other_ways(reader: WireClient) -> None:
    def types(*criteria: dict[str, Any], **more: Any) -> list[str]:
        found = reader.application("searchDataSetTypes", v3.criteria("dataset", *criteria, **more), {})
        return [one["code"] for one in found["objects"]]

    one, two = "RAW_DATA", "UNKNOWN"
    assert types(v3.code(one), v3.code(two), operator="OR") == [one, two]
    assert types({"@type": v3.SEARCH + "CodesSearchCriteria", "fieldValue": [one, two]}) == [one, two]
    assert types({"@type": v3.SEARCH + "IdSearchCriteria", "id": v3.entity_type(two)}) == [two]
    assert len(types(v3.code(one), negated=True)) == 9
    with pytest.raises(RpcError, match="MoodSearchCriteria is not supported here"):
        types(v3.field("Mood", v3.text("good")))


def test_small_things_are_sorted_and_paged(reader: WireClient) -> None:
    fetch = {"sort": v3.sorted_by("CODE", ascending=False), "from": 1, "count": 2}
    found = reader.application("searchDataSetTypes", {}, fetch)
    assert ([one["code"] for one in found["objects"]], found["totalCount"]) == (
        ["SOURCE_CODE", "RAW_DATA"],
        10,
    )


def test_experiments_and_projects_by_place(reader: WireClient) -> None:
    place = v3.criteria("project", v3.identifier("/BIOLAB/GROWTH"))
    found = reader.application("searchExperiments", v3.criteria("experiment", place), {})
    assert [one["code"] for one in found["objects"]] == ["GROWTH_CURVES_1", "GROWTH_PILOT"]
    by_code = {"@type": v3.SEARCH + "CodeSearchCriteria", "fieldValue": v3.text("IMAGING")}
    found = reader.application("searchProjects", v3.criteria("project", by_code), {})
    assert [one["identifier"]["identifier"] for one in found["objects"]] == ["/BIOLAB/IMAGING"]


@pytest.mark.parametrize(
    ("method", "criteria", "expected"),
    [
        (
            "searchPersons",
            [{"@type": "as.dto.person.search.UserIdSearchCriteria", "fieldValue": v3.text("alice")}],
            ["alice"],
        ),
        (
            "searchPersons",
            [
                {
                    "@type": "as.dto.person.search.LastNameSearchCriteria",
                    "fieldValue": v3.value("StringStartsWith", "o"),
                }
            ],
            ["Eve.O-Neill", "sso.user"],
        ),
        ("searchVocabularies", [v3.code("$PRODUCT.CURRENCY")], ["$PRODUCT.CURRENCY"]),
        (
            "searchVocabularyTerms",
            [v3.criteria("vocabulary", v3.code("$PRODUCT.CURRENCY"))],
            ["CHF", "EUR", "USD"],
        ),
        ("searchPropertyTypes", [v3.code("$HISTORY_ID")], ["$HISTORY_ID"]),
        ("searchDataSetTypes", [v3.code("RAW_DATA")], ["RAW_DATA"]),
        ("searchSampleTypes", [v3.field("Code", v3.value("StringStartsWith", "ORD"))], ["ORDER"]),
        ("searchExperimentTypes", [], ["COLLECTION", "DEFAULT_EXPERIMENT"]),
        ("searchDataStores", [], ["DSS1"]),
        ("searchTags", [], []),
        ("searchAuthorizationGroups", [], []),
    ],
)
def test_small_things(reader: WireClient, method: str, criteria: list[Any], expected: list[str]) -> None:
    found = reader.application(method, {"criteria": criteria, "operator": "AND"}, {})
    assert [one.get("userId") or one["code"] for one in found["objects"]] == expected
    assert found["totalCount"] == len(expected)


def test_property_assignments_of_a_type(reader: WireClient) -> None:
    of_type = v3.criteria("entitytype", v3.code("ANALYSIS_NOTEBOOK"), name="EntityType")
    criteria = v3.criteria("property", of_type, name="PropertyAssignment")
    found = reader.application("searchPropertyAssignments", criteria, {"propertyType": {}})
    codes = [one["propertyType"]["code"] for one in found["objects"]]
    assert codes == ["$NAME", "NOTES", "$XMLCOMMENTS", "$HISTORY_ID"]


def test_a_null_value_means_no_restriction(reader: WireClient) -> None:
    """pybis ``get_property_types()`` (contract 3.6)."""
    criterion = {"@type": v3.SEARCH + "CodeSearchCriteria", "fieldValue": v3.text(None)}
    assert reader.application("searchPropertyTypes", {"criteria": [criterion]}, {})["totalCount"] > 80


def page(client: WireClient, *criteria: dict[str, Any], **fetch: Any) -> tuple[list[str], int]:
    options = v3.options("dataset", properties={}, **fetch)
    found = client.application("searchDataSets", v3.criteria("dataset", *criteria), options)
    return [one["properties"]["$NAME"] for one in found["objects"]], found["totalCount"]


@pytest.mark.parametrize(("start", "count"), [(0, 4), (4, 4), (8, 4), (11, 4), (None, 3), (9, None), (0, 0)])
def test_pages_and_the_total(reader: WireClient, start: int | None, count: int | None) -> None:
    expected = ALL[start or 0 :][:count]
    assert page(reader, **{"from": start, "count": count}) == (expected, len(ALL))


@pytest.mark.parametrize(
    ("field", "ascending", "expected"),
    [
        ("CODE", False, ALL[::-1]),
        ("REGISTRATION_DATE", True, ALL),
        (
            "TYPE",
            True,
            [CONTAINER, FRAMES, PAPER, *(one for one in ALL if one not in (CONTAINER, FRAMES, PAPER))],
        ),
        ("PROPERTY$NAME", True, sorted(ALL, key=str.casefold)),
        ("PROPERTY$NAME", False, sorted(ALL, key=str.casefold, reverse=True)),
    ],
)
def test_sorting(reader: WireClient, field: str, ascending: bool, expected: list[str]) -> None:
    sort = v3.sorted_by(field, ascending=ascending)
    assert page(reader, sort=sort) == (expected, len(ALL))
    assert page(reader, sort=sort, **{"from": 2, "count": 3}) == (expected[2:5], len(ALL))


@pytest.mark.parametrize(
    ("criterion", "text"),
    [
        (
            v3.field("Mood", v3.text("good")),
            "The search criterion MoodSearchCriteria on data sets is not supported",
        ),
        (v3.named("x", "SoundsLike"), "The search value SoundsLikeValue is not supported by the sandbox"),
        (v3.criteria("dataset", operator="XOR"), "Unknown search operator XOR"),
    ],
)
def test_what_is_not_supported_is_named(reader: WireClient, criterion: dict[str, Any], text: str) -> None:
    with pytest.raises(RpcError, match=text):
        names(reader, criterion)


def test_related_objects_that_are_invisible_do_not_answer_questions(
    person: Callable[[str], WireClient], openbis_sandbox: Sandbox
) -> None:
    """Whoever may not see a parent cannot find out its name by searching for its children."""
    admin = person("admin")
    alien = admin.data_sets_of("/CHEMLAB/SYNTHESIS/TITRATION_1")[0]
    own = admin.data_sets_of(DEMO_EXPERIMENT)[0]
    update = {"dataSetId": v3.data_set(own), "parentIds": v3.list_of("Add", v3.data_set(alien))}
    admin.application("updateDataSets", [update])
    by_parent = v3.criteria("dataset", v3.named("Titration", "StringStartsWith"), name="DataSetParents")
    assert names(admin, by_parent) == [GROWTH[0]]
    ursula = person("ursula")
    assert names(ursula, by_parent) == []
    fetch = v3.options("dataset", parents={})
    assert ursula.application("getDataSets", [v3.data_set(own)], fetch)[own]["parents"] == []


def test_many_versions_are_paged_with_totals() -> None:
    """L-scale: type + property, newest first, with the total of all matches."""
    with running_sandbox(http=True, seed="scale:2500") as sandbox:
        client = WireClient(sandbox)
        notebooks = v3.of_type("dataset", "ANALYSIS_NOTEBOOK")
        newest = v3.sorted_by("REGISTRATION_DATE", ascending=False)
        found, total = page(client, notebooks, sort=newest, **{"from": 0, "count": 20})
        assert (len(found), total) == (20, 2500)
        fetch = v3.options("dataset", properties={}, experiment={}, parents={}, registrator={})
        one = client.application("searchDataSets", v3.criteria("dataset", notebooks), fetch | {"count": 1})
        history = one["objects"][0]["properties"]["$HISTORY_ID"]
        versions = v3.field("StringProperty", v3.text(history), fieldName="$HISTORY_ID")
        assert page(client, versions)[1] == 10
        assert one["objects"][0]["parents"]
        files = client.files(one["objects"][0]["code"])
        client.close()
    assert [file["path"] for file in files if file["path"].endswith(".ipynb")] == [
        "original/default/notebook.ipynb"
    ]
