"""The import page and the badge maker in a real Chromium, with the real service and a host on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT, running_sandbox
from tests.foreign_host import ForeignHost, notebook
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, RunningService
from tests.integration.service_imports.importing import started

from .lab import picture
from .test_library_more import PHONE, Visit, fits, wrong

pytestmark = pytest.mark.browser

PROFILES = '[{"slug": "small", "display_name": "Small"}, {"slug": "large", "display_name": "Large",'
PROFILES += ' "description": "16 cores", "user_options": {"cores": 16}}]'
HOSTILE = "<img src=x onerror=alert(1)>"
MODEL = notebook("# Growth of yeast", "window = 2  # h", "print(f'{window} h')")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForeignHost]:
    host = ForeignHost(tmp_path_factory.mktemp("host"))
    yield host
    host.stop()


@pytest.fixture(scope="module")
def service(host: ForeignHost, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with running_sandbox() as sandbox:
        hub = FakeHub(sandbox.url)
        settings = {"OPENBIS_NB_SERVICE_PROFILES": PROFILES}
        service = started(tmp_path_factory.mktemp("service"), hub, sandbox, host, settings)
        yield service
        service.stop()
        hub.stop()


@pytest.fixture
def visit(browser: Browser, service: RunningService, host: ForeignHost) -> Iterator[Any]:
    visits: list[Visit] = []
    host.asked.clear()

    def begin(user: str = "alice", **options: Any) -> Page:
        visits.append(Visit(browser, service, user, **options))
        return visits[-1].page

    yield begin
    for one in visits:
        one.end()


def opened(page: Page, service: RunningService, query: str = "") -> Page:
    page.goto(f"{service.url}import{query}")
    expect(page.locator("#mine[aria-busy]")).to_have_count(0)
    expect(page.get_by_role("button", name="Look at it")).to_be_enabled()
    return page


def looked(page: Page, service: RunningService, url: str) -> Page:
    opened(page, service)
    page.get_by_label("Address of a notebook or repository").fill(url)
    page.keyboard.press("Enter")
    expect(page.locator("#found-title")).to_be_focused()
    return page


def test_a_link_fills_the_address_in_and_fetches_nothing(
    visit: Any, service: RunningService, host: ForeignHost
) -> None:
    """B-22: a stranger's link makes nobody fetch anything. A reload shows what was looked at, asking nobody
    again."""
    url = host.put("/models/Growth%20of%20yeast.ipynb", MODEL)
    page = opened(visit(), service, f"?url={quote(url, safe='')}")
    expect(page.get_by_label("Address of a notebook or repository")).to_have_value(url)
    expect(page.get_by_text("Nothing has been fetched yet.")).to_be_visible()
    expect(page.get_by_role("button", name="Look at it")).to_be_focused()
    assert host.asked == []
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Growth of yeast")).to_be_focused()
    facts = page.locator(".facts")
    for fact in (
        url,
        "python3",
        "3, none of them with outputs",
        host.url.removeprefix("http://"),
    ):
        expect(facts).to_contain_text(fact)
    expect(page.get_by_text("It came without encryption")).to_be_visible()
    shown = page.frame_locator("iframe")
    expect(shown.locator("body")).to_contain_text("window = 2")
    expect(page.locator("iframe")).to_have_attribute("sandbox", "")
    assert len(host.asked) == 1
    page.reload()
    expect(page.get_by_role("heading", name="Growth of yeast")).to_be_visible()
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("window = 2")
    expect(page.get_by_text("Nothing has been fetched yet.")).to_be_hidden()
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    ("url", "said", "step"),
    [
        ("", "Give the address of a notebook or repository.", ""),
        ("http://localhost/x.ipynb", "this machine", "https://"),
        ("ftp://example.org/x.ipynb", "", "https://"),
        ("{host}/not-there.ipynb", "", "private window"),
        ("{host}/page", "a web page", "the raw file"),
    ],
)
def test_what_cannot_be_imported_says_why_and_what_to_do(
    visit: Any, service: RunningService, host: ForeignHost, url: str, said: str, step: str
) -> None:
    """B-02, B-09, B-24, B-37, row 75."""
    host.put("/page", b"<!doctype html><h1>Log in</h1>", "text/html")
    page = opened(visit(), service)
    page.get_by_label("Address of a notebook or repository").fill(url.format(host=host.url))
    page.get_by_role("button", name="Look at it").click()
    where = page.get_by_role("alert") if url else page.locator("#url-error")
    expect(where).to_contain_text(said)
    expect(where).to_contain_text(step)
    expect(page.locator("#found")).to_be_hidden()
    expect(page.get_by_role("button", name="Look at it")).to_be_enabled()


def test_the_dialog_is_that_of_a_launch(visit: Any, service: RunningService, host: ForeignHost) -> None:
    """B-05, B-06, N-48, row 80: directory, name, where it is stored with its data sets, the server; in a new
    tab; then it is listed."""
    page = looked(visit("ursula"), service, host.put("/models/Growth%20of%20yeast.ipynb", MODEL))
    page.get_by_role("button", name="Import & run …").click()
    box = page.get_by_role("dialog", name="Import & run")
    expect(box.get_by_label("Directory Name (*)")).to_have_value("imported")
    expect(box.get_by_label("Notebook Name (*)")).to_have_value("Growth of yeast")
    expect(box.get_by_role("group", name="Datasets")).to_be_hidden()
    box.get_by_label("Directory Name (*)").fill("../elsewhere")
    box.get_by_role("button", name="Import & run").click()
    expect(box.get_by_text("“..” cannot be a directory")).to_be_visible()
    box.get_by_label("Directory Name (*)").fill("models")
    box.get_by_label("Stored in").fill("growth curves at")
    page.get_by_role("option", name=re.compile("Growth curves at three temperatures")).click()
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    box.get_by_role("checkbox", name=re.compile("plate 2")).uncheck()
    box.get_by_label("Server").select_option("Large")
    with page.context.expect_page() as tab, page.expect_request("**/api/v1/imports") as sent:
        box.get_by_role("button", name="Import & run").click()
    asked = sent.value.post_data_json
    assert (asked["directory"], asked["name"]) == ("models", "Growth of yeast")
    assert (len(asked["inputs"]), asked["profile"]) == (2, {"cores": 16})
    expect(box).to_be_hidden()
    tab.value.wait_for_url(re.compile(r"/launch/|/user/"))
    page.bring_to_front()
    row = page.get_by_role("row").filter(has_text="Growth of yeast.ipynb")
    expect(row).to_contain_text("models")
    expect(row.get_by_role("link", name="Open: Growth of yeast.ipynb")).to_be_visible()
    page.get_by_role("button", name="Import & run …").click()  # once more: what is chosen begins anew
    expect(box.get_by_label("Stored in")).to_have_value("")
    expect(box.get_by_role("group", name="Datasets")).to_be_hidden()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_a_repository_is_got_at_a_branch_tag_or_commit(
    visit: Any, service: RunningService, host: ForeignHost
) -> None:
    """B-30, B-32, B-34, U-17, rows 78, 79: the default branch as its host names it is chosen before."""
    url = host.repository("yeast-models", {"fit.ipynb": MODEL})
    host.commit("yeast-models", {"README.md": b"Fits"}, branch="feature/two", tag="v1.0")
    page = looked(visit(), service, url)
    expect(page.locator(".facts")).to_contain_text("trunk")
    picture(page, "import-repository")
    page.get_by_role("button", name="Get to a folder …").click()
    box = page.get_by_role("dialog", name="Get to a folder")
    expect(box.get_by_label("Folder Name (*)")).to_have_value("yeast-models")
    version = box.get_by_label("Branch or tag", exact=True)
    expect(version.locator("option:checked")).to_have_text("trunk (default)")
    assert version.locator("option").all_inner_texts()[:3] == ["trunk (default)", "feature/two", "v1.0"]
    version.select_option("Another branch, tag or commit …")
    expect(box.get_by_label("Branch, tag or commit")).to_be_visible()
    version.select_option("v1.0")
    picture(page, "import-repository-dialog")
    with page.context.expect_page(), page.expect_request("**/api/v1/imports") as sent:
        box.get_by_role("button", name="Get to the folder").click()
    assert sent.value.post_data_json["ref"] == "v1.0"


def test_a_blocked_pop_up_leaves_a_link(visit: Any, service: RunningService, host: ForeignHost) -> None:
    """B-06, U-04."""
    page = visit()
    page.add_init_script("window.open = () => null;")
    looked(page, service, host.put("/a.ipynb", MODEL))
    page.get_by_role("button", name="Import & run …").click()
    box = page.get_by_role("dialog")
    box.get_by_role("button", name="Import & run").click()
    link = box.get_by_role("link", name="Open the notebook")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("href", re.compile(f"^{PREFIX}launch/[0-9a-f]+$"))


def test_a_hostile_notebook_does_nothing(visit: Any, service: RunningService, host: ForeignHost) -> None:
    """Names, kernel and contents are a stranger's: shown as text, or rendered without script."""
    hostile = notebook(f"# Seen {HOSTILE}<script>parent.x = 1</script>", "1", kernel=f"k{HOSTILE}")
    page = looked(visit(), service, host.put(f"/{quote(HOSTILE, safe='')}.ipynb", hostile))
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("Seen")
    assert page.locator("main img").count() == 0
    assert page.evaluate("window.x") is None
    picture(page, "import-hostile")


def test_a_badge_is_made_and_copied(visit: Any, service: RunningService, host: ForeignHost) -> None:
    """B-20, B-21, B-24, row 76: by the button or by a click into the code; without an address a message."""
    page = visit()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=service.origin)
    page.goto(f"{service.url}badge")
    expect(page.get_by_role("button", name="Create")).to_be_enabled()
    page.get_by_label("Copy the Markdown").click()
    expect(page.locator("#url-error")).to_contain_text("Give the address of a notebook or repository")
    page.get_by_role("button", name="Create").click()
    expect(page.locator("#url-error")).to_contain_text("Give the address of a notebook or repository")
    url = host.put("/models/Growth%20of%20yeast.ipynb", MODEL)
    page.get_by_label("Address of a notebook or repository").fill(url)
    page.keyboard.press("Enter")
    markdown = page.get_by_role("textbox", name="Markdown")
    expect(markdown).to_have_value(re.compile(r"^\[!\[Run in openBIS notebooks\]\(http"))
    page.get_by_label("Copy the HTML").click()
    expect(page.locator("#toasts")).to_contain_text("The HTML is copied.")
    html = str(page.evaluate("navigator.clipboard.readText()"))
    markdown.click()
    expect(page.locator("#toasts")).to_contain_text("The Markdown is copied.")
    assert str(page.evaluate("navigator.clipboard.readText()")) == markdown.input_value()
    assert host.asked == []
    # A page of another origin shows the picture, and its link leads to the import.
    readme = page.context.new_page()
    readme.goto(host.put("/readme", html.encode(), "text/html"))
    badge = readme.get_by_role("img", name="Run in openBIS notebooks")
    expect(badge).to_have_js_property("naturalWidth", 196)
    badge.click()
    expect(readme.get_by_label("Address of a notebook or repository")).to_have_value(url)
    assert not [path for path in host.paths if path.endswith(".ipynb")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, {"width": 1280, "height": 900}], ids=["phone", "wide"])
def test_nothing_sticks_out_and_nothing_is_hard_to_use(
    visit: Any, service: RunningService, host: ForeignHost, scheme: str, viewport: dict[str, int]
) -> None:
    """axe finds nothing, in either colour scheme, also in the dialog; nothing sticks out sideways."""
    name = f"{'phone' if viewport is PHONE else 'wide'}-{scheme}"
    page = visit("olga", viewport=viewport, color_scheme=scheme)
    page.add_init_script("window.open = () => null;")
    url = host.put("/models/Growth%20of%20yeast.ipynb", MODEL)
    opened(page, service, f"?url={quote(url, safe='')}")
    assert fits(page)
    assert wrong(page) == []
    picture(page, f"import-brought-{name}")
    page.get_by_role("button", name="Look at it").click()
    expect(page.frame_locator("iframe").locator("body")).to_contain_text("window = 2")
    assert fits(page)
    assert wrong(page) == []
    picture(page, f"import-found-{name}")
    page.get_by_role("button", name="Import & run …").click()
    box = page.get_by_role("dialog")
    box.get_by_label("Stored in").fill(DEMO_EXPERIMENT)
    page.locator(".pop [role=option]").first.click()
    expect(box.locator(".data-sets input:checked")).to_have_count(3)
    assert wrong(page) == []
    picture(page, f"import-dialog-{name}")
    box.get_by_role("button", name="Import & run").click()
    expect(box.get_by_role("link", name="Open the notebook")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#mine tbody tr").first).to_be_visible()
    assert fits(page)
    assert wrong(page) == []
    page.goto(f"{service.url}badge")
    expect(page.get_by_role("button", name="Create")).to_be_enabled()
    page.get_by_label("Address of a notebook or repository").fill(url)
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="HTML")).to_have_value(re.compile("^<a href="))
    assert fits(page)
    assert wrong(page) == []
    picture(page, f"badge-{name}")
