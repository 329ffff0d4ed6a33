"""Dashboards in a real Chromium, on the real service and sandbox: made, arranged, looked at and printed."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from .dashboard_laboratory import PROJECT, Site, running_laboratory
from .lab import picture

pytestmark = pytest.mark.browser

GROWTH = "Growth curves at three temperatures"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running_laboratory(tmp_path_factory.mktemp("dashboards")) as site:
        yield site


@pytest.fixture
def windows(browser: Browser, site: Site) -> Iterator[Windows]:
    windows = Windows(browser, site)
    yield windows
    windows.close()


class Windows:
    """Windows of people, on whose pages nothing breaks and no policy is breached."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self._browser, self._site = browser, site
        self._open: list[BrowserContext] = []
        self._happened: list[str] = []

    def of(self, user: str, **options: Any) -> Page:
        context = self._site.window(self._browser, user, **options)
        self._open.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self._happened.append(f"error: {error}"))
        page.on(
            "console",
            lambda line: self._happened.append(line.text) if "Content Security" in line.text else None,
        )
        return page

    def close(self) -> None:
        for context in self._open:
            context.close()
        assert self._happened == []


def on(site: Site, made: dict[str, Any], path: str = "") -> str:
    return f"{site.service.url}dashboards/{made['dashboard']['id']}{path}"


def tile(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title, exact=True).or_(
        page.get_by_role("article", name=title, exact=True)
    )


def places(page: Page) -> dict[str, tuple[int, int, int, int]]:
    """Title → column, row, width, height from 1, as the style says."""
    found = page.locator(".tile").evaluate_all(
        "tiles => tiles.map(tile => [tile.querySelector('h2').textContent,"
        " ...['x', 'y', 'w', 'h'].map(name => Number(tile.style.getPropertyValue('--' + name)))])"
    )
    return {title: tuple(numbers) for title, *numbers in found}


def check_accessible(page: Page) -> None:
    found = Axe().run(page, options={"iframes": False})
    assert found.violations_count == 0, found.generate_report()


def drag(page: Page, handle: Locator, dx: float, dy: float) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + dx / 2, y + dy / 2, steps=4)
    page.mouse.move(x + dx, y + dy, steps=4)
    page.mouse.up()


def test_a_dashboard_is_made_and_arranged_by_mouse(windows: Windows, site: Site) -> None:
    """Row 60, D-08: + > published page > whole, or one output chosen by its picture; moved and resized by
    mouse; what was saved is there again."""
    page = windows.of("alice")
    page.goto(site.service.url)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Dashboards").click()
    page.get_by_role("link", name="New dashboard").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name (*)").fill("Growth by mouse")
    dialog.get_by_role("combobox", name="Belongs to").fill("growth")
    dialog.get_by_role("option").filter(has_text=PROJECT).first.click()
    check_accessible(page)
    dialog.get_by_role("button", name="Make it").click()
    page.wait_for_url(re.compile(r"/dashboards/[0-9a-f]{32}\?edit=1$"))

    page.get_by_role("button", name="Add a tile").click()
    dialog.get_by_role("combobox", name="Published page").click()
    expect(dialog.get_by_role("option")).to_have_count(2)  # bob's page is of a space that alice does not see
    dialog.get_by_role("option").filter(has_text="Rates of all strains").click()
    dialog.get_by_label("Title").fill("All of it")
    dialog.get_by_role("button", name="Add it").click()
    expect(tile(page, "All of it")).to_be_focused()

    page.get_by_role("button", name="Add a tile").click()
    dialog.get_by_role("combobox", name="Published page").fill("growth")
    dialog.get_by_role("option").filter(has_text=GROWTH).click()
    shown = dialog.locator(".output-card", has_text="Figure")
    expect(shown.frame_locator("iframe").get_by_role("img")).to_be_visible(timeout=30_000)
    check_accessible(page)
    picture(page, "dashboard-add")
    shown.click()
    dialog.get_by_label("Title").fill("Curves")
    dialog.get_by_role("button", name="Add it").click()
    expect(tile(page, "Curves")).to_be_focused()
    assert places(page) == {"All of it": (1, 1, 12, 8), "Curves": (1, 9, 6, 5)}

    column = page.locator("#grid").evaluate("grid => (grid.clientWidth + 16) / 12")
    corner = page.get_by_role("button", name="Change the size of “All of it”")
    drag(page, corner, -6 * column, -3 * 56)
    assert places(page)["All of it"] == (1, 1, 6, 5)
    drag(page, page.get_by_role("button", name="Move “Curves”"), 6 * column, -5 * 56)
    assert places(page) == {"All of it": (1, 1, 6, 5), "Curves": (7, 1, 6, 5)}
    expect(page.get_by_role("status").filter(has_text="4 changes not saved.")).to_be_visible()
    check_accessible(page)
    picture(page, "dashboard-edit")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    page.get_by_role("button", name="Done").click()
    page.reload()
    expect(page.locator(".tile")).to_have_count(2)
    assert places(page) == {"All of it": (1, 1, 6, 5), "Curves": (7, 1, 6, 5)}
    expect(tile(page, "Curves").frame_locator("iframe").get_by_role("img")).to_be_visible()
    check_accessible(page)


def two_tiles(site: Site, name: str) -> dict[str, Any]:
    """“Curves” above “Rates”."""
    curves = {"page_id": site.growth["id"], "output": {"cell_id": "plot", "index": 0}, "title": "Curves"}
    rates = {"page_id": site.rates["id"], "title": "Rates", "code": False}
    at = {"x": 0, "w": 6, "h": 5}
    return site.dashboard("alice", name, [curves | at | {"y": 0}, rates | at | {"y": 5}])


def test_tiles_are_arranged_by_keyboard_alone(windows: Windows, site: Site) -> None:
    """Row 60: M moves, R changes the size, Enter keeps, Escape does not, Delete removes and is undone; each
    step is said, and the tab key goes by the order of reading."""
    page = windows.of("alice")
    page.goto(on(site, two_tiles(site, "By keyboard"), "?edit=1"))
    said = page.locator("#announcement")
    curves, rates = tile(page, "Curves"), tile(page, "Rates")
    rates.focus()
    page.keyboard.press("m")
    expect(said).to_contain_text("Moving “Rates”. Column 1, row 6.")
    page.keyboard.press("ArrowUp")
    expect(said).to_have_text("Column 1, row 1.")
    page.keyboard.press("ArrowLeft")
    expect(said).to_have_text("It stands at the left edge.")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("“Rates”: Column 1, row 1.")
    assert places(page) == {"Rates": (1, 1, 6, 5), "Curves": (1, 6, 6, 5)}
    expect(rates).to_be_focused()
    assert page.locator(".tile h2").all_text_contents() == ["Rates", "Curves"]

    page.keyboard.press("r")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(said).to_have_text("8 columns wide, 5 rows tall.")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("back where it was")
    assert places(page)["Rates"] == (1, 1, 6, 5)

    curves.get_by_role("button", name="What to do with “Curves”").press("Enter")
    page.get_by_role("menuitem", name="Wider").press("Enter")
    expect(said).to_contain_text("“Curves”: 7 columns wide")
    curves.focus()
    page.keyboard.press("Delete")
    expect(said).to_contain_text("“Curves” is removed.")
    expect(curves).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(said).to_have_text("“Curves” is back.")
    assert places(page)["Curves"] == (1, 6, 7, 5)
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("Everything is saved.")).to_be_visible()
    page.reload()
    expect(curves).to_be_visible()
    assert places(page) == {"Rates": (1, 1, 6, 5), "Curves": (1, 6, 7, 5)}


def test_an_observer_sees_what_they_may_and_nothing_of_the_rest(windows: Windows, site: Site) -> None:
    """D-04, D-09, D-10, D-21: no server, no coding rights; a tile of a page that openBIS does not show says
    so without a title; code that is hidden is not in the bytes; on a phone the order is that of reading; the
    address filters."""
    tiles = [
        {"page_id": site.growth["id"], "output": {"cell_id": "plot", "index": 0}, "title": "Growth"},
        {"page_id": site.growth["id"], "output": {"cell_id": "fit", "index": 0}, "title": "Fitted rates"},
        {"page_id": site.rates["id"], "code": False, "title": "Without code"},
        {"page_id": site.chemistry["id"], "title": "Private"},
        {"page_id": site.rates["id"], "title": "With code"},
    ]
    at = [(0, 0, 7, 7), (7, 0, 5, 5), (7, 5, 5, 6), (0, 7, 7, 4), (0, 11, 12, 8)]
    made = site.dashboard(
        "admin",
        "Growth of all strains",
        [told | dict(zip("xywh", place, strict=True)) for told, place in zip(tiles, at, strict=True)],
    )
    page = windows.of("olga")
    page.goto(on(site, made))
    expect(page.locator(".tile")).to_have_count(5)
    expect(tile(page, "A tile that you do not see")).to_contain_text("openBIS does not show it to you")
    assert "Private" not in page.content()
    assert site.chemistry["id"] not in page.content()
    assert (
        page.locator("iframe").evaluate_all("all => all.map(one => one.getAttribute('sandbox'))") == [""] * 4
    )
    expect(page.get_by_role("button", name="Edit")).to_have_count(0)
    expect(tile(page, "Growth")).to_contain_text(re.compile("Shows the version of .* by alice"))
    expect(tile(page, "Growth").get_by_role("link")).to_have_attribute("href", site.growth["link"])

    hidden = tile(page, "Without code").frame_locator("iframe")
    expect(hidden.get_by_text("threshold = 0.05")).to_be_visible()
    assert "secret_recipe" not in hidden.locator("html").evaluate("html => html.outerHTML")
    tile(page, "With code").scroll_into_view_if_needed()
    shown = tile(page, "With code").frame_locator("iframe")
    expect(shown.get_by_text("secret_recipe")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    check_accessible(page)
    picture(page, "dashboard")

    page.goto(on(site, made, "?q=fitted+growth"))
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.get_by_text("1 of 5 tiles have “fitted growth”")).to_be_visible()
    page.get_by_role("link", name="Show all").click()
    page.goto(on(site, made, "?edit=1"))  # a link that somebody sent
    expect(page.locator(".tile")).to_have_count(5)
    expect(page.get_by_role("button", name="Add a tile")).to_have_count(0)

    dark = windows.of("olga", color_scheme="dark")
    dark.goto(on(site, made))
    expect(tile(dark, "Growth").frame_locator("iframe").get_by_role("img")).to_be_visible()
    expect(tile(dark, "Fitted rates").frame_locator("iframe").get_by_role("table")).to_be_visible()
    expect(tile(dark, "Without code").frame_locator("iframe").get_by_role("table")).to_be_visible()
    check_accessible(dark)
    picture(dark, "dashboard-dark")

    phone = windows.of("olga", viewport={"width": 390, "height": 844})
    phone.goto(on(site, made))
    expect(tile(phone, "Growth").frame_locator("iframe").get_by_role("img")).to_be_visible()
    tops = phone.locator(".tile").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert tops == sorted(tops)
    titles = phone.locator(".tile h2").all_text_contents()
    assert titles == ["Growth", "Fitted rates", "Without code", "A tile that you do not see", "With code"]
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    check_accessible(phone)
    picture(phone, "dashboard-phone")
    phone.goto(f"{site.service.url}dashboards")
    expect(phone.get_by_role("link", name="Growth of all strains")).to_be_visible()
    check_accessible(phone)


def test_two_people_arrange_at_once_and_nothing_is_lost(windows: Windows, site: Site) -> None:
    """The later one is told, sees what the other saved with their own on top, and saves that."""
    made = two_tiles(site, "By two")
    alice, ursula = windows.of("alice"), windows.of("ursula")
    for page in (alice, ursula):
        page.goto(on(site, made, "?edit=1"))
        tile(page, "Rates").focus()
    alice.keyboard.press("m")
    alice.keyboard.press("ArrowUp")
    alice.keyboard.press("Enter")
    alice.get_by_role("button", name="Save").click()
    expect(alice.get_by_text("Everything is saved.")).to_be_visible()

    tile(ursula, "Rates").get_by_role("button", name="What to do with").click()
    ursula.get_by_role("menuitem", name="Settings …").click()
    ursula.get_by_role("dialog").get_by_label("Title").fill("Rates in May")
    ursula.get_by_role("button", name="Take over").click()
    expect(tile(ursula, "Rates in May")).to_be_focused()
    tile(ursula, "Curves").focus()
    ursula.keyboard.press("r")
    ursula.keyboard.press("ArrowRight")
    ursula.keyboard.press("Enter")
    ursula.get_by_role("button", name="Save").click()
    expect(ursula.get_by_role("alert")).to_contain_text("alice saved this dashboard while you arranged it")
    assert places(ursula) == {"Rates in May": (1, 1, 6, 5), "Curves": (1, 6, 7, 5)}
    check_accessible(ursula)
    picture(ursula, "dashboard-conflict")
    kept = site.person("olga").get(f"dashboards/{made['dashboard']['id']}").json()
    assert [one["title"] for one in kept["tiles"]] == ["Rates", "Curves"]  # nothing is stored unseen
    ursula.get_by_role("button", name="Save").click()
    expect(ursula.get_by_text("Everything is saved.")).to_be_visible()
    kept = site.person("olga").get(f"dashboards/{made['dashboard']['id']}").json()
    assert [(one["title"], one["w"]) for one in kept["tiles"]] == [("Rates in May", 6), ("Curves", 7)]


def test_everything_is_printed_whole_on_a4(windows: Windows, site: Site) -> None:
    """D-21: a dashboard as PDF, with names, versions and dates; of a page all of it, however little of it a
    tile shows on the screen, and nothing that the person may not see."""
    long = {"page_id": site.growth["id"], "x": 0, "y": 5, "w": 12, "h": 4}
    hidden = {"page_id": site.chemistry["id"], "title": "Private", "x": 6, "y": 0, "w": 6, "h": 5}
    curves = {"page_id": site.growth["id"], "output": {"cell_id": "plot", "index": 0}, "title": "Curves"}
    made = site.dashboard("admin", "On paper", [curves | {"x": 0, "y": 0, "w": 6, "h": 5}, hidden, long])
    page = windows.of("olga")
    page.goto(on(site, made))
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Print or save as PDF").click()
    paper = opened.value
    expect(paper.get_by_role("heading", name="On paper")).to_be_visible()
    expect(paper.get_by_text("as olga sees it")).to_be_visible()
    expect(paper.get_by_text(site.growth["version"]["perm_id"]).first).to_be_visible()
    assert "Private" not in paper.content()
    assert paper.evaluate("origin") == "null"

    paper.emulate_media(media="print")
    expect(paper.get_by_text("Remark 12:")).to_be_visible()
    expect(paper.get_by_text("This page is for paper")).to_be_hidden()
    clipped = (
        "all => all.filter(one => one.scrollHeight > one.clientHeight + 1"
        " || one.scrollWidth > one.clientWidth + 1).map(one => one.className)"
    )
    assert paper.locator("section").evaluate_all(clipped) == []
    pdf = paper.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 2
    assert b"/MediaBox [0 0 594" in pdf or b"/MediaBox [0 0 595" in pdf  # A4 in points
    if folder := os.environ.get("OPENBIS_NB_TEST_PICTURES"):
        (Path(folder) / "dashboard.pdf").write_bytes(pdf)

    page.goto(on(site, made, "/print?q=curves+growth"))
    expect(page.locator("section.sheet > header h2")).to_have_text(["Curves", GROWTH])

    single = page.goto(f"{site.service.origin}{site.growth['link']}/print")
    assert single is not None
    assert single.status == 200
    expect(page.get_by_text("Remark 12:")).to_be_visible()
    assert page.goto(f"{site.service.origin}{site.chemistry['link']}/print").status == 404  # type: ignore[union-attr]
