"""Values of properties as plain text: rich text and XML come as markup, and a page shows text only."""

from __future__ import annotations

import html
import re
from typing import Any

__all__ = ["plain_text"]

#: Longest value that is shown whole, in characters.
MAX_SHOWN = 5_000
#: Most markup that is read: a picture inside of rich text is megabytes of base64.
_MAX_READ = 500_000

_MARKUP_TYPES = ("MULTILINE_VARCHAR", "XML")
_SPREADSHEET = re.compile(r"\s*(<\?xml[^>]*>)?\s*<DATA>[^<]*</DATA>\s*", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
#: What is left out of a text, or becomes a break in it. Python's own parser, and that of browsers, take
#: minutes for some 100 kB of unclosed or nested tags. This reads each character a few times at the most:
#: whatever is not closed goes on to the end, and nothing is tried twice.
_MARKUP = re.compile(
    r"""
    <(?P<silent>script|style|head|template)\b .*? (?: </(?P=silent)\s*> | \Z)
    | <!-- .*? (?: --> | \Z)
    | <[!?] [^>]* (?: > | \Z)
    | </?(?P<tag>[A-Za-z][A-Za-z0-9]*) (?: [^"'>]++ | "[^"]*" | '[^']*' )*+ >?
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "figure"}
    | {f"h{level}" for level in range(1, 7)}
)
_CELLS = frozenset({"td", "th"})


def plain_text(value: Any, data_type: str = "VARCHAR") -> str:
    """A property's value for people.

    Args:
        value: As openBIS gives it; a list where a property has several values (openBIS 7).
        data_type: openBIS' (contract 3.3). Only the two that the ELN edits as rich text or as XML are read
            as markup; in all others ``<b>`` is what somebody typed.
    """
    if isinstance(value, list | tuple):
        return ", ".join(plain_text(item, data_type) for item in value)
    text = str(value)
    if data_type in _MARKUP_TYPES and _SPREADSHEET.fullmatch(text):
        return "A spreadsheet; open the ELN to see it."
    if data_type in _MARKUP_TYPES and _TAG.search(text):
        text = _without_markup(text[:_MAX_READ])
    return text if len(text) <= MAX_SHOWN else text[:MAX_SHOWN].rstrip() + " …"


def _without_markup(markup: str) -> str:
    text = html.unescape(_MARKUP.sub(_break, markup))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _break(found: re.Match[str]) -> str:
    """Blocks become lines, cells of a table are set apart, everything else leaves nothing."""
    tag = (found["tag"] or "").lower()
    return "\n" if tag in _BLOCKS else "  " if tag in _CELLS else ""
