"""Publishing from JupyterLab at a real hub, read by an observer who has no server."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.running import Hub, until

from .lab import Lab, picture, quiet
from .test_lab_at_hub import button, launched
from .test_published_pages import bytes_of, content

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

SLOW = 60_000  # milliseconds; JupyterLab, kernels and renderings on a busy machine
SETTINGS = """
c.JupyterHub.public_url = os.environ["OPENBIS_NB_HUB_URL"] + "/"
c.Spawner.http_timeout = 120
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, SETTINGS, before="import os")
    quiet(hub.folder / "homes/alice")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture
def olga(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SLOW)
    yield context
    context.close()


def planned(tab: Page) -> Locator:
    """The dialog, once it shows what will be seen."""
    dialog = tab.get_by_role("dialog", name="Publish")
    expect(dialog.get_by_text("By whom")).to_be_visible(timeout=SLOW)
    expect(dialog.get_by_title("Preview of the page")).to_be_visible(timeout=SLOW)
    return dialog


def published(tab: Page) -> str:
    """Publish; the address of the page."""
    planned(tab).get_by_role("button", name="Publish").click()
    link = tab.get_by_label("Link to the page")
    expect(link).to_be_visible(timeout=SLOW)
    address = link.input_value()
    tab.get_by_role("dialog").get_by_role("button", name="Close").last.click()
    return address


def log_in(page: Page, sandbox: Sandbox, user: str) -> None:
    page.fill("#username", user)
    page.fill("#password", sandbox.users[user])
    page.keyboard.press("Enter")


def save(lab: Lab) -> None:
    lab.menu("openBIS", "Save to openBIS")
    expect(button(lab.tab)).to_contain_text("Saved in openBIS", timeout=SLOW)


def test_from_a_cell_s_result_to_an_observer(
    context: BrowserContext, olga: BrowserContext, hub: Hub, sandbox: Sandbox
) -> None:
    """D-01, D-02, D-06, D-07, D-09, D-10, U-34, rows 57 to 61: one step from the panel, which saves first;
    an observer reads what is not the code, without a server; one page follows its author, one stays."""
    lab = launched(context, hub, "Rates")
    tab = lab.tab
    assert "The sum is 42" in lab.run_new("print('The sum is', 40 + 2)")
    tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    lab.menu("openBIS", "Publish…")
    first = tab.get_by_role("dialog", name="Save to openBIS")  # nothing was saved yet
    first.get_by_role("button", name="Save to openBIS").click()
    dialog = planned(tab)
    expect(dialog).to_contain_text("was saved to openBIS first")
    expect(dialog).to_contain_text("without code")
    seen = dialog.frame_locator("iframe").locator("body")
    expect(seen).to_contain_text("The sum is 42")
    expect(seen).not_to_contain_text("40 + 2")
    picture(tab, "lab-publish")
    found = Axe().run(
        tab, context=".jp-openbis-publish", options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]}
    )
    assert found.response["passes"], "axe did not look"
    assert found.violations_count == 0, found.generate_report()
    follows = published(tab)
    panel = tab.locator("#openbis-nb-panel")
    panel.get_by_role("button", name="Publish…").click()
    planned(tab).get_by_label("Stay at this version").check()
    tab.get_by_role("dialog", name="Publish").get_by_label("Title").fill("Rates, as they were")
    stays = published(tab)

    page = olga.new_page()
    page.goto(follows)
    log_in(page, sandbox, "olga")
    expect(page).to_have_url(follows, timeout=SLOW)
    expect(content(page)).to_contain_text("The sum is 42", timeout=SLOW)
    data = bytes_of(page)
    assert b"The sum is 42" in data
    assert b"40 + 2" not in data

    assert "The sum is 43" in lab.run_new("print('The sum is', 40 + 3)")
    save(lab)

    def brought_forward() -> bool:
        page.reload()
        expect(content(page)).to_contain_text("The sum is", timeout=SLOW)
        return "The sum is 43" in content(page).inner_text()

    until(brought_forward, "the page shows what was saved", 90)
    page.goto(stays)
    expect(content(page)).to_contain_text("The sum is 42", timeout=SLOW)
    expect(content(page)).not_to_contain_text("The sum is 43")
    page.goto(f"{hub.url}/hub/home")
    expect(page.get_by_role("button", name="Start My Server")).to_be_visible()
    expect(page.locator("#stop")).to_be_hidden()
