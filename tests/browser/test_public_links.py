"""Links for the world in a real Chromium: made in the dialog, opened by somebody without any session,
embedded on another site, ended and taken back; and hostile notebooks on the pages that they open."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox, running_sandbox
from tests.integration.service.running import PREFIX
from tests.integration.service_library.shown import Gallery
from tests.integration.service_links.site import DAY, LinkSite, link_site
from tests.security.hostile_notebooks import HOSTILE

from .dashboard_laboratory import _growth
from .lab import chromium, picture, window
from .library_laboratory import HOSTILE_NAME
from .test_hostile_library import BLOCKED_LINK, SHOUT, WHOLE, is_inert, packed

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TITLE = "Growth curves at three temperatures"
#: Attacks in one notebook: all of them in a few pages.
TOGETHER = 24


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def site(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LinkSite]:
    folder = tmp_path_factory.mktemp("public")
    with link_site(
        folder,
        sandbox,
        public_links="on",
        lab_name="The Growth Lab",
        link_views="100000",
        link_misses="100000",
    ) as site:
        yield site


@pytest.fixture(scope="module")
def own() -> Iterator[Browser]:
    # No name is looked up anywhere: what tries to leave is seen, and goes nowhere.
    with chromium(args=["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]) as found:
        yield found


class Elsewhere:
    """A site of another origin; ``body`` is its only page."""

    def __init__(self) -> None:
        self.body, self.asked = "", []
        there = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                there.asked.append(self.path)
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(there.body.encode())

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def shows(self, code: str) -> None:
        self.body = f'<!DOCTYPE html><html lang="en"><title>Elsewhere</title><h1>Ours</h1>{code}</html>'

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    found = Elsewhere()
    yield found
    found.stop()


def person(own: Browser, site: LinkSite, user: str) -> BrowserContext:
    """Somebody's browser, logged in at the hub."""
    token = site.hub.person(f"{user}-x", session=site.openbis.token(user), user_id=user)
    coming = site.browser()
    coming.log_in(token, f"{PREFIX}launch/none")
    context = window(own, viewport={"width": 1200, "height": 820})
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.origin)
    context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "domain": "127.0.0.1", "path": one.path}
            for one in coming.session.cookies
        ]
    )
    return context


def wrong(page: Page) -> list[str]:
    """What axe finds that makes a page hard to use, with where it stands."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    assert found.response["passes"], "axe did not look"
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


def published(site: LinkSite, content: bytes, title: str = TITLE, **body: Any) -> dict[str, Any]:
    stored = site.who("alice").store(content, DEMO_EXPERIMENT, name="Growth")
    wish = {"notebook": stored["notebook"]["id"], "title": title, **body}
    return site.who("alice").made("POST", "pages", json=wish)


def test_a_link_from_the_dialog_to_its_end(own: Browser, site: LinkSite, elsewhere: Elsewhere) -> None:
    """P-02, P-21, P-35: switched on, made, opened without any session, embedded, ended, taken back."""
    detail = published(site, _growth())
    alice, stranger = person(own, site, "alice"), window(own)
    page = alice.new_page()
    page.goto(site.origin + detail["link"])
    page.get_by_role("button", name="Share").click()
    dialog = page.get_by_role("dialog", name="Share")
    expect(dialog.get_by_role("textbox", name="Address of this page")).to_have_value(
        site.origin + detail["link"]
    )
    dialog.get_by_role("button", name="Make a link").click()
    expect(dialog.get_by_text("can pass it on")).to_be_visible()
    dialog.get_by_label("Whom it is for").fill("For the reviewers")
    dialog.get_by_label("May be embedded").select_option(label="On these sites")
    dialog.get_by_role("textbox", name="Sites").fill(f"{elsewhere.origin}/a/page")
    picture(page, "share-form")
    dialog.get_by_role("button", name="Make the link").click()
    expect(dialog.get_by_role("alert")).to_contain_text("is not the origin of a site")
    dialog.get_by_role("textbox", name="Sites").fill(elsewhere.origin)
    dialog.get_by_role("button", name="Make the link").click()
    made = dialog.get_by_role("group", name="The new link")
    link = made.get_by_role("textbox", name="Link", exact=True)
    expect(link).to_have_value(re.compile(rf"^{re.escape(site.url)}public/nbp_"))
    made.get_by_role("button", name="Copy: Link").click()
    expect(made.get_by_text("Copied.")).to_be_visible()
    url, code = link.input_value(), made.get_by_role("textbox", name="Code to embed it").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == url
    expect(dialog.get_by_role("listitem")).to_contain_text("For the reviewers")
    assert wrong(page) == []
    picture(page, "share-link")

    visit = stranger.new_page()
    assert visit.goto(url).status == 200  # type: ignore[union-attr]
    expect(visit.get_by_role("heading", name=TITLE)).to_be_visible()
    inside = visit.frame_locator("iframe")
    expect(inside.get_by_text("A still picture")).to_be_visible()
    assert visit.context.cookies() == []
    assert wrong(visit) == []
    picture(visit, "share-public")

    elsewhere.shows(code)
    visit.goto(elsewhere.origin)
    expect(visit.frame_locator("iframe").get_by_text("A still picture")).to_be_visible()
    assert elsewhere.asked
    other = Elsewhere()
    other.shows(code)
    visit.goto(other.origin)
    expect(visit.frame_locator("iframe").get_by_text("A still picture")).to_have_count(0)
    other.stop()

    before = site.clock.now
    site.clock.now += 31 * DAY
    assert visit.goto(url).status == 404  # type: ignore[union-attr]
    expect(visit.get_by_role("heading", name="This link leads nowhere")).to_be_visible()
    assert wrong(visit) == []
    site.clock.now = before
    assert visit.goto(url).status == 200  # type: ignore[union-attr]

    dialog.get_by_role("button", name="Take back").click()
    page.get_by_role("dialog", name="Take the link back").get_by_role("button", name="Take back").click()
    expect(dialog.get_by_role("listitem")).to_contain_text("taken back")
    assert visit.goto(url).status == 404  # type: ignore[union-attr]
    for context in (alice, stranger):
        context.close()


def test_an_admin_sees_and_stops_everything(own: Browser, site: LinkSite) -> None:
    """The rules list-all and stop-all; everybody else gets 403."""
    names = ["Rates at 37 °C", "Growth curves of all strains"]
    details = []
    for name in names:  # the last one stands first
        site.clock.now += 1
        details.append(published(site, _growth(), name))
    links = [site.link(detail, note="For the reviewers", sites=["*"]) for detail in details]
    site.visit(links[1]["embed_url"])
    bob, admin = person(own, site, "bob"), person(own, site, "admin")
    refused = bob.new_page()
    assert refused.goto(f"{site.url}published/admin").status == 403  # type: ignore[union-attr]
    page = admin.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.goto(f"{site.url}published/admin")
    pages = page.get_by_role("table", name="Published pages")
    expect(pages.get_by_role("row", name="Rates at 37")).to_be_visible()
    expect(
        page.get_by_role("table", name="Links for the world").get_by_role("row", name="Rates at 37")
    ).to_be_visible()
    expect(page.get_by_role("table", name="What was done")).to_contain_text("viewed by link")
    assert wrong(page) == []
    picture(page, "published-admin")
    links.append(site.link(published(site, _growth(), HOSTILE_NAME)))
    page.get_by_label("Search in titles").fill("strains")
    page.get_by_role("button", name="Search").click()
    expect(pages.get_by_role("row", name="Rates at 37")).to_have_count(0)
    pages.get_by_role("row", name="Growth curves of all").get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop it").click()
    expect(page.get_by_text("The page is stopped.")).to_be_visible()
    assert site.visit(links[1]["url"]).status_code == 404
    page.get_by_label("Search in titles").fill("")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Take all back").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Take all back").click()
    expect(dialog.get_by_text("is missing")).to_be_visible()
    dialog.get_by_role("textbox").fill("take all back")
    dialog.get_by_role("button", name="Take all back").click()
    expect(page.get_by_text("All links are taken back.")).to_be_visible()
    assert [site.visit(link["url"]).status_code for link in links] == [404] * 3
    for context in (bob, admin):
        context.close()


class Watched:
    """A stranger's window: whatever happens in it but pages and frames of ours is noticed."""

    def __init__(self, own: Browser, allowed: set[str]) -> None:
        self.allowed, self.happened = allowed, list[str]()
        self.context = window(own)
        self.page = page = self.context.new_page()
        page.add_init_script(SHOUT)
        page.on("request", lambda request: self._asked(request.url))
        page.on(
            "console", lambda line: None if BLOCKED_LINK in line.text else self._note("console", line.text)
        )
        page.on("dialog", lambda dialog: self._note("dialog", dialog.message))
        page.on("popup", lambda popup: self._note("popup", popup.url))
        page.on("download", lambda download: self._note("download", download.url))

    def _asked(self, url: str) -> None:
        if url not in self.allowed and "/static/" not in url and not url.startswith("data:image/"):
            self._note("request", url)

    def _note(self, kind: str, text: str) -> None:
        self.happened.append(f"{kind}: {text}")

    def frame(self) -> Frame:
        expect(self.page.frame_locator("iframe").locator("footer")).to_contain_text("A still picture")
        [_, frame] = self.page.frames
        return frame


def test_hostile_notebooks_do_nothing_to_strangers(
    own: Browser, site: LinkSite, elsewhere: Elsewhere
) -> None:
    """D9: on our page and on a foreign one, also in a title; all attacks, in a few notebooks."""
    contents = [*packed(TOGETHER), *(HOSTILE[name] for name in WHOLE[:2])]
    # Past the library, which refuses what is no notebook.
    versions = Gallery(site, site.openbis).save(*contents)  # type: ignore[arg-type]
    for version in versions:
        wish = {"version": version, "title": HOSTILE_NAME, "code": "shown"}
        link = site.link(site.who("alice").made("POST", "pages", json=wish), sites=["*"])
        seen = Watched(
            own, {link["url"], link["embed_url"], f"{elsewhere.origin}/", f"{elsewhere.origin}/favicon.ico"}
        )
        seen.page.goto(link["url"])
        is_inert(seen.frame())
        expect(seen.page.get_by_role("heading", level=1)).to_have_text(HOSTILE_NAME)
        assert seen.page.evaluate("document.scripts.length") == 0
        elsewhere.shows(link["embed_code"].replace('sandbox="" ', ""))  # somebody takes our own sandbox away
        seen.page.goto(elsewhere.origin)
        frame = seen.frame()
        is_inert(frame)
        for anchor in frame.locator("a[href]").all()[:3]:
            anchor.click(timeout=5_000, force=True)
        assert seen.page.url == f"{elsewhere.origin}/"
        assert seen.happened == []
        seen.context.close()
    assert len(contents) >= 6


def test_the_watch_would_notice(own: Browser, elsewhere: Elsewhere) -> None:
    """The test above can fail."""
    seen = Watched(own, {f"{elsewhere.origin}/"})
    elsewhere.shows("<script>alert(1)</script><img src=https://evil.example/x>")
    seen.page.goto(elsewhere.origin, wait_until="domcontentloaded")
    assert "console: SCRIPT RAN" in seen.happened
    assert any("evil.example" in event for event in seen.happened)
    seen.context.close()
