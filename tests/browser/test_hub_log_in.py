"""Log-ins at the hub in a real Chromium: what it says of itself, and which cookies it sends where."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.hub.running import Hub

from .lab import chromium, window

pytestmark = pytest.mark.browser

#: No server is started: these stories end at the page that would start it.
NO_SERVERS = "c.Spawner.cmd = ['false']\nc.Spawner.start_timeout = 5\n"
#: What the ELN does, in one page: a new tab with the token, or our plugin's form.
ELN = """<a id=open href="#" onclick="window.open('{link}', '_blank')">notebook</a>
<form id=hand method=post action="{hub}/hub/openbis/handover"><input name=token value="{token}">
<input name=next value="/user/alice/lab"><button>go</button></form>"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox(http=True) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def hub(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    hub = Hub(tmp_path_factory.mktemp("hub"), sandbox, NO_SERVERS)
    try:
        yield hub.wait_until_ready()
    finally:
        hub.stop()


@pytest.fixture
def context() -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield window(browser, ignore_https_errors=True)


def page_of(context: BrowserContext, hub: Hub, origin: str, user: str) -> Page:
    """A page of *origin* that holds a session of *user*, open in the browser.

    It is http, as the hub is: from https to http a browser does not say where it comes from.
    """
    token = hub.sandbox.token(user)
    link = f"{hub.url}/hub/login?token={token}&next={quote(f'/user/{user}/notebooks/g/a.ipynb')}"
    html = ELN.format(link=link, hub=hub.url, token=token)
    page = context.new_page()
    page.route(f"{origin}/page", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(f"{origin}/page")
    return page


def log_in(context: BrowserContext, hub: Hub, user: str) -> Page:
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/home")
    page.keyboard.type(user) if page.locator("#username:focus").count() else page.fill("#username", user)
    page.fill("#password", hub.sandbox.users[user])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/hub/home"))
    return page


def test_the_elns_new_tab_is_logged_in_and_its_address_holds_no_token(
    context: BrowserContext, hub: Hub
) -> None:
    page = page_of(context, hub, hub.sandbox.url, "alice")
    with context.expect_page() as opened:
        page.click("#open")
    tab = opened.value
    tab.wait_for_url(re.compile(r"/hub/spawn|/user/alice"))
    assert "token" not in tab.url
    assert "alice-" not in tab.evaluate("document.referrer")


def test_a_form_of_openbis_hands_the_session_over(context: BrowserContext, hub: Hub) -> None:
    page = page_of(context, hub, hub.sandbox.url, "alice")
    page.click("#hand button")
    page.wait_for_url(re.compile(r"/hub/spawn|/user/alice"))
    assert "ticket" not in page.url


def test_a_link_on_another_page_asks_first_and_an_image_does_nothing(
    context: BrowserContext, hub: Hub
) -> None:
    page = page_of(context, hub, "http://evil.example", "bob")
    page.evaluate("link => new Image().src = link", f"{hub.url}/hub/login?token={hub.sandbox.token('bob')}")
    with context.expect_page() as opened:
        page.click("#open")
    tab = opened.value
    expect(tab.get_by_role("heading", name="Log in as Bob Meier?")).to_be_visible()
    assert tab.url == f"{hub.url}/hub/openbis/confirm"
    home = context.new_page()
    home.goto(f"{hub.url}/hub/home")
    assert "/hub/login" in home.url


def test_a_change_of_person_is_confirmed_by_hand(context: BrowserContext, hub: Hub) -> None:
    home = log_in(context, hub, "alice")
    page = page_of(context, hub, hub.sandbox.url, "bob")
    with context.expect_page() as opened:
        page.click("#open")
    tab = opened.value
    expect(tab.get_by_text("You are logged in as alice. That ends here.")).to_be_visible()
    home.reload()
    assert home.evaluate("window.jhdata.user") == "alice"
    tab.get_by_role("button", name="Log in as bob").click()
    tab.wait_for_url(re.compile(r"/hub/spawn|/user/bob"))
    home.goto(f"{hub.url}/hub/home")
    assert home.evaluate("window.jhdata.user") == "bob"


def test_another_origin_may_not_hand_a_session_over(context: BrowserContext, hub: Hub) -> None:
    page = page_of(context, hub, "http://evil.example", "bob")
    with page.expect_response(re.compile("handover")) as answered:
        page.click("#hand button")
    assert answered.value.status == 403


def test_the_log_in_page_is_used_by_keyboard_alone(context: BrowserContext, hub: Hub) -> None:
    """In the order that it is read, with the focus to be seen; a mistake costs the password only."""
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/hub/home")
    order = ["#sso", "#username", "#password", "#password-login button", "summary"]
    page.locator("#sso").focus()
    for selector in order:
        expect(page.locator(selector)).to_be_focused()
        style = page.locator(selector).evaluate("e => getComputedStyle(e).outlineStyle")
        assert style == "solid", selector
        page.keyboard.press("Tab")
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#token")).to_be_visible()
    page.locator("#username").focus()
    page.keyboard.type("alice")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("does not know this user and password")
    expect(page.locator("#username")).to_have_value("alice")
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type(hub.sandbox.users["alice"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/hub/home"))
