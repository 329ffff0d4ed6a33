"""GET /datastore_server/<permId>/<path> (contract 4.3)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox
from openbis_nb.sandbox.dss.direct_get import content_type

from .wire_client import WireClient

LAYOUT = "original/default/plate_1_layout.csv"


@pytest.fixture
def plate(reader: WireClient) -> str:
    return reader.data_sets_of(DEMO_EXPERIMENT)[0]


def test_a_file_comes_whole_and_inline(reader: WireClient, plate: str) -> None:
    answer = reader.get(plate, LAYOUT)
    assert answer.content.startswith(b"well,strain,")
    assert answer.headers["Content-Length"] == str(len(answer.content))
    assert answer.headers["Content-Disposition"] == 'inline; filename="plate_1_layout.csv"'


def test_encoded_slashes_are_slashes(reader: WireClient, plate: str) -> None:
    assert reader.get(plate, quote(LAYOUT, safe="")).content == reader.get(plate, LAYOUT).content


def test_control_characters_in_a_name(ursula: WireClient) -> None:
    """Nothing in openBIS forbids them."""
    name = "line\nbreak\tand\x01.csv"
    perm_id = ursula.data_set({name: b"x"})
    assert ursula.get(perm_id, quote(f"original/{name}")).content == b"x"


def test_ranges_are_not_known(reader: WireClient, plate: str) -> None:
    """D2: a ranged request gets 200 and the whole file, as on the real server."""
    answer = reader.get(plate, LAYOUT, headers={"Range": "bytes=0-3"})
    assert answer.status_code == 200
    assert len(answer.content) > 4
    assert "Accept-Ranges" not in answer.headers


ERRORS = [
    (LAYOUT, "ursula-230926143214123x0", "Download session expired."),
    (LAYOUT, "", "Download session expired."),
    ("original/none.csv", None, "Resource &#x27;original/none.csv&#x27; does not exist in data set"),
]


@pytest.mark.parametrize(
    ("path", "token", "text"), ERRORS, ids=["dead session", "no session", "no such file"]
)
def test_errors_are_pages_with_status_200(
    reader: WireClient, plate: str, path: str, token: str | None, text: str
) -> None:
    answer = reader.get(plate, path, token)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert text in answer.text


@pytest.mark.parametrize("path", ["", "original", "original/..%2f..%2fx", "%00"])
def test_no_file_of_another_data_set_is_reached(reader: WireClient, path: str) -> None:
    answer = reader.get("20990101000000000-1", path)
    assert "Data set &#x27;20990101000000000-1&#x27; is not accessible." in answer.text


def test_who_may_not_see_a_data_set_gets_none_of_it(shared_openbis_sandbox: Sandbox, plate: str) -> None:
    bob = WireClient(shared_openbis_sandbox, "bob")
    assert "is not accessible." in bob.get(plate, LAYOUT).text
    bob.close()


def test_an_archived_data_set_is_said_to_be_so(reader: WireClient) -> None:
    archived = next(one for one in reader.data_sets_of("/BIOLAB/ARCHIVE/PILOT_2019"))
    answer = reader.get(archived, "original/default/pilot_od600.csv")
    assert "is not available (status: ARCHIVED)" in answer.text


def test_directories_are_listed_with_links(reader: WireClient, plate: str) -> None:
    page = reader.get(plate, "").text
    assert f'<a href="/datastore_server/{plate}/original">original</a>' in page
    assert "plate_1_od600.csv" in reader.get(plate, "original/default/").text


def test_a_browser_follows_links_by_its_cookie(reader: WireClient, plate: str) -> None:
    reader.get(plate, LAYOUT)
    assert reader.get(plate, LAYOUT, token="").content.startswith(b"well,strain,")


TYPES = [
    ("a.html", "text/html"),
    ("a.txt", "text/plain"),
    ("README", "text/plain"),
    ("a.PNG", "image/png"),
    ("a.csv", "application/octet-stream"),
    ("nb.ipynb", "application/octet-stream"),  # a JSON type would break the ELN's copy function
    ("a.json", "application/octet-stream"),
]


@pytest.mark.parametrize(("name", "kind"), TYPES)
def test_content_types_are_those_of_the_real_servlet(name: str, kind: str) -> None:
    assert content_type(name) == kind


def test_plain_display_is_binary(reader: WireClient, plate: str) -> None:
    assert reader.get(plate, LAYOUT, params={"mode": "txt"}).headers["Content-Type"] == "binary"


def test_other_methods_are_refused(reader: WireClient, plate: str) -> None:
    answer = reader.http.put(f"{reader.url}/datastore_server/{plate}/{LAYOUT}", timeout=60)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET,OPTIONS,POST"
