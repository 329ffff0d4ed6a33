"""Versions in JupyterLab: seen in the panel, looked at, compared, restored and downloaded as new files."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.browser.lab import at, picture
from tests.browser.lab_site import LabSite
from tests.integration.labext.stored import hostile, store
from tests.integration.labext.test_api import Api, inputs
from tests.unit.notebooks.hostile import all_notebooks

pytestmark = pytest.mark.browser

PATH = "growth/Growth curves.ipynb"
PROJECT = DEMO_EXPERIMENT.rsplit("/", 1)[0]
#: Runs before everything else in every frame that runs scripts at all.
SHOUT = "for (const name of ['alert', 'confirm', 'print']) window[name] = () => console.log('SCRIPT RAN');"


def write(file: Path, *cells: nbformat.NotebookNode) -> None:
    """New cells; the identity block of the file stays."""
    metadata: dict[str, Any] = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    if file.exists():
        metadata = json.loads(file.read_text())["metadata"]
    nbformat.write(nbformat.v4.new_notebook(cells=list(cells), metadata=metadata), file)


def code(source: str, *tags: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)} if tags else {})


@pytest.fixture
def versions(lab_site: LabSite, tmp_path: Path) -> dict[str, str]:
    """A notebook with two versions of alice's, and under its id one that attacks; permIds of hers."""
    api, file = Api(lab_site.server), lab_site.server.root / PATH
    file.parent.mkdir(exist_ok=True)
    title = nbformat.v4.new_markdown_cell("# Growth curves\n\nPlates of the pilot.")
    write(file, title, code("rate = 0.5", "parameters"), code("fit(plates, rate)"))
    body = {"path": PATH, "owner": DEMO_EXPERIMENT, "write_back": True}
    first = api.post("save", body | {"name": "Growth curves", "notes": "Raw plates, no blanks."})
    api.post("attach", {"path": PATH, "perm_ids": inputs(api)[:1]})
    write(file, title, code("rate = 0.7", "parameters"), code("fit(plates - blank, rate)"), code("plot()"))
    second = api.post("save", {"path": PATH, "write_back": True, "notes": "Blank corrected."})
    saved, current = first.json()["result"], second.json()["result"]
    ursula = at(lab_site.sandbox, "ursula")
    cells = [cell for attack in all_notebooks().values() for cell in attack.cells]
    named = [{**cell, "id": f"c{number}"} for number, cell in enumerate(cells)]
    attacks = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": named}
    under = {"notebook_id": saved["notebook_id"], "name": "Without blanks"}
    store(ursula, tmp_path, json.dumps(attacks).encode(), **under)
    store(ursula, tmp_path, hostile(), name="<img src=x onerror=alert(1)>")
    return {"first": saved["perm_id"], "second": current["perm_id"]}


def complaints(page: Page, where: str) -> list[str]:
    """What axe finds in one part of the page that makes it hard to use."""
    found = Axe().run(page, context=where).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def sheet(page: Page) -> Locator:
    """The tab of ours that is seen."""
    return page.locator(".jp-openbis-sheet:visible")


def theme(page: Page, name: str) -> None:
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item:visible", has_text="Theme").first.hover()
    page.locator(".lm-Menu-item:visible").get_by_text(name, exact=True).click()
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str("Light" in name).lower())
    expect(page.locator("#jupyterlab-splash")).to_have_count(0)


def close(page: Page) -> None:
    """Close the tab of ours that is seen."""
    page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current .lm-TabBar-tabCloseIcon").click()


def test_from_the_list_to_a_new_file(
    lab_site: LabSite, context: BrowserContext, versions: dict[str, str]
) -> None:
    """Rows 84 and 85, N-07, N-10, N-24, N-45 to N-48, F-13, O-70; hostile pages do nothing (design D9)."""
    context.add_init_script(SHOUT)
    ran: list[str] = []
    context.on("console", lambda message: ran.append(message.text) if "SCRIPT RAN" in message.text else None)
    lab = lab_site.lab(context, PATH)
    page = lab.tab
    page.on("dialog", lambda dialog: ran.append(dialog.message))
    page.on("popup", lambda popup: ran.append(popup.url))
    page.on("request", lambda request: ran.append(request.url) if "evil" in request.url else None)
    page.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    section = page.locator(".jp-openbis-section-versions")
    items = section.locator(".jp-openbis-version")
    expect(items).to_have_count(3)
    expect(items.nth(0)).to_contain_text(re.compile("Without blanks.*Fork"))
    expect(items.nth(1)).to_contain_text(re.compile("Newest.*This file.*alice.*Blank corrected"))
    expect(items.nth(2)).to_contain_text("Raw plates, no blanks.")
    for folded in ("Stored in", "Inputs"):
        page.locator("#openbis-nb-panel").get_by_role("button", name=folded, exact=True).click()
    picture(page, "versions-panel")
    assert complaints(page, ".jp-openbis-section-versions") == []

    items.nth(2).locator(".jp-openbis-version-name").click()
    frame = sheet(page).locator("iframe")
    expect(frame).to_have_attribute("sandbox", "")
    expect(frame.content_frame.locator("body")).to_contain_text("Plates of the pilot.")
    expect(sheet(page)).to_contain_text(versions["first"])
    picture(page, "version-view")
    sheet(page).get_by_role("button", name="Hide Code").click()
    expect(sheet(page).get_by_role("button", name="Show Code")).to_be_visible()
    assert complaints(page, ".jp-openbis-sheet-head") == []
    close(page)

    items.nth(0).locator(".jp-openbis-version-name").click()
    foreign = sheet(page).locator("iframe").content_frame
    expect(foreign.locator("main section")).not_to_have_count(0)
    for link in foreign.locator("a[href]").all()[:5]:
        link.dispatch_event("click")  # a person clicks what is offered
    assert ran == []
    close(page)

    # Something is typed; what changed is asked for; the file is written first, as for a save.
    lab.code_cells.nth(2).locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("  # all plates")
    section.get_by_role("button", name="What changed?").click()
    expect(sheet(page)).to_contain_text("1 cell changed")
    expect(sheet(page)).to_contain_text("Growth curves.ipynb, as it is on disk")
    expect(sheet(page).locator("iframe").content_frame.locator("body")).to_contain_text("# all plates")
    assert "# all plates" in (lab_site.server.root / PATH).read_text()
    close(page)

    items.nth(2).get_by_role("button", name=re.compile("More about")).click()
    page.locator(".lm-Menu-item:visible").get_by_text("Compare with Another Version…").click()
    which = page.locator(".jp-Dialog select")
    which.select_option(label=which.locator("option", has_text=versions["second"]).inner_text())
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(sheet(page)).to_contain_text(re.compile(r"Inputs.*Parameters.*rate.*0\.5.*0\.7.*Cells"))
    expect(sheet(page).locator("iframe")).to_be_visible()
    picture(page, "versions-compared")
    assert complaints(page, ".jp-openbis-sheet-head") == []
    theme(page, "JupyterLab Dark")
    picture(page, "versions-compared-dark")
    assert complaints(page, ".jp-openbis-sheet-head, .jp-openbis-section-versions") == []
    close(page)

    before = (lab_site.server.root / PATH).read_bytes()
    items.nth(2).get_by_role("button", name="Restore").click()
    tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.jp-mod-current")
    expect(tab).to_contain_text("Growth curves 2.ipynb")
    expect(section.locator(".jp-openbis-version.jp-mod-current")).to_contain_text("Raw plates")
    assert (lab_site.server.root / PATH).read_bytes() == before
    restored = json.loads((lab_site.server.root / "growth/Growth curves 2.ipynb").read_text())
    assert restored["metadata"]["openbis"]["checkpoint"]["id"] == versions["first"]
    theme(page, "JupyterLab Light")

    download(page, "Growth curves")
    expect(tab).to_contain_text("Growth curves 3.ipynb")
    download(page, "onerror")  # a text; the project is remembered
    expect(tab).to_contain_text("_img src=x onerror=alert(1)_.ipynb")
    assert (lab_site.server.root / PATH).read_bytes() == before
    in_notebook_7(lab_site, context, versions["first"])


def in_notebook_7(lab_site: LabSite, context: BrowserContext, perm_id: str) -> None:
    """Its main area holds the notebook alone, so a version is shown over it (U-20)."""
    page = lab_site.notebook7(context, PATH)
    page.get_by_role("menuitem", name="View", exact=True).click()
    page.locator(".lm-Menu-item:visible", has_text="Left Sidebar").hover()
    page.locator(".lm-Menu-item:visible", has_text="openBIS").click()
    page.locator(".jp-openbis-version-name").last.click()
    dialog = page.locator(".jp-Dialog")
    expect(dialog.locator("iframe").content_frame.locator("body")).to_contain_text("Plates of the pilot.")
    expect(dialog).to_contain_text(perm_id)
    picture(page, "version-notebook-7")
    dialog.get_by_role("button", name="Close").last.click()
    expect(dialog).to_be_hidden()


def download(page: Page, words: str) -> None:
    """By the menu: project, notebook and newest version."""
    page.get_by_role("menuitem", name="openBIS", exact=True).click()
    page.locator(".lm-Menu-item:visible").get_by_text("Download from openBIS…").click()
    dialog = page.locator(".jp-Dialog")
    accept = dialog.locator("button.jp-mod-accept")
    project = dialog.get_by_role("combobox", name="Project")
    if words != "onerror":
        expect(project.locator("option:checked")).to_have_text("All projects that you may read")
        project.select_option(PROJECT)
    expect(project.locator("option:checked")).to_have_text(PROJECT)
    dialog.get_by_label("Name").fill(words)
    page.keyboard.press("Enter")  # searches; there is nothing to be accepted yet
    notebooks = dialog.get_by_role("listbox", name="Notebook")
    expect(notebooks.get_by_role("option")).to_have_count(1)
    expect(accept).to_be_disabled()
    notebooks.focus()
    page.keyboard.press("ArrowDown")
    chosen = dialog.get_by_role("listbox", name="Version").locator("[aria-selected='true']")
    expect(chosen).to_contain_text("Newest")
    expect(dialog).to_contain_text("no file is overwritten")
    picture(page, "download-dialog")
    assert complaints(page, ".jp-Dialog") == []
    accept.click()
    expect(dialog).to_be_hidden()
