"""Outputs of cells as harmless HTML: the richest still form that a mime bundle holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .html_clean import clean_fragment, has_active_content, image_data_url, note
from .html_code import MAX_MARKUP, terminal
from .html_markdown import markdown_to_html, math_to_html

__all__ = ["output_to_html"]

_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp")
#: Mime types that need a program in the page; shown by their picture, else by a note.
_INTERACTIVE = (
    "application/javascript",
    "application/vnd.jupyter.widget-view+json",
    "application/vnd.plotly.v1+json",
    "application/vnd.bokehjs",
    "application/vnd.holoviews",
    "application/vnd.vega",
    "application/geo+json",
)


def output_to_html(output: Mapping[str, Any]) -> str:
    """One output as HTML; empty for what shows nothing, such as a progress bar that was cleared."""
    kind = output.get("output_type")
    if kind == "stream":
        text = terminal(_text(output.get("text")))
        return f'<div class="nb-stderr">{text}</div>' if text and output.get("name") == "stderr" else text
    if kind == "error":
        lines = output.get("traceback") or [f"{output.get('ename')}: {output.get('evalue')}"]
        return f'<div class="nb-error">{terminal(chr(10).join(map(str, lines)))}</div>'
    data = output.get("data")
    return _bundle(data) if isinstance(data, Mapping) else note("An output of an unknown kind.")


def _bundle(data: Mapping[str, Any]) -> str:
    html = _text(data.get("text/html"))
    interactive = any(mime.startswith(_INTERACTIVE) for mime in data) or has_active_content(html)
    if interactive:
        return _picture(data) or _still(html, data)
    if html:
        return clean_fragment(html) if len(html) <= MAX_MARKUP else _too_large(data)
    if picture := _picture(data):
        return picture
    if "text/markdown" in data:
        return markdown_to_html(_text(data["text/markdown"]))
    if "text/latex" in data:
        return _latex(_text(data["text/latex"]))
    if "text/plain" not in data and "application/json" in data:
        return terminal(json.dumps(data["application/json"], indent=2, ensure_ascii=False))
    if "text/plain" in data:
        return terminal(_text(data["text/plain"]))
    return note(f"An output of the type {', '.join(data) or '(none)'}; see the .ipynb file.")


def _still(html: str, data: Mapping[str, Any]) -> str:
    """What is left of something interactive without a picture: a note, its text, its tables."""
    remark = note("An interactive output is not shown here; open the notebook in Jupyter to use it.")
    left = clean_fragment(html).strip() if len(html) <= MAX_MARKUP else ""
    return remark + (left or (terminal(_text(data["text/plain"])) if "text/plain" in data else ""))


def _too_large(data: Mapping[str, Any]) -> str:
    plain = terminal(_text(data["text/plain"])) if "text/plain" in data else ""
    return note("A very large output; it is in the .ipynb file.") + plain


def _picture(data: Mapping[str, Any]) -> str:
    plain = _text(data.get("text/plain"))
    for mime in _PICTURES:
        if mime in data and (url := image_data_url(mime, _text(data[mime]))):
            return f'<img src="{url}" alt="{_alt(plain)}">'
    if any(mime in data for mime in _PICTURES):
        return note("A picture is damaged, or is not of the type that it claims; see the .ipynb file.")
    return ""


def _alt(text: str) -> str:
    return "".join(c if c.isalnum() or c in " .,:=()" else " " for c in text[:100]).strip() or "Figure"


def _latex(source: str) -> str:
    formula = source.strip()
    for sign in ("$$", "$"):
        if formula.startswith(sign) and formula.endswith(sign) and len(formula) >= 2 * len(sign):
            formula = formula[len(sign) : -len(sign)]
            break
    return f"<p>{math_to_html(formula.removeprefix(chr(92) + 'displaystyle'), block=True)}</p>"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return "".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""
