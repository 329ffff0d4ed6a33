"""Compare, data set, lineage, storage and trash in a real Chromium, on the real service and sandbox."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from openbis_nb.sandbox import running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, RunningService, running

from .lab import picture, window
from .library_laboratory import HOSTILE_NAME, History, make_history, make_hostile

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        with running(tmp_path_factory.mktemp("service"), hub, sandbox) as service:
            yield service
        hub.stop()


@pytest.fixture(scope="module")
def history(service: RunningService) -> History:
    return make_history(service.sandbox)


class Visit:
    """A person's browser; nothing breaks on its pages, and no policy is breached."""

    def __init__(self, browser: Browser, service: RunningService, user: str, **options: Any) -> None:
        self.service = service
        self.context: BrowserContext = window(browser, **{"viewport": WIDE, **options})
        self.context.add_cookies(_cookies(service, user))
        self.page = self.context.new_page()
        self.happened: list[str] = []
        self.page.on("pageerror", lambda error: self.happened.append(f"error: {error}"))
        self.page.on("console", lambda line: self._look(line.text))

    def _look(self, line: str) -> None:
        if "Content Security" in line:
            self.happened.append(line)

    def go(self, path: str) -> Page:
        self.page.goto(f"{self.service.url}library/{path}")
        return self.page

    def end(self) -> None:
        self.context.close()
        assert self.happened == []


def _cookies(service: RunningService, user: str) -> Any:
    browser = service.browser()
    at_hub = service.hub.person(user, service.sandbox.token(user))
    answer = browser.log_in(at_hub, PREFIX + "library")
    assert answer.status_code == 200, answer.text
    return [
        {"name": one.name, "value": one.value, "domain": "127.0.0.1", "path": one.path}
        for one in browser.session.cookies
    ]


@pytest.fixture
def visit(browser: Browser, service: RunningService) -> Iterator[Any]:
    visits: list[Visit] = []

    def begin(user: str = "alice", **options: Any) -> Visit:
        visits.append(Visit(browser, service, user, **options))
        return visits[-1]

    yield begin
    for one in visits:
        one.end()


def compared(page: Page) -> Page:
    """Until the service has compared all that the address names: each takes a process a moment."""
    expect(page.locator("#comparisons[aria-busy]")).to_have_count(0)
    return page


def fits(page: Page) -> bool:
    """Whether nothing sticks out sideways."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def wrong(page: Page) -> list[str]:
    """What axe finds that makes a page hard to use, with where it stands."""
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    assert found.response["passes"], "axe did not look"
    return [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found.response["violations"]]


def test_two_versions_side_by_side(visit: Any, history: History) -> None:
    """N-10, N-11, F-13: first what changed around the cells; the address is the comparison."""
    page = visit().go(f"compare?base={history.first}&with={history.second}")
    part = compared(page).get_by_role("article", name="Growth, version 2")
    expect(part.locator(".signed .removed")).to_contain_text("Plate A")
    expect(part.locator(".signed .added")).to_contain_text("Plate B")
    expect(part.get_by_role("row", name="window_hours")).to_contain_text("2.54")
    expect(part.get_by_role("row", name="numpy")).to_contain_text("2.1.02.2.0")
    expect(part.get_by_role("row", name="image")).to_contain_text("lab/2.1.0lab/2.2.0")
    expect(part.locator(".cell-counts")).to_have_text("Cells: 1 changed, 1 the same")
    view = part.locator("iframe")
    expect(view).to_have_attribute("sandbox", "")
    cells = part.frame_locator("iframe")
    expect(cells.get_by_text("1 + 1").first).to_be_visible()
    expect(cells.get_by_text("1 + 2").first).to_be_visible()
    picture(page, "compare")

    page.get_by_role("button", name="Swap").click()
    expect(compared(page).get_by_role("article").locator(".signed .added")).to_contain_text("Plate A")
    assert parse_qs(urlsplit(page.url).query) == {"base": [history.second], "with": [history.first]}
    page.go_back()
    expect(compared(page).get_by_role("article").locator(".signed .added")).to_contain_text("Plate B")

    page.get_by_role("button", name="Add …").click()
    dialog = page.get_by_role("dialog", name="Compare one more")
    dialog.get_by_label("Another version").select_option(history.third)
    dialog.get_by_role("button", name="Add").click()
    expect(compared(page).get_by_role("article")).to_have_count(2)
    page.get_by_label("Base").select_option(history.third)
    expect(compared(page).get_by_role("article", name="Growth, version 1")).to_be_visible()
    assert parse_qs(urlsplit(page.url).query)["base"] == [history.third]
    page.get_by_role("button", name="Remove Growth, version 1").click()
    expect(compared(page).get_by_role("article")).to_have_count(1)


def test_what_cannot_be_compared_is_told(visit: Any, history: History) -> None:
    page = visit().go(f"compare?base={history.first}")
    expect(page.get_by_role("alert")).to_contain_text("Nothing to compare it with is named.")
    page = visit("alice").go(f"compare?base={history.first}&with=20200101000000000-1")
    expect(compared(page).get_by_role("alert")).to_be_visible()


def test_who_used_a_data_set(visit: Any, history: History) -> None:
    """F-16: notebooks whose data is out of date come first and say so; the newer data is one click away."""
    page = visit().go(f"data-set/{history.plate_b}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Plate B")
    table = page.get_by_role("table", name="Notebooks that used it")
    expect(table.get_by_role("row", name="Growth")).to_contain_text("out of date")
    picture(page, "data-set")
    page.get_by_text("There is a newer version").get_by_role("link").click()
    expect(page.get_by_role("table", name="Notebooks that used it")).to_contain_text("Survey")
    expect(page.get_by_text("out of date")).to_have_count(0)


def test_lineage_by_keyboard_alone(visit: Any, history: History) -> None:
    """F-07, N-08: inputs, notebook and results, as links into the library and the ELN, and as a list."""
    page = visit().go(f"n/growth-{history.growth}/{history.second}?tab=lineage")
    drawing = page.get_by_role("group", name="What this version comes from")
    expect(drawing.locator(".node")).to_have_count(4)
    expect(drawing.locator(".edge")).to_have_count(3)
    picture(page, "lineage")
    page.get_by_role("region", name="Lineage of this version").focus()
    names = []
    for _ in range(8):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''"))
        if names[-1].startswith("Growth rates") and not names[-1].endswith("ELN"):
            break
    assert names[0].startswith("Plate A, data set of type RAW_DATA")
    assert "Plate A in the ELN" in names
    assert any("made from Plate B" in name for name in names)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Growth rates of all strains at three temperatures"
    )
    page.locator("summary", has_text="As a list").press("Enter")
    expect(page.locator(".lineage-list")).to_contain_text("made from Growth")
    links = page.locator(".lineage-picture svg a.eln, .lineage-list a", has_text="ELN")
    assert all("/openbis/webapp/eln-lims/" in str(one.get_attribute("href")) for one in links.all())


def test_an_admin_trashes_superseded_versions(visit: Any, history: History) -> None:
    """By hand only; what something depends on stays, and says why. From the trash it comes back."""
    onlooker = visit("olga").go("storage?space=BIOLAB")
    third = onlooker.get_by_role("row").filter(has_text="Version 3")
    expect(third).to_contain_text("You may not trash it: that takes the role POWER_USER")
    expect(third.get_by_role("checkbox")).to_be_disabled()
    page = visit("admin").go("storage")
    page.get_by_role("link", name="BIOLAB", exact=True).click()
    expect(page.get_by_role("table", name="Largest notebooks")).to_contain_text("Growth")
    table = page.get_by_role("table", name="Superseded versions")
    second = table.get_by_role("row").filter(has_text="Version 2")
    expect(second).to_contain_text("A data set is derived from it.")
    expect(second.get_by_role("checkbox")).to_be_disabled()
    page.get_by_role("button", name="Choose all that are shown").click()
    expect(page.locator(".table-head [role=status]")).to_contain_text("1 version chosen")
    picture(page, "storage")
    page.get_by_role("button", name="Move to the trash …").click()
    dialog = page.get_by_role("dialog", name="Move 1 version to the trash")
    dialog.get_by_role("button", name="Move to the trash").click()
    expect(page.locator("#toasts")).to_contain_text("1 version moved to the trash.")
    expect(table.get_by_role("row").filter(has_text="Version 3")).to_have_count(0)

    page.get_by_role("link", name="Trash", exact=True).click()
    line = page.get_by_role("row").filter(has_text=history.third)
    expect(line).to_contain_text("one version only")
    line.get_by_role("button", name="Bring back Growth").click()
    page.get_by_role("dialog", name="Bring back a version").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("No notebook is in the trash.")).to_be_visible()


def test_trash_and_back(visit: Any, service: RunningService, history: History) -> None:
    """A notebook comes back with its versions; to delete it for ever its name is typed."""
    admin = service.person("admin")
    assert admin._send("DELETE", f"notebooks/{history.survey}").status_code == 200
    page = visit("admin").go("trash")
    line = page.get_by_role("row", name="Survey")
    expect(line).to_contain_text("GROWTH_CURVES_1")
    picture(page, "trash")
    line.get_by_role("button", name="Bring back Survey").click()
    page.get_by_role("dialog").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("No notebook is in the trash.")).to_be_visible()
    page.locator("#toasts").get_by_role("link", name="Show it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Survey")

    assert admin._send("DELETE", f"notebooks/{history.survey}").status_code == 200
    page = visit("admin").go("trash")
    page.get_by_role("button", name="Delete Survey for ever").click()
    dialog = page.get_by_role("dialog", name="Delete a notebook for ever")
    dialog.get_by_role("textbox").fill("Growth")
    dialog.get_by_role("button", name="Delete for ever").click()
    expect(dialog).to_contain_text("That is not its name.")
    dialog.get_by_role("textbox").fill("Survey")
    dialog.get_by_role("button", name="Delete for ever").click()
    expect(page.get_by_text("No notebook is in the trash.")).to_be_visible()
    assert admin._send("GET", f"notebooks/{history.survey}").status_code == 404


def test_who_may_not_delete_for_ever_is_told_why(
    visit: Any, service: RunningService, history: History
) -> None:
    """A power user brings back what she trashed; the last step is greyed with the role that it takes."""
    alice = service.person("alice")
    assert alice._send("DELETE", f"notebooks/{history.growth}").status_code == 200
    page = visit("alice").go("trash")
    line = page.get_by_role("row", name="Growth")
    last = line.get_by_role("button", name="for ever")
    expect(last).to_have_attribute("aria-disabled", "true")
    expect(last).to_have_accessible_description(re.compile("takes the role ADMIN in the project"))
    picture(page, "trash-not-for-ever")
    last.click(force=True)
    expect(page.get_by_role("dialog")).to_have_count(0)
    line.get_by_role("button", name="Bring back").click()
    page.get_by_role("dialog").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("No notebook is in the trash.")).to_be_visible()


def test_names_are_text_and_nothing_else(visit: Any, service: RunningService) -> None:
    """D9: whatever people wrote into openBIS is shown, and does nothing."""
    hostile = make_hostile(service.sandbox)
    one = visit("admin")
    one.page.on("dialog", lambda dialog: one.happened.append(f"dialog: {dialog.message}"))
    for path, shown in {
        f"data-set/{hostile.data}": "h1",
        f"n/x-{hostile.notebook}/{hostile.version}?tab=lineage": ".node.asked",
        f"compare?base={hostile.version}&with={hostile.later}": ".signed .added",
        "storage?space=BIOLAB": "#notebooks table",
    }.items():
        page = one.go(path)
        expect(page.locator(shown).first).to_be_visible()
        expect(page.locator("main")).to_contain_text(HOSTILE_NAME[:20])
        assert page.locator("main img, main script, main svg [onload]").count() == 0, path
    assert service.person("admin")._send("DELETE", f"notebooks/{hostile.notebook}").status_code == 200
    page = one.go("trash")
    expect(page.get_by_role("rowheader")).to_contain_text(HOSTILE_NAME)
    page.get_by_role("button", name="Bring back").click()
    expect(page.get_by_role("dialog")).to_contain_text(HOSTILE_NAME)
    assert page.locator("main img, dialog img").count() == 0
    page.get_by_role("dialog").get_by_role("button", name="Bring back").click()
    expect(page.locator("#toasts")).to_contain_text(HOSTILE_NAME)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_on_a_phone(visit: Any, history: History, scheme: str) -> None:
    """Nothing sticks out, and axe finds nothing; the picture scrolls within itself, its middle first."""
    one = visit("admin", viewport=PHONE, color_scheme=scheme)
    pages = {
        f"compare?base={history.first}&with={history.second}": "iframe",
        f"data-set/{history.plate_b}": ".lineage-scroll",
        "storage?space=BIOLAB": "#superseded table",
        "trash": ".empty",
    }
    for path, shown in pages.items():
        page = one.go(path)
        expect(page.locator(shown).first).to_be_visible()
        assert fits(page), path
        assert wrong(page) == [], path
        picture(page, f"{path.split('?')[0].split('/')[0]}-phone-{scheme}")
    page = one.go(f"n/growth-{history.growth}/{history.second}?tab=lineage")
    expect(page.locator(".lineage-scroll")).to_be_visible()
    middle = page.locator(".node.asked").bounding_box()
    assert middle is not None
    assert 0 <= middle["x"] < PHONE["width"] - 200
    assert wrong(page) == []
    picture(page, f"lineage-phone-{scheme}")
