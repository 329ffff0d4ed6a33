"""What is sent has the contract's shapes; what comes back is read as the contract allows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from openbis_nb.errors import InvalidIdentifier, UnexpectedAnswer
from openbis_nb.models import Entity
from openbis_nb.openbis.protocol import administration, changes, criteria, fetching, ids, types
from openbis_nb.openbis.protocol.replies import Reply

EXPERIMENT = Entity("experiment", "20230101000000000-3", "/S/P/E", "E")
OBJECT = Entity("object", "20230101000000003-12", "/S/P/OBJ", "OBJ")
SPACE_OBJECT = Entity("object", "20230101000000003-13", "/S/OBJ", "OBJ")


def test_a_creation_is_the_contracts() -> None:
    """Contract 5.3; O-24."""
    sent = changes.data_set_creation(
        type_code="ANALYSIS_NOTEBOOK",
        owner=OBJECT,
        properties={"$NAME": "N1", "NOTES": ""},
        parents=["20230926143214123-101"],
        upload_id="94cf14f1",
    )
    assert sent == {
        "@type": "dss.dto.dataset.create.UploadedDataSetCreation",
        "typeId": {
            "@type": "as.dto.entitytype.id.EntityTypePermId",
            "permId": "ANALYSIS_NOTEBOOK",
            "entityKind": "DATA_SET",
        },
        "sampleId": {"@type": "as.dto.sample.id.SamplePermId", "permId": "20230101000000003-12"},
        "properties": {"$NAME": "N1"},
        "parentIds": [{"@type": "as.dto.dataset.id.DataSetPermId", "permId": "20230926143214123-101"}],
        "uploadId": "94cf14f1",
    }


def test_an_update_names_only_what_changes() -> None:
    """Contract 6.1: pybis sends all properties, and loses others' changes."""
    assert changes.data_set_update("1-1", {"NOTES": "x"})["properties"] == {"NOTES": "x"}


def test_many_data_sets_files_are_one_search() -> None:
    """Contract 4.2: OR over the codes."""
    found = criteria.files_of(["1-1", "2-2"])["criteria"][0]
    assert found["operator"] == "OR"
    assert [c["fieldValue"]["value"] for c in found["criteria"]] == ["1-1", "2-2"]


@pytest.mark.parametrize(
    ("owner", "text"),
    [
        (EXPERIMENT, "/S/P/__DUMMY_DATA_SET_FOR_RIGHTS_CALCULATION__"),
        (OBJECT, "/S/P/__DUMMY_DATA_SET_FOR_RIGHTS_CALCULATION__"),
    ],
)
def test_the_right_to_create_is_asked_as_the_eln_asks(owner: Entity, text: str) -> None:
    """Contract 3.9."""
    asked = ids.new_data_set_in(owner)
    assert asked is not None
    assert asked["permId"] == text


def test_an_object_in_no_project_has_no_such_question() -> None:
    assert ids.new_data_set_in(SPACE_OBJECT) is None


def test_a_project_cannot_own_data_sets() -> None:
    """O-09."""
    with pytest.raises(InvalidIdentifier):
        ids.new_data_set_in(Entity("project", "1-1", "/S/P", "P"))


def test_a_page_names_offset_limit_and_order() -> None:
    """Contract 3.2."""
    sent = fetching.page({}, offset=10, limit=5, sort=[("CODE", True)], of="dataset.DataSet")
    assert (sent["from"], sent["count"]) == (10, 5)
    assert sent["sort"]["@type"] == "as.dto.dataset.fetchoptions.DataSetSortOptions"
    assert sent["sort"]["sortings"][0]["order"]["asc"] is True


def repeated_objects() -> dict[str, object]:
    """A real server writes an object once, then its number (contract 1.4)."""
    experiment = {
        "@id": 5,
        "permId": {"@id": 6, "permId": "1-3"},
        "identifier": {"@id": 7, "identifier": "/S/P/E"},
        "code": "E",
        "properties": {"$name": "Exp"},
        "registrationDate": 1695739934123,
    }
    first = {
        "@id": 1,
        "permId": {"@id": 2, "permId": "9-1"},
        "type": {"@id": 3, "code": "RAW_DATA"},
        "kind": "PHYSICAL",
        "experiment": experiment,
        "registrator": {"@id": 4, "userId": "alice"},
        "dataStore": {"@id": 8, "code": "DSS1", "downloadUrl": "https://h"},
        "physicalData": {"@id": 9, "status": "AVAILABLE", "size": 3, "shareId": "1", "location": "x/y"},
        "properties": {"numbers": [1, 2, 3]},
        "parents": None,
    }
    second = {
        **first,
        "@id": 10,
        "permId": {"@id": 11, "permId": "9-2"},
        "type": 3,
        "experiment": 5,
        "registrator": 4,
        "dataStore": 8,
        "parents": [1],
    }
    return {"@id": 0, "objects": [first, second], "totalCount": 7}


def test_repeated_objects_are_looked_up_and_numbers_stay_numbers() -> None:
    reply = Reply(repeated_objects())
    objects, total = reply.search()
    first, second = (reply.data_set(found) for found in objects)
    assert total == 7
    assert second.experiment == first.experiment
    assert second.registrator == first.registrator
    assert second.parents == ("9-1",)
    assert first.properties["NUMBERS"] == [1, 2, 3]
    assert (second.type_code, second.download_url) == ("RAW_DATA", "https://h")


def test_dates_are_aware_and_in_utc() -> None:
    reply = Reply(repeated_objects())
    owner = reply.data_set(reply.search()[0][0]).owner
    assert owner is not None
    assert owner.registered_at == datetime(2023, 9, 26, 14, 52, 14, 123000, tzinfo=UTC)


def test_a_number_that_names_nothing_is_an_unexpected_answer() -> None:
    with pytest.raises(UnexpectedAnswer):
        Reply({"a": 99}).get(99)


@pytest.mark.parametrize("result", [None, [], "html", {"objects": None}, 7])
def test_a_search_answer_of_another_shape_is_refused(result: object) -> None:
    with pytest.raises(UnexpectedAnswer):
        Reply(result).search()


def listed(crc: int | None, size: int, directory: bool = False) -> dict[str, object]:
    return {
        "dataSetPermId": {"permId": "9-1"},
        "path": "original/a.csv",
        "directory": directory,
        "fileLength": size,
        "checksumCRC32": crc,
    }


@pytest.mark.parametrize(
    ("crc", "size", "read"),
    [(-1094795586, 12, 3200171710), (5, 1, 5), (None, 1, None), (0, 9, None), (0, 0, 0)],
)
def test_checksums_are_unsigned_and_a_missing_one_is_none(
    crc: int | None, size: int, read: int | None
) -> None:
    """Contract 1.7."""
    reply = Reply({"objects": [listed(crc, size), listed(0, 0, directory=True)]})
    assert [file.crc32 for file, _ in reply.files()] == [read]


def test_the_spelling_of_internal_properties_is_the_servers() -> None:
    """D6: ``$NAME`` and ``NAME`` are one property in two releases."""
    assignment = {"propertyType": {"code": "$NAME", "dataType": "VARCHAR"}, "mandatory": True}
    vocabulary = {"code": "V", "terms": [{"code": "A", "label": "a"}]}
    chosen = {"propertyType": {"code": "KIND", "vocabulary": vocabulary}, "ordinal": 2}
    known = types.data_set_type(Reply({}), {"code": "T", "propertyAssignments": [chosen, assignment]})
    assert types.spelling(known, "NAME") == "$NAME"
    assert types.spelling(known, "KIND") == "KIND"
    assert types.spelling(known, "HISTORY_ID") is None
    assert known.properties["KIND"].vocabulary is not None
    assert list(known.properties) == ["$NAME", "KIND"]


def test_a_personal_access_token_does_not_print() -> None:
    found = {"permId": {"permId": "$pat-alice-1"}, "sessionName": "s", "validToDate": 1000}
    read = administration.personal_access_token(Reply(found), found)
    assert read.token.reveal() == "$pat-alice-1"
    assert "alice-1" not in repr(read)


def test_the_roles_of_a_group_are_its_members() -> None:
    found = {
        "role": "ADMIN",
        "roleLevel": "SPACE",
        "space": {"code": "BIOLAB"},
        "authorizationGroup": {"users": [{"userId": "alice"}, {"userId": "bob"}]},
    }
    role = administration.role_assignment(Reply(found), found)
    assert [person.user_id for person in role.people] == ["alice", "bob"]
    assert (role.space, role.project) == ("BIOLAB", None)
