"""The HTML of a notebook: readable, self-contained, and harmless (design D9)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.errors import InvalidNotebook, TooLarge
from openbis_nb.notebooks import document
from openbis_nb.notebooks.export import export_html, page_html, placeholder_html
from openbis_nb.notebooks.html_page import CONTENT_SECURITY_POLICY, to_html

from .hostile import MARKDOWN, all_notebooks
from .pages import Page, parse

Make = Callable[..., NotebookNode]

HOSTILE = all_notebooks()
TAGS = """
    html head meta title style body header main footer section div span h1 h2 h3 h4 h5 h6 p pre code a img b
    i em strong del hr br table thead tbody tr th td ul ol li dl dt dd details summary blockquote math mrow
    mi mn mo mtext msup msub msubsup mfrac mstyle msqrt munder mover munderover mspace mtable mtr mtd
    mpadded mphantom ins caption col colgroup
"""
ATTRIBUTES = """
    lang charset http-equiv content name class href rel target src alt title style border display align
    mathvariant stretchy fence form mathcolor separator displaystyle scriptlevel width lspace rspace open
    columnalign height depth movablelimits accent colspan rowspan start type linethickness
    aria-label aria-hidden scope
"""


def assert_harmless(html: str) -> Page:
    """Nothing in the page acts, and nothing in it refers to anywhere but by a link to click."""
    page = parse(html)
    assert page.tags <= set(TAGS.split())
    assert {name for _, name, _ in page.attributes} <= set(ATTRIBUTES.split())
    for tag, name, value in page.attributes:
        assert not name.startswith("on"), (tag, name)
        assert "url(" not in value or tag == "meta"
        assert name != "name" or tag == "meta"
    for link in page.links:
        assert re.match(r"https?://[^@]+$|mailto:", link), link
    for source in page.sources:
        assert re.match(r"data:image/(png|jpeg|gif|webp|bmp|svg\+xml);base64,[A-Za-z0-9+/=]*$", source)
    metas = [value for tag, name, value in page.attributes if (tag, name) == ("meta", "http-equiv")]
    assert metas == ["Content-Security-Policy"]
    assert html.count("<style>") == 1
    assert "url(" not in page.styles
    assert "@import" not in page.styles
    return page


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_becomes_a_harmless_page(name: str) -> None:
    assert_harmless(to_html(HOSTILE[name], title="Hostile"))


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 100


@settings(max_examples=300)
@given(st.lists(st.sampled_from(sorted(MARKDOWN.values())) | st.text(max_size=20), min_size=2, max_size=5))
def test_hostile_pieces_together_are_harmless_too(pieces: list[str]) -> None:
    cell = nbformat.v4.new_markdown_cell("".join(pieces), id="a")
    assert_harmless(to_html(nbformat.v4.new_notebook(cells=[cell]), title="Hostile"))


@settings(max_examples=150)
@given(st.text(st.sampled_from("<>\"'&/=-! \n$\\{}[]()`*_|:#abimgpsrcxonlj0"), max_size=60))
def test_random_markup_is_harmless(source: str) -> None:
    output = nbformat.v4.new_output("display_data", {"text/html": source})
    cells = [nbformat.v4.new_markdown_cell(source), nbformat.v4.new_code_cell("", outputs=[output])]
    assert_harmless(to_html(nbformat.v4.new_notebook(cells=cells), title=source))


def test_title_and_facts_are_text() -> None:
    facts = [
        ("<b>", "<script>alert(1)</script>"),
        ("Link", "javascript:alert(1)"),
        ("ELN", "https://x.example/a"),
    ]
    page = assert_harmless(to_html(nbformat.v4.new_notebook(), title="</title><script>", facts=facts))
    assert page.links == ["https://x.example/a"]
    assert "<script>alert(1)</script>" in page.text


def test_the_policy_stands_before_everything_foreign(notebook: NotebookNode) -> None:
    html = to_html(notebook, title="T")
    assert html.index(CONTENT_SECURITY_POLICY) < html.index("<title>")
    assert "script-src" not in CONTENT_SECURITY_POLICY  # default-src 'none' covers it


def test_a_link_may_stay_but_says_nothing_about_the_reader(notebook_of: Make) -> None:
    html = to_html(notebook_of("[paper](https://doi.org/10.1/x)", cell="markdown"), title="T")
    assert '<a href="https://doi.org/10.1/x" target="_blank" rel="noopener noreferrer nofollow">' in html
    assert '<meta name="referrer" content="no-referrer">' in html


PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 20).decode()


def shown(notebook_of: Make, data: dict[str, Any]) -> Page:
    made = {"output_type": "display_data", "metadata": {}, "data": data}
    return assert_harmless(to_html(notebook_of(outputs=[made]), title="T"))


@pytest.mark.parametrize(
    "data",
    [
        {"image/png": PNG},
        {"image/png": PNG + "\n", "text/plain": "<Figure size 640x480>"},
        {"image/svg+xml": '<?xml version="1.0"?>\n<!DOCTYPE svg PUBLIC "x" "y">\n<svg></svg>'},
        {"application/vnd.plotly.v1+json": {}, "text/html": "<script>1</script>", "image/png": PNG},
        {"text/html": "<div><script>draw()</script></div>", "image/png": PNG},
    ],
)
def test_a_picture_is_inlined(notebook_of: Make, data: dict[str, Any]) -> None:
    assert len(shown(notebook_of, data).sources) == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"application/vnd.plotly.v1+json": {}}, "interactive output is not shown"),
        ({"application/vnd.jupyter.widget-view+json": {}, "text/plain": "IntSlider()"}, "IntSlider()"),
        ({"text/html": "<script>draw()</script><p>caption</p>"}, "caption"),
        ({"image/png": base64.b64encode(b"GIF89a").decode()}, "not of the type that it claims"),
        ({"application/x-own": "x"}, "application/x-own"),
        ({}, "(none)"),
        ({"application/json": {"a": [1]}}, '"a": ['),
        ({"text/markdown": "**bold**"}, "bold"),
        ({"text/latex": r"$\displaystyle \frac{a}{b}$"}, "ab"),
        ({"text/html": '<img src="https://evil.example/x" alt="chart">'}, "[picture not included: chart]"),
    ],
)  # fmt: skip
def test_what_cannot_be_shown_is_said(notebook_of: Make, data: dict[str, Any], said: str) -> None:
    page = shown(notebook_of, data)
    assert said in page.text
    assert page.sources == []


def test_a_table_of_pandas_stays_a_table(notebook_of: Make) -> None:
    import pandas as pd

    html = pd.DataFrame({"strain": ["wild type"], "rate": [1.5]})._repr_html_()
    page = shown(notebook_of, {"text/html": html, "text/plain": "x"})
    assert {"table", "thead", "th", "td"} <= page.tags
    assert ("table", "class", "dataframe") in page.attributes
    assert "wild type" in page.text


def test_maths_becomes_mathml(notebook_of: Make) -> None:
    source = (
        r"The rate $\mu = \frac{\ln 2}{t_d}$ and" + "\n\n$$\\int_0^1 x\\,dx < 1$$\n\n" + r"$\nosuch{$ stays"
    )
    page = assert_harmless(to_html(notebook_of(source, cell="markdown"), title="T"))
    assert {"math", "mfrac", "msub"} <= page.tags
    assert ("math", "display", "block") in page.attributes
    assert "<" in page.text
    assert "$" not in page.text.split("stays")[0].split("1")[0]


def test_a_formula_that_cannot_be_read_stays_as_its_source(notebook_of: Make) -> None:
    page = assert_harmless(to_html(notebook_of(r"$\left( a < b$ and $x_1_2$", cell="markdown"), title="T"))
    assert r"\left( a < b and x_1_2" in page.text
    assert page.attributes.count(("code", "class", "nb-math")) == 2


@pytest.mark.parametrize(
    "source", ["> " * 2000 + "x", "- " * 2000 + "x", "[" * 5000, "*a **" * 3000, "<b>" * 5000]
)
def test_deep_nesting_is_shown_somehow(notebook_of: Make, source: str) -> None:
    assert_harmless(to_html(notebook_of(source, cell="markdown"), title="T"))


def test_an_attachment_is_inlined(notebook_of: Make) -> None:
    notebook = notebook_of("![plot](attachment:a%20b.png)", cell="markdown")
    notebook.cells[0].attachments = {"a b.png": {"image/png": PNG}}
    assert assert_harmless(to_html(notebook, title="T")).sources == [f"data:image/png;base64,{PNG}"]


def test_terminal_output_keeps_its_colours_and_last_lines(notebook_of: Make) -> None:
    text = "10%\r50%\r100%\n\x1b[1;31mred\x1b[0m\r\n\x1b[2Kdone"
    stream = {"output_type": "stream", "name": "stderr", "text": text}
    html = to_html(notebook_of(outputs=[stream]), title="T")
    page = assert_harmless(html)
    assert "100%\nred\ndone" in page.text
    assert "50%" not in page.text
    assert 'class="ansi-red-intense-fg ansi-bold"' in html
    assert 'class="nb-stderr"' in html


def test_code_is_coloured_counted_and_can_be_folded(notebook: NotebookNode) -> None:
    """U-34: for people who do not code, the code is folded away."""
    notebook.metadata["language_info"] = {"name": "python", "pygments_lexer": "ipython3"}
    open_page, folded = to_html(notebook, title="T"), to_html(notebook, title="T", code="folded")
    assert '<span class="nb">print</span>' in open_page
    assert "[1]" in open_page
    assert "<details>" not in open_page
    assert folded.count("<details><summary>Code</summary>") == 2
    assert "42" in parse(folded).text


def test_long_code_is_shown_without_colours(notebook_of: Make) -> None:
    html = to_html(notebook_of("x = 1\n" * 20_000), title="T")
    assert '<span class="n">' not in html
    assert html.count("x = 1") == 20_000


def test_a_picture_within_html_or_markdown_is_inlined_too(notebook_of: Make) -> None:
    svg = "data:image/svg+xml;charset=utf-8,%3Csvg%20xmlns='http://www.w3.org/2000/svg'/%3E"
    source = f'![a](data:image/png;base64,{PNG}) <img src="{svg}"> ![b](data:image/svg+xml;base64,%%%)'
    page = assert_harmless(to_html(notebook_of(source, cell="markdown"), title="T"))
    assert [source.partition(";")[0] for source in page.sources] == ["data:image/png", "data:image/svg+xml"]
    assert "[picture not included: b]" in page.text


def test_the_title_stands_once(notebook_of: Make) -> None:
    same = to_html(notebook_of("# Growth &amp; *decay*\n\ntext", cell="markdown"), title="Growth & decay")
    other = to_html(notebook_of("# Growth", cell="markdown"), title="Growth & decay")
    assert same.count("<h1>") == 1
    assert "<header>" not in same
    assert other.count("<h1>") == 2


@pytest.mark.parametrize("data", [{"text/html": "", "text/plain": ""}, {"text/plain": " \n"}])
def test_what_was_cleared_leaves_no_gap(notebook_of: Make, data: dict[str, str]) -> None:
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": data},
        {"output_type": "stream", "name": "stdout", "text": "\n"},
    ]
    assert 'class="nb-output"' not in to_html(notebook_of("x", outputs=outputs), title="T")


def test_a_long_output_is_cut_in_the_page_only(notebook_of: Make) -> None:
    stream = {"output_type": "stream", "name": "stdout", "text": "x" * 300_000}
    html = to_html(notebook_of(outputs=[stream]), title="T")
    assert len(html) < 250_000
    assert "[100000 more characters are in the .ipynb file]" in html


def test_markup_that_is_too_long_is_not_half_shown(notebook_of: Make) -> None:
    table = "<table>" + "<tr><td>1</td></tr>" * 150_000 + "</table>"
    page = shown(notebook_of, {"text/html": table, "text/plain": "150000 rows"})
    assert "table" not in page.tags
    assert "150000 rows" in page.text
    html = to_html(notebook_of("*a* " * 600_000, cell="markdown"), title="T")
    assert len(html) < 300_000
    assert "too long to be formatted" in html


def test_a_page_for_a_notebook_that_cannot_be_shown() -> None:
    page = assert_harmless(placeholder_html("<T>", "it is <too> large.", [("Saved by", "alice")]))
    assert "it is <too> large." in page.text
    assert "alice" in page.text


# --- in its own process


def test_the_child_gives_the_same_page(notebook: NotebookNode, tmp_path: Path) -> None:
    path = document.write_new(tmp_path, "a", notebook)
    expected = to_html(notebook, title="T", facts=[("a", "b")], code="folded")
    assert export_html(path, title="T", facts=[("a", "b")], code="folded") == expected
    assert export_html(notebook, title="T", facts=[("a", "b")], code="folded") == expected


def test_the_page_stands_on_lone_surrogates(notebook_of: Make) -> None:
    assert "a?b" in export_html(notebook_of("a\ud83db"), title="T")


def test_time_is_limited(notebook_of: Make) -> None:
    with pytest.raises(TooLarge, match=r"longer than 0\.05 s"):
        export_html(notebook_of("- a\n" * 50_000, cell="markdown"), title="T", timeout=0.05)


def test_memory_is_limited(notebook_of: Make) -> None:
    with pytest.raises(TooLarge, match="memory"):
        export_html(notebook_of("- a\n" * 50_000, cell="markdown"), title="T", memory=50 * 2**20)


def test_there_is_a_page_in_any_case(notebook: NotebookNode) -> None:
    """O-24: a version holds a page, and no save fails for want of one."""
    assert page_html(notebook, title="T") == (to_html(notebook, title="T"), None)
    notebook.cells = "junk"
    page, told = page_html(notebook, title="T")
    assert "cannot be shown" in assert_harmless(page).text
    assert told is not None
    assert "It can be saved" in told


def test_a_child_that_fails_says_so_without_the_content(notebook: NotebookNode) -> None:
    notebook.cells = "SECRET"
    with pytest.raises(InvalidNotebook) as caught:
        export_html(notebook, title="T")
    assert "SECRET" not in str(caught.value) + str(caught.value.detail)


def test_twenty_megabytes_do_not_take_long(notebook_of: Make) -> None:
    """D9: nbconvert needs 17 s for this; the page shows the beginning and says so."""
    stream = {"output_type": "stream", "name": "stdout", "text": "value 1.0\n" * 2_000_000}
    assert len(export_html(notebook_of(outputs=[stream]), title="T", timeout=20)) < 300_000
