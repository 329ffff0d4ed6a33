"""The tree and the search as the page asks for them."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import Page
from .many import add_objects


async def test_the_top_shows_the_spaces_in_one_round_trip(page: Page) -> None:
    tree = await page.get("tree")
    assert [section["kind"] for section in tree["sections"]] == ["space"]
    space = tree["sections"][0]["nodes"][0]
    assert (space["code"], space["identifier"], space["opens"]) == ("BIOLAB", "/BIOLAB", True)
    assert page.calls == [1]


async def test_each_level_shows_what_lies_in_it_itself(page: Page) -> None:
    """Objects directly in a space or project are there, too; those in an experiment only in that."""
    place, kind = "BIOLAB", "space"
    for code, next_kind in [("GROWTH", "project"), ("GROWTH_CURVES_1", "experiment"), ("PLATE_1", "object")]:
        tree = await page.get("tree", of=place, kind=kind)
        nodes = [node for section in tree["sections"] for node in section["nodes"]]
        found = next(node for node in nodes if node["code"] == code)
        assert found["kind"] == next_kind
        place, kind = found["perm_id"], found["kind"]
    assert (await page.get("tree", of=place, kind=kind)) == {"sections": []}
    assert max(page.calls) == 2
    assert found["opens"] is False


async def test_a_space_shows_projects_first_then_its_own_objects(page: Page) -> None:
    sections = (await page.get("tree", of="BIOLAB", kind="space"))["sections"]
    assert [section["kind"] for section in sections] == ["project", "object"]
    assert [node["name"] for node in sections[1]["nodes"]] == ["How strains are kept"]


async def test_thousands_come_a_hundred_at_a_time(page: Page, openbis_sandbox: Sandbox) -> None:
    """Each page is one call, and none is left out or shown twice."""
    add_objects(openbis_sandbox, DEMO_EXPERIMENT, 1234)
    of = await page.perm_id(DEMO_EXPERIMENT)
    section = (await page.get("tree", of=of, kind="experiment"))["sections"][0]
    codes = [node["code"] for node in section["nodes"]]
    assert (len(codes), section["total"]) == (100, 1239)
    while section["after"]:
        section = (await page.get("tree", of=of, kind="experiment", after=section["after"]))["sections"][0]
        codes += [node["code"] for node in section["nodes"]]
    assert len(codes) == len(set(codes)) == 1239
    assert codes == sorted(codes)
    assert set(page.calls) == {1}


@pytest.mark.parametrize(
    "params", [{"of": "BIOLAB"}, {"after": "nonsense"}, {"after": "space:-1"}, {"after": "object:1"}]
)
async def test_a_question_that_makes_no_sense_is_answered_with_the_reason(
    page: Page, params: dict[str, str]
) -> None:
    assert (await page.problem("tree", **params))["code"] == "invalid-input"
    assert page.calls == [0]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("time lapse", "TIME_LAPSE_1"),
        ("growth_cur", "GROWTH_CURVES_1"),
        ("/biolab/growth/plate_3", "PLATE_3"),
        ("  plate 2 ", "PLATE_2"),
    ],
)
async def test_a_search_finds_by_name_code_and_identifier(page: Page, words: str, code: str) -> None:
    found = await page.get("search", q=words)
    assert code in [node["code"] for section in found["sections"] for node in section["nodes"]]


async def test_a_search_shows_data_sets_with_their_owner(page: Page) -> None:
    found = (await page.get("search", q="plate 4"))["data_sets"][0]
    assert (found["name"], found["owner"]["code"]) == ("Growth curves, plate 4 (pilot)", "PLATE_4")


async def test_a_search_for_owners_leaves_out_what_can_own_nothing(page: Page) -> None:
    """O-09."""
    found = await page.get("search", q="growth", kind=["experiment", "object"])
    assert {section["kind"] for section in found["sections"]} <= {"experiment", "object"}
    assert found["data_sets"] == []


async def test_nothing_that_the_person_may_not_see_is_found(page: Page) -> None:
    assert await page.get("search", q="titration") == {"sections": [], "data_sets": []}


async def test_an_empty_search_costs_nothing(page: Page) -> None:
    assert (await page.problem("search", q="  "))["code"] == "invalid-input"
    assert page.calls == [0]


async def test_a_space_offers_owners_at_any_depth(page: Page) -> None:
    """O-09, O-12: what the dialog shows before anything is typed."""
    sections = (await page.get("entities/BIOLAB/owners", kind="space"))["sections"]
    codes = {section["kind"]: [node["code"] for node in section["nodes"]] for section in sections}
    assert "GROWTH_CURVES_1" in codes["experiment"]
    assert {"PLATE_1", "STRAINS"} <= set(codes["object"])
    assert page.calls == [2]
