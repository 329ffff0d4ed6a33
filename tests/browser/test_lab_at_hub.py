"""openBIS inside JupyterLab at a hub: a scientist's day, from the panel to a session that is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import Hub
from tests.waiting import until

from .lab import SHOWN, Lab, at, picture, quiet
from .test_sessions_in_the_browser import end_tokens

pytestmark = pytest.mark.browser

TARGET = f"/services/openbis/new?place={DEMO_EXPERIMENT}&kind=experiment"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox)
    quiet(hub.folder / "homes/alice")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


#: A cell that computes until a file is there.
WAITS = """import pathlib, time
print('counting', flush=True)
while not pathlib.Path('go-on').exists():
    time.sleep(0.05)"""


def log_in(page: Page, sandbox: Sandbox) -> None:
    page.fill("#username", "alice")
    page.fill("#password", sandbox.users["alice"])
    page.keyboard.press("Enter")


def launched(context: BrowserContext, hub: Hub, name: str) -> Lab:
    """The dialog of the launcher after the log-in, then the notebook in JupyterLab."""
    page = context.new_page()
    page.goto(f"{hub.url}{TARGET}")
    log_in(page, hub.sandbox)
    box = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    box.get_by_label("Notebook Name (*)").fill(name)
    box.get_by_label("Directory Name (*)").fill("work")
    with context.expect_page() as new:
        box.get_by_role("button", name="Create & connect").click()
    return Lab(new.value, f"work/{name}.ipynb")


def button(tab: Page) -> Locator:
    return tab.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-openbis-save-button")


def versions(sandbox: Sandbox, name: str) -> int:
    return len(at(sandbox).get_datasets(type="ANALYSIS_NOTEBOOK", where={"$name": name}))


def test_a_day_at_the_hub(context: BrowserContext, hub: Hub, sandbox: Sandbox) -> None:
    """O-41, U-01, U-06, U-13, U-20, rows 82 to 84: nobody logs in twice, the first Run All saves, the
    dialog saves what has changed, a session that is over stops nothing, and a run saves itself after the
    log-out, with every tab closed."""
    lab = launched(context, hub, "A day")
    tab = lab.tab
    expect(tab.locator(".jp-openbis-status-button")).to_contain_text("Alice Ernst")
    tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    panel = tab.locator("#openbis-nb-panel")
    expect(panel).to_contain_text("Growth curves at three temperatures")
    expect(panel).to_contain_text("Growth curves, plate 3")

    assert "Saved to openBIS" in lab.run_all()
    expect(button(tab)).to_contain_text("Saved in openBIS")
    picture(tab, "lab-at-hub-saved")
    tab.locator(f"{SHOWN} .jp-CodeCell .cm-content").first.click()
    tab.keyboard.press("Control+End")
    tab.keyboard.insert_text("\n# the blank is corrected")
    expect(button(tab)).to_contain_text("Save to openBIS")
    lab.menu("openBIS", "Save to openBIS As…")
    dialog = tab.get_by_role("dialog", name="Save to openBIS")
    dialog.get_by_label("Notes").fill("The blank is corrected.")
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(button(tab)).to_contain_text("Saved in openBIS")
    assert versions(sandbox, "A day") == 2
    expect(panel).to_contain_text("The blank is corrected.")

    end_tokens(sandbox, "alice")
    panel.get_by_role("button", name="Ask openBIS again").click()
    banner = tab.locator(".jp-NotebookPanel:visible .jp-openbis-notebook-banner")
    expect(banner).to_contain_text("Your openBIS session is over. Your kernel goes on")
    picture(tab, "lab-at-hub-over")
    with context.expect_page() as new:
        banner.get_by_role("button", name="Log in to openBIS").click()
    log_in(new.value, sandbox)
    expect(new.value.locator("#jp-main-dock-panel, #start").first).to_be_visible()
    new.value.close()
    tab.bring_to_front()
    expect(banner).to_be_hidden()
    assert "Growth curves, plate 1" in lab.run_new("[item.name for item in nb.inputs]")

    panel.locator(".jp-openbis-version").last.get_by_role("button", name="Compare").click()
    expect(tab.locator(".jp-openbis-sheet:visible")).to_be_visible()
    picture(tab, "lab-at-hub-compare")
    tab.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current .lm-TabBar-tabCloseIcon").click()

    go_on = hub.folder / "homes" / "alice" / "work" / "go-on"
    go_on.touch()
    lab.run_new(WAITS)
    go_on.unlink()
    lab.menu("openBIS", "Run in Background and Save…")
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Notes").fill("Over night.")
    dialog.get_by_role("button", name="Run in background and save").click()
    expect(tab.locator(".jp-openbis-section-runs").get_by_text("counting")).to_be_visible()
    tab.close()
    [page] = context.pages
    page.goto(f"{hub.url}/hub/logout")
    expect(page.locator("#username, #login-main, #logout-main").first).to_be_visible()
    go_on.touch()
    until(lambda: versions(sandbox, "A day") == 3, "the run is saved with nobody there", 150)
