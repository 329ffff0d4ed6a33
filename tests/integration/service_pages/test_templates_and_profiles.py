"""What the dialog offers beside openBIS' own: templates with their fields, and the spawner's profiles."""

from __future__ import annotations

import pytest

from openbis_nb.service.profiles import Profile
from openbis_nb.service.settings import ServiceSettings

from .conftest import Page


async def test_a_template_says_what_it_does_and_what_it_asks(page: Page) -> None:
    """O-16, O-95: with kernel, and limits and units of its parameters; no call to openBIS."""
    found = {one["slug"]: one for one in await page.get("templates", kind="experiment")}
    assert {"analysis", "analysis-r", "growth-curves", "table-explorer"} <= set(found)
    growth = found["growth-curves"]
    assert (growth["kernel"], growth["data_set_types"]) == ("python3", ["RAW_DATA"])
    assert "Fit the growth rates" in growth["outline"]
    assert not any("{{" in heading for one in found.values() for heading in one["outline"])
    window = growth["parameters"][0]
    assert (window["name"], window["type"], window["default"]) == ("window_hours", "float", 2.0)
    assert (window["unit"], window["minimum"], window["maximum"]) == ("h", 0.5, 12)
    assert window["limits"] == "0.5 to 12 h"
    assert page.calls == [0]


@pytest.mark.parametrize("kind", ["space", "project", "object"])
async def test_a_space_or_project_offers_what_suits_an_owner_in_it(page: Page, kind: str) -> None:
    """O-09."""
    assert await page.get("templates", kind=kind) == await page.get("templates", kind="experiment")


async def test_without_the_setting_there_are_no_profiles(page: Page) -> None:
    assert await page.get("profiles") == []


class TestProfiles:
    @pytest.fixture
    def service_settings(self) -> ServiceSettings:
        return ServiceSettings(profiles=(Profile("s", "Small"), Profile("l", "Large", "64 GB", {"a": 1})))

    async def test_profiles_come_as_the_admin_wrote_them(self, page: Page) -> None:
        assert await page.get("profiles") == [
            {"slug": "s", "display_name": "Small", "description": "", "user_options": {}},
            {"slug": "l", "display_name": "Large", "description": "64 GB", "user_options": {"a": 1}},
        ]
