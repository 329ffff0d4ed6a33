"""What the page of a comparison looks like, beside what every page of ours does."""

from __future__ import annotations

from .html_style import style_sheet

__all__ = ["compare_style_sheet"]

_PAGE = """
:root { --added: #e9f8ec; --added-word: #a5e0b0; --added-text: #17602b;
  --removed: #fff1f0; --removed-word: #f6bdb9; --removed-text: #97221b;
  --moved-text: #6a3aa0; --changed-text: #7a5200; }
body { max-width: 96rem; }
.nb-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }
.nb-sum { display: flex; flex-wrap: wrap; gap: .4rem 1.4rem; list-style: none; margin: .8rem 0 0;
  padding: 0; }
.nb-sign { display: inline-block; min-width: 1.1em; font-family: ui-monospace, monospace; font-weight: 700;
  user-select: none; text-indent: 0; }
.nb-cell { border: 1px solid var(--line); border-left: 4px solid var(--soft); border-radius: 6px;
  margin: 0 0 1.2rem; padding: .6rem .9rem .8rem; }
.nb-cell > h2 { font-size: 1rem; margin: 0 0 .6rem; } .nb-cell h3 { font-size: .85rem; color: var(--soft);
  margin: .9rem 0 .4rem; }
.nb-cell.added { border-left-color: var(--added-text); }
.nb-cell.removed { border-left-color: var(--removed-text); }
.nb-cell.moved { border-left-color: var(--moved-text); }
.nb-cell.changed { border-left-color: var(--changed-text); }
.nb-kind { font-weight: 700; } .added > h2 .nb-kind, .nb-sum .added { color: var(--added-text); }
.removed > h2 .nb-kind, .nb-sum .removed { color: var(--removed-text); }
.moved > h2 .nb-kind, .nb-sum .moved { color: var(--moved-text); }
.changed > h2 .nb-kind, .nb-sum .changed { color: var(--changed-text); }
.nb-what { font-weight: 400; color: var(--soft); }
.nb-pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }
.nb-side { min-width: 0; overflow-x: auto; }
.nb-side > .nb-name { color: var(--soft); font-size: .78rem; margin: 0; }
.nb-side .nb-output, .nb-alone .nb-output { margin-left: 0; }
.nb-side.removed { border-left: 3px solid var(--removed-text); padding-left: .6rem; }
.nb-side.added { border-left: 3px solid var(--added-text); padding-left: .6rem; }
.nb-lines { width: 100%; table-layout: fixed; margin: 0; font: .82rem/1.5 ui-monospace, "SF Mono", Menlo,
  Consolas, monospace; background: var(--code); border-radius: 6px; }
.nb-lines td { border: 0; padding: 0 .4rem; vertical-align: top; white-space: pre-wrap;
  overflow-wrap: anywhere; }
.nb-narrow { width: 3rem; } .nb-lines td.nb-line { padding-left: 1.5em; text-indent: -1.1em; }
.nb-lines .nb-number { text-align: right; color: var(--soft); user-select: none; }
.nb-ins { background: var(--added); } .nb-del { background: var(--removed); }
.nb-number.nb-ins, .nb-ins .nb-sign { color: var(--added-text); }
.nb-number.nb-del, .nb-del .nb-sign { color: var(--removed-text); }
.nb-lines ins { background: var(--added-word); text-decoration: underline; border-radius: 2px; }
.nb-lines del { background: var(--removed-word); text-decoration: line-through; border-radius: 2px; }
.nb-lines ins span, .nb-lines del span { color: inherit; }
.nb-lines .nb-gap td { color: var(--soft); text-align: center; font-style: italic; padding: .1rem; }
.nb-same { margin: 0 0 1.2rem; border: 1px dashed var(--line); border-radius: 6px; padding: .45rem .9rem; }
.nb-same > summary { margin: 0; } .nb-same[open] > summary { margin-bottom: .8rem; }
summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
"""
_DARK = """
:root { --added: #0d2415; --added-word: #1f6034; --added-text: #7fdc9a;
  --removed: #3b1a1a; --removed-word: #7c2b2b; --removed-text: #ff9d94;
  --moved-text: #c8a2f5; --changed-text: #e6c06a; }
"""
# One column: the base above, the other below; equal lines once.
_NARROW = """
.nb-pair { grid-template-columns: minmax(0, 1fr); }
.nb-lines tr { display: grid; grid-template-columns: 2.6rem minmax(0, 1fr); }
.nb-lines .nb-again, .nb-lines .nb-none { display: none; }
.nb-lines .nb-gap { display: block; } .nb-lines .nb-gap td { display: block; }
.nb-lines, .nb-lines tbody { display: block; }
"""


def compare_style_sheet() -> str:
    """The whole style sheet; refers to nothing."""
    return "\n".join(
        [
            # Of the light styles only this one can be read on tinted lines (contrast of 4.5 and more).
            style_sheet(code=(".nb-code", ".nb-text", ".nb-lines"), light_code="xcode"),
            _PAGE,
            f"@media screen and (max-width: 48rem) {{ {_NARROW} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ {_DARK} }}",
        ]
    )
