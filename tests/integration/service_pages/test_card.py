"""The card of an entity: what it says, what it costs, and that it says it as text."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .conftest import Page
from .many import set_properties


async def test_a_card_says_who_what_and_where_in_two_round_trips(page: Page) -> None:
    perm_id = await page.perm_id(DEMO_EXPERIMENT)
    card = await page.get(f"entities/{perm_id}", kind="experiment")
    assert page.calls == [2]
    assert (card["name"], card["type"]) == ("Growth curves at three temperatures", "DEFAULT_EXPERIMENT")
    assert (card["registrator"], card["may_add"], card["frozen"]) == ("ursula", True, False)
    assert [step["identifier"] for step in card["path"]] == ["/BIOLAB", "/BIOLAB/GROWTH"]
    assert card["link"].startswith("https://eln.example.org/openbis/webapp/eln-lims/?")


@pytest.mark.parametrize(
    ("place", "kind", "path"),
    [
        ("/BIOLAB", "space", []),
        ("biolab/growth", "project", ["BIOLAB"]),
        (DEMO_EXPERIMENT, "experiment", ["BIOLAB", "GROWTH"]),
        (f"{DEMO_EXPERIMENT}/PLATE_1", "object", ["BIOLAB", "GROWTH", "GROWTH_CURVES_1"]),
        ("/BIOLAB/GROWTH/PLATE_1", "object", ["BIOLAB", "GROWTH", "GROWTH_CURVES_1"]),
        ("/BIOLAB/STRAINS", "object", ["BIOLAB"]),
    ],
)
async def test_a_link_may_name_an_entity_by_identifier(
    page: Page, place: str, kind: str, path: list[str]
) -> None:
    """O-03: from a space, project, experiment and object; with or without its kind."""
    card = await page.get("entities", place=place)
    assert (card["kind"], [step["code"] for step in card["path"]]) == (kind, path)
    assert await page.get("entities", place=place, kind=kind) == card
    assert page.calls[1] <= 3


async def test_rich_text_is_shown_as_text_under_the_labels_of_the_type(
    page: Page, openbis_sandbox: Sandbox
) -> None:
    set_properties(
        openbis_sandbox,
        "SAMPLE",
        "/BIOLAB/GROWTH/EXP1",
        EXPERIMENTAL_STEP__EXPERIMENTAL_DESCRIPTION="<p>5 &lt; 6</p><script>alert(1)</script>",
        EXPERIMENTAL_STEP__SPREADSHEET="<DATA>eyJhIjoxfQ==</DATA>",
    )
    card = await page.get("entities", place="/BIOLAB/GROWTH/EXP1")
    assert {row["label"]: row["value"] for row in card["properties"]} == {
        "Experimental goals": "OD 0.5",
        "Experimental description": "5 < 6",
        "Spreadsheet": "A spreadsheet; open the ELN to see it.",
    }


async def test_a_hostile_name_comes_as_it_was_typed(page: Page, openbis_sandbox: Sandbox) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    set_properties(openbis_sandbox, "EXPERIMENT", DEMO_EXPERIMENT, _NAME=hostile)
    answer = await page.ask("entities", place=DEMO_EXPERIMENT)
    assert answer.json()["name"] == hostile
    assert answer.headers["Content-Type"] == "application/json"


async def test_who_may_only_look_is_told_before_anything_is_made(olgas_page: Page) -> None:
    assert (await olgas_page.get("entities", place=DEMO_EXPERIMENT))["may_add"] is False
    assert (await olgas_page.get("entities", place="/BIOLAB"))["may_add"] is None


async def test_what_is_frozen_says_so(page: Page) -> None:
    card = await page.get("entities", place="/BIOLAB/ARCHIVE/PAPER_2020")
    assert (card["frozen"], card["may_add"]) == (True, False)


@pytest.mark.parametrize(
    ("place", "code", "status"),
    [
        ("/CHEMLAB/SYNTHESIS/TITRATION_1", "not-found", 404),  # there, but not for alice
        ("/BIOLAB/NOTHING/AT_ALL", "not-found", 404),
        ("20200101000000000-999999", "not-found", 404),
        ("/BIOLAB/<script>", "invalid-identifier", 400),
    ],
)
async def test_what_cannot_be_shown_says_why(page: Page, place: str, code: str, status: int) -> None:
    problem = await page.problem("entities", place=place)
    assert (problem["code"], problem["status"]) == (code, status)
    assert problem["next_step"]


async def test_openbis_being_down_is_said_as_such(page: Page, openbis_sandbox: Sandbox) -> None:
    openbis_sandbox.faults.add("status", "searchSpaces", count=0)
    problem = await page.problem("tree")
    assert problem["status"] == 502
    assert "openBIS" in problem["detail"]
