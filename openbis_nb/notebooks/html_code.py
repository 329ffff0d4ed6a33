"""Code and terminal text as HTML: coloured, escaped, and never slow."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from nbconvert.filters.ansi import ansi2html, strip_ansi
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

__all__ = ["MAX_MARKUP", "MAX_TEXT", "highlighted", "terminal", "terminal_text"]

#: Longer texts are cut in the page, in characters; the notebook beside it has them whole.
MAX_TEXT = 200_000
#: Longer HTML and Markdown is not formatted, in characters: cut markup means something else.
MAX_MARKUP = 2_000_000
#: Longer code is shown without colours: highlighting is the slow part.
_MAX_HIGHLIGHTED = 100_000

_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)
_OTHER_ESCAPES = re.compile(
    r"\x1b\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|\x1b\[[0-?]*[ -/]*[@-ln-~]|\x1b[@-Z\\^_]"
)


def highlighted(code: str, language: str) -> str:
    """Code as escaped HTML with Pygments' classes."""
    code, rest = _cut(code)
    if len(code) > _MAX_HIGHLIGHTED:
        return escape(code) + rest
    lexer = _lexer(language)
    if lexer is None:
        return escape(code) + rest
    return str(highlight(code, lexer, _FORMATTER)).rstrip("\n") + rest


@lru_cache(maxsize=16)
def _lexer(language: str) -> Lexer | None:
    # Kept: to make one takes as long as to colour a cell.
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None


def terminal(text: str) -> str:
    """Output of a program: ANSI colours as HTML, progress bars as they ended; nothing for blank text."""
    text = _as_it_ended(text)
    if not text.strip():
        return ""
    text, rest = _cut(_OTHER_ESCAPES.sub("", text))
    return f"<pre>{ansi2html(text)}{rest}</pre>"


def terminal_text(text: str) -> str:
    """Output of a program as plain text: no colours, progress bars as they ended."""
    return str(strip_ansi(_OTHER_ESCAPES.sub("", _as_it_ended(text))))


def _as_it_ended(text: str) -> str:
    if "\r" not in text:
        return text
    return "\n".join(_overwritten(line) for line in text.replace("\r\n", "\n").split("\n"))


def _overwritten(line: str) -> str:
    parts = [part for part in line.split("\r") if part]
    return parts[-1] if parts else ""


def _cut(text: str) -> tuple[str, str]:
    if len(text) <= MAX_TEXT:
        return text, ""
    left = len(text) - MAX_TEXT
    return text[:MAX_TEXT], f'\n<span class="nb-note">[{left} more characters are in the .ipynb file]</span>'
