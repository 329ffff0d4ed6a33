"""Saving from JupyterLab and Notebook 7: the cell, the button, the dialog (design D12 a, rows 36, 42, 83)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pybis
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.browser.lab import Lab, at, picture
from tests.browser.lab_site import LabSite

pytestmark = pytest.mark.browser

BUTTON = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-openbis-save-button [data-openbis-state]"
TOAST = ".Toastify__toast"


def state(page: Page, shown: str) -> Locator:
    """The button, once it shows that state."""
    button = page.locator(BUTTON)
    expect(button).to_have_attribute("data-openbis-state", shown)
    return button


def versions(openbis: pybis.Openbis, file: Path) -> list[Any]:
    """The data sets that hold versions of the notebook in *file*, oldest first."""
    history = json.loads(file.read_text(encoding="utf-8"))["metadata"]["openbis"]["notebook_id"]
    found = openbis.get_datasets(where={"$HISTORY_ID": history})
    return [openbis.get_dataset(perm_id) for perm_id in sorted(found.df["permId"])]


def edit(lab: Lab, text: str) -> None:
    """Type into the first cell of code."""
    lab.code_cells.first.locator(".cm-content").click()
    lab.tab.keyboard.press("Control+End")
    lab.tab.keyboard.insert_text(f"\n# {text}")


def accessible(page: Page, where: str) -> None:
    """axe finds nothing serious in what *where* selects."""
    found = Axe().run(page, context=where)
    assert found.response["passes"], "axe did not look"
    worse = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert not worse, json.dumps(worse, indent=1)[:3000]


def test_from_the_first_run_to_the_next_version(lab_site: LabSite, context: BrowserContext) -> None:
    """F-08, N-40, U-06, U-33, O-41: the first run all saves; then changes, the dialog, a newer version."""
    openbis = at(lab_site.sandbox)
    file = lab_site.new("saving/growth.ipynb")
    lab = lab_site.lab(context, "saving/growth.ipynb")
    tab = lab.tab
    expect(state(tab, "save")).to_have_accessible_name("Save to openBIS")

    # Nobody has pressed Ctrl+S: the cell asks the front end to save, waits, and saves.
    lab.menu("Run", "Run All Cells")
    card = lab.code_cells.last.locator(".jp-OutputArea")
    expect(card).to_contain_text("Saved to openBIS", timeout=90_000)
    expect(tab.locator(BUTTON)).to_have_attribute("data-openbis-state", "saved")
    expect(tab.locator(BUTTON)).to_have_accessible_name("Saved in openBIS")
    picture(tab, "lab-saved")
    [first] = versions(openbis, file)
    assert first.permId in card.inner_text() or first.permId in file.read_text(encoding="utf-8")

    # Changed at once, before anything is written.
    edit(lab, "a second look")
    expect(state(tab, "save")).to_have_accessible_name("Save to openBIS")
    (file.parent / "rates.csv").write_text("well,rate\nA1,0.4\n", encoding="utf-8")
    (file.parent / "scratch.txt").write_text("nothing\n", encoding="utf-8")
    tab.locator(BUTTON).click(modifiers=["Shift"])
    dialog = tab.get_by_role("dialog", name="Save to openBIS")
    expect(dialog.get_by_label("Name")).to_have_value("growth")
    dialog.get_by_label("Notes").fill("Plate 2 is left out.")
    dialog.get_by_label("Data-set type").select_option("REPORT")
    medium = dialog.get_by_label("Medium")
    expect(medium).to_be_visible()
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(medium).to_be_focused()
    expect(dialog).to_contain_text("This is mandatory.")
    accessible(tab, ".jp-openbis-save-dialog")
    medium.select_option(label="M9 minimal")
    dialog.get_by_label("Measured on").fill("2026-11-20")
    dialog.get_by_label("Plates").fill("three")
    dialog.get_by_label("Reviewed").select_option(label="yes")
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(dialog).to_contain_text("This must be a whole number.")
    dialog.get_by_label("Plates").fill("3")
    dialog.get_by_label("scratch.txt").uncheck()
    expect(dialog.get_by_label("rates.csv")).to_be_checked()
    unticked = dialog.get_by_role("group", name="Inputs").get_by_role("checkbox").last
    unticked.uncheck()
    picture(tab, "lab-save-dialog")
    dialog.get_by_role("button", name="Save to openBIS").click()
    toast = tab.locator(TOAST, has_text="is saved in openBIS")
    expect(toast).to_be_visible()
    expect(toast.get_by_role("button", name="Open data set")).to_be_visible()
    picture(tab, "lab-save-toast")
    state(tab, "saved")
    _, second = versions(openbis, file)
    assert (second.type.code, second.props["medium"], second.props["plates"]) == ("REPORT", "M9", "3")
    assert second.props["measured_on"].startswith("2026-11-20")
    stored = [name.rpartition("/")[2] for name in second.file_list]
    assert "rates.csv" in stored
    assert "scratch.txt" not in stored
    assert len(second.parents) == len(first.parents) - 1

    # Somebody else goes on with a copy: newer here, and a choice.
    copy = lab_site.server.root / "elsewhere/growth.ipynb"
    copy.parent.mkdir()
    copy.write_bytes(file.read_bytes())
    edit_file(copy)
    lab_site.run("save", str(copy), "--same-notebook", "--notes", "From elsewhere.")
    edit(lab, "a third look")
    # A slow openBIS: what the front end asks meanwhile is answered from what the server remembers.
    lab_site.sandbox.faults.add("latency", "searchDataSets", seconds=2, count=0)
    tab.locator(BUTTON).click()
    dialog = tab.get_by_role("dialog", name="Newer version in openBIS")
    expect(dialog).to_contain_text("alice saved “growth”")
    assert lab_site.sandbox.faults.struck()
    lab_site.sandbox.faults.clear()
    state(tab, "newer")
    picture(tab, "lab-newer")
    accessible(tab, ".jp-Dialog")
    dialog.get_by_role("button", name="Save as the next version").click()
    expect(tab.locator(TOAST, has_text="is saved in openBIS").last).to_be_visible()
    state(tab, "saved")
    assert len(versions(openbis, file)) == 4

    # Nothing to save is said, and makes nothing.
    tab.locator(BUTTON).click()
    expect(tab.locator(TOAST, has_text="Nothing to save").last).to_be_visible()
    assert len(versions(openbis, file)) == 4


def edit_file(file: Path) -> None:
    """As another program writes."""
    content = json.loads(file.read_text(encoding="utf-8"))
    content["cells"][0]["source"] = ["# Changed elsewhere"]
    file.write_text(json.dumps(content), encoding="utf-8")


def choose_place(dialog: Locator, words: str) -> None:
    """By the search field and the keyboard."""
    field = dialog.get_by_role("combobox", name="Stored in")
    field.fill(words)
    expect(dialog.get_by_role("option").first).to_contain_text(words)
    field.press("ArrowDown")
    field.press("Enter")
    expect(field).to_have_value(DEMO_EXPERIMENT)


def test_files_from_nowhere_become_notebooks_or_versions(lab_site: LabSite, context: BrowserContext) -> None:
    """N-31, N-49, U-20, row 82: a new notebook in Notebook 7, a version of it in Lab; without a session the
    button leads to the log-in, and a version is kept."""
    openbis = at(lab_site.sandbox)
    first = lab_site.plain("nowhere/heat.ipynb", "print('heat')")
    page = lab_site.notebook7(context, "nowhere/heat.ipynb")
    expect(state(page, "save")).to_have_attribute("title", "This notebook is not in openBIS yet.")
    page.locator(BUTTON).click()
    dialog = page.get_by_role("dialog", name="Save to openBIS")
    expect(dialog.get_by_role("group", name="Save as")).to_have_count(0)  # there is no choice yet
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(dialog).to_contain_text("Choose the object or experiment to store it in.")
    choose_place(dialog, "GROWTH_CURVES_1")
    picture(page, "notebook-7-save-dialog")
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(page.locator(TOAST, has_text="is saved in openBIS")).to_be_visible()
    state(page, "saved")
    picture(page, "notebook-7-saved")
    assert len(versions(openbis, first)) == 1
    page.close()

    second = lab_site.plain("nowhere/heat again.ipynb", "print('more heat')")
    lab = lab_site.lab(context, "nowhere/heat again.ipynb")
    state(lab.tab, "save").click()
    dialog = lab.tab.get_by_role("dialog", name="Save to openBIS")
    choose_place(dialog, "GROWTH_CURVES_1")
    dialog.get_by_role("radio", name="a version of one of your notebooks").check()
    dialog.get_by_role("combobox", name="Notebook").select_option(label="heat")
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(lab.tab.locator(TOAST, has_text="is saved in openBIS")).to_be_visible()
    state(lab.tab, "saved")
    assert len(versions(openbis, second)) == len(versions(openbis, first)) == 2

    # The session ends: nothing is lost, nothing is stored twice.
    over = lab_site.log_in()
    ended = at(lab_site.sandbox, "alice")
    ended.set_token(over)
    ended.logout()
    edit(lab, "cooler")
    lab.save_document()
    expect(state(lab.tab, "log-in")).to_have_accessible_name("Log in to openBIS")
    lab.tab.locator(BUTTON).click()
    lab.tab.get_by_role("dialog").get_by_role("button", name="Keep it here").click()
    dialog = lab.tab.get_by_role("dialog", name="Save to openBIS")
    expect(dialog).to_contain_text("the version is kept here and sent later")
    dialog.get_by_role("button", name="Save to openBIS").click()
    expect(lab.tab.locator(TOAST, has_text="The version is kept here")).to_be_visible()
    picture(lab.tab, "lab-save-without-session")
    lab_site.log_in()
    lab_site.run("outbox", "send")
    assert len(versions(openbis, second)) == 3
