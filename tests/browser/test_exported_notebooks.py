"""Exported notebooks in a real Chromium: a parser of our own can be wrong about what a browser does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route

from openbis_nb.notebooks.html_page import to_html
from tests.unit.notebooks.hostile import all_notebooks

from .lab import chromium

pytestmark = pytest.mark.browser

ORIGIN = "https://data-store.test/"
SHOUT = "for (const name of ['alert', 'confirm', 'print']) window[name] = () => console.log('SCRIPT RAN');"


class Reader:
    """A person's browser on the data store's origin; notes whatever happens beside showing the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.happened: list[str] = []
        self.html = ""
        page.add_init_script(SHOUT)
        page.route("**/*", self._answer)
        page.on("console", lambda message: self.happened.append(f"console: {message.text}"))
        page.on("dialog", lambda dialog: self.happened.append(f"dialog: {dialog.message}"))
        page.on("popup", lambda popup: self.happened.append(f"popup: {popup.url}"))

    def _answer(self, route: Route) -> None:
        if route.request.url == ORIGIN and route.request.is_navigation_request():
            route.fulfill(body=self.html.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")
        else:
            self.happened.append(f"request: {route.request.url}")
            route.abort()

    def opens(self, html: str) -> None:
        self.html = html
        self.page.goto(ORIGIN, wait_until="load")
        self.page.mouse.move(300, 300)  # over what covers the page, if something does
        self.page.keyboard.press("Tab")  # into what waits for the focus

    def scripts(self) -> int:
        found: int = self.page.evaluate("document.scripts.length")
        return found


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with chromium() as browser:
        yield Reader(browser.new_page())


def test_the_reader_would_notice(reader: Reader) -> None:
    """The same attack without our sanitiser is seen: the tests below can fail."""
    reader.opens("<script>alert(1)</script><img src=https://evil.example/x>")
    assert set(reader.happened) >= {"console: SCRIPT RAN", "request: https://evil.example/x"}
    reader.happened.clear()


def test_no_hostile_notebook_does_anything_even_without_the_policy(reader: Reader) -> None:
    """D9: the sanitiser alone must do. The page's own policy, the second wall, is taken off here.

    All cells stand in one page (a page each takes a minute); what fails here is found by leaving some out.
    """
    cells = [cell for notebook in all_notebooks().values() for cell in notebook.cells]
    html = to_html({"cells": cells, "metadata": {}}, title="All of them")
    reader.opens(html.replace("Content-Security-Policy", "no-policy", 1))
    assert reader.happened == []
    assert reader.scripts() == 0
    assert reader.page.url == ORIGIN
    assert reader.page.locator("section").count() == len(cells)


def test_the_policy_alone_would_do_too(reader: Reader) -> None:
    """The second wall: what the sanitiser let through by mistake would neither run nor load."""
    page = to_html(all_notebooks()["output: html script"], title="T")
    breach = "<script>alert(1)</script><img src='https://evil.example/x' onerror='alert(1)'>"
    reader.opens(page.replace("</main>", f"{breach}</main>"))
    blocked = [event for event in reader.happened if "Content Security Policy" in event]
    assert len(blocked) >= 2
    assert set(reader.happened) == set(blocked)
    reader.happened.clear()
