"""Two notebooks cell by cell (N-10): what belongs together, what differs, and what a reader is shown."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode

from openbis_nb.errors import InvalidNotebook, MissingExtra, TooLarge
from openbis_nb.notebooks import compare as comparing
from openbis_nb.notebooks import limited_child
from openbis_nb.notebooks.compare import NotebookDiff, compare, compare_page
from openbis_nb.notebooks.compare_cells import Budget, cells_of, diff_cells
from openbis_nb.notebooks.compare_html import side_by_side_html
from openbis_nb.notebooks.compare_lines import lines_of, rows
from openbis_nb.notebooks.compare_source import text_table
from openbis_nb.notebooks.compare_task import align
from openbis_nb.notebooks.html_page import CONTENT_SECURITY_POLICY

from .hostile import all_notebooks
from .pages import Page, parse
from .test_export import assert_harmless

V4 = nbformat.v4
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 20).decode()


def code(source: str, id: str = "", count: int | None = None, *outputs: dict[str, Any]) -> NotebookNode:
    made = [nbformat.from_dict(output) for output in outputs]
    cell = V4.new_code_cell(source, execution_count=count, outputs=made)
    cell.id = id or cell.id
    return cell


def text(source: str, id: str = "") -> NotebookNode:
    cell = V4.new_markdown_cell(source)
    cell.id = id or cell.id
    return cell


def printed(said: str) -> dict[str, Any]:
    return {"output_type": "stream", "name": "stdout", "text": said}


def shown(data: dict[str, Any]) -> dict[str, Any]:
    return {"output_type": "display_data", "metadata": {}, "data": data}


def notebook(*cells: NotebookNode) -> NotebookNode:
    made = V4.new_notebook(cells=list(cells), metadata={"language_info": {"name": "python"}})
    return nbformat.from_dict(json.loads(json.dumps(made)))  # cells are nobody else's


def diff(base: NotebookNode, other: NotebookNode) -> NotebookDiff:
    return NotebookDiff(diff_cells(cells_of(base), cells_of(other), align, Budget(60)))


def kinds(base: NotebookNode, other: NotebookNode) -> list[tuple[str, int | None, int | None]]:
    return [(cell.kind, cell.base, cell.other) for cell in diff(base, other).cells]


def page_of(base: NotebookNode, other: NotebookNode, seconds: float = 60, coarse: bool = False) -> str:
    budget = Budget(seconds)
    cells = diff_cells(cells_of(base), cells_of(other), align, budget)
    return side_by_side_html(
        base, other, cells, title="T", base_label="one", other_label="two", budget=budget, coarse=coarse
    )


def harmless(base: NotebookNode, other: NotebookNode) -> Page:
    return assert_harmless(page_of(base, other))


# --- what belongs together


def test_cells_are_known_by_their_id() -> None:
    """N-10: a cell that was rewritten is still the same cell, beside one that came and one that went."""
    base = notebook(text("# A", "a"), code("load()", "b"), code("x = 1", "c"), code("gone()", "d"))
    other = notebook(text("# A", "a"), code("new()", "e"), code("everything else", "b"), code("x = 1", "c"))
    assert kinds(base, other) == [
        ("same", 0, 0),
        ("added", None, 1),
        ("changed", 1, 2),
        ("same", 2, 3),
        ("removed", 3, None),
    ]
    assert diff(base, other).cells[2].parts == ("source",)


def test_cells_without_a_common_id_are_known_by_likeness() -> None:
    """N-10: two notebooks of one template share no ids; nbdime finds what is alike."""
    source = "import pandas as pd\ntable = pd.read_csv(plate)\ntable.describe()"
    base = notebook(text("Intro to growth"), code(source), code("plot(table)\nsavefig('a.png')"))
    other = notebook(text("Intro to growth"), code("print('quite another thing')"), code(source + "\n# more"))
    assert ("changed", 1, 2) in kinds(base, other)
    assert ("added", None, 1) in kinds(base, other)
    assert ("removed", 2, None) in kinds(base, other)


def test_ids_that_only_tell_the_place_are_no_ids() -> None:
    """Format 4.4 has none; those that reading gives would pair the first with the first."""
    from openbis_nb.notebooks import document

    def old(*sources: str) -> NotebookNode:
        cells = [
            {"cell_type": "code", "metadata": {}, "source": s, "outputs": [], "execution_count": None}
            for s in sources
        ]
        content = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells}
        return document.loads(json.dumps(content).encode())

    base, other = old("alpha = 1", "beta = 2"), old("something new here", "alpha = 1", "beta = 2")
    assert kinds(base, other) == [("added", None, 0), ("same", 0, 1), ("same", 1, 2)]


def test_moved_cells_are_told() -> None:
    """N-10: by id, and without ids by an equal source; also when it was changed on the way."""
    first, *rest = [code(f"step_{letter}()", letter) for letter in "abcd"]
    moved = diff(notebook(first, *rest), notebook(*rest, code("step_a(5)", "a")))
    assert [cell.kind for cell in moved.cells] == ["same", "same", "same", "moved"]
    assert (moved.cells[-1].base, moved.cells[-1].other, moved.cells[-1].parts) == (0, 3, ("source",))
    unnamed = [code(f"step_{letter}(with_{letter * 5})") for letter in "abcd"]
    again = [code(cell.source) for cell in [*unnamed[1:], unnamed[0]]]
    assert kinds(notebook(*unnamed), notebook(*again))[-1] == ("moved", 0, 3)
    assert diff(notebook(*unnamed), notebook(*again)).counts.moved == 1


def test_what_differs_in_a_cell() -> None:
    """N-10: source, outputs, attachments and type; the execution count apart, as it says little."""
    base = [code("a()", "a", 1, printed("1")), code("b()", "b", 2), text("c", "c"), text("d()", "d")]
    other = [code("a()", "a", 3, printed("2")), code("b()", "b", 4), text("c", "c"), code("d()", "d")]
    other[2].attachments = {"x.png": {"image/png": PNG}}
    found = diff(notebook(*base), notebook(*other))
    assert [cell.parts for cell in found.cells] == [("outputs",), (), ("attachments",), ("type",)]
    assert [cell.kind for cell in found.cells] == ["changed", "same", "changed", "changed"]
    assert found.counts.recounted == 2
    assert (found.cells[1].base_count, found.cells[1].other_count) == (2, 4)


def test_what_no_reader_sees_is_no_difference() -> None:
    """Time stamps, folded cells, and how often a program emptied its buffer."""
    base = notebook(code("a()", "a", 1, printed("12")))
    other = notebook(code("a()", "a", 1, printed("1"), printed("2")))
    other.cells[0].metadata["execution"] = {"iopub.execute_input": "2026-11-21T09:00:00Z"}
    assert kinds(base, other) == [("same", 0, 0)]
    assert kinds(notebook(), notebook()) == []


SOURCES = st.lists(st.sampled_from(["a = 1", "b = 2\nc = 3", "", "plot(x)", "plot(x, y)", "# T"]), max_size=7)
IDS = st.sampled_from(["", "p", "q", "r", "s"])


@settings(max_examples=150, deadline=None)
@given(SOURCES, SOURCES, st.lists(IDS, min_size=7, max_size=7), st.lists(IDS, min_size=7, max_size=7))
def test_every_cell_stands_once_on_each_side(
    left: list[str], right: list[str], left_ids: list[str], right_ids: list[str]
) -> None:
    """Whatever is compared, nothing is lost or doubled, and the other notebook keeps its order."""

    def made(sources: list[str], ids: list[str]) -> NotebookNode:
        unique = [i if i and ids.index(i) == n else "" for n, i in enumerate(ids)]
        return notebook(*(code(source, id) for source, id in zip(sources, unique, strict=False)))

    base, other = made(left, left_ids), made(right, right_ids)
    found = diff(base, other).cells
    assert sorted(cell.base for cell in found if cell.base is not None) == list(range(len(left)))
    assert [cell.other for cell in found if cell.other is not None] == list(range(len(right)))
    for cell in found:
        assert (cell.base is None) == (cell.kind == "added")
        assert (cell.other is None) == (cell.kind == "removed")
    assert {cell.kind for cell in diff(base, base).cells} <= {"same"}


# --- lines and words


def test_lines_and_words_that_differ() -> None:
    base, other = "a = 1\nb = 2\nlong = start + 5\n", "a = 1\nlong = start + 10\nnew"
    found = list(rows(lines_of(base), lines_of(other)))
    assert found[0].kind == "same"
    table = text_table(base, other, caption="C")
    page = parse(table)
    assert {"ins", "del"} <= page.tags
    assert "removed: " in page.text
    assert "added: " in page.text


@settings(max_examples=200, deadline=None)
@given(st.text("ab \n=1<&", max_size=60), st.text("ab \n=1<&", max_size=60))
def test_both_texts_can_be_read_off_the_rows(base: str, other: str) -> None:
    found = list(rows(lines_of(base), lines_of(other)))
    assert [row.base.text for row in found if row.base] == lines_of(base)
    assert [row.other.text for row in found if row.other] == lines_of(other)
    assert all((row.kind == "same") == bool(row.base and row.other and row.base.text == row.other.text)
               for row in found if row.kind == "same")  # fmt: skip
    for row in found:
        for line in (row.base, row.other):
            assert all(0 <= a < b <= len(line.text) for a, b in line.marks) if line else True


def test_only_the_words_that_differ_are_marked_in_colours() -> None:
    table = text_table("x = rate(5) # slow", "x = rate(10) # slow", caption="C", language="python")
    assert '<del><span class="mi">5</span></del>' in table
    assert '<ins><span class="mi">10</span></ins>' in table


def test_equal_lines_far_from_a_change_are_left_out() -> None:
    base = [f"line {number}" for number in range(100)]
    table = text_table("\n".join(base), "\n".join([*base[:50], "another", *base[50:]]), caption="C")
    assert table.count("<tr>") == 1 + 7
    assert "47 equal lines" in table
    assert "too long to be compared" in text_table("x\n" * 6000, "y", caption="C")
    assert "the line goes on" in text_table("x" * 5000, "y", caption="C")


# --- the page


def test_the_page_tells_changes_in_words_and_signs() -> None:
    """N-10: side by side; not by colour alone."""
    base = notebook(text("# A", "a"), code("x = 1", "b", 1), code("gone(after, all)", "c"))
    other = notebook(text("# A", "a"), code("x = 2", "b", 4), code("import something.new", "d"))
    html = page_of(base, other)
    page = assert_harmless(html)
    assert CONTENT_SECURITY_POLICY in html
    assert html.count("<h1>") == 1 + 1  # ours, and that of the cell that is the same
    for said in (
        "Code cell 2 → 2 changed source, execution count [1] → [4]",
        "Code cell 3 removed",
        "Code cell 3 added",
        "1 cell is the same",
        "1 changed",
        "1 added",
        "1 removed",
        "0 moved",
    ):
        assert said in " ".join(page.text.split()), said
    assert "one" in page.text
    assert "two" in page.text


def test_equal_cells_are_folded_away_with_their_counts() -> None:
    """N-10: execution counts that differ are said without opening anything."""
    base = notebook(*(code(f"step_{n}()", f"c{n}", n) for n in range(9)))
    other = notebook(*(code(f"step_{n}()", f"c{n}", n + 1) for n in range(9)))
    html = page_of(base, other)
    assert html.count("<details") == 1
    summary = html[html.index("<summary>") : html.index("</summary>")]
    assert "9 cells are the same" in summary
    assert "[0] → [1], [1] → [2]" in summary
    assert "and 3 more" in summary


def test_markdown_stands_rendered_and_as_source() -> None:
    """N-10: with formulas, which are the same picture as in the notebook's own page."""
    html = page_of(notebook(text(r"Rate $\mu$ is *low*", "a")), notebook(text(r"Rate $\mu$ is *high*", "a")))
    assert html.count("<em>low</em>") == html.count("<em>high</em>") == 1
    assert html.count("<math") == 2
    assert "<del>" in html


@pytest.mark.parametrize(
    ("before", "after", "has", "lacks"),
    [
        (printed("1\n\x1b[31mred\x1b[0m\n"), printed("2\nred\n"), ["nb-del", "red"], ["\x1b", "31m"]),
        (printed("10%\r100%\n"), printed("5%\r100%\nend"), ["100%", "end"], ["10%", "5%"]),
        (shown({"image/png": PNG}), shown({"image/png": PNG[:-4] + "AAA="}), ["<img"], []),
        (
            shown({"text/html": "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "text/plain": "t"}),
            shown({"text/html": "<table><tr><th>a<th>b</tr><tr><td>1</td><td>3</td></table>"}),
            ["Differences as text", "<table>"],
            [],
        ),
        (
            {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["line 1", "E: v"]},
            {"output_type": "error", "ename": "E", "evalue": "w", "traceback": ["line 1", "E: w"]},
            ["<ins>w</ins>"],
            [],
        ),
        (shown({"application/json": {"a": 1}}), shown({"application/json": {"a": 2}}), ["as text"], []),
        (printed("1"), None, ["Base only", "No output here."], []),
        (None, shown({"text/plain": "x"}), ["Compared only"], []),
    ],
)  # fmt: skip
def test_outputs_are_compared_as_what_they_are(
    before: dict[str, Any] | None, after: dict[str, Any] | None, has: list[str], lacks: list[str]
) -> None:
    """N-10: texts by lines, pictures beside each other, tables as text, too."""
    base = notebook(code("x", "a", 1, *([before] if before else [])))
    other = notebook(code("x", "a", 1, *([after] if after else [])))
    html = page_of(base, other)
    assert_harmless(html)
    for part in has:
        assert part in html, part
    for part in lacks:
        assert part not in parse(html).text, part


def test_a_picture_stands_on_both_sides() -> None:
    base = notebook(code("x", "a", 1, shown({"image/png": PNG}), shown({"text/plain": "same"})))
    other = notebook(
        code("x", "a", 1, shown({"image/png": PNG[:-4] + "AAA="}), shown({"text/plain": "same"}))
    )
    html = page_of(base, other)
    assert html.count("<img") == 2
    assert html.count("The same in both:") == 1


def test_labels_and_titles_are_text() -> None:
    cells = diff_cells([], [], align, Budget(60))
    html = side_by_side_html(
        notebook(), notebook(), cells, title="<script>", base_label="<b>", other_label="javascript:x",
        budget=Budget(60),
    )  # fmt: skip
    page = assert_harmless(html)
    assert "Both notebooks are empty." in page.text
    assert "<script>" in page.text


HOSTILE = all_notebooks()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_notebook_becomes_a_harmless_comparison(name: str) -> None:
    """D9: on either side, changed and beside itself."""
    hostile = HOSTILE[name]
    cells = cells_of(hostile)
    plain = notebook(text("x", "a"))
    for base, other in ((hostile, plain), (plain, hostile), (hostile, hostile)):
        left, right = cells_of(base), cells_of(other)
        found = diff_cells(left, right, align, Budget(60))
        html = side_by_side_html(
            base, other, found, title="T", base_label="a", other_label="b", budget=Budget(60)
        )
        assert_harmless(html)
    assert cells


# --- in its own process, and large


def test_the_child_compares_bytes() -> None:
    base, other = notebook(code("x = 1", "a")), notebook(code("x = 2", "a"))
    files = [json.dumps(side).encode() for side in (base, other)]
    found = compare(*files)
    assert found == diff(base, other) == compare(base, other)
    made = compare_page(*files, title="T", base_label="one", other_label="two")
    assert made.diff == found
    assert made.html == page_of(base, other)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"nbformat": 3, "metadata": {}, "cells": []}'])
def test_what_is_no_notebook_is_refused_in_words(data: bytes) -> None:
    good = json.dumps(notebook()).encode()
    with pytest.raises(InvalidNotebook) as caught:
        compare(good, data)
    assert caught.value.message.startswith("The notebook")


def test_half_a_character_is_no_trouble() -> None:
    made = compare_page(notebook(code("a\ud83d", "a")), notebook(code("b\ud83d", "a")),
                        title="T", base_label="1", other_label="2")  # fmt: skip
    made.html.encode()
    assert json.dumps(made.diff.cells[0].other_source, ensure_ascii=False).encode()


def test_without_nbdime_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    (tmp_path / "nbdime").mkdir()
    (tmp_path / "nbdime" / "__init__.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtra, match="nbdime"):
        compare(notebook(), notebook())


def large(change: str, cells: int = 2000) -> NotebookNode:
    """About 20 MB: many cells, one huge text, one huge picture."""
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + change.encode() * 6_000_000).decode()
    stream = f"value {change}\n" * 600_000
    made = [
        code(f"step_{n}(x, {change if n % 10 == 0 else ''})", f"c{n}", n, printed(f"{n} done"))
        for n in range(cells)
    ]
    made[0].outputs = [nbformat.from_dict(printed(stream))]
    made[10].outputs = [nbformat.from_dict(shown({"image/png": picture}))]
    return notebook(*made)


def test_twenty_megabytes_are_compared_in_time() -> None:
    """D9: huge outputs stand as their size and digest, and the page stays small."""
    files = [json.dumps(large(change)).encode() for change in ("1", "2")]
    assert all(len(data) > 12_000_000 for data in files)
    begun = time.monotonic()
    made = compare_page(*files, title="T", base_label="1", other_label="2")
    assert time.monotonic() - begun < 30
    assert made.diff.counts.changed == 200
    assert len(made.html) < 5_000_000
    assert "MB, SHA-256 " in made.html


def test_what_takes_too_long_is_compared_coarsely_and_says_so() -> None:
    base, other = (notebook(code(f"x = {n}", "a", 1, printed("1")), text("*b*", "b")) for n in (1, 2))
    html = page_of(base, other, seconds=0)
    assert "compared in detail" in assert_harmless(html).text
    assert "x = 1" in html
    assert "x = 2" in html
    assert "1 outputs" not in page_of(base, other)
    coarse = page_of(base, other, coarse=True)
    assert "<table" not in coarse
    assert "<em>b</em>" not in coarse


def test_a_second_try_is_coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first try has met its limit of time: there is a comparison all the same."""
    asked = []
    real = limited_child.run

    def run(task: str, notebooks: Any, options: Any, **limits: Any) -> bytes:
        asked.append(options["coarse"])
        if not options["coarse"]:
            raise TooLarge("It took too long.")
        return real(task, notebooks, options, **limits)

    monkeypatch.setattr(comparing, "run", run)
    made = compare_page(
        notebook(code("x", "a")), notebook(code("y", "a")), title="T", base_label="1", other_label="2"
    )
    assert asked == [False, True]
    assert made.diff.notes
    assert made.diff.counts.changed == 1


def test_many_cells_without_anything_in_common() -> None:
    """All with all would be a million comparisons of texts."""
    base = notebook(*(code(f"alpha_{n} = {n}") for n in range(1000)))
    other = notebook(*(code(f"beta_{n} = {n}") for n in range(1000)))
    begun = time.monotonic()
    found = compare(base, other)
    assert time.monotonic() - begun < 20
    assert found.counts.removed == found.counts.added == 1000
    assert "too many" in found.notes[0]
