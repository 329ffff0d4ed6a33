"""From the log-in form, or from a badge, to a saved version: in a real Chromium, with real servers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.foreign_host import ForeignHost, notebook
from tests.hub.running import Hub

from .lab import SHOWN, Lab, at, picture, quiet
from .test_launcher import row

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForeignHost]:
    """A host on the web, as the admin allows it."""
    host = ForeignHost(tmp_path_factory.mktemp("host"))
    yield host
    host.stop()


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, host: ForeignHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, environment=host.allowed)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def home(hub: Hub, user: str = "alice") -> Path:
    return hub.folder / "homes" / user


def choose(page: Page, name: str) -> Locator:
    """More… → New Jupyter notebook, on the card of the entity; the dialog with a directory and *name*."""
    page.get_by_role("button", name="More…", exact=True).first.click()
    page.get_by_role("menuitem", name="New Jupyter notebook").locator("visible=true").click()
    box = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    box.get_by_label("Directory Name (*)").fill("growth/november")
    box.get_by_label("Notebook Name (*)").fill(name)
    return box


def connect(context: BrowserContext, box: Locator) -> Page:
    with context.expect_page() as new:
        box.get_by_role("button", name="Create & connect").click()
    return new.value


def versions(hub: Hub) -> list[Any]:
    """What pybis sees of the saved versions, oldest first."""
    openbis = at(hub.sandbox)
    found = openbis.get_datasets(type="ANALYSIS_NOTEBOOK", experiment=DEMO_EXPERIMENT).df["permId"]
    return [openbis.get_dataset(perm_id) for perm_id in sorted(map(str, found))]


def test_from_the_log_in_to_saved_versions(context: BrowserContext, hub: Hub) -> None:
    """O-03, O-31, O-92, U-01: nothing is typed but the password; the inputs are the parents; a taken name
    is not overwritten. First the person's server is down, then it is up."""
    before = [str(version.permId) for version in versions(hub)]
    page = context.new_page()
    page.goto(f"{hub.url}/services/openbis/")
    page.fill("#username", "alice")
    page.fill("#password", hub.sandbox.users["alice"])
    page.keyboard.press("Enter")
    for code in ("BIOLAB", "GROWTH", "GROWTH_CURVES_1"):
        row(page, code).locator(".row").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth curves at three temperatures")
    tab = connect(context, choose(page, "Growth curves"))
    expect(tab.get_by_role("progressbar", name="Starting your server")).to_be_visible()
    picture(tab, "progress")
    first = Lab(tab, "growth/november/Growth curves.ipynb")
    expect(tab.locator(f"{SHOWN} h1").first).to_contain_text("Growth curves")
    picture(tab, "pre-filled")
    expect(tab.locator("#jp-main-dock-panel .jp-mod-current.jp-mod-dirty")).to_have_count(0)
    assert "Saved to openBIS in /BIOLAB/GROWTH/GROWTH_CURVES_1" in first.run_all()
    picture(tab, "saved")
    expect(tab.get_by_text("official Jupyter news")).to_have_count(0)
    plain = "from pybis import Openbis\no = Openbis()\nprint(o.get_session_info().userName)"
    assert first.run_new(plain).strip() == "alice"
    taken = identity_of(home(hub) / first.path)

    box = choose(page, "Growth curves")
    box.get_by_role("radio", name="Growth curves python3").check()
    box.get_by_label("window hours").fill("3")
    second = Lab(connect(context, box), "growth/november/Growth curves 2.ipynb")
    assert "growth_curves.png" in second.run_all()
    picture(second.tab, "saved-with-results")
    assert identity_of(home(hub) / first.path) == taken
    assert identity_of(home(hub) / second.path)["notebook_id"] != taken["notebook_id"]

    raw_data = at(hub.sandbox).get_datasets(experiment=DEMO_EXPERIMENT, type="RAW_DATA")
    inputs = sorted(map(str, raw_data.df["permId"]))
    analysis, curves = [version for version in versions(hub) if str(version.permId) not in before]
    for version, name in ((analysis, "Growth curves"), (curves, "Growth curves 2")):
        assert sorted(version.parents) == inputs
        assert version.registrator == "alice"
        assert [file for file in version.file_list if file.endswith(f"/{name}.ipynb")]
    assert "window_hours = 3.0" in "".join(code_of(home(hub) / second.path))


def looked(page: Page, title: str) -> None:
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible(timeout=60_000)


def test_from_a_badge_to_what_it_leads_to(context: BrowserContext, hub: Hub, host: ForeignHost) -> None:
    """B-01, B-06, B-08, B-11, B-22, B-25, B-30, B-32, rows 74, 77, 78, 80: the log-in comes first and loses
    nothing; the notebook runs, is saved where it was said, and remembers where it comes from; a repository
    gets a folder, with a number if the name is taken."""
    files = home(hub, "ursula")  # JupyterLab opens again what alice has open in the other story
    quiet(files)
    model = notebook("# Growth of yeast", "window = 2", "print(f'{window} h')")
    url = host.put("/models/Growth%20of%20yeast.ipynb", model)
    page = context.new_page()
    page.goto(f"{hub.url}/services/openbis/import?url={quote(url, safe='')}")
    page.fill("#username", "ursula")
    page.fill("#password", hub.sandbox.users["ursula"])
    page.keyboard.press("Enter")
    expect(page.get_by_label("Address of a notebook or repository")).to_have_value(url, timeout=60_000)
    picture(page, "import-brought")
    assert host.asked == []
    looked(page, "Growth of yeast")
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("window = 2")
    picture(page, "import-found")
    page.get_by_role("button", name="Import & run …").click()
    box = page.get_by_role("dialog", name="Import & run")
    box.get_by_label("Directory Name (*)").fill("models")
    box.get_by_label("Stored in").fill("growth curves at")
    page.locator(".pop [role=option]").first.click()
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    picture(page, "import-dialog")
    with context.expect_page() as new:
        box.get_by_role("button", name="Import & run").click()
    lab = Lab(new.value, "models/Growth of yeast.ipynb")
    assert lab.run_all().strip() == "2 h"
    picture(new.value, "import-in-lab")
    save = "import openbis_nb; openbis_nb.notebook().save()"
    assert "Saved to openBIS in /BIOLAB/GROWTH/GROWTH_CURVES_1" in lab.run_new(save)
    block = json.loads((files / lab.path).read_text(encoding="utf-8"))["metadata"]["openbis"]
    assert (block["name"], len(block["inputs"])) == ("Growth of yeast", 3)
    assert url in json.dumps(block)
    new.value.close()

    clone = host.repository("yeast-models", {"fit.ipynb": model, "README.md": b"Fits of growth"})
    (files / "yeast-models").mkdir()
    page.get_by_label("Address of a notebook or repository").fill(clone)
    looked(page, "yeast-models")
    page.get_by_role("button", name="Get to a folder …").click()
    with context.expect_page() as new:
        page.get_by_role("button", name="Get to the folder").click()
    new.value.wait_for_url(re.compile(r"/user/ursula/lab.*/yeast-models_1"), timeout=120_000)
    assert (files / "yeast-models_1" / "fit.ipynb").read_bytes() == model
    new.value.close()
    page.reload()
    mine = page.locator("#mine tbody tr")
    expect(mine).to_have_count(2)
    expect(mine.nth(0)).to_contain_text("yeast-models_1")
    expect(mine.nth(1)).to_contain_text("models/Growth of yeast.ipynb")
    expect(mine.filter(has_text="In your files")).to_have_count(2)
    page.locator("#mine").scroll_into_view_if_needed()
    picture(page, "imports")
    page.goto(f"{hub.url}/hub/home")
    expect(page.locator("#start")).to_contain_text("My Server")


def identity_of(notebook: Path) -> dict[str, Any]:
    """Which notebook it is; the checkpoint moves on with each save."""
    block = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["openbis"]
    return {name: block[name] for name in ("notebook_id", "name", "owner", "inputs")}


def code_of(notebook: Path) -> list[str]:
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
