"""What tiles and paper take from the bytes of a page: our own marks, and never what only looks like them."""

from __future__ import annotations

from typing import Any

from openbis_nb.notebooks.html_page import to_html
from openbis_nb.service.publishing.dashboards.contents import Part, in_tile, paper, without_code

IMITATED = '<div class="nb-code"><span class="nb-count">[1]</span><pre>kept</pre></div>'


def page(*cells: dict[str, Any], title: str = "Growth") -> str:
    return to_html({"metadata": {}, "cells": list(cells)}, title=title)


def code(source: str, *texts: str) -> dict[str, Any]:
    outputs = [{"output_type": "display_data", "data": {"text/html": text}} for text in texts]
    return {"cell_type": "code", "id": "c", "source": source, "execution_count": 1, "outputs": outputs}


def text(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "m", "source": source}


def part(html: str | None, title: str = "Tile", single: bool = False, **place: int) -> Part:
    return Part(title=title, about="", html=html, single=single, **({"x": 0, "y": 0, "w": 12} | place))


def test_code_goes_and_all_else_stays() -> None:
    """D-10."""
    shown = page(text("# Head"), code("secret = '</pre></div>'", "<p>one</p>"), code("other()", IMITATED))
    left = without_code(shown)
    assert "secret" not in left
    assert "other" not in left
    for kept in ("Head", "<p>one</p>", "kept"):
        assert kept in left
    assert without_code(left) == left


def test_what_quotes_the_code_goes_with_it() -> None:
    """D-10: tracebacks, warnings and raw cells, as in a page that is published without its code."""
    failed = code("fail()")
    failed["outputs"] = [
        {"output_type": "stream", "name": "stderr", "text": "warn: quoted_line = '</pre></div>'"},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["----> quoted_line = 2", "E: v"]},
        {"output_type": "stream", "name": "stdout", "text": "printed"},
    ]
    raw = {"cell_type": "raw", "id": "r", "source": "quoted_line = 3"}
    shown = page(failed, raw, text("```\nwritten\n```"))
    assert shown.count("quoted_line") >= 3
    left = without_code(shown)
    assert "quoted_line" not in left
    for kept in ("This cell ended with an error.", "printed", "written"):
        assert kept in left


def test_a_style_is_added_to_our_head_only() -> None:
    shown = page(text("before</style></head>after"), title="</style></head><b>")
    tile = in_tile(shown, single=True)
    assert tile.count("</style></head>") == shown.count("</style></head>") == 1
    assert "100vh" in tile.partition("</style></head>")[0]


def test_single_outputs_of_one_row_stand_beside_each_other() -> None:
    made = [part(page(), "A", True, x=0, w=6), part(page(), "B", True, x=6, w=6), part(page(), "C", y=5)]
    html = paper("Growth", [], made, "default-src 'none'")
    row = html[html.index('<div class="row">') : html.index("<h2>C</h2>")]
    assert "<h2>A</h2>" in row
    assert "<h2>B</h2>" in row
    assert "grid-column: 7 / span 6" in row
    assert html.count('class="row"') == 1


def test_what_is_printed_says_what_it_does_not_show() -> None:
    html = paper("<b>", ["<i>"], [part(None), part(page(text("</main><b>x")))], "p")
    assert "There is a tile here that you do not see" in html
    assert html.count("</main>") == 1
    assert "<title>&lt;b&gt;</title>" in html
    assert "<p>&lt;i&gt;</p>" in html
    assert "There is nothing on this dashboard yet." in paper("Growth", [], [], "p")
