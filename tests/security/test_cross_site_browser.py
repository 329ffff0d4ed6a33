"""Pages of another site in a real Chromium, against somebody who is logged in, and somebody who is not."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, expect, sync_playwright

from openbis_nb.sandbox import Sandbox

from .actors import SecuredHub
from .token_search import search_bytes, search_tree

pytestmark = pytest.mark.browser

EVIL = "http://evil.example"
#: Everything that a page can make a browser send without a click, and a form that it sends by itself.
_ATTACK = """<!DOCTYPE html><meta charset="utf-8"><body><script>
const landing = {landing}, hub = {hub};
const made = (name, more) => document.body.append(Object.assign(document.createElement(name), more));
made("img", {{src: landing}});
made("iframe", {{src: landing}});
made("iframe", {{src: landing, sandbox: "allow-scripts allow-forms"}});
made("embed", {{src: landing}});
made("object", {{data: landing}});
made("script", {{src: landing}});
made("link", {{rel: "stylesheet", href: landing}});
made("link", {{rel: "prefetch", href: landing}});
made("video", {{src: landing}});
const asked = [
  fetch(landing, {{credentials: "include", mode: "no-cors"}}),
  fetch(landing, {{credentials: "include"}}),
  fetch(hub + "/hub/api/openbis/session", {{credentials: "include"}}),
  fetch(hub + "/services/openbis/api/v1/launches", {{credentials: "include"}}),
  fetch(hub + "/services/openbis/", {{credentials: "include"}}),
  fetch(hub + "/services/openbis/api/v1/launches", {{method: "POST", credentials: "include", mode: "no-cors",
    body: JSON.stringify({{place: "/BIOLAB/GROWTH/GROWTH_CURVES_1", name: "forged"}})}}),
  fetch(hub + "/hub/api/users/ursula/server", {{method: "DELETE", credentials: "include", mode: "no-cors"}}),
];
navigator.sendBeacon(landing, "x");
Promise.allSettled(asked).then(async all => {{
  window.read = [];
  for (const one of all)
    if (one.status === "fulfilled" && one.value.type !== "opaque") window.read.push(await one.value.text());
  document.title = "done";
}});
</script>"""
_FORM = """<!DOCTYPE html><form id=f method={method} action="{action}">{fields}</form>
<script>document.getElementById("f").submit()</script>"""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    return tmp_path / "profile"


@pytest.fixture
def context(playwright: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """With a profile on the disk, as people's browsers have."""
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    context = playwright.chromium.launch_persistent_context(str(profile), executable_path=program)
    yield context
    context.close()


def serve(context: BrowserContext, address: str, html: str) -> Page:
    """Show *html* as the page at *address*."""
    page = context.new_page()
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(address)
    return page


def log_in(context: BrowserContext, hub: SecuredHub, user: str) -> None:
    page = context.new_page()
    page.goto(f"{hub.url}/hub/login?next=/services/openbis/")
    page.fill("#username", user)
    page.fill("#password", hub.sandbox.users[user])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{hub.url}/services/openbis/**")
    page.close()


def who(context: BrowserContext, hub: SecuredHub) -> str:
    """Who the hub takes this browser for; empty for nobody."""
    page = context.new_page()
    page.goto(f"{hub.url}/hub/home")
    found = "" if "/hub/login" in page.url else str(page.evaluate("window.jhdata.user"))
    page.close()
    return found


def ticket(context: BrowserContext, hub: SecuredHub, session: str) -> str:
    """A ticket of the attacker's own, minted from somewhere else."""
    form = {"token": session, "next": "/user/bob/lab"}
    answer = hub.browser().post("/hub/openbis/handover", form, Origin=hub.sandbox.url)
    return hub.url + answer.headers["Location"]


@pytest.mark.parametrize("user", ["", "ursula"])
@pytest.mark.parametrize("way", ["token", "ticket"])
def test_a_page_logs_nobody_in_and_reads_nothing(
    context: BrowserContext, secured: SecuredHub, security_sandbox: Sandbox, way: str, user: str
) -> None:
    if user:
        log_in(context, secured, user)
    session = security_sandbox.token("bob")
    landing = (
        f"{secured.url}/hub/login?token={session}" if way == "token" else ticket(context, secured, session)
    )
    page = serve(context, f"{EVIL}/page", _ATTACK.format(landing=repr(landing), hub=repr(secured.url)))
    page.wait_for_function("document.title === 'done'")
    assert page.evaluate("window.read") == []
    shown = [frame.url for frame in page.frames if frame.url.startswith(secured.url)]
    assert [frame for frame in page.frames if frame.url in shown and "openbis" in frame.content()] == []
    assert who(context, secured) == user
    launched = [
        line for line in secured.log.splitlines() if "POST /services/openbis" in line and " 201" in line
    ]
    assert launched == []


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("post", "/hub/login", {"token": "{session}"}),
        ("post", "/hub/login", {"username": "bob", "password": "bob"}),
        ("post", "/hub/openbis/handover", {"token": "{session}", "next": "/user/bob/lab"}),
        ("post", "/hub/openbis/confirm", {"number": "x"}),
        ("get", "/hub/login", {"token": "{session}", "next": "/user/bob/lab"}),
    ],
)
@pytest.mark.parametrize("user", ["", "ursula"])
def test_a_form_that_sends_itself_changes_nobody(
    context: BrowserContext,
    secured: SecuredHub,
    security_sandbox: Sandbox,
    method: str,
    path: str,
    fields: dict[str, str],
    user: str,
) -> None:
    """By GET it leads to the page that asks."""
    if user:
        log_in(context, secured, user)
    session = security_sandbox.token("bob")
    inputs = "".join(
        f'<input name="{name}" value="{value.format(session=session)}">' for name, value in fields.items()
    )
    html = _FORM.format(method=method, action=secured.url + path, fields=inputs)
    page = serve(context, f"{EVIL}/form", html)
    page.wait_for_url(f"{secured.url}/hub/**")
    assert session not in page.url
    if method == "get":
        expect(page.get_by_role("heading", name="Log in as Bob Meier?")).to_be_visible()
    assert who(context, secured) == user


def test_no_page_of_ours_is_framed(context: BrowserContext, secured: SecuredHub) -> None:
    log_in(context, secured, "ursula")
    paths = ("/hub/login", "/hub/openbis/account", "/hub/home", "/services/openbis/", "/services/openbis/new")
    frames = "".join(f'<iframe src="{secured.url}{path}"></iframe>' for path in paths)
    page = serve(context, f"{EVIL}/frame", frames)
    page.wait_for_load_state("networkidle")
    inner = [frame for frame in page.frames if frame != page.main_frame]
    assert len(inner) == len(paths)
    assert [frame for frame in inner if re.search("ursula|openBIS|password", frame.content())] == []


def test_what_stays_in_the_browser_holds_no_session(
    context: BrowserContext, secured: SecuredHub, security_sandbox: Sandbox, profile: Path
) -> None:
    """O-65: addresses, Referers, pages, history. Of our form nothing in any file of the profile; of the ELN's
    link, which holds a session from the start, the browser's own database keeps where a redirect began."""
    of_link, of_form = security_sandbox.token("ursula"), security_sandbox.token("ursula")
    secrets = {"the link's": of_link, "the form's": of_form}
    sent: list[tuple[str, str]] = []
    context.on("request", lambda request: sent.append((request.url, request.headers.get("referer", ""))))
    link = f"{secured.url}/hub/login?token={of_link}&next={quote('/services/openbis/')}"
    fields = (
        f'<input type=hidden name=token value="{of_form}">'  # as our plugins make it: Chromium keeps others
    )
    fields += '<input type=hidden name=next value="/services/openbis/">'
    form = f'<form method=post action="{secured.url}/hub/openbis/handover">{fields}<button>go</button></form>'
    html = f"""<!DOCTYPE html>{form}<a id=open href="#" onclick="window.open('{link}')">open</a>"""
    page = serve(context, f"{secured.sandbox.url}/eln", html)
    with context.expect_page() as opened:
        page.click("#open")
    tab = opened.value
    tab.wait_for_url(f"{secured.url}/services/openbis/")
    page.click("button")
    page.wait_for_url(f"{secured.url}/services/openbis/")
    for one in (tab, page):
        one.wait_for_load_state()
        shown = f"{one.url} {one.content()} {one.evaluate('document.referrer')}"
        shown += one.evaluate("JSON.stringify([localStorage, sessionStorage, document.cookie])")
        assert search_bytes("a page", shown.encode(), secrets) == set()
    assert {url for url, _ in sent if search_bytes("", url.encode(), secrets)} == {link}
    assert [referer for _, referer in sent if search_bytes("", referer.encode(), secrets)] == []
    context.close()
    history = sqlite3.connect(profile / "Default" / "History")
    ends = "SELECT urls.url FROM urls JOIN visits ON visits.url = urls.id WHERE transition & 0x20000000"
    listed = [url for (url,) in history.execute(ends)]  # what the list of the history shows
    history.close()
    assert [url for url in listed if url.startswith(secured.url)]
    assert [url for url in listed if search_bytes("", url.encode(), secrets)] == []
    assert search_tree(profile, {"the form's": of_form}) == set()
