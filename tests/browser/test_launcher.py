"""The launcher page in a real Chromium, on the real service under a real hub; no server is started."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from openbis_nb.errors import UnsafePath
from openbis_nb.notebook_paths import launch_folder, notebook_file
from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import Hub
from tests.integration.service_pages.many import add_objects, set_properties

from . import lab

pytestmark = pytest.mark.browser

PROFILES = [
    {"slug": "small", "display_name": "Small", "description": "1 core, 2 GB"},
    {"slug": "large", "display_name": "Large", "description": "16 cores", "user_options": {"cores": 16}},
]
ENVIRONMENT = {
    "OPENBIS_NB_SERVICE_PRESELECT_LIMIT": "150K",  # the three plates of the demo experiment hold more
    "OPENBIS_NB_SERVICE_DATA_LIMIT": "100K",
    "OPENBIS_NB_SERVICE_PROFILES": json.dumps(PROFILES),
}
NO_SERVERS = "c.Spawner.cmd = ['false']\nc.Spawner.start_timeout = 5\nc.Spawner.http_timeout = 3\n"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, NO_SERVERS, environment=ENVIRONMENT)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with lab.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def alice(chromium: Browser, hub: Hub) -> Any:
    """Alice's cookies after one log-in, for all tests."""
    context = lab.window(chromium)
    log_in(context, hub, "alice")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(chromium: Browser, alice: Any, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """Alice's browser; ``@pytest.mark.parametrize("context", [{…}], indirect=True)`` sets its window."""
    options = getattr(request, "param", {"viewport": {"width": 1280, "height": 800}})
    context = lab.window(chromium, storage_state=alice, **options)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, hub: Hub) -> Iterator[Page]:
    """A page on which nothing runs or breaks that should not: neither a script of openBIS' texts, nor a
    breach of the policy, nor an error of ours."""
    page = context.new_page()
    happened: list[str] = []
    page.on("pageerror", lambda error: happened.append(f"error: {error}"))
    page.on("dialog", lambda dialog: happened.append(f"dialog: {dialog.message}"))
    page.on("console", lambda line: happened.append(line.text) if "Content Security" in line.text else None)
    yield page
    assert happened == []


def log_in(context: BrowserContext, hub: Hub, user: str) -> Page:
    page = context.new_page()
    page.goto(f"{hub.url}/services/openbis/")
    page.fill("#username", user)
    page.fill("#password", hub.sandbox.users[user])
    page.keyboard.press("Enter")
    expect(row(page, "BIOLAB")).to_be_visible()
    return page


def launcher(page: Page, hub: Hub, query: str = "") -> Page:
    page.goto(f"{hub.url}/services/openbis/{query}")
    expect(page.locator("#tree [role=treeitem]").first).to_be_attached()  # a phone may hide the tree
    return page


def dialog(page: Page, hub: Hub, place: str = DEMO_EXPERIMENT, kind: str = "experiment") -> Locator:
    """The dialog for an entity, as a link opens it; with everything in it."""
    launcher(page, hub, f"new?place={place}&kind={kind}")
    found = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(found.locator(".template").first).to_be_visible()
    expect(found.get_by_text("Loading …")).to_have_count(0)
    return found


def row(page: Page, code: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(rf"\b{re.escape(code)}$"))


def chosen(box: Locator) -> int:
    return box.locator(".data-sets input:checked").count()


def test_the_tree_is_used_by_keyboard_alone(page: Page, hub: Hub) -> None:
    """Arrows, Home and End, letters, Enter: as WAI-ARIA describes a tree."""
    launcher(page, hub).locator("#search").focus()
    press = page.keyboard.press
    press("Tab")
    expect(row(page, "BIOLAB")).to_be_focused()
    expect(row(page, "BIOLAB")).to_have_attribute("aria-expanded", "true")  # the only space is open
    expect(row(page, "ARCHIVE")).to_be_visible()
    press("ArrowRight")
    expect(row(page, "ARCHIVE")).to_be_focused()
    press("g")
    expect(row(page, "GROWTH")).to_be_focused()
    press("ArrowRight")
    expect(row(page, "GROWTH_CURVES_1")).to_be_visible()
    press("End")
    expect(row(page, "STRAINS")).to_be_focused()
    press("Home")
    expect(row(page, "BIOLAB")).to_be_focused()
    for _ in range(3):
        press("ArrowDown")
    expect(row(page, "GROWTH_CURVES_1")).to_be_focused()
    assert row(page, "GROWTH_CURVES_1").get_attribute("aria-level") == "3"
    press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth curves at three temperatures")
    expect(row(page, "GROWTH_CURVES_1")).to_have_attribute("aria-selected", "true")
    expect(row(page, "GROWTH_CURVES_1")).to_be_focused()
    press("ArrowLeft")
    expect(row(page, "GROWTH")).to_be_focused()
    press("ArrowLeft")
    expect(row(page, "GROWTH_CURVES_1")).to_be_hidden()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("From openBIS into a notebook")


def test_a_search_finds_and_shows_by_keyboard(page: Page, hub: Hub) -> None:
    launcher(page, hub)
    page.get_by_label("Search openBIS").fill("plate 4")
    expect(page.get_by_role("option")).to_have_count(2)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", re.compile("option-"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Plate 4")
    page.get_by_label("Search openBIS").fill("nothing is called so")
    expect(page.get_by_text("Nothing found that you may see.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(row(page, "BIOLAB")).to_be_visible()


def test_a_card_leads_to_the_notebooks_that_are_stored_there_and_that_used_its_data(
    page: Page, hub: Hub
) -> None:
    """N-01, F-16: two ways from an entity into the library."""
    launcher(page, hub, f"?place={DEMO_EXPERIMENT}&kind=experiment")
    page.get_by_role("button", name="More for data set Growth curves, plate 2").press("ArrowUp")
    expect(
        page.get_by_role("menuitem", name="Notebooks that used it").locator("visible=true")
    ).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth curves, plate 2")
    page.go_back()
    page.get_by_role("link", name="Notebooks stored here").press("Enter")
    expect(page.locator("#scope")).to_contain_text(DEMO_EXPERIMENT)
    expect(page.get_by_role("heading", name=re.compile("^No notebook is stored in"))).to_be_visible()


def test_more_opens_the_dialog_with_the_fields_of_the_eln(page: Page, hub: Hub) -> None:
    """O-03, O-04, O-07, O-10, O-11, O-13: data sets preselected, owner filled in; a template, a server."""
    launcher(page, hub, "?place=/BIOLAB/SCREENING/DOSE_RESPONSE_1&kind=experiment")
    page.get_by_role("button", name="More…", exact=True).first.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="New Jupyter notebook")).to_be_focused()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.get_by_role("checkbox", name=re.compile("Dose-response, six compounds"))).to_be_checked()
    expect(box.get_by_text("1 chosen, ")).to_be_visible()
    expect(box.get_by_label("Owner (*)")).to_have_value(re.compile("^/BIOLAB/SCREENING/DOSE_RESPONSE_1 "))
    expect(box.get_by_label("Directory Name (*)")).to_have_value("DOSE_RESPONSE_1")
    expect(box.get_by_label("Notebook Name (*)")).to_have_value(
        re.compile(r"^Analysis - Dose-response of six compounds - \d{4}-\d\d-\d\d$")
    )
    expect(box.get_by_role("radio", name="Analysis python3")).to_be_checked()
    expect(box.get_by_label("Server")).to_have_value("small")
    for button in ("Create & connect", "Create & download", "Cancel"):
        expect(box.get_by_role("button", name=button)).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_what_is_missing_is_said_next_to_its_field(page: Page, hub: Hub) -> None:
    """O-08."""
    box = dialog(page, hub)
    box.get_by_label("Directory Name (*)").fill("../other")
    box.get_by_label("Notebook Name (*)").fill(" ")
    box.get_by_role("button", name="Create & connect").click()
    expect(box.locator("#error-directory")).to_contain_text("“..” cannot be a directory")
    expect(box.locator("#error-directory")).to_be_in_viewport(ratio=0.9)
    expect(box.locator("#error-name")).to_have_text("Give the notebook a name.")
    expect(box.get_by_label("Directory Name (*)")).to_be_focused()
    expect(box.get_by_label("Directory Name (*)")).to_have_attribute("aria-invalid", "true")
    box.get_by_label("Directory Name (*)").fill("mine")
    page.keyboard.press("Tab")
    expect(box.locator("#error-directory")).to_be_hidden()


def test_over_the_limit_nothing_is_preselected_and_the_page_says_why(page: Page, hub: Hub) -> None:
    box = dialog(page, hub)
    expect(box.get_by_text("Nothing is preselected: together they hold 177 kB")).to_be_visible()
    assert chosen(box) == 0
    box.get_by_role("button", name="Select all").click()
    assert chosen(box) == 3
    expect(box.get_by_text("more than the 102 kB that your server has room for")).to_be_visible()
    box.get_by_role("button", name="Select none").click()
    assert chosen(box) == 0
    expect(box.get_by_text("None chosen.")).to_be_visible()


def test_data_sets_are_searched_here_and_everywhere_and_stay_chosen(page: Page, hub: Hub) -> None:
    box = dialog(page, hub)
    box.get_by_label("Search data sets").fill("plate 2")
    expect(box.locator(".data-sets input")).to_have_count(1)
    box.get_by_role("checkbox", name=re.compile("plate 2")).check()
    box.get_by_label("in all of openBIS").check()
    box.get_by_label("Search data sets").fill("pilot of 2019")
    archived = box.get_by_role("checkbox", name=re.compile("pilot of 2019.*archived"))
    archived.check()
    expect(box.get_by_text("1 cannot be read now; the notebook starts without it")).to_be_visible()
    box.get_by_label("Search data sets").fill("")
    box.get_by_label("in all of openBIS").uncheck()
    expect(box.locator(".data-sets input")).to_have_count(4)
    assert chosen(box) == 2


def test_parameters_are_checked_in_the_page_and_by_the_server(page: Page, hub: Hub) -> None:
    """Limits with their unit, next to the field; the server does not trust the page."""
    page.add_init_script(
        """const fetched = window.fetch;
        window.fetch = async (...asked) => {
            const answer = await fetched(...asked);
            if (!String(asked[0]).endsWith("/templates")) return answer;
            const templates = await answer.json();
            const growth = templates.find(one => one.slug === "growth-curves");
            growth.parameters.find(one => one.name === "minimum_od").maximum = 1000;
            return Response.json(templates);
        };"""
    )
    box = dialog(page, hub)
    box.get_by_role("radio", name="Growth curves python3").check()
    window = box.get_by_label("window hours")
    expect(window).to_have_value("2")
    expect(box.get_by_text("0.5 to 12 h", exact=False)).to_be_visible()
    window.fill("99")
    box.get_by_role("button", name="Create & download").click()
    expect(box.locator("#parameter-window_hours-error")).to_have_text("Give 0.5 to 12 h.")
    expect(window).to_be_focused()
    window.fill("2,5")
    box.get_by_label("minimum od").fill("500")
    box.get_by_role("button", name="Create & download").click()
    expect(box.locator("#parameter-minimum_od-error")).to_contain_text("must be 0.001 to 1 OD600")
    expect(box.locator("#parameter-window_hours-error")).to_be_hidden()


def test_create_and_download_gives_the_notebook_as_a_file(page: Page, hub: Hub, tmp_path: Path) -> None:
    """O-13: no directory is asked; the name may be any that a file can have."""
    box = dialog(page, hub, "/BIOLAB/GROWTH/PLATE_4", "object")
    expect(box.get_by_role("checkbox", name=re.compile("plate 4"))).to_be_checked()
    box.get_by_label("Directory Name (*)").fill("")
    box.get_by_label("Notebook Name (*)").fill("Größe & Zahl 100% 'π'")
    with page.expect_download() as download:
        box.get_by_role("button", name="Create & download").click()
    assert download.value.suggested_filename == "Größe & Zahl 100% 'π'.ipynb"
    download.value.save_as(tmp_path / "made.ipynb")
    notebook = json.loads((tmp_path / "made.ipynb").read_text(encoding="utf-8"))
    assert notebook["metadata"]["openbis"]["owner"]["identifier"] == "/BIOLAB/GROWTH/PLATE_4"
    assert len(notebook["metadata"]["openbis"]["inputs"]) == 1
    expect(box.get_by_text("Downloaded: Größe")).to_be_visible()


def test_no_data_set_chosen_means_none(page: Page, hub: Hub) -> None:
    """O-10: what is preselected can be deselected, all of it."""
    box = dialog(page, hub, "/BIOLAB/GROWTH/PLATE_4", "object")
    box.get_by_role("button", name="Select none").click()
    with page.expect_download() as download:
        box.get_by_role("button", name="Create & download").click()
    notebook = json.loads(Path(download.value.path()).read_text(encoding="utf-8"))
    assert notebook["metadata"]["openbis"]["inputs"] == []


def test_nothing_is_created_before_the_data_sets_are_there(page: Page, hub: Hub) -> None:
    """O-10: on a slow network a notebook without them would be another one than the dialog promises."""
    held: list[Route] = []
    page.route("**/data-sets?*", lambda route: held.append(route))
    launcher(page, hub, "new?place=/BIOLAB/GROWTH/PLATE_4&kind=object")
    box = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.locator(".template").first).to_be_visible()
    for button in ("Create & connect", "Create & download"):
        expect(box.get_by_role("button", name=button)).to_be_disabled()
    held.pop().continue_()
    expect(box.get_by_role("button", name="Create & connect")).to_be_enabled()
    assert chosen(box) == 1


def test_a_project_has_no_owner_until_one_is_chosen(page: Page, hub: Hub) -> None:
    """O-09, O-12: owners in it are offered at once; then their data sets are connected."""
    box = dialog(page, hub, "/BIOLAB/SCREENING", "project")
    owner = box.get_by_label("Owner (*)")
    expect(owner).to_be_focused()
    expect(owner).to_have_value("")
    box.get_by_role("button", name="Create & connect").click()
    expect(box.locator("#error-owner")).to_contain_text("Choose the experiment or object")
    owner.press("ArrowDown")
    expect(page.get_by_role("option", name=re.compile("Dilution series"))).to_be_visible()
    owner.press("ArrowDown")
    owner.press("Enter")
    expect(owner).to_have_value("/BIOLAB/SCREENING/DOSE_RESPONSE_1 (Dose-response of six compounds)")
    expect(box.get_by_role("checkbox", name=re.compile("Dose-response"))).to_be_checked()
    expect(box.locator("#error-owner")).to_be_hidden()
    owner.fill("pre-cul")
    page.get_by_role("option", name=re.compile("Pre-culture")).click()
    expect(owner).to_have_value("/BIOLAB/GROWTH/EXP1 (Pre-culture)")
    expect(box.get_by_text("No data set is connected.")).to_be_visible()


def test_a_blocked_pop_up_leaves_a_link_and_the_choice_is_remembered(page: Page, hub: Hub) -> None:
    """U-04, N-48: with what was asked for in the request, the server's profile included."""
    page.add_init_script("window.open = () => null;")
    box = dialog(page, hub, "/BIOLAB/GROWTH/PLATE_4", "object")
    box.get_by_label("Directory Name (*)").fill("growth/november")
    box.get_by_label("Server").select_option("Large")
    expect(box.get_by_text("16 cores")).to_be_visible()
    box.get_by_role("radio", name="Table explorer python3").check()
    with page.expect_request("**/api/v1/launches") as asked:
        box.get_by_role("button", name="Create & connect").click()
    link = box.get_by_role("link", name="Open the notebook")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("href", re.compile("^/services/openbis/launch/[0-9a-f]+$"))
    sent = asked.value.post_data_json
    assert sent["directory"] == "growth/november"
    assert sent["profile"] == {"cores": 16}
    assert sent["template"] == "table-explorer"
    assert (sent["kind"], sent["owner"], len(sent["inputs"])) == ("object", None, 1)
    again = dialog(page, hub)
    expect(again.get_by_label("Directory Name (*)")).to_have_value("growth/november")
    expect(again.get_by_label("Server")).to_have_value("large")
    expect(again.get_by_role("radio", name="Table explorer python3")).to_be_checked()


def test_the_new_tab_shows_the_progress_and_why_it_failed(
    context: BrowserContext, page: Page, hub: Hub, sandbox: Sandbox
) -> None:
    """U-11: the step that failed, the reason, what to do; the same after a reload; then it goes on."""
    box = dialog(page, hub, "/BIOLAB/GROWTH/PLATE_4", "object")
    sandbox.faults.add("status", "getRights", count=0)
    with context.expect_page() as opened:
        box.get_by_role("button", name="Create & connect").click()
    tab = opened.value
    reason = tab.get_by_role("alert")
    expect(reason).to_contain_text("openBIS")
    expect(tab.locator("li.broken")).to_have_text(re.compile("Checking openBIS"))
    assert tab.evaluate("window.opener") is None
    expect(box).to_be_hidden()
    tab.reload()
    expect(reason).to_contain_text("openBIS")
    expect(tab.locator("#steps")).to_be_hidden()  # which of them failed then, nobody knows any more
    sandbox.faults.clear()
    tab.get_by_role("button", name="Try again").click()
    expect(tab.locator("li.broken")).to_have_text(re.compile("Starting your server"))
    expect(tab.locator("li.done")).to_have_text(re.compile("Checking openBIS"))
    expect(reason).to_be_visible()
    tab.get_by_role("link", name="Back to openBIS").click()
    expect(row(tab, "BIOLAB")).to_be_visible()


def test_where_nothing_can_be_saved_no_notebook_is_made(page: Page, hub: Hub) -> None:
    box = dialog(page, hub, "/BIOLAB/ARCHIVE/PAPER_2020")
    expect(box.locator("#error-owner")).to_have_text("It is frozen: choose another owner.")
    box.get_by_role("button", name="Create & download").click()
    expect(box.get_by_label("Owner (*)")).to_be_focused()
    expect(box.locator("#error-owner")).to_be_visible()
    box.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("Frozen: no notebook can be saved here.")).to_be_visible()


@pytest.mark.parametrize("context", [{"java_script_enabled": False}], indirect=True)
def test_without_javascript_the_progress_is_a_link(page: Page, hub: Hub) -> None:
    number = "0123456789abcdef0123456789abcdef"
    page.goto(f"{hub.url}/services/openbis/launch/{number}")
    expect(page.get_by_role("link", name="Open the notebook")).to_have_attribute(
        "href", f"/hub/spawn/alice?next=%2Fuser%2Falice%2Fopenbis%2Flaunch%2F{number}"
    )


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("place=/CHEMLAB/SYNTHESIS/TITRATION_1&kind=experiment", "openBIS shows you nothing called"),
        ("place=20200101000000000-999999", "openBIS shows you nothing called"),
        ("place=%3Cscript%3Ealert(1)%3C/script%3E", "is not an openBIS identifier"),
        ("input=20200101000000000-999999", "openBIS shows you no such data set"),
    ],
)
def test_a_link_to_what_cannot_be_seen_says_so(page: Page, hub: Hub, query: str, said: str) -> None:
    launcher(page, hub, f"new?{query}")
    expect(page.get_by_role("alert")).to_contain_text(said)
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_is_not_there_says_so_on_a_page_of_ours(page: Page, hub: Hub) -> None:
    page.goto(f"{hub.url}/services/openbis/launch/0123456789abcdef0123456789abcdef")
    expect(page.get_by_role("alert")).to_be_visible()
    page.goto(f"{hub.url}/services/openbis/nothing")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing at this address.")
    page.get_by_role("link", name="Back to openBIS").click()
    expect(row(page, "BIOLAB")).to_be_visible()


def test_a_link_from_a_data_set_brings_that_and_its_owner(page: Page, hub: Hub, sandbox: Sandbox) -> None:
    """O-11: and only that one, whatever else is connected."""
    launcher(page, hub, f"?place={DEMO_EXPERIMENT}&kind=experiment")
    menu = page.get_by_role("button", name="More for data set Growth curves, plate 2")
    perm_id = (
        page.locator(".data-set", has_text="plate 2").get_by_text(re.compile(r"\d{17}-\d+")).inner_text()
    )
    menu.click()
    page.get_by_role("menuitem", name="New Jupyter notebook").locator("visible=true").click()
    box = page.get_by_role("dialog")
    expect(box.get_by_role("checkbox", name=re.compile("plate 2"))).to_be_checked()
    assert chosen(box) == 1
    number = re.search(r"\d{17}-\d+", perm_id)
    assert number
    launcher(page, hub, f"new?input={number[0]}")
    expect(box.get_by_role("checkbox", name=re.compile("plate 2"))).to_be_checked()
    expect(box.get_by_label("Owner (*)")).to_have_value(re.compile(f"^{DEMO_EXPERIMENT} "))
    assert chosen(box) == 1


def test_hostile_names_and_texts_do_nothing(page: Page, hub: Hub, sandbox: Sandbox) -> None:
    """They are shown as somebody typed them, in the tree, the card, the search and the dialog."""
    name = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    texts = {
        "EXPERIMENTAL_STEP__EXPERIMENTAL_GOALS": "<p>seen</p><img src=x onerror=alert(3)>",
        "EXPERIMENTAL_STEP__EXPERIMENTAL_RESULTS": "</dd><svg onload=alert(4)>",
    }
    set_properties(sandbox, "SAMPLE", "/BIOLAB/SCREENING/EXP3", _NAME=name, **texts)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    box = dialog(page, hub, "/BIOLAB/SCREENING/EXP3", "object")
    expect(box.get_by_label("Owner (*)")).to_have_value(f"/BIOLAB/SCREENING/EXP3 ({name})")
    expect(box.get_by_label("Notebook Name (*)")).to_have_value(re.compile("^Analysis - _img src=x onerror"))
    box.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page.locator("dd", has_text="seen")).to_have_text("seen")
    for code in ("BIOLAB", "SCREENING", "DOSE_RESPONSE_1"):
        row(page, code).locator(".row").first.click()
    expect(row(page, "EXP3").locator(".label")).to_have_text(name)
    page.get_by_label("Search openBIS").fill("onerror")
    expect(page.get_by_role("option").locator(".label").first).to_have_text(name)
    assert page.locator("img[src=x], script:not([src]), svg").count() == 0
    assert not [url for url in asked if url.endswith("/x")]


@pytest.mark.parametrize(
    "context", [{"viewport": {"width": 375, "height": 740}, "has_touch": True}], indirect=True
)
def test_on_a_phone_one_thing_at_a_time(page: Page, hub: Hub) -> None:
    launcher(page, hub)
    row(page, "GROWTH").locator(".row").first.tap()  # opens, and the tree stays
    row(page, "GROWTH_CURVES_1").locator(".row").first.tap()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_be_focused()
    expect(page.get_by_role("tree")).to_be_hidden()
    page.get_by_role("button", name="Back to the tree").tap()
    expect(row(page, "GROWTH_CURVES_1")).to_be_focused()
    expect(heading).to_be_hidden()
    box = dialog(page, hub)
    frame = box.bounding_box()
    assert frame is not None
    assert (frame["x"], frame["width"]) == (0, 375)
    for button in ("Create & connect", "Create & download", "Cancel"):
        expect(box.get_by_role("button", name=button)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert box.locator(".fields").evaluate("part => part.scrollWidth <= part.clientWidth")


def test_thousands_of_objects_are_some_hundred_rows(page: Page, hub: Hub, sandbox: Sandbox) -> None:
    """Forward and back by keyboard, and each row knows its place among all."""
    add_objects(sandbox, "/BIOLAB/GROWTH/GROWTH_PILOT", 2500)
    launcher(page, hub)
    for code in ("BIOLAB", "GROWTH", "GROWTH_PILOT"):
        row(page, code).locator(".row").first.click()
    more = page.get_by_role("treeitem", name=re.compile("^More objects"))
    expect(more).to_have_text("More objects (1 to 100 of 2,501 shown)")
    for shown in (200, 300, 400, 500):
        more.focus()
        page.keyboard.press("Enter")
        expect(more).to_have_text(re.compile(f" to {shown} of 2,501"))
        assert page.get_by_role("treeitem").count() < 330
    first = page.locator("[role=treeitem]:focus")
    expect(first).to_have_attribute("aria-posinset", "401")
    expect(first).to_have_attribute("aria-setsize", "2501")
    earlier = page.get_by_role("treeitem", name=re.compile("^Earlier objects"))
    expect(earlier).to_have_text("Earlier objects (200)")
    earlier.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[role=treeitem]:focus")).to_have_attribute("aria-posinset", "200")
    expect(more).to_have_text("More objects (101 to 400 of 2,501 shown)")


def test_openbis_being_down_is_said_and_can_be_tried_again(page: Page, hub: Hub, sandbox: Sandbox) -> None:
    sandbox.faults.add("latency", "searchSpaces", count=1, seconds=2)
    page.goto(f"{hub.url}/services/openbis/")
    expect(page.get_by_role("tree").get_by_text("Loading …")).to_be_visible()
    expect(row(page, "BIOLAB")).to_be_visible()
    sandbox.faults.add("status", "searchSpaces", count=0)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("openBIS")
    expect(page.get_by_role("tree").get_by_text("Loading …")).to_have_count(0)
    sandbox.faults.clear()
    page.get_by_role("button", name="Try again").click()
    expect(row(page, "BIOLAB")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_dead_session_leads_to_the_log_in_and_back(chromium: Browser, hub: Hub, sandbox: Sandbox) -> None:
    """U-01: with a link that ends where it began."""
    context = lab.window(chromium)
    page = log_in(context, hub, "ursula")
    with sandbox.state.store.write() as db:
        db.execute("DELETE FROM personal_access_tokens WHERE owner = 'ursula'")
    sandbox.state.sessions.forget_user("ursula")
    row(page, "BIOLAB").locator(".row").first.click()
    expect(page.get_by_role("alert")).to_contain_text("Your openBIS session is over.")
    address = page.url
    page.get_by_role("link", name="Log in").click()
    page.fill("#username", "ursula")
    page.fill("#password", sandbox.users["ursula"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("BIOLAB")
    assert page.url == address
    context.close()


def test_names_are_judged_as_the_server_judges_them(page: Page, hub: Hub) -> None:
    names = ["a", "a b.c", "..", ".a", "~a", "a.", " a", "a:b", "a\\b", "con", "COM1.x", "a%2eb", "100%", "π"]
    names += ["a\u202eb", "a\u2028b", "ü" * 200, "x" * 250, "\uff0e\uff0e", "a\u2100b", "a\tb", "nul ", "<x>"]
    launcher(page, hub)
    judged = page.evaluate(
        """async names => {
            const own = document.querySelector("script[type=module]").src;
            const paths = await import(own.replace("launcher.js", "paths.js"));
            return names.map(name => [paths.directoryProblem(name), paths.nameProblem(name),
                                      paths.nameProblem(paths.possibleName(name))]);
        }""",
        names,
    )
    for name, (folder, file, made) in zip(names, judged, strict=True):
        assert bool(folder) == refuses(lambda n=name: launch_folder(n)), name
        assert bool(file) == refuses(lambda n=name: notebook_file(f"{n}.ipynb")), name
        assert made == "", name


def refuses(check: Any) -> bool:
    try:
        check()
    except UnsafePath:
        return True
    return False
