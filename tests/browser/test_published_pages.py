"""Publishing from the library and published pages in a real Chromium, on the real service and sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from openbis_nb.sandbox import running_sandbox
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import RunningService, running

from .lab import picture
from .library_laboratory import History, make_history, next_version
from .test_library_more import PHONE, Visit, fits, wrong

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SLOW = 40_000  # milliseconds; a page is rendered in a process of its own


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


@pytest.fixture
def visit(browser: Browser, service: RunningService) -> Iterator[Any]:
    visits: list[Visit] = []

    def begin(user: str = "alice", **options: Any) -> Visit:
        visits.append(Visit(browser, service, user, **options))
        visits[-1].context.set_default_timeout(SLOW)
        return visits[-1]

    expect.set_options(timeout=SLOW)
    yield begin
    expect.set_options(timeout=20_000)
    for one in visits:
        one.end()


def planned(page: Page) -> Locator:
    """The dialog, once it shows what will be seen."""
    dialog = page.get_by_role("dialog", name="Publish")
    expect(dialog.locator(".plan[aria-busy]")).to_have_count(0)
    expect(dialog.get_by_title("Preview of the page")).to_be_visible()
    return dialog


def content(page: Page) -> Any:
    return page.frame_locator("iframe").first.locator("body")


def published(page: Page, dialog: Locator) -> str:
    """Publish, and go to the page; its address."""
    dialog.get_by_role("button", name="Publish", exact=True).click()
    told = page.get_by_role("dialog", name="Published")
    address = told.get_by_role("textbox", name="Link to the page").input_value()
    told.get_by_role("link", name="Open the page").click()
    expect(page).to_have_url(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return address


def bytes_of(page: Page) -> bytes:
    """The page as a download."""
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    return Path(download.value.path()).read_bytes()


def test_published_in_one_step_and_read_by_who_has_no_server(
    visit: Any, service: RunningService, history: History
) -> None:
    """D-06, D-07, D-08, D-09, D-10, U-34, rows 56, 57, 59, 60 and 61: what will be seen and by whom is shown
    before; the code is not in the bytes; an observer reads, prints and downloads without a server."""
    page = visit().go(f"n/growth-{history.growth}")
    page.get_by_role("button", name="Publish …").click()
    dialog = planned(page)
    seen = dialog.frame_locator("iframe").locator("body")
    expect(seen).to_contain_text("Fit of the curves")
    expect(seen).not_to_contain_text("1 + 4")
    expect(dialog.locator(".plan")).to_contain_text("/BIOLAB")
    expect(dialog.locator(".plan")).to_contain_text("without code")
    dialog.get_by_role("radio", name="Shown", exact=True).check()
    expect(planned(page).frame_locator("iframe").locator("body")).to_contain_text("1 + 4")
    dialog.get_by_role("radio", name="Hidden").check()
    expect(planned(page).frame_locator("iframe").locator("body")).not_to_contain_text("1 + 4")
    picture(page, "publish-dialog")
    assert wrong(page) == []
    dialog.get_by_label("Dashboard", exact=True).select_option("A new one …")
    dialog.get_by_role("button", name="Publish", exact=True).click()
    expect(dialog).to_contain_text("Give the new dashboard a title.")
    dialog.get_by_label("Title of the new dashboard").fill("Group meeting")
    address = published(page, dialog)
    expect(content(page)).to_contain_text("Fit of the curves")
    expect(page.get_by_role("navigation", name="Where it lies")).to_contain_text("Group meeting")
    expect(page.get_by_role("tab", name="Edit")).to_be_visible()
    picture(page, "published-page")
    assert wrong(page) == []
    assert b"1 + 4" not in bytes_of(page)

    reader = visit("olga")
    page = reader.page
    page.goto(f"{service.url}published")
    page.get_by_role("link", name="Growth", exact=True).click()
    expect(page).to_have_url(address)
    expect(content(page)).to_contain_text("Fit of the curves")
    expect(page.get_by_role("tab")).to_have_count(0)  # nothing to change: one tab is none
    data = bytes_of(page)
    assert b"Fit of the curves" in data
    assert b"1 + 4" not in data
    with reader.context.expect_page() as printed:
        page.get_by_role("link", name="Print or PDF").click()
    expect(printed.value.locator("body")).to_contain_text("Fit of the curves")
    assert printed.value.pdf().startswith(b"%PDF")
    assert [one.started_with for one in service.hub.people.values()] == [[]] * len(service.hub.people)


def test_pinned_stays_and_following_follows(visit: Any, service: RunningService, history: History) -> None:
    """D-02, D-05, D-11, D-12, row 58: a new save is seen where the page follows its author, and only there;
    whoever may edit goes back to an earlier snapshot."""
    page = visit().go(f"n/survey-{history.survey}")
    page.get_by_role("button", name="Publish …").click()
    follows = published(page, planned(page))
    page.go_back()
    page.get_by_role("button", name="Publish …").click()
    dialog = planned(page)
    dialog.get_by_label("Title (*)").fill("Survey, for the paper")
    dialog.get_by_label("Stay at version 1").check()
    planned(page).get_by_role("radio", name="Shown", exact=True).check()
    stays = published(page, planned(page))
    expect(content(page)).to_contain_text("2 + 2")

    next_version(service.sandbox, history.survey, "40 + 2", "Survey")
    page.goto(stays)
    expect(page.locator("#head")).to_contain_text("There is a newer version")
    expect(content(page)).to_contain_text("2 + 2")
    page.goto(follows)
    expect(content(page)).to_contain_text("42")

    page.get_by_role("tab", name="Edit").click()
    snapshots = page.get_by_role("table", name="Snapshots").locator("tbody tr")
    expect(snapshots).to_have_count(3)
    expect(snapshots.filter(has_text="shown").filter(has=page.locator(".state.good"))).to_have_count(1)
    picture(page, "published-edit")
    assert wrong(page) == []
    snapshots.last.get_by_role("button", name="Show the snapshot").click()
    expect(page.locator("#head")).to_contain_text("pinned to this version")
    page.get_by_role("tab", name="Content").click()
    expect(content(page)).to_contain_text("4")
    expect(content(page)).not_to_contain_text("42")


def test_changed_stopped_and_published_again(visit: Any, service: RunningService, history: History) -> None:
    """D-11: title, code and end; a page that was stopped is seen by nobody until it is published again."""
    page = visit().go(f"n/growth-{history.growth}")
    page.get_by_role("button", name="Publish …").click()
    dialog = planned(page)
    dialog.get_by_label("Title (*)").fill("To be changed")
    address = published(page, dialog)
    page.get_by_role("tab", name="Edit").click()
    edit = page.get_by_role("form", name="This page")
    edit.get_by_label("Title (*)").fill("Changed")
    edit.get_by_role("radio", name="Shown", exact=True).check()
    edit.get_by_label("Last day").fill("2099-12-31")
    edit.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Changed")
    expect(page.locator("#head")).to_contain_text("Until 1 Jan 2100")
    page.get_by_role("tab", name="Content").click()
    expect(content(page)).to_contain_text("1 + 4")

    reader = visit("olga").page
    reader.goto(address)
    expect(content(reader)).to_contain_text("1 + 4")
    page.get_by_role("tab", name="Edit").click()
    page.get_by_role("button", name="Stop this page …").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop").click()
    expect(page.locator("#head")).to_contain_text("It was stopped.")
    reader.reload()
    expect(reader.locator("main")).not_to_contain_text("Loading")
    expect(reader.locator("iframe")).to_have_count(0)
    page.get_by_role("button", name="Publish it again").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.locator("#head")).not_to_contain_text("It was stopped.")
    reader.reload()
    expect(content(reader)).to_contain_text("1 + 4")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_and_in_the_dark(visit: Any, history: History, scheme: str) -> None:
    """Nothing sticks out, and axe finds nothing."""
    options = {"viewport": PHONE} if scheme == "light" else {"color_scheme": "dark"}
    one = visit(**options)
    page = one.page
    page.goto(f"{one.service.url}published")
    expect(page.locator("#table tbody tr").first).to_be_visible()
    picture(page, f"published-list-{scheme}")
    assert fits(page)
    assert wrong(page) == []
    page.locator("#table").get_by_role("link").first.click()
    expect(content(page)).not_to_be_empty()
    picture(page, f"published-page-{scheme}")
    assert fits(page)
    page.get_by_role("tab", name="Edit").click()
    expect(page.get_by_role("table", name="Snapshots")).to_be_visible()
    picture(page, f"published-edit-{scheme}")
    assert fits(page)
    assert wrong(page) == []
    one.go(f"n/growth-{history.growth}")
    page.get_by_role("button", name="Publish …").click()
    planned(page)
    picture(page, f"publish-dialog-{scheme}")
    assert fits(page)
    assert wrong(page) == []
