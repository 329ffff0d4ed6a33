"""Our plugin in a stand-in of ELN-LIMS (contract 8.11), on openBIS' origin: a real Chromium, a real hub."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import ROOT, Hub

from .test_hub_log_in import NO_SERVERS, context

pytestmark = pytest.mark.browser
__all__ = ["context"]

PLUGIN = ROOT / "openbis_plugin" / "openbis-nb-launch"
JQUERY = Path(sys.prefix) / "share/jupyterhub/static/components/jquery/dist/jquery.min.js"
PATH = "/openbis/webapp/eln-lims/"
LABEL = "New Jupyter notebook"
STORED, USED = "Notebooks stored here", "Notebooks that used this"

#: What the ELN has ready for plugins, and what it does with them.
ELN = Path(__file__).parent / "eln_lims.html"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(http=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, NO_SERVERS)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def eln(context: BrowserContext, hub: Hub, settings: str = "") -> Page:
    """The ELN with the plugin as its README says; *settings* in place of the hub's address."""
    token = hub.sandbox.token("alice")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def answer(route: Route) -> None:
        name = route.request.url.partition(PATH)[2]
        if name == "":
            html = ELN.read_text(encoding="utf-8").replace("TOKEN", json.dumps(token))
            body, kind = html, "text/html; charset=utf-8"
        elif name == "jquery.js":
            body, kind = JQUERY.read_text(encoding="utf-8"), "text/javascript"
        else:
            text = (PLUGIN / name.removeprefix("plugins/openbis-nb-launch/")).read_text(encoding="utf-8")
            body, kind = (
                text.replace("https://jupyterhub.example.org/", settings or f"{hub.url}/"),
                "text/javascript",
            )
        route.fulfill(body=body, content_type=kind)

    page.route(f"{hub.sandbox.url}{PATH}**", answer)
    page.goto(f"{hub.sandbox.url}{PATH}", wait_until="load")
    page.wait_for_function("typeof OPENBIS_NB_HUB === 'string'")
    assert errors == []
    return page


def entity(hub: Hub, kind: str, identifier: str) -> Any:
    openbis = hub.sandbox.state
    with openbis.store.read() as db:
        row = db.execute(
            "SELECT perm_id, identifier, type FROM entities WHERE kind = ? AND identifier = ?",
            (kind, identifier),
        ).fetchone()
    assert row is not None
    return row


def paint(
    page: Page, view: int, type_code: str, model: dict[str, Any], what: dict[str, Any], mode: int = 1
) -> None:
    page.evaluate("a => paint(...a)", [view, type_code, model, what, mode])


def labels(page: Page) -> list[str]:
    return page.locator("#menu button").all_inner_texts()


def follow(context: BrowserContext, page: Page, visited: list[str], entry: str = LABEL) -> Page:
    """Press an entry of ours; the tab that opens."""
    context.on("request", lambda request: visited.append(request.url))
    with context.expect_page() as opened:
        page.get_by_role("button", name=entry).click()
    return opened.value


def test_nothing_of_the_eln_is_changed(context: BrowserContext, hub: Hub) -> None:
    """Contract 8.11: a listed type without SHOW would be hidden, and a definition replace another one."""
    page = eln(context, hub)
    assert page.evaluate("profile.plugins.length") == 2
    before = page.evaluate("JSON.stringify(profile)")
    model = {"sample": {"sampleTypeCode": "EXPERIMENTAL_STEP", "spaceCode": "BIOLAB"}}
    paint(page, 3, "EXPERIMENTAL_STEP", model, {"permId": "1-1"})
    assert labels(page) == [LABEL, STORED]
    paint(page, 3, "EXPERIMENTAL_STEP", model, {"permId": "1-1"})
    assert labels(page) == [LABEL, STORED]  # painted again: still once
    assert page.evaluate("JSON.stringify(profile)") == before
    assert page.evaluate("profile.hidden") == ["STORAGE"]
    listed = page.evaluate("Object.keys(profile.sampleTypeDefinitionsExtension)")
    assert listed == ["STORAGE", "ENTRY"]
    # What the ELN's settings write of a type later stands there as if we had not been.
    page.evaluate("profile.sampleTypeDefinitionsExtension.EXPERIMENTAL_STEP = { SHOW: true }")
    assert page.evaluate("Object.keys(profile.sampleTypeDefinitionsExtension)") == [
        *listed,
        "EXPERIMENTAL_STEP",
    ]
    paint(page, 3, "EXPERIMENTAL_STEP", model, {"permId": "1-1"})
    assert labels(page) == [LABEL, STORED]


def test_entries_of_other_plugins_stay(context: BrowserContext, hub: Hub) -> None:
    page = eln(context, hub)
    paint(page, 3, "ENTRY", {"sample": {"sampleTypeCode": "ENTRY", "spaceCode": "BIOLAB"}}, {"permId": "1-1"})
    assert labels(page) == ["Theirs", LABEL, STORED]
    paint(page, 4, "RAW_DATA", {"dataSetV3": {"type": {"code": "RAW_DATA"}}}, {"permId": {"permId": "1-1"}})
    assert labels(page) == [LABEL, USED]
    assert page.evaluate("profile.dataSetTypeDefinitionsExtension.RAW_DATA.TOOLBAR.CREATE") is True


def test_only_what_is_looked_at_has_the_entry(context: BrowserContext, hub: Hub) -> None:
    page = eln(context, hub)
    model = {"experiment": {"experimentTypeCode": "COLLECTION"}}
    for mode, expected in ((0, []), (2, []), (1, [LABEL, STORED])):
        paint(page, 2, "COLLECTION", model, {"permId": "1-1"}, mode)
        assert labels(page) == expected
    paint(page, 2, "COLLECTION", model, {})  # not stored yet
    assert labels(page) == []


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)//", "//evil.example/", "", "https://a@evil.example/", "https://hub.example"],
)
def test_without_a_usable_address_there_is_no_entry(context: BrowserContext, hub: Hub, address: str) -> None:
    """O-01."""
    page = eln(context, hub, settings=address or "  ")
    paint(page, 2, "COLLECTION", {"experiment": {"experimentTypeCode": "COLLECTION"}}, {"permId": "1-1"})
    assert labels(page) == []


MODELS = (
    "null",
    "undefined",
    "{}",
    "{experiment: null}",
    "{experiment: {}}",
    "{sample: {sampleTypeCode: 1}}",
    "{dataSetV3: {type: null}}",
    "{get experiment() { throw new Error('no') }}",
    "7",
)


def test_whatever_the_eln_hands_over_nothing_is_thrown(context: BrowserContext, hub: Hub) -> None:
    """Contract 8.11: a plugin that throws blocks the ELN."""
    page = eln(context, hub)
    for model in MODELS:
        for view in range(6):
            page.evaluate(f"profile.beforeViewPaint({view}, {model}, null)")
    page.evaluate("delete window.ELNLIMSPlugin; new OpenbisNbLaunch().beforeViewPaint(2, {}, null)")


@pytest.mark.parametrize(
    ("view", "kind", "identifier", "v3"),
    [(2, "EXPERIMENT", DEMO_EXPERIMENT, False), (3, "SAMPLE", "/BIOLAB/GROWTH/PLATE_1", True)],
)
def test_from_an_entity_into_the_dialog(
    context: BrowserContext, hub: Hub, view: int, kind: str, identifier: str, v3: bool
) -> None:
    """O-03, O-04, O-11, O-65: logged in by the session of the ELN, which stands in no address."""
    page = eln(context, hub)
    row = entity(hub, kind, identifier)
    what = {"permId": {"permId": row["perm_id"]} if v3 else row["perm_id"], "identifier": identifier}
    name = {2: "experiment", 3: "sample"}[view]
    model = {name: {f"{name}TypeCode": row["type"], "spaceCode": "BIOLAB"}}
    paint(page, view, row["type"], model, what)
    visited: list[str] = []
    tab = follow(context, page, visited)
    expect(tab.locator("#dialog")).to_be_visible()
    expect(tab.locator("#owner")).to_have_value(re.compile(re.escape(identifier.rpartition("/")[2])))
    token = page.evaluate("mainController.serverFacade.getSession()")
    assert [url for url in visited if token in url] == []
    assert token not in hub.log
    assert tab.evaluate("window.opener") is None

    stored, shown = follow(context, page, visited, STORED), {2: "experiment", 3: "object"}[view]
    stored.wait_for_url(f"{hub.url}/services/openbis/library?{shown}={row['perm_id']}")
    expect(stored.locator("#scope")).to_contain_text(identifier.rpartition("/")[2])
    assert [url for url in visited if token in url] == []


def test_from_a_data_set_into_the_dialog(context: BrowserContext, hub: Hub) -> None:
    """O-11, O-12: with its owner, and itself chosen."""
    page = eln(context, hub)
    owner = entity(hub, "EXPERIMENT", DEMO_EXPERIMENT)
    with hub.sandbox.state.store.read() as db:
        row = db.execute(
            "SELECT perm_id FROM entities WHERE kind = 'DATA_SET' AND type = 'RAW_DATA' LIMIT 1"
        ).fetchone()
    what = {
        "permId": {"permId": row["perm_id"]},
        "type": {"code": "RAW_DATA"},
        "sample": None,
        "experiment": {"permId": {"permId": owner["perm_id"]}, "identifier": {"identifier": DEMO_EXPERIMENT}},
    }
    paint(page, 4, "RAW_DATA", {"dataSetV3": what}, what)
    tab = follow(context, page, [])
    expect(tab.locator("#dialog")).to_be_visible()
    expect(tab.locator("#owner")).to_have_value(re.compile("GROWTH_CURVES_1"))
    assert f"input={row['perm_id']}" in tab.url
    expect(tab.locator("#inputs-list input:checked")).to_have_count(1)

    used = follow(context, page, [], USED)
    used.wait_for_url(f"{hub.url}/services/openbis/library/data-set/{row['perm_id']}")


def test_from_the_utilities_into_the_launcher(context: BrowserContext, hub: Hub) -> None:
    """O-05."""
    page = eln(context, hub)
    page.evaluate("utilities()")
    page.get_by_role("button", name=LABEL).click()
    expect(page.get_by_role("heading", name=LABEL)).to_be_visible()
    with context.expect_page() as opened:
        page.click("#openbis-nb-launch")
    opened.value.wait_for_url(f"{hub.url}/services/openbis/")
