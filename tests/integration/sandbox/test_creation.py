"""createUploadedDataSet and createDataSets (contract 5.3 to 5.7, 5.9)."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .wire_client import RpcError, WireClient, data_set_id, uploaded

FROZEN, OBJECT = "/BIOLAB/ARCHIVE/PAPER_2020", "/BIOLAB/GROWTH/PLATE_4"
FULL = {
    "@type": "as.dto.dataset.fetchoptions.DataSetFetchOptions",
    **{
        name: {"@type": f"as.dto.{path}FetchOptions"}
        for name, path in {
            "type": "dataset.fetchoptions.DataSetType",
            "experiment": "experiment.fetchoptions.Experiment",
            "sample": "sample.fetchoptions.Sample",
            "properties": "property.fetchoptions.Property",
            "parents": "dataset.fetchoptions.DataSet",
            "physicalData": "dataset.fetchoptions.PhysicalData",
            "components": "dataset.fetchoptions.DataSet",
        }.items()
    },
}


def read(client: WireClient, perm_id: str) -> dict[str, Any]:
    found = client.application("getDataSets", [data_set_id(perm_id)], FULL)
    return dict(found[perm_id])


def test_a_data_set_is_there_with_everything_as_soon_as_the_call_returns(ursula: WireClient) -> None:
    """O-24: notebook and html, properties, parents."""
    parents = ursula.data_sets_of(DEMO_EXPERIMENT)[:2]
    ids = [data_set_id(parent) for parent in parents]
    files = {"default/nb.ipynb": b"{}", "default/nb.ipynb.html": b"<html>"}
    perm_id = ursula.data_set(
        files, parentIds=ids, properties={"$name": "N1", "$history_id": "h", "notes": None}
    )
    made = read(ursula, perm_id)
    assert made["properties"] == {"$NAME": "N1", "$HISTORY_ID": "h"}
    assert [one["permId"]["permId"] for one in made["parents"]] == parents
    assert made["experiment"]["identifier"]["identifier"] == DEMO_EXPERIMENT
    assert made["physicalData"]["size"] == 8
    assert [one["path"] for one in ursula.files(perm_id)] == [
        "",
        "original",
        "original/default",
        "original/default/nb.ipynb",
        "original/default/nb.ipynb.html",
    ]


def test_a_data_set_of_an_object_also_belongs_to_its_experiment(ursula: WireClient) -> None:
    owner = {"experimentId": None, "sampleId": identifier("Sample", OBJECT)}
    made = read(ursula, ursula.data_set({"a.txt": b"a"}, **owner))
    assert made["sample"]["identifier"]["identifier"] == OBJECT
    assert made["experiment"]["identifier"]["identifier"] == "/BIOLAB/GROWTH/GROWTH_PILOT"


def test_files_lie_where_a_read_only_mount_expects_them(ursula: WireClient, openbis_sandbox: Sandbox) -> None:
    physical = read(ursula, ursula.data_set({"a.txt": b"bytes"}))["physicalData"]
    folder = openbis_sandbox.store_folder / physical["shareId"] / physical["location"]
    assert (folder / "original/a.txt").read_bytes() == b"bytes"


def type_id(code: str) -> dict[str, str]:
    return {"@type": "as.dto.entitytype.id.EntityTypePermId", "permId": code, "entityKind": "DATA_SET"}


def identifier(kind: str, text: str) -> dict[str, str]:
    return {"@type": f"as.dto.{kind.lower()}.id.{kind}Identifier", "identifier": text}


REFUSALS = [
    ({"typeId": None}, "A dataset needs a type."),
    ({"typeId": type_id("X")}, "Object with EntityTypePermId = [X] has not been found"),
    ({"experimentId": None}, "A dataset needs either a sample or an experiment as an owner."),
    (
        {"experimentId": identifier("Experiment", "/BIOLAB/GROWTH/NONE")},
        "Object with ExperimentIdentifier = [/BIOLAB/GROWTH/NONE] has not been found",
    ),
    (
        {"sampleId": identifier("Sample", OBJECT)},
        "does not belong to experiment /BIOLAB/GROWTH/GROWTH_CURVES_1",
    ),
    ({"experimentId": identifier("Experiment", FROZEN)}, "frozen"),
    ({"parentIds": [data_set_id("1-1")]}, "Object with DataSetPermId = [1-1] has not been found"),
    ({"uploadId": ""}, "Upload id cannot be null or empty"),
    ({"uploadId": "a/b"}, "Upload id must not contain '/'"),
    ({"uploadId": "other"}, "No uploaded files found for upload id 'other'"),
    ({"properties": {"nope": "x"}}, "Property type with code 'NOPE' does not exist!"),
    ({"properties": {"start_date": "x"}}, "START_DATE"),
]


@pytest.mark.parametrize(("change", "text"), REFUSALS, ids=[text for _, text in REFUSALS])
def test_what_does_not_hold_is_refused_with_the_servers_words(
    ursula: WireClient, change: dict[str, Any], text: str
) -> None:
    before = ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.upload("u1/a.txt", b"x")
    with pytest.raises(RpcError) as refusal:
        ursula.data_store("createUploadedDataSet", uploaded("u1", DEMO_EXPERIMENT) | change)
    assert text in str(refusal.value)
    assert "(Context" not in str(refusal.value)
    assert ursula.data_sets_of(DEMO_EXPERIMENT) == before


def test_a_failure_takes_the_uploaded_files_along(ursula: WireClient) -> None:
    ursula.upload("u1/a.txt", b"x")
    with pytest.raises(RpcError, match="NOPE"):
        ursula.create("u1", properties={"nope": "x"})
    with pytest.raises(RpcError, match="No uploaded files found"):
        ursula.create("u1")


def test_two_entries_at_the_top_are_one_too_many(ursula: WireClient) -> None:
    ursula.upload("u1/a.txt", b"x")
    ursula.upload("u1/b.txt", b"x")
    with pytest.raises(RpcError, match="should contain just one file or folder but found: 2"):
        ursula.create("u1")


def test_one_upload_makes_one_data_set_however_often_it_is_asked_for(ursula: WireClient) -> None:
    before = ursula.data_sets_of(DEMO_EXPERIMENT)
    ursula.upload("u1/a.txt", b"x")

    def create(_: int) -> bool:
        try:
            ursula.create("u1")
        except RpcError:
            return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(create, range(4))) == [False, False, False, True]
    assert len(ursula.data_sets_of(DEMO_EXPERIMENT)) == len(before) + 1


@pytest.mark.parametrize("user", ["olga", "bob"])
def test_who_may_not_write_there_is_refused(person: Callable[[str], WireClient], user: str) -> None:
    """Contract 9.2: a data set with files needs PROJECT_USER; bob does not even see the owner."""
    client = person(user)
    client.upload("u1/a.txt", b"x")
    with pytest.raises(RpcError, match=r"Authorization failure|Access denied|enough privileges"):
        client.create("u1")


def test_a_shared_upload_session_of_two_tokens_is_one_workspace(ursula: WireClient) -> None:
    """All personal access tokens of one name share a session, and so its workspace (contract 2.6)."""
    first, second = ursula.personal_access_token(), ursula.personal_access_token()
    ursula.token = first
    assert ursula.upload("u1/a.txt", b"x").status_code == 200
    ursula.token = second
    assert ursula.files(ursula.create("u1"))


def test_a_container_has_components_and_no_files(ursula: WireClient) -> None:
    components = ursula.data_sets_of(DEMO_EXPERIMENT)[:2]
    creation = {
        "@type": "as.dto.dataset.create.DataSetCreation",
        "typeId": type_id("ANALYZED_DATA"),
        "kind": "CONTAINER",
        "autoGeneratedCode": True,
        "experimentId": identifier("Experiment", DEMO_EXPERIMENT),
        "componentIds": [data_set_id(component) for component in components],
    }
    perm_id = ursula.application("createDataSets", [creation])[0]["permId"]
    made = read(ursula, perm_id)
    assert made["kind"] == "CONTAINER"
    assert [one["permId"]["permId"] for one in made["components"]] == components
    assert ursula.files(perm_id) == []


def test_a_container_may_bring_its_own_code(ursula: WireClient) -> None:
    creation = {
        "typeId": type_id("ANALYZED_DATA"),
        "kind": "CONTAINER",
        "code": "MY-CONTAINER",
        "autoGeneratedCode": False,
        "experimentId": identifier("Experiment", DEMO_EXPERIMENT),
    }
    assert ursula.application("createDataSets", creation)[0]["permId"] == "MY-CONTAINER"
    assert read(ursula, "MY-CONTAINER")["code"] == "MY-CONTAINER"


def test_linked_data_sets_are_not_made_here(ursula: WireClient) -> None:
    creation = {"typeId": type_id("RAW_DATA"), "kind": "LINK"}
    with pytest.raises(RpcError, match="kind LINK is not supported by the sandbox"):
        ursula.application("createDataSets", creation)


def test_physical_data_sets_without_files_are_the_data_stores_business(ursula: WireClient) -> None:
    creation = {"typeId": type_id("RAW_DATA"), "experimentId": identifier("Experiment", DEMO_EXPERIMENT)}
    with pytest.raises(RpcError, match="SPACE_ETL_SERVER role"):
        ursula.application("createDataSets", creation)
