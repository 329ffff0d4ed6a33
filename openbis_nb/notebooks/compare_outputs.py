"""The outputs of one cell in two notebooks: texts by their lines, pictures and tables beside each other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from itertools import zip_longest
from typing import Any

from .compare_source import text_table
from .html_clean import note
from .html_code import terminal_text
from .html_outputs import output_to_html
from .streams import join_text

__all__ = ["outputs_to_html"]

#: Larger outputs are replaced by their size and digest, in characters of their JSON: pictures, and others.
_LARGE_PICTURE, _LARGE = 8_000_000, 400_000
#: Mime types that are shown otherwise than by their text.
_RICH = ("image/", "text/html", "text/markdown", "text/latex", "application/")

Output = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Seen:
    """An output with what its JSON tells: it may be huge, so that is made once."""

    output: Output
    size: int
    digest: str

    @property
    def is_large(self) -> bool:
        data = self.output.get("data")
        has_picture = isinstance(data, Mapping) and any(mime.startswith("image/") for mime in data)
        return self.size > (_LARGE_PICTURE if has_picture else _LARGE)

    @property
    def html(self) -> str:
        if self.is_large:
            kind = ", ".join(self.output.get("data") or ()) or str(self.output.get("output_type"))
            return note(f"A large output ({kind}), {self.size / 1e6:.1f} MB, SHA-256 {self.digest[:16]}….")
        return output_to_html(self.output) or note("An output that shows nothing.")


def outputs_to_html(base: Sequence[Output], other: Sequence[Output], *, same: bool) -> str:
    """The outputs of a cell that both notebooks have.

    Args:
        base, other: Outputs, with pieces of one stream joined.
        same: They look the same, so they stand once, folded away.
    """
    if not base and not other:
        return ""
    left, right = [_seen(output) for output in base], [_seen(output) for output in other]
    if same:
        shown = "".join(f'<div class="nb-output">{seen.html}</div>' for seen in right)
        return (
            f'<details><summary>Outputs are the same</summary><div class="nb-alone">{shown}</div></details>'
        )
    parts = [_pair(before, after) for before, after in _aligned(left, right)]
    return f"<h3>Outputs</h3>{''.join(parts)}"


def _aligned(base: Sequence[_Seen], other: Sequence[_Seen]) -> Iterator[tuple[_Seen | None, _Seen | None]]:
    left, right = ([seen.digest for seen in side] for side in (base, other))
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for _, a, a_end, b, b_end in matcher.get_opcodes():
        yield from zip_longest(base[a:a_end], other[b:b_end])


def _pair(base: _Seen | None, other: _Seen | None) -> str:
    if base is not None and other is not None:
        if base.digest == other.digest:
            return f'<div class="nb-alone">{note("The same in both:")}{other.html}</div>'
        sides = _sides(_side("removed", "Base", base), _side("added", "Compared", other))
        if base.is_large or other.is_large:
            return sides
        texts = _plain(base.output), _plain(other.output)
        if texts[0] is not None and texts[1] is not None:
            return text_table(texts[0], texts[1], caption="Text of the output")
        return sides + _as_text(base.output, other.output)
    nothing = f'<div class="nb-side">{note("No output here.")}</div>'
    left = nothing if base is None else _side("removed", "Base only", base)
    right = nothing if other is None else _side("added", "Compared only", other)
    return _sides(left, right)


def _sides(left: str, right: str) -> str:
    return f'<div class="nb-pair">{left}{right}</div>'


def _side(css: str, name: str, seen: _Seen) -> str:
    return f'<div class="nb-side {css}"><p class="nb-name">{name}</p>{seen.html}</div>'


def _as_text(base: Output, other: Output) -> str:
    """Tables and the like as text, too: there what differs can be found."""
    before, after = _text_of(base), _text_of(other)
    if before == after or not before or not after:
        return ""
    table = text_table(before, after, caption="The outputs as text")
    return f"<details open><summary>Differences as text</summary>{table}</details>"


def _plain(output: Output) -> str | None:
    """The text of an output that is nothing but text."""
    kind = output.get("output_type")
    if kind == "stream":
        return terminal_text(join_text(output.get("text"))).rstrip("\n")
    if kind == "error":
        lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
        return terminal_text("\n".join(map(str, lines)))
    data = output.get("data")
    if not isinstance(data, Mapping) or any(mime.startswith(_RICH) for mime in data):
        return None
    return terminal_text(join_text(data.get("text/plain")))


def _text_of(output: Output) -> str:
    data = output.get("data")
    if not isinstance(data, Mapping):
        return _plain(output) or ""
    if any(mime.startswith("image/") for mime in data):
        return ""
    html = join_text(data.get("text/html"))
    if "<table" in html:
        return _table_text(html)
    for mime in ("text/plain", "text/markdown", "text/latex"):
        if mime in data:
            return terminal_text(join_text(data[mime]))
    return json.dumps(data, indent=1, sort_keys=True)


def _table_text(html: str) -> str:
    """A line for each row, cells apart by a bar."""
    html = re.sub(r"<(style|script)\b.*?</\1\s*>", "", html, flags=re.DOTALL | re.IGNORECASE)
    rows = re.split(r"<tr\b[^>]*>", html, flags=re.IGNORECASE)
    texts = []
    for row in rows:
        cells = re.split(r"</t[dh]\s*>", row, flags=re.IGNORECASE)
        plain = [" ".join(unescape(re.sub(r"<[^>]*>", " ", cell)).split()) for cell in cells]
        texts.append(" | ".join(plain).rstrip(" |"))
    return "\n".join(text for text in texts if text)


def _seen(output: Output) -> _Seen:
    looked_at = {key: value for key, value in output.items() if key not in ("execution_count", "metadata")}
    data = json.dumps(looked_at, sort_keys=True).encode()
    return _Seen(output, len(data), hashlib.sha256(data).hexdigest())
