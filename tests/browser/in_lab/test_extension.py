"""The extension is there, in JupyterLab and in Notebook 7, and its texts and routes answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.lab import picture
from tests.browser.lab_site import LabSite, setting

pytestmark = pytest.mark.browser


def complete(page: Page) -> None:
    """The panel shows what there is of a notebook that was made from a template."""
    panel = page.locator("#openbis-nb-panel")
    for text in ("GROWTH_CURVES_1", "Growth curves, plate 3", "No version is in openBIS yet.", "BIOLAB"):
        expect(panel).to_contain_text(text)
    expect(panel.get_by_role("treeitem").first).to_be_visible()


def test_it_is_there_in_lab_and_in_notebook_7(lab_site: LabSite, context: BrowserContext) -> None:
    """O-76, N-53, U-20, row 82: one extension for both, also for the oldest that we promise."""
    lab_site.new("growth/first.ipynb")
    lab = lab_site.lab(context, "growth/first.ipynb")
    lab.tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    complete(lab.tab)
    picture(lab.tab, "lab-panel")
    notebook = lab_site.notebook7(context, "growth/first.ipynb")
    notebook.get_by_role("menuitem", name="openBIS", exact=True).click()
    notebook.locator(".lm-Menu-item:visible").get_by_text("Show openBIS Panel", exact=True).click()
    complete(notebook)
    picture(notebook, "notebook-7")


def test_it_speaks_german(lab_site: LabSite, context: BrowserContext) -> None:
    """U-20: with the language that a person has chosen in JupyterLab; menus come from the schema."""
    lab_site.plain("deutsch.ipynb", "1 + 1")
    with setting(lab_site, "translation-extension/plugin", '{"locale": "de_DE"}'):
        page = lab_site.page(context, "lab/tree/deutsch.ipynb")
        shown = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-openbis-save-button")
        expect(shown).to_have_text("In openBIS speichern")
        page.get_by_role("menuitem", name="openBIS", exact=True).click()
        page.locator(".lm-Menu-item:visible").get_by_text("openBIS-Seitenleiste zeigen").click()
        panel = page.locator("#openbis-nb-panel")
        expect(panel).to_contain_text("Dieses Notebook ist noch nicht")
        picture(page, "lab-german")
