"""Over night with the tab closed, work that is not saved, and openBIS away: nothing is lost."""

from __future__ import annotations

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from openbis_nb.sandbox.faults import FaultKind
from tests.browser.lab import SHOWN, at, picture
from tests.browser.lab_site import LabSite
from tests.waiting import until

pytestmark = pytest.mark.browser

WAITS = """import pathlib, time
print('counting', flush=True)
while not pathlib.Path('go-on').exists():
    time.sleep(0.05)"""


def panel(page: Page) -> None:
    """Show the panel of openBIS."""
    tab = page.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']")
    if "lm-mod-current" not in (tab.get_attribute("class") or ""):
        tab.click()
    expect(page.locator("#openbis-nb-panel")).to_be_visible()


def execute(page: Page, command: str) -> None:
    """A command from the palette."""
    page.keyboard.press("Control+Shift+C")
    page.locator("input.lm-CommandPalette-input").fill(command)
    page.keyboard.press("Enter")


def broken_rules(page: Page, selector: str) -> list[str]:
    """What axe finds within *selector*."""
    found = Axe().run(page, context=selector).response["violations"]
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found]


def test_nothing_is_lost(lab_site: LabSite, context: BrowserContext) -> None:
    """F-03, F-14, U-13, U-14, row 84: run with the tab closed; a draft of what was on screen; the outbox."""
    path = lab_site.new("night/night.ipynb")
    _put_cells(path, "window_hours = 2.5\nnormalise = True", WAITS)
    lab = lab_site.lab(context, "night/night.ipynb")
    execute(lab.tab, "run in background and save")
    dialog = lab.tab.get_by_role("dialog")
    dialog.get_by_label("window_hours").fill("3")
    dialog.get_by_label("Notes").fill("While I slept.")
    expect(dialog.get_by_text("Stored in")).to_be_visible()
    picture(lab.tab, "run-dialog")
    assert broken_rules(lab.tab, ".jp-Dialog") == []
    dialog.get_by_role("button", name="Run in background and save").click()
    runs = lab.tab.locator(".jp-openbis-section-runs")
    expect(runs.get_by_text("counting")).to_be_visible()
    picture(lab.tab, "run-running")
    lab.tab.close()
    (path.parent / "go-on").touch()
    _until_saved(lab_site)
    lab = lab_site.lab(context, "night/night.ipynb")
    told = lab.tab.locator(".Toastify__toast", has_text="has run in the background and is saved in openBIS")
    expect(told).to_be_visible()
    panel(lab.tab)
    expect(lab.tab.locator(".jp-openbis-section-runs").get_by_role("link", name="Data set")).to_be_visible()
    picture(lab.tab, "run-saved")
    told.get_by_role("button", name="Open what was run").click()
    current = lab.tab.locator("#jp-main-dock-panel .jp-mod-current")
    expect(current).to_contain_text("night run.ipynb")
    expect(lab.tab.locator(f"{SHOWN} .jp-OutputArea-output")).to_contain_text("counting")
    _leave_with_unsaved_work(lab.tab)
    lab = lab_site.lab(context, "night/night.ipynb")
    panel(lab.tab)
    outbox = lab.tab.locator(".jp-openbis-section-outbox")
    draft = outbox.get_by_role("listitem").filter(has_text="night run.ipynb · when it was closed")
    expect(draft).to_be_visible()
    draft.get_by_role("button", name="Open as a new file").scroll_into_view_if_needed()
    picture(lab.tab, "draft")
    draft.get_by_role("button", name="Open as a new file").click()
    restored = lab.tab.locator(f"{SHOWN} .cm-content").first
    expect(restored).to_contain_text("never_saved")
    lab.tab.keyboard.press("Alt+w")
    closed = lab.tab.locator(".Toastify__toast", has_text="is not saved to openBIS")
    expect(closed.get_by_role("button", name="Save now")).to_be_visible()
    picture(lab.tab, "closed")
    lab_site.sandbox.faults.add(FaultKind.STATUS, "*", count=0)
    saved = lab_site.server.script().post(
        f"{lab_site.server.url}openbis/api/v1/save",
        json={"path": "night/night.ipynb", "notes": "openBIS is away"},
        timeout=60,
    )
    assert saved.json()["result"]["state"] == "outbox", saved.text
    execute(lab.tab, "show the outbox")
    expect(outbox.get_by_text("To be sent to openBIS")).to_be_visible()
    outbox.get_by_role("button", name="Send now").scroll_into_view_if_needed()
    picture(lab.tab, "outbox")
    assert broken_rules(lab.tab, "#openbis-nb-panel") == []
    lab_site.sandbox.faults.clear()
    outbox.get_by_role("button", name="Send now").click()
    expect(outbox.get_by_text("To be sent to openBIS")).to_be_hidden()


def _put_cells(path: object, *sources: str) -> None:
    notebook = nbformat.read(path, 4)
    first, *others = [nbformat.v4.new_code_cell(source) for source in sources]
    first.metadata["tags"] = ["parameters"]
    notebook.cells = [first, *others]
    nbformat.write(notebook, path)


def _until_saved(site: LabSite) -> None:
    """With no page open, only asking now and then; pybis is the witness."""
    script = site.server.script()

    def saved() -> str | None:
        [run] = script.get(f"{site.server.url}openbis/api/v1/runs", timeout=60).json()["runs"]
        return str(run["result"]["perm_id"]) if run["state"] == "saved" else None

    data_set = at(site.sandbox).get_dataset(until(saved, "the run is saved"))
    assert data_set.type.code == "ANALYSIS_NOTEBOOK"
    assert "While I slept." in str(data_set.props.all())


def _leave_with_unsaved_work(page: Page) -> None:
    """Type, and close the tab: the browser asks first."""
    cell = page.locator(f"{SHOWN} .jp-CodeCell .cm-content").first
    cell.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\nnever_saved = 1")
    expect(cell).to_contain_text("never_saved")
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", leave)
    with page.expect_event("close"):
        page.close(run_before_unload=True)
    assert asked == ["beforeunload"]
