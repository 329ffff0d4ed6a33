"""JupyterLab in Chromium, driven as a person does: by its menus and keys, waiting for what it shows."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pybis
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect, sync_playwright

from openbis_nb.sandbox import Sandbox
from tests.waiting import until

__all__ = ["PATIENCE", "SHOWN", "Lab", "at", "chromium", "opened", "picture", "quiet", "window"]

#: Milliseconds for anything that a browser shows or does. Beside other tests a page may take its time; what
#: is right is seen at once all the same. Nobody sets another one: it would hold for all later tests, too.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

#: The notebook that is seen, of those that are open.
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
_RUN = re.compile(r"\[\d+\]:")
#: No news, no question whether to fetch some: it would stand in the pictures.
_SETTINGS = {
    "apputils-extension/notification": '{"fetchNews": "false", "checkForUpdates": false}',
}


@contextmanager
def chromium(**options: Any) -> Iterator[Browser]:
    """A Chromium; *options* as Playwright's ``launch`` takes them."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, **options)
        yield browser
        browser.close()


def window(browser: Browser, **options: Any) -> BrowserContext:
    """A person's own browser, of an ordinary size; *options* as Playwright's ``new_context`` takes them."""
    usual: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB"}
    context = browser.new_context(**(usual | options))
    context.set_default_timeout(PATIENCE)
    return context


def at(sandbox: Sandbox, user: str = "admin") -> pybis.Openbis:
    """pybis, which is not ours, as a witness of what is in openBIS."""
    http = {"allow_http_but_do_not_use_this_in_production_and_only_within_safe_networks": True}
    https = {"verify_certificates": str(sandbox.ca_bundle)}
    openbis = pybis.Openbis(sandbox.url, **(https if sandbox.ca_bundle else http))
    openbis.login(user, sandbox.users[user])
    return openbis


def quiet(home: Path) -> None:
    """Settings of a person's JupyterLab: no pop-ups about news."""
    for name, text in _SETTINGS.items():
        file = home / ".jupyter/lab/user-settings/@jupyterlab" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def picture(page: Page, name: str) -> None:
    """Keep what is seen, below ``OPENBIS_NB_TEST_PICTURES``; nothing where that is not set."""
    if folder := os.environ.get("OPENBIS_NB_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def opened(tab: Page, path: str) -> None:
    """Until JupyterLab shows the notebook at *path*, with its kernel at rest."""
    there = f"/tree/{path}"  # in a second tab, below /lab/workspaces/auto-…/

    def arrived() -> bool | None:
        tab.wait_for_timeout(200)  # Playwright's loop runs while it waits
        return unquote(urlsplit(tab.url).path).endswith(there) or None

    try:
        until(arrived, f"the notebook {path} opens")
    except AssertionError as error:
        raise AssertionError(f"{error}: {tab.url}: {tab.inner_text('body')[:500]}") from None
    # What was open before is open again beside it.
    current = tab.locator("#jp-main-dock-panel .jp-mod-current", has_text=path.rpartition("/")[2])
    expect(current).to_be_visible()
    expect(tab.locator(f"{SHOWN} .jp-Cell").first).to_be_visible()
    expect(tab.locator("#jp-main-statusbar")).to_contain_text("| Idle")


class Lab:
    """The notebook at *path*, open in a tab of JupyterLab."""

    def __init__(self, tab: Page, path: str) -> None:
        self.tab, self.path = tab, path
        opened(tab, path)

    @property
    def code_cells(self) -> Locator:
        return self.tab.locator(f"{SHOWN} .jp-CodeCell")

    def menu(self, menu: str, entry: str) -> None:
        self.tab.get_by_role("menuitem", name=menu, exact=True).click()
        self.tab.locator(".lm-Menu-item:visible").get_by_text(entry, exact=True).click()

    def run_all(self) -> str:
        """Run All Cells, of the menu Run; what the last one shows, which saves to openBIS."""
        self.menu("Run", "Run All Cells")
        for cell in self.code_cells.all():
            if cell.locator(".cm-content").inner_text().strip():
                self._finished(cell)
        return self._shown(self.code_cells.last)

    def run_last(self) -> str:
        """Ctrl+Enter in the last cell; what it shows."""
        return self._run(self.code_cells.last)

    def run_new(self, code: str) -> str:
        """A new cell at the end with *code*, run; what it shows."""
        self.code_cells.last.locator(".jp-InputPrompt").click()
        self.tab.keyboard.press("Escape")
        self.tab.keyboard.press("b")
        new = self.tab.locator(f"{SHOWN} .jp-CodeCell.jp-mod-selected .cm-content")
        expect(new).to_have_text("")
        new.click()
        self.tab.keyboard.insert_text(code)
        return self._run(self.code_cells.last)

    def save_document(self) -> None:
        """Ctrl+S, until the server has it."""
        with self.tab.expect_response(_is_save) as answer:
            self.tab.keyboard.press("Control+s")
        assert answer.value.ok, answer.value.status

    def _run(self, cell: Locator) -> str:
        cell.locator(".cm-content").click()
        expect(self.tab.locator("#jp-main-statusbar")).to_contain_text("| Idle")
        self.tab.keyboard.press("Control+Enter")
        self._finished(cell)
        return self._shown(cell)

    def _shown(self, cell: Locator) -> str:
        output = cell.locator(".jp-OutputArea")
        output.scroll_into_view_if_needed()
        return output.inner_text()

    def _finished(self, cell: Locator) -> None:
        prompt = cell.locator(".jp-InputPrompt")
        expect(prompt).to_have_text(_RUN, timeout=90_000)


def _is_save(answer: Response) -> bool:
    return answer.request.method == "PUT" and "/api/contents/" in answer.url
