"""Values of properties as plain text: rich text and XML come as markup, and a page shows text only."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

__all__ = ["plain_text"]

#: Longest value that is shown whole, in characters.
MAX_SHOWN = 5_000
#: Most markup that is read: a picture inside of rich text is megabytes of base64.
_MAX_READ = 500_000

_MARKUP_TYPES = ("MULTILINE_VARCHAR", "XML")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_SPREADSHEET = re.compile(r"\s*(<\?xml[^>]*>)?\s*<DATA>[^<]*</DATA>\s*", re.IGNORECASE)
_BLOCKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "pre", "figure"}
    | {f"h{level}" for level in range(1, 7)}
)
_SILENT = frozenset({"script", "style", "head", "template"})


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
    reader = _TextReader()
    reader.feed(markup)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.parts).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _TextReader(HTMLParser):
    """Collects the text; blocks become lines, cells of a table are set apart."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")
        elif tag in ("td", "th"):
            self.parts.append("  ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
