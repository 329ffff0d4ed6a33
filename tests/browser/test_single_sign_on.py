"""People without a password: by single sign-on and our page on openBIS' origin into the hub, and back."""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Route, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.running import ROOT, Hub

from .test_hub_log_in import NO_SERVERS, context

pytestmark = pytest.mark.browser
__all__ = ["context"]

PLUGIN = ROOT / "openbis_plugin/openbis-nb-login/1/as/webapps/openbis-nb-login/html"
PATH = "/openbis/webapp/openbis-nb-login/"


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with running_sandbox(http=True) as sandbox:
        settings = f"c.OpenBISAuthenticator.sso_page = {sandbox.url + PATH!r}\n"
        settings += "c.OpenBISAuthenticator.password_form = False\n"
        hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, NO_SERVERS + settings)
        try:
            yield hub.wait_until_ready()
        finally:
            hub.stop()


def serve_plugin(context: BrowserContext, hub: Hub, sandbox: Sandbox) -> None:
    """What openBIS does with the folder of the plugin, with the hub's address set."""

    def answer(route: Route) -> None:
        name = route.request.url.partition(PATH)[2].partition("?")[0] or "index.html"
        text = (PLUGIN / name).read_text(encoding="utf-8")
        text = text.replace("https://jupyterhub.example.org/", f"{hub.url}/")
        route.fulfill(body=text, content_type=mimetypes.guess_type(Path(name))[0] or "text/html")

    context.route(f"{sandbox.url}{PATH}**", answer)


def test_a_person_without_a_password_comes_in(context: BrowserContext, hub: Hub) -> None:
    """O-36, U-19: no workspace has to be opened first; what the person wanted to open is not forgotten."""
    serve_plugin(context, hub, hub.sandbox)
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/user/sso.user/lab/tree/a.ipynb")
    expect(page.locator("#password-login")).to_have_count(0)
    page.click("#sso")
    page.click("#sign-on")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{hub.sandbox.url}{PATH}?**")
    page.reload()  # Playwright serves the plugin to what a page asks for, not to where an answer redirects
    page.wait_for_url(re.compile(rf"{hub.url}/hub/spawn.*a\.ipynb"))
    assert page.evaluate("window.jhdata.user") == "sso-2euser"


def test_a_badge_leads_to_its_import_through_the_single_sign_on(context: BrowserContext, hub: Hub) -> None:
    """B-22, B-25, row 77: with a session in the ELN it takes one click, without one the log-in there; the
    address in the badge comes through both as it was, and nothing is fetched for it."""
    serve_plugin(context, hub, hub.sandbox)
    address = "https://github.com/growth-lab/models/blob/v1..v2/Growth%20of%20yeast.ipynb?plain=1"
    target = f"{hub.url}/services/openbis/import?url={quote(address, safe='')}"
    page = context.new_page()
    page.goto(target)
    page.click("#sso")
    page.click("#sign-on")
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{hub.sandbox.url}{PATH}?**")
    page.reload()  # Playwright serves the plugin to what a page asks for, not to where an answer redirects
    field = page.get_by_label("Address of a notebook or repository")
    expect(field).to_have_value(address)
    assert page.url == target
    expect(page.get_by_text("Nothing has been fetched yet.")).to_be_visible()

    page.goto(f"{hub.url}/hub/logout")
    page.goto(target)
    page.click("#sso")  # the session in openBIS is still there
    expect(field).to_have_value(address)
    assert page.url == target


def test_the_page_hands_over_to_the_hub_of_its_settings_only(context: BrowserContext, hub: Hub) -> None:
    serve_plugin(context, hub, hub.sandbox)
    token = hub.sandbox.token("alice")
    context.add_cookies([{"name": "openbis", "value": token, "url": hub.sandbox.url}])
    page = context.new_page()
    visited: list[str] = []
    page.on("request", lambda request: visited.append(request.url))
    page.goto(f"{hub.sandbox.url}{PATH}?hub=http://evil.example/&next=//evil.example/x")
    page.wait_for_url(re.compile(f"{hub.url}/hub/spawn"))
    assert [url for url in visited if "evil.example" in url and PATH not in url] == []
    assert [url for url in visited if token in url] == []


def test_a_dead_session_is_not_handed_over(context: BrowserContext, hub: Hub) -> None:
    serve_plugin(context, hub, hub.sandbox)
    dead = "alice-230926143214123x" + "0" * 32
    context.add_cookies([{"name": "openbis", "value": dead, "url": hub.sandbox.url}])
    page = context.new_page()
    page.goto(f"{hub.sandbox.url}{PATH}")
    expect(page.get_by_text("You are not logged in to openBIS in this browser.")).to_be_visible()
    expect(page.locator("#sign-on")).to_have_text("Single sign-on of the sandbox")
