"""Sessions that begin, end and change while people are at work: a real Chromium, hub and kernel."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.hub.running import Hub

from .lab import Lab, at, picture, quiet
from .test_launcher import row
from .test_single_sign_on import PATH, serve_plugin

pytestmark = pytest.mark.browser

TARGET = f"/services/openbis/new?place={DEMO_EXPERIMENT}&kind=experiment"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(http=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    sso = f"c.OpenBISAuthenticator.sso_page = {sandbox.url + PATH!r}"
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, sso)
    quiet(hub.folder / "homes/alice")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def in_the_dialog(page: Page) -> None:
    """The launcher shows what was asked for before the log-in."""
    box = page.get_by_role("dialog", name="Create Jupyter Notebook")
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    expect(box.get_by_label("Owner (*)")).to_have_value(re.compile(f"^{DEMO_EXPERIMENT} "))


def end_tokens(sandbox: Sandbox, user: str) -> None:
    """Somebody revokes the person's tokens in openBIS; all sessions are over."""
    with sandbox.state.store.write() as db:
        db.execute("DELETE FROM personal_access_tokens WHERE owner = ?", (user,))
    sandbox.state.sessions.forget_user(user)


def test_a_kernel_goes_on_after_a_session_that_is_over(
    context: BrowserContext, hub: Hub, sandbox: Sandbox
) -> None:
    """O-36, U-01, U-02, U-06: a log-out of the ELN stops nothing; when the hub's own token is gone, the cell
    says so with a link; after the log-in in another tab the same kernel saves what is on screen."""
    eln = sandbox.token("alice")
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?token={eln}&next={quote(TARGET)}")
    in_the_dialog(page)
    page.get_by_label("Notebook Name (*)").fill("Long work")
    page.get_by_label("Directory Name (*)").fill("work")
    with context.expect_page() as new:
        page.get_by_role("button", name="Create & connect").click()
    lab = Lab(new.value, "work/Long work.ipynb")
    assert "Saved to openBIS" in lab.run_all()
    sandbox.state.sessions.close(eln)
    assert "Plate 1" in lab.run_new("kept = 41\nnb.objects()")

    end_tokens(sandbox, "alice")
    said = lab.run_new("nb.objects()")
    assert said.startswith("NotLoggedIn: The openBIS session is over.\n→ Log in at the hub (")
    assert "Traceback" not in said
    picture(lab.tab, "session-over")
    with context.expect_page() as new:
        lab.code_cells.last.get_by_role("link", name="Log in to openBIS").click()
    log_in = new.value
    log_in.fill("#username", "alice")
    log_in.fill("#password", sandbox.users["alice"])
    log_in.keyboard.press("Enter")
    expect(log_in.locator("#jp-main-dock-panel, #start")).to_be_visible()
    picture(log_in, "after-log-in")

    assert lab.run_new("print(kept + 1)").strip() == "42"
    assert "Saved to openBIS" in lab.run_new("nb.save()")
    versions = at(sandbox).get_datasets(type="ANALYSIS_NOTEBOOK", where={"$name": "Long work"})
    assert [version.registrator for version in versions] == ["alice", "alice"]


def test_single_sign_on_keeps_what_was_asked_for(context: BrowserContext, hub: Hub, sandbox: Sandbox) -> None:
    """O-36, U-19: the first time, with an expired cookie, and with an expired session of openBIS."""
    serve_plugin(context, hub, sandbox)
    page = context.new_page()
    page.goto(f"{hub.url}{TARGET}")
    picture(page, "log-in")
    page.locator("#sso").click()
    page.click("#sign-on")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{sandbox.url}{PATH}?**")
    page.reload()  # Playwright serves the plugin to what a page asks for, not to where an answer redirects
    in_the_dialog(page)

    context.clear_cookies(domain="127.0.0.1", name=re.compile("jupyterhub.*|openbis-nb.*"))
    page.goto(f"{hub.url}{TARGET}")
    page.locator("#sso").click()
    in_the_dialog(page)

    end_tokens(sandbox, "sso.user")
    page.reload()
    expect(page.locator("#card").get_by_role("alert")).to_contain_text("session is over")
    picture(page, "launcher-session-over")
    page.locator("#card").get_by_role("link", name="Log in").click()
    page.locator("#sso").click()
    page.click("#sign-on")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{sandbox.url}{PATH}?**")
    page.reload()
    in_the_dialog(page)


def test_another_person_takes_over_the_browser(context: BrowserContext, hub: Hub, sandbox: Sandbox) -> None:
    """U-18: alice's launcher and server are nobody's in that browser, whatever is still open."""
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?token={sandbox.token('alice')}&next=/user/alice/lab")
    expect(page.locator("#jp-main-dock-panel")).to_be_visible(timeout=90_000)
    launcher = context.new_page()
    launcher.goto(f"{hub.url}/services/openbis/")
    expect(launcher.get_by_text("Log out alice")).to_be_visible()
    expect(row(launcher, "CHEMLAB")).to_have_count(0)

    link = context.new_page()
    link.goto(f"{hub.url}/hub/login?token={sandbox.token('bob')}&next=/services/openbis/")
    expect(link.get_by_role("alert")).to_contain_text("Save and close the notebooks that are open as alice")
    picture(link, "change-of-user")
    link.get_by_role("button", name="Log in as bob").click()
    expect(link.get_by_text("Log out bob")).to_be_visible()
    expect(row(link, "CHEMLAB")).to_be_visible()

    row(launcher, "BIOLAB").locator(".row").first.click()
    expect(launcher.get_by_role("alert")).to_contain_text("This page is from before the last log-in.")
    launcher.reload()
    expect(launcher.get_by_text("Log out bob")).to_be_visible()
    asked = "address => fetch(address).then(answer => answer.status)"
    assert page.evaluate(asked, f"{hub.url}/user/alice/api/contents/") == 403
    answer = page.goto(f"{hub.url}/user/alice/lab")
    assert answer is not None
    assert answer.status == 403
    expect(page.get_by_role("heading", level=1)).to_contain_text(
        "You do not have permission to access Server"
    )
