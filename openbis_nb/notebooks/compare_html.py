"""Two notebooks side by side as one page that stands alone and does nothing (N-10, design D9).

All that is foreign passes what :mod:`.html_page` uses. A change is told by a word and a sign, not by its
colour alone. What would take too long or too much room is replaced by its size and digest, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import Any

from .compare import CellCounts, CellDiff, NotebookDiff
from .compare_cells import Budget, Cell, cell_of
from .compare_outputs import outputs_to_html
from .compare_source import MINUS, text_table
from .compare_style import compare_style_sheet
from .html_clean import note
from .html_page import cell_to_html, language_of, listed, page

__all__ = ["side_by_side_html"]

_FOOTER = "A still picture of two notebooks: their .ipynb files are the originals."
_SIGNS = {"added": "+", "removed": MINUS, "changed": "≠", "moved": "↕", "same": "="}
#: Most HTML of cells that are the same, and of all others, in characters.
_ROOM_SAME, _ROOM = 4_000_000, 24_000_000
#: Of a cell that is shown coarsely, in characters.
_COARSE = 3_000
_SHOWN_COUNTS = 6
_OUT_OF_TIME = "Not everything is compared in detail: these notebooks are too large for that."
_OUT_OF_ROOM = "Some cells are not shown in full here, to keep the page small; see the .ipynb files."


class _Room:
    """How much HTML may still come."""

    def __init__(self, left: int, budget: Budget) -> None:
        self._left, self._budget = left, budget

    @property
    def is_full(self) -> bool:
        """Whether there was something too much already."""
        return self._left <= 0

    def take(self, html: str) -> str:
        if len(html) > self._left:
            self._left = 0
            self._budget.notes[_OUT_OF_ROOM] = None
            return note("Not shown here, to keep the page small; see the .ipynb file.")
        self._left -= len(html)
        return html


def side_by_side_html(
    base: Mapping[str, Any],
    other: Mapping[str, Any],
    cells: Sequence[CellDiff],
    *,
    title: str,
    base_label: str,
    other_label: str,
    budget: Budget,
    heading: bool = True,
    coarse: bool = False,
) -> str:
    """The page of a comparison.

    Args:
        base, other: The notebooks, as :mod:`.document` reads them.
        cells: What :func:`.compare_cells.diff_cells` found.
        title: Of the page.
        base_label, other_label: What the two sides are.
        budget: How long to be fine; gets the notes of what was not.
        heading: Show title and sides in the page, too.
        coarse: Sources and sizes only.
    """
    made = _Page(base, other, budget, coarse)
    body = "\n".join(made.groups(cells)) or note("Both notebooks are empty.")
    notes = "".join(note(text) for text in budget.notes)
    sides = listed([("Base", base_label), ("Compared", other_label)])
    header = f"<h1>{escape(title)}</h1>{sides}" if heading else ""
    header += f"{_summary(NotebookDiff(tuple(cells)).counts)}{notes}"
    html = page(title, header, body, footer=_FOOTER, style=compare_style_sheet())
    return html.encode("utf-8", "replace").decode()


def _summary(counts: CellCounts) -> str:
    """How many cells of each kind; it is the legend, too."""
    named = {name: getattr(counts, name) for name in ("changed", "added", "removed", "moved", "same")}
    items = "".join(
        f'<li class="{kind}">{_sign(kind)} {number} {kind}</li>' for kind, number in named.items()
    )
    recounted = f"<li>[ ] {counts.recounted} with another execution count</li>" if counts.recounted else ""
    return f'<ul class="nb-sum" aria-label="Cells">{items}{recounted}</ul>'


class _Page:
    def __init__(
        self, base: Mapping[str, Any], other: Mapping[str, Any], budget: Budget, coarse: bool
    ) -> None:
        self.notebooks = base, other
        self.language = language_of(other)
        self.budget, self.coarse = budget, coarse
        self.room, self.room_same = _Room(_ROOM, budget), _Room(_ROOM_SAME, budget)

    def groups(self, diffs: Sequence[CellDiff]) -> Iterable[str]:
        for is_same, run in groupby(diffs, key=lambda diff: diff.kind == "same"):
            if is_same:
                yield self.same(list(run))
            else:
                yield from (self.cell(diff) for diff in run)

    def same(self, diffs: Sequence[CellDiff]) -> str:
        """Cells that are the same, folded away."""
        what = f"{len(diffs)} cells are the same" if len(diffs) > 1 else "1 cell is the same"
        places = f"{_span(diffs[0].base, diffs[-1].base)} → {_span(diffs[0].other, diffs[-1].other)}"
        counts = [_counts(diff) for diff in diffs if diff.is_recounted]
        if counts:
            more = f" and {len(counts) - _SHOWN_COUNTS} more" if len(counts) > _SHOWN_COUNTS else ""
            places += f"; execution counts {', '.join(counts[:_SHOWN_COUNTS])}{more}"
        shown = "".join(self._unchanged(diffs))
        summary = f'<summary>{_sign("same")} {what} <span class="nb-what">({places})</span></summary>'
        return f'<details class="nb-same">{summary}{shown}</details>'

    def _unchanged(self, diffs: Sequence[CellDiff]) -> Iterator[str]:
        for diff in diffs:
            if self.coarse or self.room_same.is_full or not self.budget.allows(_OUT_OF_TIME):
                return
            yield self.room_same.take(self._whole(diff))

    def cell(self, diff: CellDiff) -> str:
        """A cell that is not the same, with its heading."""
        fine = not self.coarse and self.budget.allows(_OUT_OF_TIME)
        if not fine:
            self.budget.notes[_OUT_OF_TIME] = None
            shown = self._coarse(diff)
        elif diff.base is None or diff.other is None:
            shown = f'<div class="nb-side nb-alone {diff.kind}">{self._whole(diff)}</div>'
        else:
            shown = self._both(diff, self._cell(0, diff.base), self._cell(1, diff.other))
        return f'<section class="nb-cell {diff.kind}">{_heading(diff)}{self.room.take(shown)}</section>'

    def _cell(self, side: int, place: int) -> Cell:
        return cell_of(place, self.notebooks[side]["cells"][place])

    def _whole(self, diff: CellDiff) -> str:
        side, place = (0, diff.base) if diff.other is None else (1, diff.other)
        return cell_to_html(self.notebooks[side]["cells"][place], self.language)

    def _both(self, diff: CellDiff, base: Cell, other: Cell) -> str:
        parts = []
        if not diff.parts:
            return self._whole(diff)
        if "source" in diff.parts or "type" in diff.parts or "attachments" in diff.parts:
            if "markdown" in (base.type, other.type):
                parts.append(self._rendered(diff))
                parts.append("<h3>Source</h3>")
            language = self.language if other.type == "code" else "markdown"
            caption = f"Source of cell {_places(diff)}"
            parts.append(text_table(base.source, other.source, caption=caption, language=language))
        elif other.source.strip():
            whole = {**self.notebooks[1]["cells"][other.place], "outputs": []}
            parts.append(f"{cell_to_html(whole, self.language)}")
        parts.append(outputs_to_html(base.outputs, other.outputs, same="outputs" not in diff.parts))
        return "".join(parts)

    def _rendered(self, diff: CellDiff) -> str:
        assert diff.base is not None
        assert diff.other is not None
        sides = [
            cell_to_html({**self.notebooks[side]["cells"][place], "outputs": []}, self.language)
            for side, place in ((0, diff.base), (1, diff.other))
        ]
        return _pair(*sides)

    def _coarse(self, diff: CellDiff) -> str:
        sides = []
        for side, place in enumerate((diff.base, diff.other)):
            if place is not None:
                cell = self._cell(side, place)
                cut = "\n…" if len(cell.source) > _COARSE else ""
                outputs = note(f"{len(cell.outputs)} outputs") if cell.outputs else ""
                sides.append(
                    f'<div class="nb-text"><pre>{escape(cell.source[:_COARSE])}{cut}</pre></div>{outputs}'
                )
        return _pair(*sides) if len(sides) == 2 else sides[0]


def _pair(base: str, other: str) -> str:
    return (
        f'<div class="nb-pair"><div class="nb-side removed"><p class="nb-name">Base</p>{base}</div>'
        f'<div class="nb-side added"><p class="nb-name">Compared</p>{other}</div></div>'
    )


def _heading(diff: CellDiff) -> str:
    what = [str(part) for part in diff.parts]
    kind = diff.kind
    if kind == "moved" and what:
        what.insert(0, "and changed")
    if diff.is_recounted:
        what.append(f"execution count {_counts(diff)}")
    said = f' <span class="nb-what">{escape(", ".join(what))}</span>' if what else ""
    kind_of = {"code": "Code", "markdown": "Text"}.get(diff.cell_type, "Raw")
    return f'<h2>{_sign(kind)} {kind_of} cell {_places(diff)} <span class="nb-kind">{kind}</span>{said}</h2>'


def _places(diff: CellDiff) -> str:
    """Places from 1, as people count."""
    places = [str(place + 1) for place in (diff.base, diff.other) if place is not None]
    return " → ".join(places)


def _span(first: int | None, last: int | None) -> str:
    assert first is not None
    assert last is not None
    return f"{first + 1}" if first == last else f"{first + 1}–{last + 1}"  # noqa: RUF001 (a range of places)


def _counts(diff: CellDiff) -> str:
    before, after = (
        f"[{count}]" if count is not None else "[ ]" for count in (diff.base_count, diff.other_count)
    )
    return f"{before} → {after}"


def _sign(kind: str) -> str:
    return f'<span class="nb-sign" aria-hidden="true">{_SIGNS[kind]}</span>'
