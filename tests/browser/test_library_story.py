"""One story through the library by keyboard alone, on a real hub: from the log-in to the next version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.running import Hub

from .lab import SHOWN, Lab, at, chromium, picture, quiet, window
from .library_laboratory import History, make_history

pytestmark = pytest.mark.browser

NOTES = "taken up by keyboard"
SAVE = f"import openbis_nb; openbis_nb.notebook().save(notes='{NOTES}')"
#: Cells learn the address of the library's pages from the public address of the hub.
SETTINGS = """
c.JupyterHub.public_url = os.environ["OPENBIS_NB_HUB_URL"] + "/"
c.Spawner.http_timeout = 120  # a busy machine is no failure
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def history(sandbox: Sandbox) -> History:
    return make_history(sandbox)


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    hub = Hub(folder, sandbox, SETTINGS, before="import os")
    quiet(folder / "homes" / "alice")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        context = window(browser, viewport={"width": 1280, "height": 900}, accept_downloads=True)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context
        context.close()


class Keys:
    """A person at *page* who has a keyboard and no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.insert_text(text)

    def to(self, wanted: Locator) -> None:
        """Tab until *wanted* has the focus: who cannot reach it so cannot use it. One that is gone past is
        come to from the beginning of the page."""
        expect(wanted).to_be_visible()
        for _ in range(150):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def enter(self, wanted: Locator) -> None:
        self.to(wanted)
        self.press("Enter")


def log_in(keys: Keys, hub: Hub) -> None:
    keys.page.goto(f"{hub.url}/services/openbis/library")
    keys.to(keys.page.locator("#username"))
    keys.type("alice")
    keys.press("Tab")
    keys.type(hub.sandbox.users["alice"])
    keys.press("Enter")
    expect(keys.page.get_by_role("heading", level=1)).to_have_text("Notebooks")


def filtered(keys: Keys) -> None:
    """The table of all, then those whose data was measured again."""
    page = keys.page
    rows = page.locator("#table tbody tr")
    expect(rows).to_have_count(2)
    head = page.locator("#table thead")
    for column in ("Name", "Author", "Latest version", "Description"):
        expect(head).to_contain_text(column)
    for doing in ("Download", "Compare", "Share"):
        expect(rows.filter(has_text="Survey").locator(f"[aria-label='{doing} Survey']")).to_be_visible()
    expect(page.locator("#compare")).to_be_visible()
    picture(page, "story-library")
    keys.to(page.get_by_role("checkbox", name="has newer data"))
    keys.press("Space")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("4 versions")
    expect(page.locator("#count")).to_have_text("1 notebook fits.")
    picture(page, "story-filtered")


def read(keys: Keys, history: History) -> None:
    """Contents, details, and the versions with their data."""
    page = keys.page
    keys.enter(page.locator("#table").get_by_role("link", name="Growth", exact=True))
    expect(page).to_have_url(re.compile(rf"/library/n/growth-{history.growth}$"))
    shown = page.frame_locator("iframe")
    expect(shown.locator("body")).to_contain_text("Fit of the curves")
    expect(shown.locator("body")).to_contain_text("1 + 4")
    expect(shown.locator("body")).to_contain_text("[1]")
    picture(page, "story-notebook")
    keys.to(page.get_by_role("tab", name="Contents"))
    keys.press("ArrowRight")
    details = page.get_by_role("tabpanel", name="Details")
    for fact in ("Id", "Size", "Created", "Latest version", "Author", "Description", "Stored in"):
        expect(details.get_by_text(fact, exact=True).first).to_be_visible()
    expect(details).to_contain_text(history.growth)
    picture(page, "story-details")
    keys.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"tab=versions$"))
    expect(page.locator("tbody tr:visible")).to_have_count(4)
    keys.to(page.locator("tbody tr:visible").first.get_by_role("link", name="Plate B"))
    picture(page, "story-versions")


def taken_along(keys: Keys, history: History) -> None:
    """A version as a file."""
    page = keys.page
    keys.to(page.locator("tbody tr:visible").nth(3).locator("a[aria-label^=Download]"))
    with page.expect_download() as download:
        keys.press("Enter")
    assert download.value.suggested_filename == "Growth.ipynb"
    notebook = nbformat.read(download.value.path(), as_version=4)
    assert [cell.source for cell in notebook.cells] == ["# Fit of the curves", "1 + 1"]
    assert history.first in download.value.url


def compared(keys: Keys, history: History) -> str:
    """Two versions side by side; the link that was shared."""
    page = keys.page
    boxes = page.locator("tbody tr:visible").get_by_role("checkbox")
    for box in (boxes.nth(0), boxes.nth(3)):
        keys.to(box)
        keys.press("Space")
    keys.enter(page.get_by_role("tabpanel").get_by_role("button", name=re.compile("^Compare")))
    page.wait_for_url(re.compile(r"/library/compare\?"))
    assert history.first in page.url
    assert history.fourth in page.url
    side = page.frame_locator("iframe").first.locator("body")
    for text in ("1 + 1", "1 + 4"):
        expect(side).to_contain_text(text)
    expect(page.locator("main")).to_contain_text("window_hours")
    picture(page, "story-compare")
    keys.enter(page.get_by_role("button", name="Share"))
    expect(page.locator("#toasts")).to_contain_text("is copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def continued(keys: Keys, context: BrowserContext) -> None:
    """In JupyterLab: a cell is added, run, and saves the next version."""
    page = keys.page
    keys.to(page.get_by_role("button", name="Open in JupyterLab"))
    keys.press("Enter")
    expect(page.get_by_role("menuitem", name="Continue this notebook")).to_be_focused()
    keys.press("Enter")
    box = page.get_by_role("dialog", name="Continue in JupyterLab")
    expect(box).to_contain_text("What you save there is the next version of this notebook.")
    picture(page, "story-continue")
    keys.to(box.get_by_role("button", name="Open in JupyterLab"))
    with context.expect_page() as opened:
        keys.press("Enter")
    lab = Lab(opened.value, "notebooks/Growth.ipynb")
    hands = Keys(lab.tab)
    expect(lab.tab.locator(f"{SHOWN} .jp-MarkdownCell.jp-mod-active")).to_have_count(1)
    hands.press("Escape", "ArrowDown", "b")  # below the code cell; one more step would leave the cells
    expect(lab.code_cells).to_have_count(2)
    hands.press("Enter")
    expect(lab.code_cells.last.locator(".cm-content")).to_be_focused()
    hands.type(SAVE)
    lab.save_document()
    hands.press("Control+Enter")
    told = lab.code_cells.last.locator(".jp-OutputArea")
    expect(told).to_contain_text("Saved to openBIS in /BIOLAB/GROWTH/GROWTH_CURVES_1")
    expect(told.get_by_role("link", name="Open it in the library")).to_be_visible()
    picture(lab.tab, "story-saved")


def test_from_the_log_in_to_the_next_version_by_keyboard_alone(
    context: BrowserContext, hub: Hub, history: History
) -> None:
    """N-01, N-02, N-03, N-04, N-05, N-06, N-07, N-08, N-09, N-10, N-11, N-12, N-13: log in, find the
    notebook that has newer data, read it, compare its versions, and carry it on in JupyterLab with a real
    kernel; the new version is there."""
    keys = Keys(context.new_page())
    page = keys.page
    log_in(keys, hub)
    filtered(keys)
    read(keys, history)
    taken_along(keys, history)
    shared = compared(keys, history)
    assert shared == page.url
    keys.enter(page.get_by_role("link", name="Growth, version 4"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth")
    continued(keys, context)

    keys.to(page.get_by_role("link", name="Library").first)
    keys.press("Enter")
    row = page.locator("#table tbody tr").filter(has_text="5 versions")
    expect(row).to_contain_text(NOTES)
    keys.enter(row.get_by_role("link", name="Growth", exact=True))
    keys.to(page.get_by_role("tab", name="Contents"))
    keys.press("ArrowRight", "ArrowRight")
    newest = page.locator("tbody tr:visible").first
    expect(newest).to_contain_text("5.")
    expect(newest).to_contain_text(NOTES)
    picture(page, "story-next-version")
    assert_stored(hub, history)
    page.goto(shared)
    expect(page.get_by_role("link", name="Growth, version 4")).to_be_visible()


def assert_stored(hub: Hub, history: History) -> None:
    """What pybis, which is not ours, sees of the new version."""
    openbis = at(hub.sandbox)
    found = openbis.get_datasets(type="ANALYSIS_NOTEBOOK", where={"$HISTORY_ID": history.growth}).df["permId"]
    assert len(found) == 5
    newest = openbis.get_dataset(max(map(str, found)))
    assert newest.registrator == "alice"
    assert [Path(file).name for file in newest.file_list if file.endswith(".ipynb")] == ["Growth.ipynb"]
