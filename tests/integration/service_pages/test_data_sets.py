"""Data sets: what is shown, what is preselected and why not, and what it costs."""

from __future__ import annotations

import pytest

from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.service.settings import ServiceSettings

from .conftest import Page, stored


async def test_all_connected_data_sets_are_preselected(page: Page) -> None:
    """O-10: with type, size, state and date, in one round trip."""
    found = await page.get(f"entities/{await page.perm_id(DEMO_EXPERIMENT)}/data-sets", kind="experiment")
    rows = found["data_sets"]
    assert page.calls == [1]
    assert found["total"] == 3
    assert set(found["preselect"]) == {row["perm_id"] for row in rows}
    assert found["note"] == ""
    assert {(row["type"], row["state"], row["readable"]) for row in rows} == {("RAW_DATA", "available", True)}
    assert all(row["size"] > 50_000 and row["registered_at"] for row in rows)


async def test_saved_notebooks_are_listed_but_not_preselected(page: Page) -> None:
    entity = await page.client.entity(DEMO_EXPERIMENT)
    saved = await stored(page.client, entity, "Growth", "ANALYSIS_NOTEBOOK")
    found = await page.get(f"entities/{entity.perm_id}/data-sets", kind="experiment")
    assert found["data_sets"][0]["perm_id"] == saved  # the newest first
    assert saved not in found["preselect"]
    assert len(found["preselect"]) == 3
    assert found["note"] == "Not preselected: 1 saved notebook or preview."


async def test_what_cannot_be_read_now_is_listed_with_its_state(page: Page) -> None:
    """U-29, U-30: nothing is hidden, nothing unreadable is taken up without being asked for."""
    found = await page.get(
        f"entities/{await page.perm_id('/BIOLAB/ARCHIVE/PILOT_2019')}/data-sets", kind="experiment"
    )
    assert {row["state"] for row in found["data_sets"]} == {"archived", "container", "linked"}
    assert all(row["note"] for row in found["data_sets"])
    assert found["preselect"] == []
    assert found["note"] == "Not preselected: 3 data sets that cannot be read now."


class TestPreselectLimit:
    @pytest.fixture
    def service_settings(self) -> ServiceSettings:
        return ServiceSettings(preselect_limit=100_000)

    async def test_over_the_limit_nothing_is_preselected_and_the_reason_is_given(self, page: Page) -> None:
        found = await page.get(f"entities/{await page.perm_id(DEMO_EXPERIMENT)}/data-sets", kind="experiment")
        assert found["preselect"] == []
        assert found["note"].startswith("Nothing is preselected: together they hold 177 kB, more than the")
        assert "100 kB" in found["note"]

    async def test_below_it_all_are(self, page: Page) -> None:
        found = await page.get(
            f"entities/{await page.perm_id('/BIOLAB/GROWTH/PLATE_4')}/data-sets", kind="object"
        )
        assert len(found["preselect"]) == 1


async def test_more_than_a_page_is_never_preselected(page: Page) -> None:
    entity = await page.client.entity("/BIOLAB/GROWTH/GROWTH_PILOT")
    for number in range(51):
        await stored(page.client, entity, f"Data {number}")
    page.calls.clear()
    first = await page.get(f"entities/{entity.perm_id}/data-sets", kind="experiment")
    rest = await page.get(f"entities/{entity.perm_id}/data-sets", kind="experiment", after=first["after"])
    seen = [row["perm_id"] for row in first["data_sets"] + rest["data_sets"]]
    assert (first["total"], len(seen), len(set(seen))) == (52, 52, 52)
    assert rest["after"] is None
    assert first["preselect"] == []
    assert first["note"].startswith("Nothing is preselected: 52 data sets")
    assert page.calls == [1, 1]


async def test_data_sets_are_searched_in_an_entity_and_everywhere(page: Page) -> None:
    perm_id = await page.perm_id(DEMO_EXPERIMENT)
    inside = await page.get(f"entities/{perm_id}/data-sets", kind="experiment", q="plate 2")
    assert [row["name"] for row in inside["data_sets"]] == ["Growth curves, plate 2"]
    assert inside["preselect"] == []
    everywhere = await page.get("data-sets", q="dose")
    assert [row["owner"]["code"] for row in everywhere["data_sets"]] == ["DOSE_RESPONSE_1"]
    assert max(page.calls) <= 2


async def test_those_that_a_link_names_come_in_its_order_with_the_reason_for_the_missing(page: Page) -> None:
    """O-11, U-29."""
    known = (await page.get("data-sets", q="growth curves, plate"))["data_sets"]
    wanted = [known[1]["perm_id"], "20200101000000000-999999", known[0]["perm_id"]]
    found = (await page.get("data-sets", perm_id=wanted))["data_sets"]
    assert [row["perm_id"] for row in found] == wanted
    assert [row["state"] for row in found] == ["available", "missing", "available"]
    assert found[1]["note"] == "openBIS shows you no such data set."


@pytest.mark.parametrize("params", [{}, {"perm_id": "/BIOLAB"}, {"q": " "}, {"q": "x", "after": "-1"}])
async def test_a_question_for_nothing_is_answered_with_the_reason(page: Page, params: dict[str, str]) -> None:
    assert (await page.problem("data-sets", **params))["code"] == "invalid-input"
