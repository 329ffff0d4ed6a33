"""Hostile notebooks, shown by our service in a real Chromium: nothing of them acts on our origin (D9).

Notebooks are read by the real service from a real sandbox and shown in its frames, in a page of the service's
origin. That page is the canary: whatever reaches it, or leaves the browser, is noticed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Page, Request, Route, expect

from tests.browser.lab import chromium, window
from tests.integration.service.running import PREFIX
from tests.integration.service_library.shown import Gallery, gallery, notebook
from tests.security.hostile_notebooks import HOSTILE as POSTED
from tests.unit.notebooks.hostile import all_notebooks

pytestmark = pytest.mark.browser

#: As the service's own pages have it.
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
#: Runs before everything else in every frame that runs scripts at all.
SHOUT = "for (const name of ['alert', 'confirm', 'print']) window[name] = () => console.log('SCRIPT RAN');"
#: What a person's click on a link in a frame does, as Chromium tells: nothing.
BLOCKED_LINK = "in a new window because the request was made in a sandboxed frame"
#: Attacks in one notebook, so that there is time to show all of them: in its own frame, side by side.
TOGETHER, TOGETHER_BESIDE = 4, 20
#: Frames in one page.
AT_ONCE = 14
#: Those whose metadata attack, or that are posted by strangers: as they are.
WHOLE = (
    "script, said to be trusted", "prototype", "a kernel that is no text", "no kernel",
    "an iframe", "markdown with script", "template language",
)  # fmt: skip
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def packed(together: int) -> list[bytes]:
    """All attacks, so many in a notebook."""
    cells = [cell for one in all_notebooks().values() for cell in one.cells]
    made = []
    while group := cells[:together]:
        del cells[:together]
        named = [{**cell, "id": f"c{number}"} for number, cell in enumerate(group)]
        content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": named}
        made.append(json.dumps(content).encode())
    return made


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    with gallery(tmp_path_factory.mktemp("hostile")) as found:
        yield found


@pytest.fixture(scope="module")
def versions(shown: Gallery) -> list[str]:
    return shown.save(*packed(TOGETHER), *(POSTED[name] for name in WHOLE))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # No name is looked up anywhere: what tries to leave is seen, and goes nowhere.
    rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with chromium(args=[rules]) as found:
        yield found


@dataclass
class Canary:
    """A page on the service's origin, as alice has it open, with frames; notes whatever else happens."""

    page: Page
    shown: Gallery
    happened: list[str] = field(default_factory=list)
    allowed: set[str] = field(default_factory=set)
    breaches: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.url = f"{self.shown.service.url}canary"
        self.allowed.add(self.url)
        self.page.add_init_script(SHOUT)
        self.page.route(self.url, self._own_page)
        self.page.on("request", self._asked)
        self.page.on("console", lambda message: self._said(message.text))
        self.page.on("dialog", lambda dialog: self.happened.append(f"dialog: {dialog.message}"))
        self.page.on("popup", lambda popup: self.happened.append(f"popup: {popup.url}"))
        self.page.on("download", lambda download: self.happened.append(f"download: {download.url}"))
        self.page.on("framenavigated", self._went)

    def _own_page(self, route: Route) -> None:
        frames = "".join(
            f'<iframe {"" if path in self.breaches else "sandbox"} width="300" height="120" src="{path}"'
            f' title="Contents"></iframe>'
            for path in self.paths
        )
        body = f'<h1 id="title">Ours</h1><button id="ours">Ours</button><main>{frames}</main>'
        html = f'<!DOCTYPE html><html lang="en"><title>Canary</title>{body}</html>'
        headers = {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)

    def _asked(self, request: Request) -> None:
        if request.url not in self.allowed and not request.url.startswith("data:image/"):
            self.happened.append(f"request: {request.url}")

    def _said(self, text: str) -> None:
        if BLOCKED_LINK not in text:
            self.happened.append(f"console: {text}")

    def _went(self, frame: Frame) -> None:
        if frame.url not in self.allowed | {"about:blank"}:
            self.happened.append(f"navigation: {frame.url}")

    def opens(self, *paths: str, breaches: dict[str, str] | None = None) -> list[Frame]:
        """The page with a frame for each path below the service's prefix; *breaches* by path are shown
        in place of what the service would give, without a sandbox."""
        self.paths = [f"{PREFIX}{path}" for path in paths]
        self.breaches = {f"{PREFIX}{path}": html for path, html in (breaches or {}).items()}
        self.allowed |= {f"{self.shown.service.origin}{path}" for path in self.paths}
        for path, html in self.breaches.items():
            address = f"{self.shown.service.origin}{path}"
            self.page.route(address, lambda r, _, html=html: r.fulfill(body=html, content_type="text/html"))
        self.page.goto(self.url, wait_until="load", timeout=150_000)  # each frame is rendered first
        return self.page.frames[1:]

    def is_untouched(self) -> None:
        """The page is where it was, holds what it held, and nothing lies over it."""
        assert self.page.url == self.url
        told = self.page.evaluate(
            """() => ({
                frames: window.length,
                named: ['top', 'name', 'parent', 'self', 'document', 'location']
                    .every(name => window[name] !== undefined && !(window[name] instanceof HTMLElement)),
                cookies: document.cookie, kept: localStorage.length + sessionStorage.length,
                pwned: 'pwned' in window || 'polluted' in {},
                scripts: document.scripts.length, title: document.title,
                inside: [...document.querySelectorAll('iframe')].filter(one => one.contentDocument).length,
            })"""
        )
        assert told == {
            "frames": len(self.paths), "named": True, "cookies": "", "kept": 0, "pwned": False,
            "scripts": 0, "title": "Canary", "inside": 0,
        }  # fmt: skip
        for name in ("#title", "#ours"):
            self.page.locator(name).click()  # fails if anything lies over it

    def uses(self, frame: Frame) -> None:
        """As a person does: over it, into it, and on every link in it."""
        for link in frame.locator("a[href]").all():
            link.click(force=True)
            link.press("Enter")
        for summary in frame.locator("summary").all():
            summary.click()


@pytest.fixture
def canary(browser: Browser, shown: Gallery) -> Iterator[Canary]:
    context = window(browser, viewport={"width": 1280, "height": 900})
    cookies = shown.reader("alice").browser.session.cookies
    context.add_cookies(
        [
            {"name": one.name, "value": one.value or "", "url": shown.service.origin, "httpOnly": True}
            for one in cookies
        ]
    )
    yield Canary(context.new_page(), shown)
    context.close()


INSIDE = """() => ({
    origin: self.origin,
    active: document.querySelectorAll('script, iframe, frame, object, embed, form, input, button, base, '
        + 'link, svg, template, audio, video, canvas, dialog, [onclick], [onload], [onerror]').length,
    metas: [...document.querySelectorAll('meta[http-equiv]')].map(meta => meta.httpEquiv),
    outside: [...document.querySelectorAll('[src], [background], [ping], [action]')]
        .filter(one => !(one.getAttribute('src') || '').startsWith('data:image/')).length,
    links: [...document.links].filter(link => !['http:', 'https:', 'mailto:'].includes(link.protocol)).length,
    fixed: [...document.body.querySelectorAll('main *')]
        .filter(one => ['fixed', 'sticky'].includes(getComputedStyle(one).position)).length,
})"""


def is_inert(frame: Frame) -> None:
    """What stands in it has no origin and nothing that could act, even if it were let out."""
    told: dict[str, Any] = frame.evaluate(INSIDE)
    assert told == {
        "origin": "null", "active": 0, "metas": ["Content-Security-Policy"], "outside": 0, "links": 0,
        "fixed": 0,
    }, frame.url  # fmt: skip


def test_the_canary_notices(canary: Canary, versions: list[str]) -> None:
    """The same attacks, let through on purpose, are noticed: the tests below can fail."""
    attack = (
        "<script>alert(1); parent.pwned = 1; parent.document.title = 'x'; document.cookie = 'a=b'</script>"
        "<img src=https://evil.example/x><iframe src='about:blank#x'></iframe>"
    )
    path = f"library/frame/version/{versions[0]}"
    [frame, *_] = canary.opens(path, breaches={path: attack})
    assert any(event == "console: SCRIPT RAN" for event in canary.happened)
    assert "request: https://evil.example/x" in canary.happened
    with pytest.raises(AssertionError):
        canary.is_untouched()
    with pytest.raises(AssertionError):
        is_inert(frame)


def test_hostile_notebooks_do_nothing_in_our_frames(canary: Canary, versions: list[str]) -> None:
    """N-05, D9: scripts, handlers, frames, forms, refreshes, styles that cover, names, MathJax, widgets."""
    assert len(versions) >= 40
    for begin in range(0, len(versions), AT_ONCE):
        some = versions[begin : begin + AT_ONCE]
        frames = canary.opens(*(f"library/frame/version/{perm_id}" for perm_id in some))
        assert len(frames) == len(some), "one of them made a frame of its own"
        for frame in frames:
            expect(frame.locator("footer")).to_contain_text("A still picture of the notebook")
            is_inert(frame)
            canary.uses(frame)
        canary.is_untouched()
        assert canary.happened == []


def test_hostile_notebooks_do_nothing_side_by_side(canary: Canary, shown: Gallery) -> None:
    """N-10, D9: each is compared with the next one."""
    versions = shown.save(*packed(TOGETHER_BESIDE))
    paths = [f"library/frame/compare?base={base}&with={other}" for base, other in pairwise(versions)]
    frames = canary.opens(*paths)
    assert len(frames) == len(paths)
    for frame in frames:
        expect(frame.locator("footer")).to_contain_text("A still picture of two notebooks")
        is_inert(frame)
        canary.uses(frame)
    canary.is_untouched()
    assert canary.happened == []


def test_the_frame_s_own_policy_would_do_alone(canary: Canary, shown: Gallery) -> None:
    """A stranger's page on this origin frames us without a sandbox: the answer brings its own."""
    [perm_id] = shown.save(notebook("# Ours\n\n$x^2$", {"source": "1", "outputs": [_picture()]}))
    path = f"library/frame/version/{perm_id}"
    [frame] = canary.opens(path, breaches={path: ""})
    canary.page.unroute(f"{shown.service.origin}{PREFIX}{path}")
    canary.page.goto(canary.url, wait_until="load")
    [frame] = canary.page.frames[1:]
    assert frame.locator("h1").inner_text() == "Ours"
    is_inert(frame)
    canary.is_untouched()
    # What is meant to be seen is seen.
    assert frame.locator("img").evaluate("image => image.complete && image.naturalWidth") == 1
    assert frame.locator("math").bounding_box() is not None
    assert canary.happened == []


def test_a_script_on_our_origin_cannot_fetch_a_frame(canary: Canary, versions: list[str]) -> None:
    """People's servers share the origin: a stranger's notebook in there must not read what alice sees."""
    path = f"{PREFIX}library/frame/version/{versions[0]}"
    canary.opens(f"library/frame/version/{versions[0]}")
    ask = "async path => (await fetch(path, {credentials: 'include'})).status"
    assert canary.page.evaluate(ask, path) == 403
    assert canary.page.evaluate(ask, f"{PREFIX}library/file/{versions[0]}") == 403
    answer = canary.page.goto(f"{canary.shown.service.origin}{path}")
    assert answer is not None
    assert answer.status == 403


def test_a_link_to_the_file_downloads_it(canary: Canary, shown: Gallery) -> None:
    """N-13: by a plain link."""
    content = notebook("as it is")
    [perm_id] = shown.save(content)
    canary.opens()
    link = (
        "path => { const a = document.createElement('a'); a.href = path; document.body.append(a); a.click() }"
    )
    with canary.page.expect_download() as started:
        canary.page.evaluate(link, f"{PREFIX}library/file/{perm_id}")
    assert started.value.suggested_filename == "n.ipynb"
    assert started.value.path().read_bytes() == content
    assert canary.page.url == canary.url


def _picture() -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": {"image/png": PICTURE}}
