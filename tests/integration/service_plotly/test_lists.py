"""Lists and look-up."""

from __future__ import annotations

import pytest

from tests.unit.service.test_v2_words import FIELDS

from .client import PlotlyClient, errors_of, message_of, notebook
from .conftest import PLACE, PROJECT

OTHER = f"{PROJECT}/V2_OTHER"


def test_a_list_is_ordered_and_paged_by_an_opaque_cursor(alice: PlotlyClient, bob: PlotlyClient) -> None:
    """P-41: ``results``, ``count`` and the address of the next page."""
    names = [f"Paged {letter}.ipynb" for letter in "bdace"]
    for one in names:
        alice.uploaded(notebook(one), one, Plotly_Parent_Path=OTHER)
    first = alice.get("", order_by="filename", page_size=2, parent_path=OTHER, filename="Paged").json()
    pages, page = [first], first
    while page["next"]:
        answer = alice.ask("GET", page["next"].removeprefix(alice.root))
        assert answer.status_code == 200
        page = answer.json()
        pages.append(page)
    found = [result["filename"] for page in pages for result in page["results"]]
    assert found == sorted(names)
    assert len(pages) == 3
    assert first["count"] in (5, None)
    [result, _] = first["results"]
    assert result.keys() >= FIELDS
    assert result["content"] is None
    back = alice.get("", order_by="-filename", parent_path=OTHER, filename="Paged").json()["results"]
    assert [result["filename"] for result in back] == sorted(names, reverse=True)
    newest = alice.get("", order_by="-views", parent_path=OTHER, filename="Paged").json()["results"]
    assert [result["filename"] for result in newest] == names[::-1]
    assert bob.get("", filename="Paged").json()["results"] == []
    errors_of(bob.get("", parent_path=OTHER), 404)


def test_a_list_is_narrowed_by_parent_and_author(
    alice: PlotlyClient, ursula: PlotlyClient, name: str
) -> None:
    """P-11, P-41."""
    made = alice.uploaded(notebook("a"), name, Plotly_Parent_Path=OTHER)
    hers = ursula.uploaded(notebook("b"), name, Plotly_Parent_Path=PLACE)
    short = name.removesuffix(".ipynb")

    def fids(**params: object) -> set[str]:
        answer = alice.get("", filename=short, **params)
        assert answer.status_code == 200, answer.text
        return {one["fid"] for one in answer.json()["results"] if one["filename"] == name}

    assert fids() == {made["fid"], hers["fid"]}
    assert fids(parent=made["parent"]) == fids(parent_path=OTHER) == fids(user="alice") == {made["fid"]}
    assert alice.ask("GET", made["api_urls"]["parent"].removeprefix(alice.root)).status_code == 200


@pytest.mark.parametrize(
    "params",
    [
        {"order_by": "size"},
        {"order_by": "--filename"},
        {"page_size": "0"},
        {"page_size": "many"},
        {"cursor": "made up"},
        {"parent": "home"},
    ],
)
def test_a_query_that_cannot_be_right(alice: PlotlyClient, params: dict[str, str]) -> None:
    """P-39, P-41."""
    errors_of(alice.get("", **params), 400)


def test_a_notebook_is_found_by_its_path(
    alice: PlotlyClient, ursula: PlotlyClient, bob: PlotlyClient, name: str
) -> None:
    """P-38, P-43: with ``exists`` just a flag; of one name in one place the one saved last."""
    old = alice.uploaded(notebook("1"), name, Plotly_Parent_Path=PLACE)
    new = ursula.uploaded(notebook("2"), name, Plotly_Parent_Path=PLACE)
    path = f"{PLACE}/{name}"
    assert alice.get("/lookup", path=path).json()["fid"] == new["fid"]
    assert alice.get("/lookup", path=path, user="alice").json() == old
    assert alice.get("/lookup", path=name, parent=old["parent"]).json()["fid"] == new["fid"]
    assert alice.get("/lookup", path=path.removesuffix(".ipynb"), exists="true").json() == {"exists": True}
    home = alice.uploaded(notebook("3"), name)
    assert alice.get("/lookup", path=name).json()["fid"] == home["fid"]
    for wrong in (f"{PLACE}/Nothing of that name", f"{OTHER}/{name}", f"/NO/SUCH/PLACE/{name}"):
        assert alice.get("/lookup", path=wrong, exists="true").json() == {"exists": False}
        errors_of(alice.get("/lookup", path=wrong, exists="false"), 404)
    assert bob.get("/lookup", path=path, exists="true").json() == {"exists": False}
    alice.patch(old["fid"], filename=f"Renamed {name}")
    assert alice.get("/lookup", path=path, user="alice", exists="true").json() == {"exists": False}


@pytest.mark.parametrize(
    ("params", "text"),
    [
        ({}, "path is missing"),
        ({"path": "/BIOLAB/GROWTH/V2/"}, "is a project"),
        ({"path": "a", "exists": "True"}, "lower case"),
        ({"path": "a", "exists": "1"}, "lower case"),
        ({"path": "a", "parent": "x"}, "not a number"),
        ({"path": "/A/B/C/a", "parent": "5"}, "no parent 5"),
    ],
)
def test_a_look_up_that_cannot_be_right(alice: PlotlyClient, params: dict[str, str], text: str) -> None:
    """P-38, P-39, P-43."""
    answer = alice.get("/lookup", **params)
    assert answer.status_code in (400, 404)
    assert text in message_of(answer, answer.status_code)
