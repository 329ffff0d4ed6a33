"""The differences of two texts as a table: numbers, marks, colours of the language, words that differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby, pairwise

from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES
from pygments.util import ClassNotFound

from .compare_lines import MOST_LINES, Line, Row, lines_of, rows
from .html_clean import note

__all__ = ["MINUS", "hidden", "text_table"]

#: The sign of what is removed; as wide as a plus.
MINUS = "\N{MINUS SIGN}"

#: Equal lines that are shown around a change.
_CONTEXT = 3
#: Most rows of one table.
_MOST_ROWS = 2_000
#: Longer texts are shown without colours, in characters.
_MOST_COLOURED = 50_000
#: Longer lines are cut.
_MOST_IN_LINE = 2_000

#: A piece of a line with its class of Pygments.
Piece = tuple[str, str]


def hidden(text: str) -> str:
    """Words for screen readers, where others see a sign or a colour."""
    return f'<span class="nb-hidden">{escape(text)}</span>'


def text_table(base: str, other: str, *, caption: str, language: str = "text") -> str:
    """Both texts beside each other, with equal lines far from any change left out.

    Args:
        base, other: The texts.
        caption: Says to screen readers what this is.
        language: Of both; as Pygments knows it.
    """
    left, right = lines_of(base), lines_of(other)
    if max(len(left), len(right)) > MOST_LINES:
        return note("These texts are too long to be compared line by line; they are in the .ipynb files.")
    colours = _coloured(base, left, language), _coloured(other, right, language)
    found = list(rows(left, right))
    shown = list(_folded(found))
    body = "".join(
        _gap(part) if isinstance(part, int) else _row(part, colours) for part in shown[:_MOST_ROWS]
    )
    cut = note("The rest of the differences is not shown here.") if len(shown) > _MOST_ROWS else ""
    head = "".join(f'<th scope="col">{name}</th>' for name in ("Line", "Base", "Line", "Compared"))
    return (
        f'<table class="nb-lines"><caption class="nb-hidden">{escape(caption)}</caption>'
        '<colgroup><col class="nb-narrow"><col><col class="nb-narrow"><col></colgroup>'
        f'<thead class="nb-hidden"><tr>{head}</tr></thead><tbody>{body}</tbody></table>{cut}'
    )


def _folded(found: Sequence[Row]) -> Iterator[Row | int]:
    """The rows; runs of equal ones away from changes as their number."""
    changed = [number for number, row in enumerate(found) if row.kind == "changed"]
    near = {k for n in changed for k in range(n - _CONTEXT, n + _CONTEXT + 1)}
    for is_near, run in groupby(enumerate(found), key=lambda item: item[0] in near):
        part = [row for _, row in run]
        if is_near or len(part) < 3:
            yield from part
        else:
            yield len(part)


def _gap(number: int) -> str:
    return f'<tr class="nb-gap"><td colspan="4">{number} equal lines</td></tr>'


def _row(row: Row, colours: tuple[list[list[Piece]] | None, list[list[Piece]] | None]) -> str:
    if row.kind == "same":
        assert row.base is not None
        assert row.other is not None
        left = _cells(row.base, colours[0], "", "", "")
        right = _cells(row.other, colours[1], " nb-again", "", "")
        return f"<tr>{left}{right}</tr>"
    left = _cells(row.base, colours[0], " nb-del", MINUS, "removed") if row.base else _nothing()
    right = _cells(row.other, colours[1], " nb-ins", "+", "added") if row.other else _nothing()
    return f"<tr>{left}{right}</tr>"


def _cells(line: Line, coloured: list[list[Piece]] | None, kind: str, sign: str, word: str) -> str:
    tag = "del" if sign == MINUS else "ins"
    pieces = [("", line.text)] if coloured is None else coloured[line.number - 1]
    mark = f'<span aria-hidden="true">{sign}</span>{hidden(f"{word}: ")}' if sign else ""
    return (
        f'<td class="nb-number{kind}">{line.number}</td>'
        f'<td class="nb-line{kind}"><span class="nb-sign">{mark}</span>'
        f"{_marked(pieces, line.marks, tag)}</td>"
    )


def _nothing() -> str:
    return '<td class="nb-number nb-none"></td><td class="nb-line nb-none"></td>'


def _marked(pieces: Iterable[Piece], marks: Sequence[tuple[int, int]], tag: str) -> str:
    """A line with its colours, and what differs inside of *tag*."""
    html, at = [], 0
    for css, text in pieces:
        text = text[: max(0, _MOST_IN_LINE - at)]
        borders = sorted({0, len(text), *(b - at for m in marks for b in m if 0 < b - at < len(text))})
        for start, end in pairwise(borders):
            part = escape(text[start:end])
            part = f'<span class="{css}">{part}</span>' if css else part
            is_marked = any(a <= at + start < b for a, b in marks)
            html.append(f"<{tag}>{part}</{tag}>" if is_marked else part)
        at += len(text)
    cut = '<span class="nb-note"> [the line goes on]</span>' if at >= _MOST_IN_LINE else ""
    return "".join(html) + cut


def _coloured(text: str, lines: Sequence[str], language: str) -> list[list[Piece]] | None:
    """The lines in pieces of a colour; ``None``: no colours."""
    if len(text) > _MOST_COLOURED:
        return None
    try:
        lexer = get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
    found: list[list[Piece]] = [[]]
    for kind, value in lexer.get_tokens("\n".join(lines)):
        css = next(
            css for css in (STANDARD_TYPES.get(part) for part in reversed(kind.split())) if css is not None
        )
        for number, part in enumerate(value.split("\n")):
            if number:
                found.append([])
            if part:
                found[-1].append((css, part))
    agrees = ["".join(part for _, part in pieces) for pieces in found] == list(lines)
    return found if agrees else None
