"""The extension is there, in JupyterLab and in Notebook 7, and its texts and routes answer."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.lab import picture
from tests.browser.lab_site import LabSite

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_it_is_there_in_lab_and_in_notebook_7(lab_site: LabSite, context: BrowserContext) -> None:
    """U-20, row 82: one extension for both."""
    lab_site.new("growth/first.ipynb")
    lab = lab_site.lab(context, "growth/first.ipynb")
    lab.tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    expect(lab.tab.locator("#openbis-nb-panel")).to_be_visible()
    picture(lab.tab, "lab-panel")
    notebook = lab_site.notebook7(context, "growth/first.ipynb")
    expect(notebook.locator("#openbis-nb-panel")).to_be_attached()
    picture(notebook, "notebook-7")
