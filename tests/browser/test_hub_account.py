"""The account page, linking and the command line's consent in a real Chromium, with single sign-on."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.elsewhere import LINKED
from tests.hub.running import ROOT, Hub
from tests.waiting import until

from .test_hub_log_in import NO_SERVERS, context
from .test_single_sign_on import PATH, serve_plugin

pytestmark = pytest.mark.browser
__all__ = ["context"]

SCRIPT = Path(sys.executable).with_name("openbis-nb")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(http=True) as sandbox:
        yield sandbox


def a_hub(folder: Path, sandbox: Sandbox, more: str, before: str = "") -> Hub:
    settings = f"c.OpenBISKeeper.sso_page = {sandbox.url + PATH!r}\n"
    return Hub(folder, sandbox, NO_SERVERS + settings + more, before=before)


@pytest.fixture(scope="module")
def linked_hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """Another authenticator logs people in."""
    settings = "c.Authenticator.allow_all = True\nc.Elsewhere.password = 'of the institute'\n"
    hub = a_hub(tmp_path_factory.mktemp("linked"), sandbox, settings, LINKED.format(root=str(ROOT)))
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = a_hub(tmp_path_factory.mktemp("hub"), sandbox, "c.OpenBISKeeper.token_life = 12 * 3600.0\n")
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


def sign_on(context: BrowserContext, sandbox: Sandbox, user: str) -> None:
    """What openBIS' single sign-on leaves in a browser."""
    cookie = {"name": "openbis", "value": sandbox.token(user), "url": sandbox.url}
    context.add_cookies([cookie])  # type: ignore[list-item]


def log_in_elsewhere(page: Page, hub: Hub, name: str) -> None:
    page.goto(f"{hub.url}/hub/login?next=/hub/home")
    page.fill("#username_input", name)
    page.fill("#password_input", "of the institute")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/hub/home")


def test_a_badge_leads_to_its_import_through_another_log_in(context: BrowserContext, linked_hub: Hub) -> None:
    """B-25, row 77: also where something else than openBIS logs people in; linking can wait."""
    address = "https://github.com/growth-lab/models/blob/main/fit.ipynb"
    page = context.new_page()
    page.goto(f"{linked_hub.url}/services/openbis/import?url={quote(address, safe='')}")
    page.fill("#username_input", "b.jones")
    page.fill("#password_input", "of the institute")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Address of a notebook or repository")).to_have_value(address)


def test_an_account_is_linked_by_single_sign_on_and_no_page_elsewhere_changes_that(
    context: BrowserContext, linked_hub: Hub, sandbox: Sandbox
) -> None:
    """U-02, U-19: from the notice at home to the linked account, and what another origin may not do."""
    serve_plugin(context, linked_hub, sandbox)
    sign_on(context, sandbox, "alice")
    page = context.new_page()
    log_in_elsewhere(page, linked_hub, "a.smith")
    expect(page.locator("#openbis-advice")).to_contain_text("no openBIS session yet")
    page.locator("#openbis-advice a").click()
    page.click("#sso")
    expect(page.locator("#person")).to_have_text("alice")
    expect(page.locator("#hub-user")).to_have_text("a.smith")
    assert page.url == f"{linked_hub.url}/hub/openbis/link"
    page.get_by_role("button", name="Link alice").click()
    page.wait_for_url(f"{linked_hub.url}/hub/openbis/account")
    expect(page.locator("#openbis-user")).to_have_text("alice")

    evil = context.new_page()
    target = f"{linked_hub.url}/hub/openbis/account"
    form = f'<form method=post action="{target}"><input name=do value=unlink><button>x'
    evil.route("http://evil.example/", lambda route: route.fulfill(body=form, content_type="text/html"))
    evil.goto("http://evil.example/")
    with evil.expect_response(re.compile("openbis/account|hub/login")) as answered:
        evil.click("button")
    assert answered.value.status in (302, 403)
    page.reload()
    expect(page.locator("#openbis-user")).to_have_text("alice")

    page.get_by_role("button", name="Unlink alice").press("Enter")
    expect(page.locator("#told")).to_contain_text("no longer linked")


def test_somebody_elses_ticket_asks_with_both_names(
    context: BrowserContext, linked_hub: Hub, sandbox: Sandbox
) -> None:
    page = context.new_page()
    log_in_elsewhere(page, linked_hub, "b.victim")
    page.goto(f"{linked_hub.url}/hub/openbis/account")
    page.fill("#username", "alice")
    page.fill("#password", sandbox.users["alice"])
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("The openBIS account alice is linked.")
    page.goto(f"{linked_hub.url}/hub/login?token={sandbox.token('bob')}")
    expect(page.get_by_role("alert")).to_contain_text("The openBIS account alice is linked to you.")
    expect(page.locator("#person")).to_have_text("bob")
    assert "bob-" not in page.url
    page.get_by_role("link", name="No, keep it as it is").click()
    expect(page.locator("#openbis-user")).to_have_text("alice")


def test_the_end_is_told_and_logging_in_again_renews_it(
    context: BrowserContext, hub: Hub, sandbox: Sandbox
) -> None:
    """U-01."""
    serve_plugin(context, hub, sandbox)
    sign_on(context, sandbox, "ursula")
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/openbis/account")
    page.click("#sso")
    page.wait_for_url(f"{hub.url}/hub/openbis/account")
    expect(page.locator("#advice")).to_contain_text("Your openBIS session ends on")
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(1)
    page.click("#again")
    expect(page.locator("h1", has_text="Log in again")).to_be_visible()
    expect(page.locator("#password")).to_be_focused()
    page.fill("#password", sandbox.users["ursula"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/hub/openbis/account")
    expect(rows).to_have_count(1)


def test_a_command_line_is_allowed_by_single_sign_on(
    context: BrowserContext, hub: Hub, sandbox: Sandbox, tmp_path: Path
) -> None:
    """From the command to its session, for a person without a password."""
    serve_plugin(context, hub, sandbox)
    sign_on(context, sandbox, "sso.user")
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\nprintf %s "$1" > {tmp_path}/part && mv {tmp_path}/part {tmp_path}/sent-to\n'
    )
    browser.chmod(0o755)
    given = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "BROWSER": f"{browser} %s",
        "OPENBIS_NB_STATE_DIR": str(tmp_path / "state"),
    }
    command = [SCRIPT, "login", "--web", "--hub", hub.url, "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=given
    ) as process:
        sent_to = tmp_path / "sent-to"
        address = until(lambda: sent_to.exists() and sent_to.read_text(), "the browser opens")
        page = context.new_page()
        visited: list[str] = []
        page.on("request", lambda request: visited.append(request.url))
        page.goto(str(address))
        page.click("#sso")
        expect(page.locator("#person")).to_have_text("sso.user")
        shown = page.locator("#short-code").inner_text()
        page.get_by_role("button", name="Allow", exact=True).click()
        expect(page.get_by_role("heading", name="Back to the terminal")).to_be_visible()
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert shown in err
    assert json.loads(out)["person"]["user_id"] == "sso.user"
    assert [url for url in visited if "$pat" in url or "sso.user-" in url] == []
