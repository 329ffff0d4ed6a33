"""The look of an exported notebook: one style sheet, light and dark, screen and paper."""

from __future__ import annotations

from collections.abc import Sequence

from pygments.formatters import HtmlFormatter

__all__ = ["style_sheet"]

_PAGE = """
:root { color-scheme: light dark; --text: #1f2430; --soft: #616a7b; --line: #dfe3ea; --paper: #ffffff;
  --code: #f6f7f9; --accent: #0b6b8a; --error: #fdeeee; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2.5rem 1.5rem 4rem; max-width: 62rem;
  color: var(--text); background: var(--paper);
  font: 16px/1.6 system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; overflow-wrap: break-word; }
header { border-bottom: 2px solid var(--accent); margin-bottom: 2rem; padding-bottom: 1rem; }
header h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .6rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .1rem 1rem; margin: 0; font-size: .9rem; }
dt { color: var(--soft); } dd { margin: 0; }
a { color: var(--accent); } h1, h2, h3, h4 { line-height: 1.3; margin: 1.6em 0 .5em; }
h1 { font-size: 1.55rem; } h2 { font-size: 1.3rem; } h3 { font-size: 1.1rem; }
section { margin: 0 0 1.1rem; } section > :first-child { margin-top: 0; }
.nb-code { display: grid; grid-template-columns: 3.2rem 1fr; align-items: start; margin-bottom: .5rem; }
.nb-count { color: var(--soft); font: .78rem/1.5 ui-monospace, monospace; padding-top: .7rem; }
pre { font: .86rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; margin: 0; overflow-x: auto;
  white-space: pre-wrap; }
.nb-code pre, .nb-text pre, blockquote { background: var(--code); border-radius: 6px; padding: .6rem .8rem; }
.nb-output { margin: 0 0 .6rem 3.2rem; overflow-x: auto; } .nb-output p { margin: .3rem 0; }
.nb-error pre, .nb-stderr pre { background: var(--error); border-radius: 6px; padding: .6rem .8rem; }
.nb-note { color: var(--soft); font-style: italic; font-size: .88rem; }
details > summary { cursor: pointer; color: var(--soft); font-size: .85rem; margin-bottom: .3rem; }
img { max-width: 100%; height: auto; } .nb-output img { background: #ffffff; border-radius: 4px; }
table { border-collapse: collapse; font-size: .88rem; margin: .5rem 0; border: 0; }
th, td { border: 0; border-bottom: 1px solid var(--line); padding: .25rem .7rem; text-align: left; }
.dataframe th, .dataframe td { text-align: right; font-variant-numeric: tabular-nums; }
code { font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .9em; }
p code, li code, td code { background: var(--code); border-radius: 4px; padding: .1em .3em; }
math[display="block"] { margin: .8rem 0; } blockquote { margin: .8rem 0; color: var(--soft); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--soft);
  font-size: .82rem; }
"""
_DARK = """
:root { --text: #d8dde6; --soft: #98a2b3; --line: #343b47; --paper: #15181e; --code: #1e222a;
  --accent: #5cc3e4; --error: #3a2225; }
"""
# A telephone: no margin for the counts, and wide tables scroll by themselves, not the page.
_NARROW = """
body { padding: 1.2rem 1rem 2rem; } section > table, .nb-output table { display: block; overflow-x: auto; }
.nb-code { grid-template-columns: minmax(0, 1fr); } .nb-count { padding: 0; } .nb-output { margin-left: 0; }
"""
_PRINT = """
@page { margin: 18mm 15mm; }
body { max-width: none; padding: 0; font-size: 10.5pt; }
.nb-code, figure, img, tr { break-inside: avoid; } h1, h2, h3 { break-after: avoid; }
"""
# Terminal colours that can be read on either background: (name, normal, intense).
_ANSI = (
    ("black", "#3b4252", "#5b6478"),
    ("red", "#c0392b", "#e05a4b"),
    ("green", "#1e8449", "#35a867"),
    ("yellow", "#a6760b", "#c99a2e"),
    ("blue", "#2471c8", "#4f94e0"),
    ("magenta", "#9b4dca", "#b673de"),
    ("cyan", "#117a8b", "#2fa4b7"),
    ("white", "#8a93a3", "#b4bcc9"),
)


def style_sheet(code: Sequence[str] = (".nb-code", ".nb-text"), light_code: str = "default") -> str:
    """The whole style sheet. It refers to nothing: no font, no picture, no import.

    Args:
        code: Selectors of what holds coloured code.
        light_code: Style of Pygments for code on light paper.
    """
    light, dark = _code_colours(light_code, code), _code_colours("github-dark", code)
    return "\n".join(
        [
            _PAGE,
            *_ansi_rules(),
            f"@media screen {{ {light} }}",
            f"@media screen and (max-width: 40rem) {{ {_NARROW} }}",
            f"@media print {{ {light} {_PRINT} }}",
            f"@media screen and (prefers-color-scheme: dark) {{ {_DARK} {dark} }}",
        ]
    )


def _code_colours(style: str, within: Sequence[str]) -> str:
    formatter = HtmlFormatter(style=style, nobackground=True)
    return str(formatter.get_style_defs(list(within)))  # type: ignore[no-untyped-call]


def _ansi_rules() -> list[str]:
    rules = [".ansi-bold { font-weight: bold; }", ".ansi-underline { text-decoration: underline; }"]
    for name, normal, intense in _ANSI:
        for suffix, colour in (("", normal), ("-intense", intense)):
            rules.append(f".ansi-{name}{suffix}-fg {{ color: {colour}; }}")
            rules.append(f".ansi-{name}{suffix}-bg {{ background: {colour}; }}")
    return rules
