"""What stands in a tile and on paper, from the pages' own bytes (pure).

Pages are HTML that ``html_page.page`` wrote: a head with one style sheet, and all foreign content, made
inert, between ``<main>`` and ``</main>``. Neither those two nor a class that begins with ``nb-`` survives in
what is foreign (``html_clean``), so what is looked for here was written by us.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from ....notebooks.html_clean import note

__all__ = ["Part", "in_tile", "paper", "without_code"]

_MAIN = re.compile(r"<main>\n(.*)\n</main>", re.DOTALL)
_STYLE = re.compile(r"<style>(.*?)</style></head>", re.DOTALL)
_CODE = re.compile(
    r'(?:<details><summary>Code</summary>)?<div class="nb-code"><span class="nb-count">[^<]*</span>'
    r"<pre>.*?</pre></div>(?:</details>)?",
    re.DOTALL,
)
#: What quotes the code, as where it is left out of a page (``html_page.output_of``).
_WARNED = re.compile(r'<div class="nb-stderr"><pre>.*?</pre></div>', re.DOTALL)
_FAILED = re.compile(r'<div class="nb-error"><pre>.*?</pre></div>', re.DOTALL)
_RAW = re.compile(r'<section class="nb-text nb-raw"><pre>.*?</pre></section>', re.DOTALL)
#: A tile has its title around it, and little room. A picture takes what there is.
_TILE_STYLE = """
body { max-width: none; padding: .75rem .9rem; } body > header, body > footer { display: none; }
"""
_OUTPUT_STYLE = """
html, body { height: 100%; } body { padding: .5rem; } main { height: 100%; }
main > .nb-output { margin: 0; max-height: 100%; overflow: auto; }
main > .nb-output > img:only-child { display: block; width: 100%; height: calc(100vh - 1rem);
  object-fit: contain; }
"""
_PAPER_STYLE = """
@page { size: A4; margin: 16mm 14mm; }
body { max-width: 60rem; }
.sheet { margin: 0 0 1.8rem; break-inside: avoid; }
.sheet > header { break-inside: avoid; border: 0; margin: 0 0 .6rem; padding: 0; break-after: avoid; }
.sheet > header h2 { margin: 0; font-size: 1.25rem; } .sheet > header p { margin: 0; color: var(--soft);
  font-size: .82rem; }
.sheet + .sheet { border-top: 1px solid var(--line); padding-top: 1rem; }
.row { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 1rem; }
.row > .sheet { border: 0; padding: 0; margin: 0; } .row { margin-bottom: 1.8rem; }
.sheet .nb-output { margin-left: 0; }
.row { break-inside: avoid; } .sheet.single img { max-height: 230mm; object-fit: contain; }
.hint { padding: .6rem .9rem; border-left: 4px solid var(--accent); background: var(--code); }
pre { white-space: pre-wrap; } .nb-output { overflow: visible; }
@media print { .hint { display: none; } body > footer { margin-top: 1rem; } }
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A tile on paper.

    Args:
        title: Plain text; empty where the page has none of its own.
        about: One line on what it shows, plain text.
        html: Its page; ``None``: it is not shown to this person.
        single: Whether it is one output.
        x: First column of twelve.
        y: Row, by which single outputs come beside each other.
        w: Columns.
    """

    title: str
    about: str
    html: str | None
    single: bool
    x: int
    y: int
    w: int


def without_code(page: str) -> str:
    """A page of ours, with no code in its bytes (D-10), nor what quotes it."""
    for quoting in (_CODE, _WARNED, _RAW):
        page = quoting.sub("", page)
    return _FAILED.sub(note("This cell ended with an error."), page)


def in_tile(page: str, *, single: bool) -> str:
    """A page of ours, for a small frame."""
    style = _TILE_STYLE + (_OUTPUT_STYLE if single else "")
    return page.replace("</style></head>", f"{style}</style></head>", 1)


def paper(title: str, facts: Sequence[str], parts: Sequence[Part], policy: str) -> str:
    """One page of everything, for paper: pages one below the other in the order of reading, single outputs
    of one row beside each other. A frame would be printed only as far as it reaches on the screen.

    Args:
        title: Plain text.
        facts: Lines below it, plain text.
        parts: In the order of reading.
        policy: Content security policy, for a copy that somebody saves.
    """
    styles = dict.fromkeys(found[1] for part in parts if part.html and (found := _STYLE.search(part.html)))
    head = "".join(f"<p>{escape(fact)}</p>" for fact in facts)
    body = "\n".join(_row(row) for row in _rows(parts)) or "<p>There is nothing on this dashboard yet.</p>"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{''.join(styles)}{_PAPER_STYLE}</style></head>\n"
        '<body><p class="hint">This page is for paper: choose Print in the menu of your browser, or press '
        "Ctrl+P (⌘P), and there a printer or <em>Save as PDF</em>.</p>\n"
        f"<header><h1>{escape(title)}</h1>{head}</header>\n<main>\n{body}\n</main></body></html>\n"
    )


def _rows(parts: Sequence[Part]) -> list[list[Part]]:
    """Single outputs that begin in the same row, together; everything else by itself."""
    rows: list[list[Part]] = []
    for part in parts:
        before = rows[-1][-1] if rows else None
        if before and part.single and before.single and before.y == part.y:
            rows[-1].append(part)
        else:
            rows.append([part])
    return rows


def _row(parts: Sequence[Part]) -> str:
    if len(parts) == 1:
        return _sheet(parts[0])
    cells = "".join(
        f'<div style="grid-column: {part.x + 1} / span {part.w}">{_sheet(part)}</div>' for part in parts
    )
    return f'<div class="row">{cells}</div>'


def _sheet(part: Part) -> str:
    if part.html is None:
        return (
            '<section class="sheet single"><p class="nb-note">There is a tile here that you do not see: its '
            "page is gone, or openBIS does not show it to you.</p></section>"
        )
    found = _MAIN.search(part.html)
    about = f"<p>{escape(part.about)}</p>" if part.about else ""
    kind = "sheet single" if part.single else "sheet"
    head = f"<header><h2>{escape(part.title)}</h2>{about}</header>" if part.title else ""
    return f'<section class="{kind}">{head}{found[1] if found else ""}</section>'
