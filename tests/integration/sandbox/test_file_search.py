"""searchFiles, and the older listFilesForDataSet (contract 4.2, 4.5)."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT

from .wire_client import RpcError, WireClient, data_sets_with_codes

OPTIONS = {"@type": "dss.dto.datasetfile.fetchoptions.DataSetFileFetchOptions"}
V1 = "/datastore_server/rmi-dss-api-v1.json"


@pytest.fixture
def plate(reader: WireClient) -> str:
    return reader.data_sets_of(DEMO_EXPERIMENT)[0]


def test_root_directories_and_files_sorted_by_path(reader: WireClient, plate: str) -> None:
    listed = reader.files(plate)
    assert [(one["path"], one["directory"]) for one in listed] == [
        ("", True),
        ("original", True),
        ("original/default", True),
        ("original/default/plate_1_layout.csv", False),
        ("original/default/plate_1_od600.csv", False),
    ]


def test_every_object_is_complete(reader: WireClient, plate: str) -> None:
    one = reader.files(plate)[3]
    data = reader.get(plate, one["path"]).content
    assert one["fileLength"] == len(data)
    assert one["checksumCRC32"] % 2**32 == zlib.crc32(data)
    assert -(2**31) <= one["checksumCRC32"] < 2**31
    assert one["permId"]["dataSetId"]["permId"] == one["dataSetPermId"]["permId"] == plate
    assert one["dataStore"]["downloadUrl"] == reader.url
    objects: list[dict[str, Any]] = [one, one["permId"], one["dataSetPermId"], one["dataStore"]]
    assert all(each["@type"] and each["@id"] >= 1 for each in objects)
    assert len({each["@id"] for each in objects}) == len(objects)


def test_many_data_sets_are_one_call(reader: WireClient) -> None:
    """Budget of the design: the file lists of all inputs are one round trip."""
    plates = reader.data_sets_of(DEMO_EXPERIMENT)
    listed = reader.files(*plates)
    assert [one["dataSetPermId"]["permId"] for one in listed if one["path"] == ""] == plates


def test_pages_and_totals(reader: WireClient, plate: str) -> None:
    criteria = {"criteria": [data_sets_with_codes(plate)]}
    page = reader.data_store("searchFiles", criteria, OPTIONS | {"from": 3, "count": 1})
    assert page["totalCount"] == 5
    assert [one["path"] for one in page["objects"]] == ["original/default/plate_1_layout.csv"]


def test_a_single_criterion_may_stand_for_a_list(reader: WireClient, plate: str) -> None:
    found = reader.data_store("searchFiles", {"criteria": data_sets_with_codes(plate)}, OPTIONS)
    assert found["totalCount"] == 5


def test_what_one_may_not_see_has_no_files(person: Callable[[str], WireClient]) -> None:
    plate = person("ursula").data_sets_of(DEMO_EXPERIMENT)[0]
    assert person("bob").files(plate, "1-1") == []


def test_a_deleted_data_set_has_no_files(person: Callable[[str], WireClient]) -> None:
    alice = person("alice")
    plate = alice.data_sets_of(DEMO_EXPERIMENT)[0]
    ids = [{"@type": "as.dto.dataset.id.DataSetPermId", "permId": plate}]
    alice.application("deleteDataSets", ids, {"reason": "test"})
    assert alice.files(plate) == []


def test_containers_and_links_have_none(reader: WireClient) -> None:
    archived, *others = reader.data_sets_of("/BIOLAB/ARCHIVE/PILOT_2019")
    assert len(reader.files(archived)) == 4
    assert reader.files(*others) == []


def test_the_older_api_lists_folder_by_folder(reader: WireClient, plate: str) -> None:
    top = reader.call(V1, "listFilesForDataSet", reader.token, plate, "/", False)
    assert [(one["pathInDataSet"], one["isDirectory"]) for one in top] == [("original", True)]
    below = reader.call(V1, "listFilesForDataSet", reader.token, plate, "original/default", True)
    assert [one["pathInListing"] for one in below] == ["plate_1_layout.csv", "plate_1_od600.csv"]
    assert below[0]["fileSize"] == str(len(reader.get(plate, below[0]["pathInDataSet"]).content))


@pytest.mark.parametrize(("start", "text"), [("nowhere", "Resource 'nowhere' does not exist.")])
def test_the_older_api_refuses(reader: WireClient, plate: str, start: str, text: str) -> None:
    with pytest.raises(RpcError, match=text):
        reader.call(V1, "listFilesForDataSet", reader.token, plate, start, True)
    with pytest.raises(RpcError, match="is not accessible"):
        reader.call(V1, "listFilesForDataSet", reader.token, "1-1", "", True)
