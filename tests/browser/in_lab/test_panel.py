"""Data and places in the side panel: where a notebook is stored, what it reads, the tree of openBIS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pybis
import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.browser.lab import Lab, at, picture
from tests.browser.lab_site import LabSite
from tests.hub.running import until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

OTHER = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"


def data_set(witness: pybis.Openbis, name: str, file: Path) -> str:
    new = witness.new_dataset(
        type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=[str(file)], props={"$name": name}
    )
    new.save()
    return str(new.permId)


def panel(tab: Page) -> Locator:
    """The panel, opened by its tab."""
    tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    return tab.locator("#openbis-nb-panel")


def section(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("region", name=name, exact=True)


def command(lab: Lab, label: str) -> None:
    """From the palette, by keyboard."""
    lab.tab.keyboard.press("Control+Shift+C")
    box = lab.tab.locator("#command-palette input, #modal-command-palette input").first
    box.fill(label)
    lab.tab.keyboard.press("Enter")


def block_in(file: Path) -> dict[str, Any]:
    """The identity block of the file, which Jupyter may be writing just now."""
    try:
        return dict(json.loads(file.read_text())["metadata"].get("openbis", {}))
    except ValueError:
        return {}


def inputs_in(file: Path) -> list[str]:
    return list(block_in(file).get("inputs", []))


def test_data_and_places(lab_site: LabSite, context: BrowserContext, tmp_path: Path) -> None:
    """Rows 21, 84, O-70, O-72, N-48, U-20, F-16, D10, D11."""
    witness = at(lab_site.sandbox)
    (small := tmp_path / "od.csv").write_text("t,od\n0,1\n")
    (large := tmp_path / "raw.bin").write_bytes(b"\x5a" * 3_000_000)
    old = data_set(witness, "Plate reader", small)
    archived = data_set(witness, "Plate 9, raw", large)
    file = lab_site.new("growth/panel.ipynb", "--input", old, "--input", archived)
    witness.get_dataset(archived).archive()
    until(lambda: witness.get_dataset(archived).status == "ARCHIVED" or None, "it is archived", 30)
    wanted = data_set(witness, "Images of plate 7", large)
    newer = data_set(witness, "Plate reader", small)

    lab = lab_site.lab(context, "growth/panel.ipynb")
    shown = panel(lab.tab)
    stored, inputs, tree = (section(shown, name) for name in ("Stored in", "Inputs", "Browse openBIS"))
    expect(stored).to_contain_text("BIOLAB › GROWTH › GROWTH_CURVES_1", timeout=30_000)
    expect(stored.get_by_role("link", name="Open in the ELN")).to_have_attribute(
        "href", re.compile("eln-lims.*GROWTH_CURVES_1")
    )
    expect(inputs).to_contain_text("In the archive")
    expect(inputs).to_contain_text("A newer version of it exists.")
    picture(lab.tab, "side-panel")

    # An archived one comes back; a newer one takes the place of the old one.
    inputs.get_by_role("button", name="Bring Plate 9, raw back from the archive").click()
    until(lambda: witness.get_dataset(archived).status == "AVAILABLE" or None, "it comes back", 30)
    expect(inputs.get_by_role("button", name="Attach Plate 9, raw")).to_be_visible(timeout=20_000)
    inputs.get_by_role("button", name="Use the newer one").click()
    until(lambda: inputs_in(file) == [newer, archived] or None, "the newer one is in the list", 30)

    # The tree, by keyboard alone.
    shown.get_by_role("searchbox").focus()
    lab.tab.keyboard.press("ArrowDown")
    for key in ("b", "ArrowRight", "g", "ArrowRight", "g"):
        expect(tree.locator("[aria-busy=true]")).to_have_count(0)
        lab.tab.keyboard.press(key)
        lab.tab.wait_for_timeout(750)  # a new word begins after a rest
    expect(tree.get_by_role("treeitem", selected=True)).to_contain_text("GROWTH_CURVES_1")

    # A search, and what is found is attached: its bytes are there, and the next version has it as a parent.
    shown.get_by_role("searchbox").fill("Images of plate")
    found = tree.get_by_role("treeitem", name=re.compile("Images of plate 7"))
    expect(found).to_be_visible(timeout=20_000)
    found.click()
    picture(lab.tab, "side-panel-search")
    tree.get_by_role("toolbar").get_by_role("button", name="Attach").click()
    until(lambda: wanted in inputs_in(file) or None, "it is in the list", 30)
    expect(inputs.get_by_role("button", name=re.compile("^Images of plate 7"))).to_contain_text(
        "All files are here", timeout=30_000
    )
    cached = [path for path in lab_site.server.home.rglob("raw.bin") if path.stat().st_size == 3_000_000]
    assert cached
