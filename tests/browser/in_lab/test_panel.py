"""Data and places in the side panel: where a notebook is stored, what it reads, the tree of openBIS."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pybis
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.browser.lab import at, picture
from tests.browser.lab_site import LabSite, setting
from tests.waiting import until

pytestmark = pytest.mark.browser

OTHER = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
SIZE = 3_000_000


def data_set(witness: pybis.Openbis, name: str, file: Path) -> str:
    new = witness.new_dataset(
        type="RAW_DATA", experiment=DEMO_EXPERIMENT, files=[str(file)], props={"$name": name}
    )
    new.save()
    return str(new.permId)


def panel(tab: Page) -> Locator:
    """The panel, opened by its tab where it is not seen yet."""
    shown = tab.locator("#openbis-nb-panel")
    if not shown.is_visible():
        tab.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    return shown


def section(panel: Locator, name: str) -> Locator:
    return panel.get_by_role("region", name=name, exact=True)


def block_in(file: Path) -> dict[str, Any]:
    """The identity block of the file, which Jupyter may be writing just now."""
    try:
        return dict(json.loads(file.read_text())["metadata"].get("openbis", {}))
    except ValueError:
        return {}


def inputs_in(file: Path) -> list[str]:
    return list(block_in(file).get("inputs", []))


def accessible(page: Page, part: str) -> None:
    """axe finds nothing in *part* that makes it hard to use."""
    found = Axe().run(page, context=part)
    assert found.response["passes"], "axe did not look"
    assert found.violations_count == 0, found.generate_report()


def test_data_and_places(lab_site: LabSite, context: BrowserContext, tmp_path: Path) -> None:
    """Rows 21, 84, O-70, O-72, N-48, U-20, F-16: an archived input comes back, a newer one takes the place
    of an old one, the tree goes by keyboard, a search finds what is attached then, and a place is chosen."""
    witness = at(lab_site.sandbox)
    (small := tmp_path / "od.csv").write_text("t,od\n0,1\n")
    (large := tmp_path / "raw.bin").write_bytes(b"\x5a" * SIZE)
    old = data_set(witness, "Plate reader", small)
    archived = data_set(witness, "Plate 9, raw", large)
    file = lab_site.new("growth/panel.ipynb", "--input", old, "--input", archived)
    witness.get_dataset(archived).archive()
    until(lambda: witness.get_dataset(archived).status == "ARCHIVED" or None, "it is archived")
    wanted = data_set(witness, "Images of plate 7", large)
    newer = data_set(witness, "Plate reader", small)

    tab = lab_site.lab(context, "growth/panel.ipynb").tab
    shown = panel(tab)
    stored, inputs, tree = (section(shown, name) for name in ("Stored in", "Inputs", "Browse openBIS"))
    expect(stored).to_contain_text(re.compile("BIOLAB.*GROWTH.*GROWTH_CURVES_1"))
    expect(stored.get_by_role("link", name="Open in the ELN")).to_have_attribute(
        "href", re.compile("eln-lims.*GROWTH_CURVES_1")
    )
    expect(inputs).to_contain_text("In the archive")
    expect(inputs).to_contain_text("A newer version of it exists.")
    accessible(tab, "#openbis-nb-panel")
    picture(tab, "side-panel")

    inputs.get_by_role("button", name="Bring Plate 9, raw back from the archive").click()
    until(lambda: witness.get_dataset(archived).status == "AVAILABLE" or None, "it comes back")
    expect(inputs.get_by_role("button", name="Attach Plate 9, raw")).to_be_visible()
    inputs.get_by_role("button", name="Use the newer one").click()
    until(lambda: inputs_in(file) == [newer, archived] or None, "the newer one is in the list")

    _to_an_object_by_keyboard(tab, tree)
    tree.get_by_role("searchbox").fill("Images of plate")
    found = tree.get_by_role("treeitem", name=re.compile("Images of plate 7"))
    found.click()
    accessible(tab, "#openbis-nb-panel")
    picture(tab, "side-panel-search")
    tree.get_by_role("toolbar").get_by_role("button", name="Attach").click()
    row = inputs.get_by_role("button", name=re.compile("^Images of plate 7"))
    expect(row).to_contain_text("All files are here")
    assert inputs_in(file) == [newer, archived, wanted]
    assert [path for path in lab_site.server.home.rglob("raw.bin") if path.stat().st_size == SIZE]
    row.click()
    expect(inputs).to_contain_text("It becomes a parent of the next version.")
    expect(inputs.get_by_role("list", name="Files of Images of plate 7")).to_contain_text("3 MB")
    accessible(tab, "#openbis-nb-panel")
    with setting(lab_site, "apputils-extension/themes", '{"theme": "JupyterLab Dark"}'):
        tab.reload()
        expect(inputs).to_contain_text("All files are here")
        expect(tab.locator("body")).to_have_attribute("data-jp-theme-light", "false")
        accessible(tab, "#openbis-nb-panel")
        picture(tab, "side-panel-dark")
    saving = lab_site.server.script()
    saved = saving.post(
        f"{lab_site.server.url}openbis/api/v1/save", json={"path": "growth/panel.ipynb"}, timeout=60
    )
    version = saved.json()["result"]["perm_id"]
    assert set(witness.get_dataset(version).parents) == {newer, wanted}
    tab.close()
    _a_place_is_chosen(lab_site, context)


def _to_an_object_by_keyboard(tab: Page, tree: Locator) -> None:
    """From the search box down to an object, and to its data; each level is asked for on the way."""
    tree.get_by_role("searchbox").focus()
    tab.keyboard.press("ArrowDown")
    focused = tree.locator("[role=treeitem]:focus")
    for label in ("BIOLAB", "GROWTH", "GROWTH_PILOT", "PLATE_4"):
        for _ in range(12):
            if re.search(rf"\b{label}\b", focused.inner_text()):
                break
            tab.keyboard.press("ArrowDown")
        expect(focused).to_contain_text(label)
        tab.keyboard.press("ArrowRight")
        expect(focused).to_have_attribute("aria-expanded", "true")
        expect(tree.locator("[aria-busy=true]")).to_have_count(0)
        tab.keyboard.press("ArrowRight")
    expect(focused).to_have_attribute("data-openbis-kind", "data-set")
    expect(focused).to_have_attribute("aria-level", "5")
    tab.keyboard.press("Home")
    expect(focused).to_contain_text("BIOLAB")


def _a_place_is_chosen(lab_site: LabSite, context: BrowserContext) -> None:
    """For a notebook from nowhere; what was chosen is offered the next time."""
    plain = lab_site.plain("plain.ipynb", "1 + 1")
    tab = lab_site.lab(context, "plain.ipynb").tab
    shown = panel(tab)
    stored = section(shown, "Stored in")
    expect(stored).to_contain_text("This notebook is not stored in openBIS yet.")
    stored.get_by_role("button", name="Choose a place…").click()
    dialog = tab.locator(".jp-openbis-chooser")
    accept = dialog.locator(".jp-Dialog-button.jp-mod-accept")
    expect(accept).to_be_disabled()
    dialog.get_by_role("searchbox").fill("DOSE_RESPONSE_1")
    dialog.get_by_role("treeitem", name=re.compile("DOSE_RESPONSE_1")).click()
    expect(dialog).to_contain_text(f"Chosen: {OTHER}")
    accessible(tab, ".jp-openbis-chooser")
    picture(tab, "place-picker")
    accept.click()
    expect(stored).to_contain_text("DOSE_RESPONSE_1")
    until(lambda: block_in(plain).get("owner", {}).get("identifier") == OTHER or None, "it is written")
    stored.get_by_role("button", name="Change place…").click()
    expect(dialog.get_by_role("group", name="Used last")).to_be_visible()
    tab.keyboard.press("Escape")
