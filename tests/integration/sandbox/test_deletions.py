"""Trash: delete, search, revert, confirm (contract 6.2)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from . import v3
from .wire_client import RpcError, WireClient

PLATE_4, PILOT = "/BIOLAB/GROWTH/PLATE_4", "/BIOLAB/GROWTH/GROWTH_PILOT"
REASON = {"@type": "as.dto.dataset.delete.DataSetDeletionOptions", "reason": "test reason"}
FETCH = {
    "@type": "as.dto.deletion.fetchoptions.DeletionFetchOptions",
    "deletedObjects": {
        "@type": "as.dto.deletion.fetchoptions.DeletedObjectFetchOptions",
        "from": None,
        "count": None,
    },
}


@pytest.fixture
def alice(person: Callable[[str], WireClient]) -> WireClient:
    return person("alice")


@pytest.fixture
def admin(person: Callable[[str], WireClient]) -> WireClient:
    return person("admin")


def trash(client: WireClient, *perm_ids: str) -> Any:
    return client.application("deleteDataSets", [v3.data_set(one) for one in perm_ids], REASON)


def deletions(client: WireClient) -> list[dict[str, Any]]:
    criteria = {"@type": "as.dto.deletion.search.DeletionSearchCriteria"}
    return list(client.application("searchDeletions", criteria, FETCH)["objects"])


def test_a_deleted_data_set_is_gone_from_every_answer(alice: WireClient) -> None:
    perm_id, *others = alice.data_sets_of(DEMO_EXPERIMENT)
    assert trash(alice, perm_id)["@type"] == "as.dto.deletion.id.DeletionTechId"
    assert alice.data_sets_of(DEMO_EXPERIMENT) == others
    assert alice.application("getDataSets", [v3.data_set(perm_id)], {}) == {}
    assert alice.files(perm_id) == []
    fetch = v3.options("experiment", dataSets={})
    experiment = alice.application("getExperiments", [v3.experiment(DEMO_EXPERIMENT)], fetch)[DEMO_EXPERIMENT]
    assert [one["code"] for one in experiment["dataSets"]] == others


def test_the_trash_says_what_is_in_it(alice: WireClient) -> None:
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    deletion = trash(alice, perm_id)
    found = deletions(alice)[0]
    assert found["id"]["id"] == str(deletion["techId"]) == deletion["id"]
    assert (found["reason"], found["totalDataSetsCount"]) == ("test reason", 1)
    assert [one["id"]["permId"] for one in found["deletedObjects"]] == [perm_id]


def test_deletions_are_found_by_id(alice: WireClient) -> None:
    first, second = (trash(alice, one) for one in alice.data_sets_of(DEMO_EXPERIMENT)[:2])
    criterion = {"@type": v3.SEARCH + "IdSearchCriteria", "id": second}
    found = alice.application("searchDeletions", {"criteria": [criterion]}, FETCH)
    assert ([one["id"]["id"] for one in found["objects"]], found["totalCount"]) == ([second["id"]], 1)
    assert len(deletions(alice)) == 2
    assert first["id"] != second["id"]


def test_reverting_brings_everything_back(alice: WireClient) -> None:
    before = alice.data_sets_of(DEMO_EXPERIMENT)
    deletion = trash(alice, *before[:2])
    # pybis sends the id as text, without techId
    only_id = {"@type": "as.dto.deletion.id.DeletionTechId", "id": deletion["id"]}
    alice.application("revertDeletions", [only_id])
    assert alice.data_sets_of(DEMO_EXPERIMENT) == before
    assert deletions(alice) == []


def test_confirming_removes_the_files(admin: WireClient, openbis_sandbox: Sandbox) -> None:
    perm_id = admin.data_set({"nb.ipynb": b"{}"})
    folders = [path for path in Path(openbis_sandbox.store_folder).rglob(perm_id)]
    assert len(folders) == 1
    admin.application("confirmDeletions", [trash(admin, perm_id)])
    assert not folders[0].exists()
    assert deletions(admin) == []
    with pytest.raises(RpcError, match="has not been found"):
        admin.application("updateDataSets", [{"dataSetId": v3.data_set(perm_id)}])


def test_an_experiment_takes_its_objects_and_data_sets_along(alice: WireClient) -> None:
    deletion = alice.application("deleteExperiments", [v3.experiment(PILOT)], REASON)
    assert alice.application("getSamples", [v3.sample(PLATE_4)], {}) == {}
    found = deletions(alice)[0]
    counts = [found[f"total{kind}Count"] for kind in ("Experiments", "Samples", "DataSets")]
    assert counts == [1, 1, 1]
    alice.application("revertDeletions", [deletion])
    assert len(alice.application("getSamples", [v3.sample(PLATE_4)], {})) == 1


def test_a_deletion_that_another_one_depends_on_waits(admin: WireClient) -> None:
    data_set = admin.data_sets_of(PILOT)[0]
    inner = trash(admin, data_set)
    outer = admin.application("deleteExperiments", [v3.experiment(PILOT)], REASON)
    with pytest.raises(RpcError, match="because of dependent deletions"):
        admin.application("confirmDeletions", [outer])
    with pytest.raises(RpcError, match="cannot be reverted before that of its owner"):
        admin.application("revertDeletions", [inner])
    admin.application("confirmDeletions", [inner, outer])
    assert deletions(admin) == []


def test_an_identifier_in_the_trash_can_be_used_again(alice: WireClient) -> None:
    deletion = alice.application("deleteSamples", [v3.sample("/BIOLAB/GROWTH/EXP1")], REASON)
    again = {"code": "EXP1", "typeId": v3.entity_type("ENTRY"), "projectId": v3.project("/BIOLAB/GROWTH")}
    alice.application("createSamples", [again])
    with pytest.raises(RpcError, match="its identifier is in use again"):
        alice.application("revertDeletions", [deletion])


def test_nothing_to_delete_gives_null(alice: WireClient) -> None:
    assert trash(alice, "20200101000000000-1") is None


@pytest.mark.parametrize(
    ("experiment", "text"),
    [
        ("/BIOLAB/ARCHIVE/PILOT_2019", "cannot be deleted because its status is ARCHIVED"),
        ("/BIOLAB/ARCHIVE/PAPER_2020", "because experiment PAPER_2020 is frozen"),
    ],
)
def test_archived_and_frozen_things_stay(admin: WireClient, experiment: str, text: str) -> None:
    with pytest.raises(RpcError, match=text):
        admin.application("deleteExperiments", [v3.experiment(experiment)], REASON)
    assert len(admin.application("getExperiments", [v3.experiment(experiment)], {})) == 1


def test_who_may_do_what(person: Callable[[str], WireClient]) -> None:
    """Contract 9.2: a USER reverts, a POWER_USER deletes, an ADMIN confirms; strangers see nothing."""
    alice, ursula, bob, olga = (person(name) for name in ("alice", "ursula", "bob", "olga"))
    perm_id = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    with pytest.raises(RpcError, match="None of method roles"):
        trash(ursula, perm_id)
    with pytest.raises(RpcError, match="Access denied"):
        trash(bob, perm_id)
    deletion = trash(alice, perm_id)
    with pytest.raises(RpcError, match="None of method roles"):
        alice.application("confirmDeletions", [deletion])
    with pytest.raises(RpcError, match="does not have enough privileges"):
        bob.application("revertDeletions", [deletion])
    with pytest.raises(RpcError, match="None of method roles"):
        olga.application("searchDeletions", {}, {})
    assert (deletions(ursula), deletions(bob)) == ([], [])
    assert len(deletions(person("admin"))) == 1
    ursula.application("revertDeletions", [deletion])


def test_a_type_can_forbid_the_confirmation(admin: WireClient) -> None:
    name = {"propertyTypeId": {"permId": "$NAME"}}
    admin.application(
        "createDataSetTypes", [{"code": "KEPT", "disallowDeletion": True, "propertyAssignments": [name]}]
    )
    perm_id = admin.data_set({"a.txt": b"a"}, typeId=v3.entity_type("KEPT", "DATA_SET"))
    deletion = trash(admin, perm_id)
    with pytest.raises(RpcError, match="'Disallow deletion' flag"):
        admin.application("confirmDeletions", [deletion])
    assert len(deletions(admin)) == 1


def test_projects_and_spaces_are_deleted_at_once_when_empty(admin: WireClient) -> None:
    options = {"reason": "tidy up"}
    with pytest.raises(RpcError, match="because it is not empty"):
        admin.application("deleteProjects", [v3.project("/BIOLAB/GROWTH")], options)
    admin.application("createProjects", [{"code": "EMPTY", "spaceId": v3.space("MATERIALS")}])
    assert admin.application("deleteProjects", [v3.project("/MATERIALS/EMPTY")], options) is None
    assert admin.application("deleteSpaces", [v3.space("MATERIALS")], options) is None
    assert admin.application("getSpaces", [v3.space("MATERIALS")], {}) == {}


def test_a_reason_is_needed(alice: WireClient) -> None:
    with pytest.raises(RpcError, match="Deletion reason cannot be null"):
        alice.application("deleteDataSets", [v3.data_set("1-1")], {})
