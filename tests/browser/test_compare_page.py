"""The page of a comparison, as people read it: without colours, by keyboard, on a phone, in the dark."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from openbis_nb.notebooks.compare import compare_page
from tests.browser.lab import picture

pytestmark = pytest.mark.browser

V4 = nbformat.v4
PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
OTHER_PICTURE = base64.b64encode(base64.b64decode(PICTURE) + b"x").decode()
FUNCTION = """def rate(curve, start={start}, end=30):
    part = curve[start:end]
    return (part[-1] - part[0]) / len(part)
""" + "\n".join(f"constant_{number} = {number}" for number in range(30))


def analysis(start: int, count: int, image: str) -> nbformat.NotebookNode:
    """A notebook that is alike for all arguments."""

    def code(id: str, source: str, *outputs: dict[str, Any]) -> nbformat.NotebookNode:
        made = [nbformat.from_dict(output) for output in outputs]
        return V4.new_code_cell(source, id=id, execution_count=count, outputs=made)

    def shown(**data: str) -> dict[str, Any]:
        named = {mime.replace("_", "/"): text for mime, text in data.items()}
        return {"output_type": "display_data", "metadata": {}, "data": named}

    table = f"<table><tr><th>strain</th><th>rate</th></tr><tr><td>wild type</td><td>{start}</td></tr></table>"
    cells = [
        V4.new_markdown_cell("# Growth curves", id="title"),
        code("imports", "import numpy\nimport pandas"),
        V4.new_markdown_cell(f"Measured **{start}** times, so $\\mu = {start}$.", id="text"),
        code("function", FUNCTION.format(start=start)),
        code("table", "table", shown(text_html=table, text_plain=f"rate {start}")),
        code("plot", "plot(table)", shown(image_png=image)),
        code("wide", f"{'x' * 300} = {start}"),
    ]
    return V4.new_notebook(cells=cells, metadata={"language_info": {"name": "python"}})


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    base, other = analysis(5, 3, PICTURE), analysis(10, 4, OTHER_PICTURE)
    base.cells.append(V4.new_code_cell("raw_counts.describe()", id="gone"))
    other.cells.insert(1, other.cells.pop(3))
    other.cells.append(V4.new_markdown_cell("A conclusion that is new.", id="new"))
    made = compare_page(base, other, title="Growth curves", base_label="Version 2", other_label="Version 3")
    assert made.diff.counts.moved == made.diff.counts.added == made.diff.counts.removed == 1
    path: Path = tmp_path_factory.mktemp("compared") / "compared.html"
    path.write_text(made.html, encoding="utf-8")
    return path.as_uri()


def opened(browser: Browser, address: str, **options: Any) -> Page:
    # The check needs a script in the page, which its policy forbids.
    page = browser.new_page(bypass_csp=True, **options)
    page.goto(address)
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_it_is_accessible_on_every_screen(browser: Browser, address: str, scheme: str, width: int) -> None:
    """N-10: contrast, headings, names; nothing wider than the window."""
    page = opened(browser, address, color_scheme=scheme, viewport={"width": width, "height": 900})
    for folded in page.locator("details").all():
        folded.evaluate("one => one.open = true")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, f"compare-{scheme}-{width}")
    page.close()


def test_both_sides_stand_beside_each_other_or_below(browser: Browser, address: str) -> None:
    """N-10: one column on a phone, where equal lines stand once."""
    for width, beside in ((1280, True), (400, False)):
        page = opened(browser, address, viewport={"width": width, "height": 900})
        left, right = (box.bounding_box() for box in page.locator(".nb-pair").first.locator("> *").all())
        assert left is not None
        assert right is not None
        assert (right["x"] >= left["x"] + left["width"]) == beside
        assert (right["y"] >= left["y"] + left["height"]) == (not beside)
        visible = page.get_by_text("part = curve[start:end]").locator("visible=true").count()
        assert visible == (2 if beside else 1)
        page.close()


def test_equal_cells_open_by_keyboard(browser: Browser, address: str) -> None:
    page = opened(browser, address)
    inside = page.locator(".nb-same h1", has_text="Growth curves")
    expect(inside).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(".nb-same > summary").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(inside).to_be_visible()
    page.close()
