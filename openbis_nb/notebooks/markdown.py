"""Text of strangers inside Markdown: names, codes and file names that must stay text.

Whatever openBIS holds in a name (``<script>``, ``[x](javascript:…)``, ``$math$``, a table border, a
line break) is shown as it was typed and never becomes structure.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["Markdown", "code", "escape", "link", "table"]


class Markdown(str):
    """Text that is Markdown already: made by this module, from escaped parts."""

    __slots__ = ()


# Entities, where a backslash would itself start something: JupyterLab takes `\(` and `\[` for maths.
_ENTITIES = {ord(c): f"&#{ord(c)};" for c in "`{}[]()<>|@"} | {ord("&"): "&amp;"}
# MathJax looks for `$…$` and `\(…\)` once more in the finished page, but never across an element.
_APART = {ord(c): f"<span>&#{ord(c)};</span>" for c in "\\$"}
_BACKSLASHED = {ord(c): f"\\{c}" for c in "*_#~!"}
_ALL = _ENTITIES | _APART | _BACKSLASHED
_LINE_START = re.compile(r"^([-+=]|[0-9]{1,9}(?=[.](?:\s|$)))")


def escape(text: object) -> Markdown:
    """*text* as Markdown that shows just that text, on one line."""
    if isinstance(text, Markdown):
        return text
    flat = _one_line("" if text is None else str(text))
    escaped = flat.translate(_ALL).replace("://", "&#58;//").replace("www.", "www&#46;")
    return Markdown(_LINE_START.sub(_escape_start, escaped))


def code(text: object) -> Markdown:
    """*text* in a fixed-width font; unlike backticks, no text can end it."""
    return Markdown(f"<code>{escape(text)}</code>")


def link(text: object, url: str) -> Markdown:
    """A link; anything but http and https gives the text alone."""
    if not re.match(r"https?://[^/]", url):
        return escape(text)
    safe = "".join(c if c.isalnum() or c in "-._~:/?#@!&=+,;%" else _percent(c) for c in _one_line(url))
    return Markdown(f"[{escape(text)}](<{safe}>)")


def table(header: list[object], rows: list[list[object]]) -> Markdown:
    """A Markdown table; each cell is escaped unless it is :class:`Markdown`."""
    lines = [list(map(escape, header)), [Markdown("---")] * len(header)]
    lines += [list(map(escape, row)) for row in rows]
    return Markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def _escape_start(match: re.Match[str]) -> str:
    start = match[0]
    return f"\\{start}" if not start[0].isdigit() else f"&#{ord(start[0])};{start[1:]}"


def _one_line(text: str) -> str:
    # Category C holds controls, surrogates and the marks that turn the direction of reading.
    plain = "".join(" " if unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" else c for c in text)
    return " ".join(plain.split())


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8", "replace"))
