"""Foreign HTML, made harmless: an allow-list of tags, attributes, addresses and style properties.

What is left has no script, no event handler, no form, no frame, and refers to nothing outside the
page: a relative address would point at the data store, with the reader's session (contract 8.9).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import nh3

__all__ = ["clean_fragment", "has_active_content", "image_data_url", "note"]

_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "code", "col", "colgroup", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "small", "span", "strike", "strong",
    "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var",
}  # fmt: skip
_DROPPED_WHOLE = {
    "script", "style", "iframe", "object", "embed", "applet", "form", "template", "noscript", "title",
    "svg", "math", "select", "textarea", "button", "frameset", "audio", "video", "canvas", "dialog", "xmp",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"title", "align", "dir", "lang", "style", "class"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "scope", "valign"},
    "table": {"border"},
    "ol": {"start", "type"},
    "details": {"open"},
    "col": {"span"},
    "colgroup": {"span"},
}
# No property that takes an address, moves something out of its place, or covers the page.
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left",
    "border-right", "border-style", "border-top", "border-width", "color", "font-family", "font-size",
    "font-style", "font-weight", "line-height", "padding", "padding-left", "padding-right", "text-align",
    "text-decoration", "vertical-align", "white-space", "width", "height", "max-width",
}  # fmt: skip
_REFERRING_STYLE = re.compile(r"url\s*\(|image-set|expression|@import|\\", re.IGNORECASE)
_CLASSES = {"dataframe", "highlight", "task-list-item"}
_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|canvas|audio|video|form)\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)
_IMAGE_WITHOUT_SOURCE = re.compile(r'<img(?:\s+(?!src=)[a-z]+="[^"]*")*\s*/?>')
_ALT = re.compile(r'\salt="([^"]*)"')
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "image/png": (b"\x89PNG\r\n\x1a\n",),
    "image/jpeg": (b"\xff\xd8\xff",),
    "image/gif": (b"GIF87a", b"GIF89a"),
    "image/webp": (b"RIFF",),
    "image/bmp": (b"BM",),
}


def clean_fragment(html: str, attachments: Mapping[str, Any] | None = None) -> str:
    """*html* without anything that acts or refers outwards; remote pictures become a note.

    Args:
        html: A fragment of any origin.
        attachments: Pictures of the cell by name, as nbformat keeps them, for ``attachment:name``.
    """
    cleaned = nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=lambda _, name, value: _allowed(name, value, attachments or {}),
        url_schemes={"http", "https", "mailto", "data", "attachment"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=_STYLES,
        strip_comments=True,
    )
    return _IMAGE_WITHOUT_SOURCE.sub(_missing_picture, cleaned)


def has_active_content(html: str) -> bool:
    """Whether *html* was made to act (scripts, frames, handlers), so that its still form says little."""
    return _ACTIVE.search(html) is not None


def note(text: str) -> str:
    """A remark of ours in the page, where something was left out."""
    return f'<p class="nb-note">{escape(text)}</p>'


def image_data_url(mime: str, content: str) -> str | None:
    """A picture as a ``data:`` address, or ``None`` where the bytes are not what the type says.

    Args:
        mime: ``image/png`` … or ``image/svg+xml`` (then *content* is the text of the SVG). A browser
            runs no script and loads nothing from an SVG that is shown as a picture.
    """
    if mime == "image/svg+xml":
        text = re.sub(r"<!--.*?-->|<\?.*?\?>", "", content, flags=re.DOTALL).lstrip("\ufeff \t\r\n")
        text = re.sub(r"^<!DOCTYPE\s+svg[^\[>]*>", "", text, flags=re.IGNORECASE).lstrip()
        if not re.match(r"<svg[\s>]", text) or re.search(r"<!(?:ENTITY|DOCTYPE)", text, re.IGNORECASE):
            return None
        raw = text.encode("utf-8", "replace")
    else:
        try:
            raw = base64.b64decode("".join(content.split()), validate=True)
        except (binascii.Error, ValueError):
            return None
        if not raw.startswith(_SIGNATURES.get(mime, ())):
            return None
    return f"data:{mime};base64,{base64.b64encode(raw).decode()}"


def _allowed(attribute: str, value: str, attachments: Mapping[str, Any]) -> str | None:
    """The value that an attribute may keep, or ``None``."""
    match attribute:
        case "href":
            return _link_target(value)
        case "src":
            return _picture(value, attachments)
        case "class":
            return " ".join(c for c in value.split() if c in _CLASSES) or None
        case "style":
            return None if _REFERRING_STYLE.search(value) else value
    return value


def _link_target(url: str) -> str | None:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme in ("http", "https") and parts.netloc and parts.username is None:
        return url.strip()
    return url.strip() if parts.scheme == "mailto" else None


def _picture(url: str, attachments: Mapping[str, Any]) -> str | None:
    if url.startswith("attachment:"):
        name = unquote_to_bytes(url.removeprefix("attachment:")).decode("utf-8", "replace")
        bundle = attachments.get(name)
        for mime, content in bundle.items() if isinstance(bundle, Mapping) else ():
            text = "".join(content) if isinstance(content, list) else content
            if isinstance(text, str) and (data := image_data_url(mime, text)):
                return data
        return None
    match = re.fullmatch(r"data:(image/[a-z+]+)(?:;charset=[\w-]+)?(;base64)?,(.*)", url.strip(), re.DOTALL)
    if match is None:
        return None
    mime, coded, content = match[1], match[2], unquote_to_bytes(match[3])
    if mime == "image/svg+xml":
        try:
            content = base64.b64decode(content, validate=True) if coded else content
        except (binascii.Error, ValueError):
            return None
    elif not coded:
        content = base64.b64encode(content)
    return image_data_url(mime, content.decode("utf-8", "replace"))


def _missing_picture(match: re.Match[str]) -> str:
    alt = _ALT.search(match[0])
    what = f": {alt[1]}" if alt and alt[1] else ""  # escaped already, by nh3
    return f'<span class="nb-note">[picture not included{what}]</span>'
