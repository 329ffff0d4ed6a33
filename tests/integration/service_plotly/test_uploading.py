"""Upload and retrieve: what goes in, and what comes out of it."""

from __future__ import annotations

import json
import re

import pytest
import requests

from openbis_nb.sandbox import Sandbox
from tests.integration.service.running import RunningService
from tests.unit.service.test_v2_words import FIELDS

from .client import PlotlyClient, errors_of, message_of, notebook
from .conftest import PLACE, Who, at_openbis, base, versions_of

ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{%s}Z"


def test_an_upload_is_there_in_openbis_and_comes_back_whole(
    service: RunningService, openbis: Sandbox, alice: PlotlyClient, name: str
) -> None:
    """P-01, P-03, P-04, P-06, P-07, P-11, P-15 to P-21, P-30, P-31, P-35."""
    heading = "Analysis of the growth of yeast under the influence of salt"
    content = notebook("1 + 1", heading=heading)
    answer = alice.upload(content, name, Plotly_Parent_Path=f"{PLACE}/", Plotly_World_Readable="false")
    assert answer.status_code == 201, answer.text
    made = answer.json()
    [perm_id] = versions_of(openbis, name.removesuffix(".ipynb"))
    number = perm_id.replace("-", "")
    fid = f"alice:{number}"
    assert answer.headers["Location"] == f"{base(service)}/{fid}"
    stored = at_openbis(openbis, "alice").get_dataset(perm_id)
    assert stored.experiment.identifier == PLACE

    found = alice.get(f"/{fid}")
    assert found.status_code == 200
    assert found.json() == made
    assert found.headers["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
    assert found.headers["Content-Type"] == "application/json"
    assert found.headers["Vary"] == "Accept"
    assert made.keys() >= FIELDS
    assert made.keys() - FIELDS == {"parent_path", "deleted", "share_key", "share_key_enabled"}
    assert (made["fid"], made["owner"], made["filename"]) == (fid, "alice", name)
    assert (made["filetype"], made["parented"], made["world_readable"]) == ("jupyter_notebook", True, False)
    assert (made["parent"], made["parent_path"]) == (
        int(str(stored.experiment.permId).replace("-", "")),
        f"{PLACE}/",
    )
    assert made["title"] == "Analysis of the growth of yeast under th"
    assert made["preview"] == "In salt water."
    web = f"{service.url}~alice/{number}"
    assert made["web_url"] == f"{web}/analysis-of-the-growth-of-yeast-under-th/"
    assert (made["embed_url"], made["organize_view_url"]) == (f"{web}.embed", f"{web}/")
    assert made["api_urls"]["jupyter-notebooks"] == answer.headers["Location"]
    assert re.fullmatch(ISO % 6, made["creation_time"])
    assert re.fullmatch(ISO % 3, made["date_modified"])
    assert made["current_user_permission"] == "admin"
    assert isinstance(made["content"], str)
    cells, sent = json.loads(made["content"])["cells"], json.loads(content)["cells"]
    assert ["".join(cell["source"]) for cell in cells] == ["".join(cell["source"]) for cell in sent]
    assert cells[1]["execution_count"] == 1


def test_the_parent_may_be_an_object_by_number_or_no_more_than_home(alice: PlotlyClient, name: str) -> None:
    """P-06, P-11: ``-1`` and nothing are the default owner of the person."""
    by_path = alice.uploaded(notebook(), name, Plotly_Parent_Path=PLACE)
    by_number = alice.uploaded(notebook("x"), name, Plotly_Parent=str(by_path["parent"]))
    assert by_number["parent_path"] == by_path["parent_path"] == f"{PLACE}/"
    for headers in ({}, {"Plotly_Parent": "-1"}, {"Plotly_Parent_Path": "/"}):
        made = alice.uploaded(notebook(str(headers)), name, **headers)
        assert made["parent_path"] == "/BIOLAB/GROWTH/HOME_ALICE/"


@pytest.mark.parametrize(
    ("headers", "status", "text"),
    [
        ({}, 422, "/BIOLAB/GROWTH/HOME_URSULA"),
        ({"Plotly_Parent": "-1"}, 422, "Plotly-Parent-Path"),
        ({"Plotly_Parent": "12"}, 404, "no parent 12"),
        ({"Plotly_Parent": "2020010100000000099"}, 404, "20200101000000000-99"),
        ({"Plotly_Parent_Path": "/BIOLAB/GROWTH/NOWHERE"}, 404, "NOWHERE"),
        ({"Plotly_Parent_Path": "/CHEMLAB/SYNTHESIS/REAGENTS"}, 404, "REAGENTS"),  # not hers to see
        ({"Plotly_Parent_Path": "/BIOLAB/GROWTH"}, 400, "is a project"),
        ({"Plotly_Parent_Path": "/BIOLAB"}, 400, "is a space"),
        ({"Plotly_Parent_Path": "/a b/"}, 400, "identifier"),
        ({"Plotly_Parent_Path": PLACE, "Plotly_Parent": "5"}, 400, "two places"),
        ({"Plotly_Parent_Path": PLACE, "Plotly_World_Readable": "true"}, 403, "Public pages are off"),
        ({"Plotly_Parent_Path": PLACE, "Plotly_World_Readable": "True"}, 400, "lower case"),
        ({"Plotly_Parent_Path": PLACE, "X_File_Name": None}, 400, "X-File-Name"),
        ({"Plotly_Parent_Path": PLACE, "Content_Type": "multipart/form-data; boundary=x"}, 415, "not a form"),
    ],
)
def test_an_upload_that_cannot_be(
    ursula: PlotlyClient, name: str, headers: dict[str, str | None], status: int, text: str
) -> None:
    """P-03 to P-06, P-11, P-39, P-43: nothing is stored, and the answer says what to do."""
    assert text in message_of(ursula.upload(notebook(), name, **headers), status)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 400),
        (b"not json", 422),
        (b"{}", 422),
        (b'{"nbformat": 3, "worksheets": []}', 422),
        (b"x" * 500_000, 413),
    ],
)
def test_the_body_must_be_a_notebook(alice: PlotlyClient, name: str, content: bytes, status: int) -> None:
    """P-03, P-39."""
    errors_of(alice.upload(content, name), status)


def test_who_may_only_look_is_told_the_role(olga: PlotlyClient, name: str) -> None:
    assert "USER" in message_of(olga.upload(notebook(), name, Plotly_Parent_Path=PLACE), 403)


def test_a_stranger_reads_and_nobody_sees_what_openbis_hides(
    service: RunningService, alice: PlotlyClient, olga: PlotlyClient, bob: PlotlyClient, name: str
) -> None:
    """P-02, P-20: there are no public notebooks, and what is hidden is not there."""
    fid = alice.uploaded(notebook(), name)["fid"]
    seen = olga.get(f"/{fid}").json()
    assert seen["current_user_permission"] == "read"
    assert not {"deleted", "share_key", "share_key_enabled"} & seen.keys()
    for suffix in ("", "/html", "/content", "/path"):
        hidden, missing = bob.get(f"/{fid}{suffix}"), bob.get(f"/alice:2020010100000000099{suffix}")
        assert message_of(hidden, 404).split()[1:] == message_of(missing, 404).split()[1:]
        assert olga.get(f"/{fid}{suffix}").status_code == 200
        nobody = PlotlyClient(base(service))
        errors_of(nobody.get(f"/{fid}{suffix}"), 401)
    assert bob.get(f"/{fid}", share_key="anything").status_code == 404


def test_a_fid_names_the_author_and_the_first_version(
    alice: PlotlyClient, ursula: PlotlyClient, name: str
) -> None:
    """P-30."""
    fid = alice.uploaded(notebook(), name)["fid"]
    number = fid.partition(":")[2]
    changed = alice.patch(fid, content=notebook("2").decode())
    assert changed.json()["fid"] == fid
    for wrong in (f"ursula:{number}", f"Alice:{number}", f"alice:{number}0", number, "alice:", "x:y"):
        errors_of(alice.get(f"/{wrong}"), 404)
    assert alice.get(f"/alice%3A{number}").status_code == 200
    for path in (f"/{fid}/", f"/{fid}/path/", "/"):
        assert alice.get(path).status_code == 200


def test_a_browser_finds_the_pages_that_the_answer_names(
    service: RunningService, who: Who, name: str
) -> None:
    """P-18, P-21: also of a person whose name is written in mixed case."""
    eve = who("Eve.O-Neill")
    made = eve.uploaded(notebook(), name, Plotly_Parent_Path=PLACE)
    assert made["fid"].startswith("Eve.O-Neill:")
    assert made["web_url"].endswith("/growth-of-yeast/")
    browser = service.browser()
    browser.log_in(service.person("olga").token)
    for field in ("web_url", "organize_view_url"):
        led = browser.go(made[field].removeprefix(service.origin))
        assert led.status_code == 302
        page = browser.go(led.headers["Location"].removeprefix(service.origin))
        assert page.status_code == 200
        assert page.headers["Content-Type"].startswith("text/html")
    embedded = browser.go(made["embed_url"].removeprefix(service.origin))
    assert embedded.status_code == 200


def test_the_rendering_is_inert(alice: PlotlyClient, name: str) -> None:
    """P-08."""
    hostile = notebook("<script>alert(1)</script>", heading="A <img src=x onerror=alert(1)> heading")
    fid = alice.uploaded(hostile, name)["fid"]
    answer = alice.get(f"/{fid}/html")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "heading" in answer.text
    assert "onerror" not in re.sub(r"&lt;.*?&gt;", "", answer.text)
    assert "<script" not in answer.text


def test_content_and_path_are_what_lookup_and_upload_take(alice: PlotlyClient, name: str) -> None:
    """P-36."""
    made = alice.uploaded(notebook("1"), name)
    content = alice.get(f"/{made['fid']}/content")
    assert content.text == made["content"]
    assert name.split(".")[0].replace(" ", "%20") in content.headers["Content-Disposition"]
    path = alice.get(f"/{made['fid']}/path").json()
    assert path == {"path": f"/BIOLAB/GROWTH/HOME_ALICE/{name}"}
    assert alice.get("/lookup", **path).json()["fid"] == made["fid"]


def test_head_and_options_say_the_same_without_a_body(alice: PlotlyClient, name: str) -> None:
    """P-15."""
    fid = alice.uploaded(notebook(), name)["fid"]
    head: requests.Response = alice.ask("HEAD", f"/{fid}")
    assert (head.status_code, head.content) == (200, b"")
    for path in ("", "/lookup", "/upload", f"/{fid}", f"/{fid}/html", f"/{fid}/trash"):
        options = alice.ask("OPTIONS", path)
        assert options.status_code == 204
        assert "OPTIONS" in options.headers["Allow"]
    assert head.headers["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"
