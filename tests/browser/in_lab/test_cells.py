"""Code that reads data of openBIS gets into a notebook: by keyboard, by dropping, in Python and in R."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.notebooks.context import eln_link_to_data_set
from tests.browser.lab import SHOWN, Lab, at, picture
from tests.browser.lab_site import LabSite
from tests.waiting import until

pytestmark = pytest.mark.browser

SCREENING = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
GROWTH = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
DROP = """(cell, [type, text, place]) => {
    const data = new DataTransfer();
    data.setData(type, text);
    const {left, bottom} = cell.getBoundingClientRect();
    const at = {clientX: left + 20, clientY: bottom - 2, bubbles: true, cancelable: true};
    for (const event of place) cell.dispatchEvent(new DragEvent(event, {...at, dataTransfer: data}));
}"""


def palette(page: Page, command: str) -> None:
    """A command by its name."""
    page.keyboard.press("Control+Shift+C")
    page.locator("input.lm-CommandPalette-input").fill(command)
    page.keyboard.press("Enter")


def insert_by_keyboard(page: Page, what: str, name: str) -> None:
    """The command from the palette, answered with *what*."""
    palette(page, "insert code that reads")
    dialog = page.get_by_role("dialog")
    field = dialog.get_by_role("combobox", name="An input of this notebook")
    expect(field).to_be_focused()
    offered = dialog.locator("datalist option").evaluate_all("found => found.map(one => one.value)")
    field.fill(next((text for text in offered if what in text), what))
    picture(page, name)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def active(lab: Lab) -> Locator:
    """The new cell: it is made the active one."""
    return lab.tab.locator(f"{SHOWN} .jp-Cell.jp-mod-active")


def drop(target: Locator, kind: str, text: str, *events: str) -> None:
    """What a browser sends while something from outside is dragged over the lower edge of a cell."""
    target.scroll_into_view_if_needed()
    target.evaluate(DROP, [kind, text, list(events)])


def inputs_of(page: Page) -> Locator:
    """The inputs in the panel, that of the screening unfolded."""
    palette(page, "Show openBIS Panel")
    inputs = page.locator("#openbis-nb-panel").get_by_role("region", name="Inputs", exact=True)
    inputs.get_by_role("button", name="Dose-response, six compounds").first.click()
    return inputs


def drag(page: Page, what: Locator, target: Locator, name: str) -> None:
    """With the mouse, to the lower edge of *target*."""
    what.scroll_into_view_if_needed()
    what.hover()
    page.mouse.down()
    box = target.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 2
    page.mouse.move(x, y - 60, steps=5)
    page.mouse.move(x, y, steps=5)
    expect(page.locator(".jp-openbis-drop-above, .jp-openbis-drop-below")).to_have_count(1)
    assert page.evaluate("String(getSelection())") == ""
    picture(page, name)
    page.mouse.up()


def raw_data(site: LabSite, owner: str) -> str:
    """A data set of measurements."""
    found = at(site.sandbox, "alice").get_experiment(owner).get_datasets(type="RAW_DATA")
    return str(found[0].permId)


def test_code_that_reads_data_is_inserted(lab_site: LabSite, context: BrowserContext) -> None:
    """U-25, D10, row 21: chosen by keyboard among the inputs, or dropped between two cells as a link."""
    file = lab_site.new("cells/first.ipynb", owner=SCREENING)
    lab = lab_site.lab(context, "cells/first.ipynb")
    cells = lab.tab.locator(f"{SHOWN} .jp-Cell")
    cells.nth(9).locator(".jp-InputPrompt").click()
    insert_by_keyboard(lab.tab, "dose_response.csv", "insert-code-dialog")
    expect(active(lab)).to_contain_text("dose_response = nb.attach(")
    picture(lab.tab, "insert-code")

    other = raw_data(lab_site, GROWTH)
    link = eln_link_to_data_set(lab_site.sandbox.url, other)
    drop(cells.nth(7), "text/uri-list", link, "dragover")
    expect(cells.nth(8)).to_have_class(re.compile("jp-openbis-drop-above"))
    picture(lab.tab, "drop-a-data-set")
    drop(cells.nth(7), "text/uri-list", link, "dragover", "drop")
    expect(active(lab)).to_contain_text(f"nb.attach('{other}')")
    expect(cells.nth(8)).to_contain_text(other)
    until(lambda: other in identity_inputs(file), "the dropped data set is an input in the file")
    expect(lab.tab.locator(".jp-openbis-drop-above, .jp-openbis-drop-below")).to_have_count(0)

    count = cells.count()
    dragged = inputs_of(lab.tab).get_by_text("original/default/compounds.tsv", exact=True)
    drag(lab.tab, dragged, cells.nth(7), "drag-from-the-panel")
    expect(active(lab)).to_contain_text("compounds = nb.attach(")
    expect(cells.nth(8)).to_contain_text("original/default/compounds.tsv")
    expect(lab.tab.locator(".jp-openbis-drop-above, .jp-openbis-drop-below")).to_have_count(0)

    count += 1
    drop(cells.nth(7), "text/uri-list", "https://elsewhere.example/", "dragover", "drop")
    drop(cells.nth(7), "text/plain", "nothing of ours", "dragover", "drop")
    drop(cells.nth(1), "text/plain", other, "dragover", "drop")
    expect(cells).to_have_count(count + 1)
    expect(cells.nth(2)).to_contain_text(other)


def identity_inputs(file: Path) -> list[str]:
    """Of the block in the file, which Jupyter may be writing just now."""
    try:
        return list(json.loads(file.read_text())["metadata"]["openbis"]["inputs"])
    except ValueError:
        return []


def test_an_r_kernel_attaches_and_saves_through_the_extension(
    lab_site: LabSite, context: BrowserContext
) -> None:
    """U-25, row 86: nothing of ours is in the kernel."""
    file = lab_site.new("cells/in R.ipynb", "--template", "analysis-r", owner=SCREENING)
    lab = lab_site.lab(context, "cells/in R.ipynb")
    cells = lab.tab.locator(f"{SHOWN} .jp-Cell")
    cells.nth(4).locator(".jp-InputPrompt").click()
    inputs = inputs_of(lab.tab)
    inputs.get_by_role("button", name="Insert code that reads original/default/dose_response.csv").click()
    expect(active(lab)).to_contain_text("dose_response <- read.csv(")
    lab.tab.keyboard.press("Control+Enter")
    expect(active(lab).locator(".jp-OutputArea table")).to_be_visible()
    active(lab).locator(".jp-OutputArea").scroll_into_view_if_needed()
    expect(lab.tab.locator("#jp-main-statusbar")).to_contain_text("| Idle")
    picture(lab.tab, "r-kernel")
    palette(lab.tab, "Save to openBIS Without Asking")
    witness = at(lab_site.sandbox, "alice")

    def stored() -> list[str]:
        found = witness.get_experiment(SCREENING).get_datasets(type="ANALYSIS_NOTEBOOK")
        return [str(one.permId) for one in found]

    [saved] = until(stored, "the notebook is stored")
    assert witness.get_dataset(saved).parents == identity_inputs(file)
    picture(lab.tab, "r-kernel-saved")
