"""The library's table and the page of a notebook in a real Chromium, on the real service and sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import nbformat.v4 as v4
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox, scale
from openbis_nb.sandbox.clock import milliseconds
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, Client, RunningService, running

from . import lab as laboratory

pytestmark = pytest.mark.browser

GROWTH = "Growth curves at three temperatures"
DOSE = "/BIOLAB/SCREENING/DOSE_RESPONSE_1"
NOTES = "Plate 2 is left out."
WIDE = {"width": 1280, "height": 900}


def notebook(rate: str) -> bytes:
    """With markdown, code, an output and an execution count."""
    result = v4.new_output("execute_result", data={"text/plain": f"rate = {rate}"}, execution_count=7)
    cells = [
        v4.new_markdown_cell("# Fit of the curves"),
        v4.new_code_cell("fit(plates)", execution_count=7, outputs=[result]),
    ]
    return json.dumps(v4.new_notebook(cells=cells)).encode()


@dataclass
class Lab:
    """A service with two notebooks: one of alice's with two versions, one of ursula's."""

    service: RunningService
    growth: dict[str, Any]
    dose: dict[str, Any]

    def cookies(self, user: str) -> Any:
        browser = self.service.browser()
        answer = browser.log_in(self.service.person(user).token, PREFIX + "library")
        assert answer.status_code == 200, answer.text
        return [
            {"name": one.name, "value": one.value, "domain": "127.0.0.1", "path": one.path}
            for one in browser.session.cookies
        ]


def upload(client: Client, path: str, content: bytes, **query: str) -> dict[str, Any]:
    answer = client._send("POST", path, data=content, params=query)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        with running(tmp_path_factory.mktemp("service"), hub, sandbox) as service:
            alice, ursula = service.person("alice"), service.person("ursula")
            dose = upload(ursula, "notebooks", notebook("1"), name="Dose response", storedIn=DOSE)
            made = upload(alice, "notebooks", notebook("0.31"), name=GROWTH, storedIn=DEMO_EXPERIMENT)
            path = f"notebooks/{made['notebook']['id']}"
            upload(alice, f"{path}/versions", notebook("0.42"), name=GROWTH, description=NOTES)
            yield Lab(service, alice.get(path).json(), dose)
        hub.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with laboratory.chromium() as browser:
        yield browser


@pytest.fixture
def page(chromium: Browser, lab: Lab, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of alice, or of who ``@pytest.mark.parametrize("page", ["olga"], indirect=True)`` names, on
    which nothing breaks and no policy is breached."""
    context = context_of(chromium, lab, getattr(request, "param", "alice"))
    page = context.new_page()
    happened: list[str] = []
    page.on("pageerror", lambda error: happened.append(f"error: {error}"))
    page.on("console", lambda line: happened.append(line.text) if "Content Security" in line.text else None)
    yield page
    context.close()
    assert happened == []


def context_of(chromium: Browser, lab: Lab, user: str, **options: Any) -> BrowserContext:
    context = laboratory.window(chromium, **{"viewport": WIDE, **options})
    context.add_cookies(lab.cookies(user))
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=lab.service.origin)
    return context


def names(page: Page) -> Locator:
    return page.locator("tbody th[role=rowheader] a")


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def copied(page: Page) -> str:
    return str(page.evaluate("navigator.clipboard.readText()"))


def query(page: Page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_the_table_finds_sorts_and_filters_under_links_for_good(page: Page, lab: Lab) -> None:
    """N-01, N-02: what a person sees stands in the address."""
    page.goto(lab.service.url)
    page.get_by_role("navigation", name="Pages").get_by_role("link", name="Library").click()
    expect(names(page)).to_have_count(2)
    expect(page.locator("#count")).to_have_text("2 notebooks.")
    heads = [text.strip() for text in page.locator("thead th").all_text_contents()]
    assert heads[1:7] == ["Name", "Author", "Latest version", "Description", "Stored in", "Size"]
    first = row(page, GROWTH)
    expect(first).to_contain_text("alice")
    expect(first).to_contain_text("2 versions")
    expect(first).to_contain_text(NOTES)
    expect(first).to_contain_text(DEMO_EXPERIMENT)
    expect(first).to_contain_text("kB")
    page.get_by_role("button", name="Name", exact=True).click()
    expect(names(page)).to_have_text(["Dose response", GROWTH])
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.get_by_label("Author").select_option("ursula")
    expect(names(page)).to_have_text(["Dose response"])
    assert query(page) == {"author": ["ursula"], "sort": ["name"]}
    page.reload()
    expect(names(page)).to_have_text(["Dose response"])
    expect(page.get_by_label("Author")).to_have_value("ursula")
    page.go_back()
    expect(names(page)).to_have_count(2)
    page.get_by_label("Search").fill("nothing is called so")
    expect(page.get_by_role("heading", name="No notebook fits.")).to_be_visible()
    page.locator("#table").get_by_role("button", name="Clear all").click()
    expect(names(page)).to_have_count(2)


def test_the_notebooks_of_one_place_are_one_link(page: Page, lab: Lab) -> None:
    """N-01: a space, project, experiment or object; an ELN page can hold the link."""
    page.goto(f"{lab.service.url}library")
    where = page.get_by_role("combobox", name="In", exact=True)
    where.fill("dose")
    page.get_by_role("option", name=re.compile("DOSE_RESPONSE_1")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Notebooks of Dose-response of six compounds")
    expect(names(page)).to_have_text(["Dose response"])
    assert list(query(page)) == ["experiment"]
    page.get_by_role("link", name="All notebooks").click()
    expect(names(page)).to_have_count(2)
    page.goto(f"{lab.service.url}library?project={lab.growth['notebook']['projectId']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Notebooks of GROWTH")
    expect(names(page)).to_have_text([GROWTH])
    page.goto(f"{lab.service.url}library?object=20200101000000000-999999")
    expect(page.locator("#scope")).to_contain_text("not")  # openBIS shows no such object; said in words
    expect(names(page)).to_have_count(0)


def test_a_row_is_downloaded_shared_and_compared(page: Page, lab: Lab) -> None:
    """N-03, N-04, N-13."""
    page.goto(f"{lab.service.url}library")
    with page.expect_download() as download:
        row(page, GROWTH).get_by_role("link", name=f"Download {GROWTH}").click()
    assert download.value.suggested_filename.endswith(".ipynb")
    assert "0.42" in Path(download.value.path()).read_text(encoding="utf-8")
    row(page, GROWTH).get_by_role("button", name=f"Share {GROWTH}").click()
    expect(page.locator("#toasts")).to_contain_text("is copied")
    assert copied(page) == lab.service.origin + lab.growth["notebook"]["page"]
    newest = lab.growth["notebook"]["lastCheckpointId"]
    row(page, GROWTH).get_by_role("button", name=f"Compare {GROWTH}").click()
    dialog = page.get_by_role("dialog", name="Compare")
    choice = dialog.get_by_label("With another version")
    expect(choice).to_have_value(lab.growth["versions"][0]["id"])  # the one before is proposed
    dialog.get_by_role("button", name="Compare").click()
    page.wait_for_url("**/library/compare?*")
    assert query(page) == {"base": [lab.growth["versions"][0]["id"]], "with": [newest]}
    page.go_back()
    compare = page.locator("#compare")
    expect(compare).to_have_attribute("aria-disabled", "true")
    for name in ("Dose response", GROWTH):
        row(page, name).get_by_role("checkbox").check()
    expect(page.locator("#chosen")).to_contain_text("2 chosen")
    compare.click()
    page.wait_for_url("**/library/compare?*")
    assert query(page) == {"base": [lab.dose["notebook"]["lastCheckpointId"]], "with": [newest]}


def test_a_notebook_is_read_in_every_version(page: Page, lab: Lab) -> None:
    """N-05, N-06, N-07, N-08, N-09, N-11, N-12, U-27: contents in a frame, details, a link to each
    version."""
    page.goto(f"{lab.service.url}library")
    names(page).get_by_text(GROWTH).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(GROWTH)
    inside = page.frame_locator(".frame")
    expect(inside.get_by_role("heading", name="Fit of the curves")).to_be_visible()
    for text in ("fit(plates)", "rate = 0.42", "[7]"):
        expect(inside.get_by_text(text)).to_be_visible()
    page.get_by_label("Hide code").check()
    expect(page.frame_locator(".frame").get_by_text("fit(plates)")).to_be_hidden()
    expect(page.frame_locator(".frame").get_by_text("rate = 0.42")).to_be_visible()
    page.get_by_label("Version", exact=True).select_option(lab.growth["versions"][0]["id"])
    expect(page.frame_locator(".frame").get_by_text("rate = 0.31")).to_be_visible()
    assert urlsplit(page.url).path == lab.growth["versions"][0]["page"]
    assert query(page) == {"code": ["hidden"]}
    expect(page.get_by_text("You look at version 1 of 2.")).to_be_visible()
    page.get_by_role("button", name="Share").click()
    expect(page.locator("#toasts")).to_contain_text("version 1")
    assert copied(page) == lab.service.origin + lab.growth["versions"][0]["page"]
    page.get_by_role("tab", name="Contents").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Details")).to_be_focused()
    details = page.get_by_role("tabpanel", name="Details")
    for text in (lab.growth["notebook"]["id"], lab.growth["notebook"]["fid"], NOTES, DEMO_EXPERIMENT):
        expect(details.get_by_text(text, exact=True).first).to_be_visible()
    page.reload()
    expect(details).to_be_visible()
    page.get_by_role("button", name="Show the newest").click()
    expect(page.get_by_text("You look at version 1")).to_have_count(0)
    assert urlsplit(page.url).path == lab.growth["notebook"]["page"]


def test_a_version_is_restored_and_the_notebook_renamed_by_keyboard(page: Page, lab: Lab) -> None:
    """N-41: 512 and 1024 characters; both are new versions, and what was there stays."""
    press = page.keyboard.press
    page.goto(f"{lab.service.origin}{lab.growth['notebook']['page']}?tab=versions")
    page.get_by_role("button", name="More for version 2").focus()
    press("Enter")
    restore = page.get_by_role("menuitem", name="Restore")
    expect(restore).to_have_attribute("aria-disabled", "true")
    expect(restore).to_have_accessible_description("It is the newest.")
    press("Escape")
    page.get_by_role("button", name="More for version 1").focus()
    press("Enter")
    page.get_by_role("menuitem", name="Restore").focus()
    press("Enter")
    expect(page.get_by_role("dialog", name="Restore version 1")).to_contain_text(
        re.compile("All .*versions .*stay")
    )
    page.get_by_role("dialog").get_by_role("button", name="Restore").focus()
    press("Enter")
    expect(page.locator("#toasts")).to_contain_text("as version 3")
    expect(page.locator("tbody tr")).to_have_count(3)
    page.get_by_role("button", name="More…", exact=True).focus()
    press("ArrowDown")
    press("Enter")
    dialog = page.get_by_role("dialog", name="Rename, or change the notes")
    expect(dialog.get_by_label("Name (*)")).to_be_focused()
    page.keyboard.insert_text("x" * 513)
    expect(dialog.get_by_text("513 of 512 characters")).to_be_visible()
    press("Enter")
    expect(dialog.get_by_text("At most 512 characters; these are 513.")).to_be_visible()
    press("Control+a")
    page.keyboard.insert_text("Growth, logistic")
    path = f"notebooks/{lab.growth['notebook']['id']}"
    lab.service.person("alice")._send("PATCH", path, json={"name": "Meanwhile"}).raise_for_status()
    press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Somebody has changed this notebook")
    expect(page.locator("h1")).to_have_text("Meanwhile")
    press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth, logistic")
    expect(page.locator("tbody tr")).to_have_count(5)
    expect(page.locator("#main")).to_be_focused()
    expect(page.locator("tbody tr").first).to_contain_text("newest")


@pytest.mark.parametrize("page", ["olga"], indirect=True)
def test_who_may_only_look_is_told_why(page: Page, lab: Lab) -> None:
    """N-25, N-26: what openBIS denies is greyed and says its reason; reading and downloading go on."""
    page.goto(lab.service.origin + lab.dose["notebook"]["page"])
    page.get_by_role("button", name="More…", exact=True).click()
    for action in ("Rename", "Upload a version", "Take over", "Move to the trash"):
        entry = page.get_by_role("menuitem", name=action)
        expect(entry).to_have_attribute("aria-disabled", "true")
        expect(entry).to_have_accessible_description(re.compile(r"^You may not .*"))
        expect(entry.locator(".reason")).to_be_visible()
        entry.click(force=True)
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("Escape")
    with page.expect_download():
        page.get_by_role("link", name="Download").click()


def test_a_version_is_opened_in_jupyterlab_as_template(page: Page, lab: Lab) -> None:
    """N-24: by a launch; the tab that opens at the click shows its progress."""
    page.goto(f"{lab.service.url}library")
    row(page, "Dose response").get_by_role("button", name="Open Dose response").click()
    page.get_by_role("menuitem", name="Use as template").click()
    dialog = page.get_by_role("dialog", name="Use as template")
    expect(dialog.get_by_label("Stored in")).to_have_value(DOSE)
    dialog.get_by_label("Directory Name (*)").fill("../other")
    dialog.get_by_role("button", name="Open in JupyterLab").click()
    expect(dialog.get_by_text("cannot be a directory")).to_be_visible()
    dialog.get_by_label("Directory Name (*)").fill("mine")
    with page.context.expect_page() as opened:
        dialog.get_by_role("button", name="Open in JupyterLab").click()
    opened.value.wait_for_url(re.compile(r"/launch/|/user/"))
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("page", ["ursula"], indirect=True)
def test_a_notebook_is_forked_uploaded_and_put_into_the_trash(page: Page, lab: Lab, tmp_path: Path) -> None:
    """N-28, N-29: somebody else's notebook is forked, with a link to its origin."""
    page.goto(lab.service.origin + lab.growth["notebook"]["page"])
    page.get_by_role("button", name="More…", exact=True).click()
    page.get_by_role("menuitem", name="Fork").click()
    dialog = page.get_by_role("dialog", name="Fork")
    dialog.get_by_label("Name (*)").fill("Growth, my way")
    dialog.get_by_role("button", name="Fork").click()
    page.locator("#toasts").get_by_role("link", name="Show it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Growth, my way")
    expect(page.locator(".origin")).to_contain_text("Fork of a notebook of alice")
    page.goto(f"{lab.service.url}library")
    file = tmp_path / "Mine.ipynb"
    file.write_bytes(notebook("9.9"))
    page.get_by_role("button", name="Upload a notebook").click()
    dialog = page.get_by_role("dialog", name="Upload a notebook")
    dialog.get_by_label("Notebook file").set_input_files(file)
    expect(dialog.get_by_label("Name (*)")).to_have_value("Mine")
    dialog.get_by_role("button", name="Upload").click()
    expect(dialog.get_by_text("Choose an experiment or object.")).to_be_visible()
    dialog.get_by_label("Stored in (*)").fill("plate 4")
    page.get_by_role("option", name=re.compile("PLATE_4")).first.click()
    dialog.get_by_role("button", name="Upload").click()
    expect(names(page).get_by_text("Mine", exact=True)).to_be_visible()


def test_the_trash_is_said_before_and_after(page: Page, lab: Lab) -> None:
    made = upload(lab.service.person("alice"), "notebooks", notebook("2"), name="Gone", storedIn=DOSE)
    page.goto(lab.service.origin + made["notebook"]["page"])
    page.get_by_role("button", name="More…", exact=True).click()
    page.get_by_role("menuitem", name="Move to the trash").click()
    dialog = page.get_by_role("dialog", name="Move to the trash")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    expect(dialog).to_contain_text("one deletion that holds nothing else")
    dialog.get_by_role("button", name="Move to the trash").click()
    expect(page.locator("#toasts")).to_contain_text("“Gone” is in the trash.")
    expect(names(page).get_by_text("Gone", exact=True)).to_have_count(0)
    page.goto(lab.service.origin + made["notebook"]["page"])
    expect(page.get_by_role("alert")).to_contain_text("openBIS shows you no such notebook")


def test_both_pages_fit_on_a_phone(chromium: Browser, lab: Lab) -> None:
    context = context_of(chromium, lab, "alice", viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    for address in ("/library", *(f"?tab={tab}" for tab in ("contents", "details", "versions"))):
        start = lab.service.url.rstrip("/") if address == "/library" else lab.service.origin
        page.goto(start + ("" if address == "/library" else lab.growth["notebook"]["page"]) + address)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
    context.close()


def test_many_notebooks_come_in_pages_and_numbers_only_when_they_are_sure(
    chromium: Browser, tmp_path: Path
) -> None:
    """N-01, N-65: while versions are still being read in, the page says so, and looks again by itself."""
    with running_sandbox() as sandbox:
        with sandbox.state.store.write() as db:
            scale.add_versions(db, sandbox.state, 2100, milliseconds(sandbox.state.clock))
        hub = FakeHub(sandbox.url)
        with running(tmp_path, hub, sandbox) as service:
            context = context_of(chromium, Lab(service, {}, {}), "alice")
            page = context.new_page()
            page.goto(f"{service.url}library")
            expect(names(page)).to_have_count(50)
            expect(page.locator("#count")).to_have_text("300 notebooks; 1 to 50 are shown.")
            expect(page.locator("#note")).to_be_hidden()
            first = names(page).first.get_attribute("href")
            page.get_by_role("button", name="Next").click()
            expect(page.locator("#page")).to_have_text("Page 2 of 6")
            assert query(page) == {"page": ["2"]}
            assert names(page).first.get_attribute("href") != first
            page.get_by_role("rowgroup").get_by_role("checkbox").first.check()
            page.get_by_role("button", name="Previous").click()
            expect(page.locator("#page")).to_have_text("Page 1 of 6")
            expect(page.locator("#chosen")).to_contain_text("One chosen")  # on another page
            page.get_by_label("has newer data").check()
            page.get_by_role("button", name="Look further").click()  # each part is asked of openBIS
            expect(page.get_by_role("heading", name="No notebook fits.")).to_be_visible()
            assert list(query(page)) == ["newer", "after"]
            page.get_by_role("button", name="First page").click()
            expect(page.get_by_role("heading", name="None in this part.")).to_be_visible()
            context.close()
        hub.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_assistive_technology(
    chromium: Browser, lab: Lab, scheme: Literal["light", "dark"]
) -> None:
    """axe finds nothing, in either colour scheme, also in menus and dialogs."""
    context = context_of(chromium, lab, "olga", color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{lab.service.url}library")
    expect(names(page).first).to_be_visible()
    check(page)
    page.get_by_role("button", name="Open Dose response").click()
    check(page)
    page.get_by_role("menuitem", name="Use as template").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check(page)
    for tab in ("contents", "details", "versions"):
        page.goto(f"{lab.service.origin}{lab.growth['notebook']['page']}?tab={tab}")
        expect(page.get_by_role("tabpanel").locator(":scope > *").first).to_be_visible()
        check(page)
    page.get_by_role("button", name="More…", exact=True).click()
    check(page)
    context.close()


def check(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert len(found.response["passes"]) > 20


def test_an_address_by_fid_leads_on_after_asking_openbis(lab: Lab) -> None:
    """P-18, P-21: to the page; without the page, the rendering alone; to nobody who may not see it."""
    fid, notebook = lab.dose["notebook"]["fid"], lab.dose["notebook"]
    author, digits = fid.split(":")
    alice, bob = (lab.service.browser() for _ in range(2))
    alice.log_in(lab.service.person("alice").token)
    bob.log_in(lab.service.person("bob").token)
    for end in ("", "/", "/dose-response", "/any-slug/"):
        answer = alice.go(f"{PREFIX}~{author}/{digits}{end}")
        assert (answer.status_code, answer.headers["Location"]) == (302, notebook["page"])
        assert bob.go(f"{PREFIX}~{author}/{digits}{end}").status_code == 404
    embedded = alice.go(f"{PREFIX}~{author}/{digits}.embed")
    assert embedded.status_code == 200
    assert f'src="{PREFIX}library/frame/version/{notebook["lastCheckpointId"]}"' in embedded.text
    assert 'sandbox=""' in embedded.text
    assert "<script" not in embedded.text
    assert bob.go(f"{PREFIX}~{author}/{digits}.embed").status_code == 404
    for wrong in (f"~alice/{digits}", f"~{author}/12", f"~{author}/{'9' * 30}", f"~{author}/abc"):
        assert alice.go(PREFIX + wrong).status_code == 404
