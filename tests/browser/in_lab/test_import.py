"""A notebook and a repository from an address: looked at, taken over, and kept up to date."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import BrowserContext, Locator, Page, expect

from openbis_nb.sandbox import DEMO_EXPERIMENT
from tests.browser.lab import SHOWN, picture
from tests.browser.lab_site import LabSite
from tests.git_host import GitHost

from .test_runs import broken_rules, execute, panel

pytestmark = pytest.mark.browser

LONG = 60_000


def notebook(*sources: str) -> str:
    """A notebook with a heading and these cells."""
    heading = v4.new_markdown_cell("# Growth curves of two strains")
    made = v4.new_notebook(cells=[heading, *(v4.new_code_cell(source) for source in sources)])
    made.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.writes(made)


def looked_at(page: Page, url: str) -> Locator:
    """The import dialog, after a look at *url*."""
    execute(page, "import from a url or repository")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Address").fill(url)
    expect(dialog.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    dialog.get_by_role("button", name="Look").click()
    return dialog


def test_from_an_address_to_an_update(lab_site: LabSite, context: BrowserContext, git_host: GitHost) -> None:
    """B-01, B-30, B-37, U-15, U-16, table rows 80 and 81."""
    (git_host.folder / "raw").mkdir(exist_ok=True)
    (git_host.folder / "raw/Two strains.ipynb").write_text(notebook("import math\nmath.pi"))
    page = lab_site.page(context, "lab")
    expect(page.get_by_role("button", name="openBIS: Alice")).to_be_visible(timeout=LONG)
    expect(page.locator(".jp-Launcher")).to_be_visible(timeout=LONG)

    dialog = looked_at(page, git_host.url("raw/Two%20strains.ipynb"))
    preview = dialog.frame_locator("iframe")
    expect(preview.get_by_role("heading", name="Growth curves of two strains")).to_be_visible(timeout=LONG)
    expect(dialog.get_by_label("Name")).to_have_value("Two strains")
    dialog.get_by_label("Stored in").fill(DEMO_EXPERIMENT)
    dialog.get_by_role("option").filter(has_text=DEMO_EXPERIMENT).first.click(timeout=LONG)
    expect(dialog.get_by_role("group", name="Inputs")).to_be_visible(timeout=LONG)
    picture(page, "import-notebook")
    assert broken_rules(page, ".jp-Dialog") == []
    dialog.get_by_role("button", name="Import", exact=True).click()
    expect(page.locator(f"{SHOWN} .jp-MarkdownOutput h1")).to_contain_text("Growth", timeout=LONG)
    panel(page)
    stored = page.locator(".jp-openbis-section-stored-in")
    expect(stored.get_by_role("link", name="raw/Two%20strains.ipynb")).to_be_visible(timeout=LONG)
    expect(stored).to_contain_text("GROWTH")

    made = git_host.repository(
        "course", {"notes.txt": "Week 1\n", "week-1.ipynb": notebook("1 + 1"), "data/od600.csv": "0,0.1\n"}
    )
    git_host.private["course"] = ("git", "a-token-that-may-read")
    made.git("tag", "v1")
    made.publish()
    dialog = looked_at(page, made.url)
    expect(dialog.get_by_label("Host", exact=True)).to_have_value(git_host.name, timeout=LONG)
    dialog.get_by_label("Token", exact=True).fill("a-token-that-may-read")
    picture(page, "import-token")
    dialog.get_by_role("button", name="Keep Token").click()
    expect(dialog.get_by_label("Branch or tag")).to_have_value("main", timeout=LONG)
    expect(dialog.get_by_label("Folder")).to_have_value("course")
    expect(dialog).to_contain_text("with your token")
    picture(page, "import-repository")
    assert broken_rules(page, ".jp-Dialog") == []
    dialog.get_by_role("button", name="Import", exact=True).click()
    fetched = page.locator(
        ".Toastify__toast", has_text="The repository is in the new folder course: 3 files."
    )
    expect(fetched).to_be_visible(timeout=LONG)
    expect(page.locator(".jp-DirListing").get_by_text("week-1.ipynb")).to_be_visible(timeout=LONG)
    picture(page, "import-folder")
    panel(page)
    section = page.locator(".jp-openbis-section-imports")
    expect(section.get_by_text("up to date")).to_be_visible(timeout=LONG)

    course = lab_site.server.root / "course"
    (course / "notes.txt").write_text("Week 1: my own notes\n")
    (course / "data/od600.csv").unlink()
    (course / "week-2.ipynb").write_text(notebook("'my own'"))
    made.commit({"notes.txt": "Week 1 and 2\n", "week-2.ipynb": notebook("2 + 2")})
    page.get_by_role("button", name="Ask openBIS again").click()
    expect(section.get_by_text("newer at the host")).to_be_visible(timeout=LONG)
    section.get_by_role("button", name="Update course").click()
    expect(section.get_by_text("3 files that you are told of")).to_be_visible(timeout=LONG)
    section.get_by_text("3 files that you are told of").click()
    expect(section.get_by_text("Kept yours: notes.txt")).to_be_visible()
    expect(section.get_by_text("Came back, as you had deleted it: data/od600.csv")).to_be_visible()
    expect(section.get_by_text("Yours is renamed: week-2.ipynb → week-2__")).to_be_visible()
    section.scroll_into_view_if_needed()
    picture(page, "imports-panel")
    assert broken_rules(page, "#openbis-nb-panel") == []

    assert (course / "notes.txt").read_text() == "Week 1: my own notes\n"
    assert (course / "week-2.ipynb").read_text() == notebook_in(made.copy / "week-2.ipynb")
    (mine,) = course.glob("week-2__*.ipynb")
    assert "my own" in mine.read_text()
    assert "a-token-that-may-read" not in page.content()
    section.get_by_role("button", name="Take course off the list").click()
    expect(section.get_by_text("No repository was fetched yet.")).to_be_visible(timeout=LONG)
    assert course.is_dir()


def notebook_in(path: object) -> str:
    """A file as text."""
    with open(str(path), encoding="utf-8") as file:
        return file.read()
