"""Logging in from a plain JupyterLab: first time, again while a kernel runs, and at a second openBIS."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.browser.lab import picture
from tests.browser.lab_site import LabSite, running_lab

pytestmark = pytest.mark.browser

NOTEBOOK = "mine.ipynb"


@pytest.fixture(scope="module")
def other() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def alone(_sandbox: Sandbox, other: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabSite]:
    """No address is set, and nobody has logged in."""
    folder = tmp_path_factory.mktemp("alone")
    bundle = folder / "both.pem"
    bundle.write_text(_sandbox.ca_bundle.read_text() + other.ca_bundle.read_text())
    more = {"OPENBIS_URL": "", "OPENBIS_NB_CA_BUNDLE": str(bundle)}
    with running_lab(_sandbox, folder, logged_in=False, **more) as site:
        yield site


def dialog(page: Page) -> Locator:
    return page.locator(".jp-openbis-connections-dialog")


def log_in(page: Page, sandbox: Sandbox, user: str = "alice") -> None:
    form = dialog(page).get_by_role("form", name="Log in to")
    form.get_by_label("User").fill(user)
    form.get_by_label("Password").fill(sandbox.users[user])
    form.get_by_label("Password").press("Enter")


def add(page: Page, name: str, url: str) -> None:
    form = dialog(page).get_by_role("form", name="New connection")
    form.get_by_label("Address of openBIS").fill(url)
    form.get_by_label("Name").fill(name)
    form.get_by_role("button", name="Add").click()


def test_log_in_again_and_elsewhere(
    alone: LabSite, other: Sandbox, context: BrowserContext, tmp_path: Path
) -> None:
    """O-70, O-74, U-01, U-02: no token is seen, the kernel goes on, and there may be several openBIS."""
    alone.plain(NOTEBOOK, "import openbis_nb, os\nkept = os.getpid()\nnb = openbis_nb.notebook()")
    lab = alone.lab(context, NOTEBOOK)
    page, sandbox = lab.tab, alone.sandbox
    status = page.locator(".jp-openbis-status-button")
    expect(status).to_have_text("openBIS: not logged in")

    page.locator(".jp-SideBar .lm-TabBar-tab[data-id='openbis-nb-panel']").click()
    page.locator("#openbis-nb-panel").get_by_role("button", name="Log in to openBIS").click()
    add(page, "The lab", "https://nowhere.example.org:1")
    dialog(page).get_by_role("button", name="Remove").click()
    add(page, "The lab", sandbox.url)
    picture(page, "lab-log-in")
    form = dialog(page).get_by_role("form", name="Log in to The lab")
    form.get_by_label("User").fill("alice")
    form.get_by_label("Password").fill("wrong")
    form.get_by_role("button", name="Log In").click()
    expect(dialog(page).get_by_role("alert")).to_contain_text("does not know this user and password")
    expect(form.get_by_label("Password")).to_have_value("")
    log_in(page, sandbox)
    expect(dialog(page)).to_be_hidden()
    expect(status).to_contain_text("127.0.0.1")
    expect(page.locator("#openbis-nb-panel .jp-openbis-who")).to_contain_text("127.0.0.1")

    lab.run_last()
    banner = page.locator(".jp-NotebookPanel:visible .jp-openbis-notebook-banner")
    expect(banner).to_be_hidden()
    sandbox.state.sessions.expire()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.get_by_role("button", name="Ask openBIS again").click()
    expect(banner).to_contain_text("Your openBIS session is over. Your kernel goes on")
    expect(status).to_have_text("openBIS: session over")
    shown = page.locator("#openbis-nb-panel")
    expect(shown.get_by_text("Log in to see this.").first).to_be_visible()  # said once, by the head
    expect(shown.get_by_role("alert")).to_have_count(0)
    picture(page, "lab-session-over")
    banner.get_by_role("button", name="Log in to openBIS").click()
    log_in(page, sandbox)
    expect(dialog(page)).to_be_hidden()
    expect(banner).to_be_hidden()
    expect(shown.get_by_text("Log in to see this.")).to_have_count(0)
    assert "True alice" in lab.run_new("print(os.getpid() == kept, nb.openbis.get_session_info().userName)")

    status.click()
    dialog(page).get_by_role("button", name="Add a connection").click()
    add(page, "Elsewhere", other.url)
    log_in(page, other, "bob")
    elsewhere = dialog(page).get_by_role("listitem").filter(has_text="Elsewhere")
    expect(elsewhere).to_contain_text("Logged in as")
    picture(page, "lab-connections")
    elsewhere.get_by_role("button", name="Make Default").click()
    expect(elsewhere).to_contain_text("default")
    dialog(page).get_by_role("button", name="Close").click()
    expect(status).to_contain_text("Elsewhere")
    lab.menu("openBIS", "Log Out of openBIS")
    expect(status).to_have_text("openBIS: not logged in")
    assert other.state.sessions.expire() == 0
