"""Markdown cells as harmless HTML, with formulas as MathML instead of a script from a CDN."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from html import escape, unescape
from typing import Any
from xml.etree.ElementTree import Element

from latex2mathml import exceptions
from latex2mathml.converter import Converter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from .html_clean import clean_fragment, note
from .html_code import MAX_MARKUP, highlighted

__all__ = ["markdown_to_html", "math_to_html"]

_MAX_FORMULA = 5_000  # characters
_MATHML = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "mstyle", "merror",
    "mpadded", "mphantom", "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mprescripts", "mtable", "mtr", "mtd", "menclose", "mfenced",
}  # fmt: skip
_MATHML_ATTRIBUTES = {
    "accent", "accentunder", "align", "close", "columnalign", "columnlines", "columnspacing", "depth",
    "display", "displaystyle", "fence", "form", "height", "largeop", "linethickness", "lspace", "mathcolor",
    "mathsize", "mathvariant", "maxsize", "minsize", "movablelimits", "notation", "open", "rowlines",
    "rowspacing", "rspace", "scriptlevel", "separator", "separators", "stretchy", "symmetric", "voffset",
    "width",
}  # fmt: skip
# What the converter raises over LaTeX that it does not take: its own errors, and Python's.
_FORMULA_ERRORS: tuple[type[Exception], ...] = (
    *(e for e in vars(exceptions).values() if isinstance(e, type) and issubclass(e, Exception)),
    ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip
_TAG = re.compile(r'(<(?:[^<>"]|"[^"]*")*>)')
_VALUE = re.compile(r"[\w#%.,+\- ()|\[\]{}⟨⟩‖]{0,60}")


def markdown_to_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    """A Markdown text as HTML: everything in it passes the sanitiser, formulas come after it."""
    if len(source) > MAX_MARKUP:
        return f"{note('This text is too long to be formatted.')}<pre>{highlighted(source, '')}</pre>"
    marker = secrets.token_hex(8)  # a reader's text cannot hold it
    renderer = _Renderer(marker)
    try:
        html = MarkdownWithMath(renderer=renderer).render(source)
    except RecursionError:
        return f"{note('This text is nested too deeply to be formatted.')}<pre>{escape(source)}</pre>"
    parts = _TAG.split(clean_fragment(html, attachments))
    placeholder = re.compile(rf"nb{marker}-([0-9]+)-")
    # Text and tags take turns. Within a tag (an attribute's value) nothing is put back.
    return "".join(
        placeholder.sub("" if number % 2 else lambda match: renderer.kept[int(match[1])], part)
        for number, part in enumerate(parts)
    )


def math_to_html(latex: str, *, block: bool = False) -> str:
    """A formula as MathML; one that cannot be converted stays as its LaTeX source."""
    fallback = f'<code class="nb-math">{escape(latex)}</code>'
    if len(latex) > _MAX_FORMULA:
        return fallback
    try:
        return _mathml(Converter(display="block" if block else "inline").convert_to_element(latex))
    except _FORMULA_ERRORS:
        return fallback  # its source is shown, so nothing is lost


class _Renderer(IPythonRenderer):  # type: ignore[misc]
    """mistune's renderer of Jupyter; formulas and code stand aside until the rest is sanitised."""

    def __init__(self, marker: str) -> None:
        super().__init__(escape=False, exclude_anchor_links=True)
        self.marker = marker
        self.kept: list[str] = []

    def _keep(self, html: str) -> str:
        self.kept.append(html)
        return f"nb{self.marker}-{len(self.kept) - 1}-"

    def inline_math(self, body: str) -> str:
        return self._keep(math_to_html(body))

    def block_math(self, body: str) -> str:
        return self._keep(math_to_html(body, block=True))

    def latex_environment(self, name: str, body: str) -> str:
        return self._keep(math_to_html(f"\\begin{{{name}}}{body}\\end{{{name}}}", block=True))

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split(maxsplit=1)[0] if info and info.strip() else ""
        return f"<div>{self._keep(f'<pre>{highlighted(code, language)}</pre>')}</div>"

    def image(self, text: str, url: str, title: str | None = None) -> str:
        # The base class would look for attachments itself, and raise for one that is missing.
        tip = f' title="{escape(title)}"' if title else ""
        return f'<img src="{escape(url)}" alt="{escape(text)}"{tip}>'


def _mathml(element: Element) -> str:
    tag = element.tag.rsplit("}", 1)[-1]
    inside = _text(element.text) + "".join(_mathml(child) + _text(child.tail) for child in element)
    if tag not in _MATHML:
        return inside
    attributes = "".join(
        f' {name}="{escape(value)}"'
        for name, value in element.attrib.items()
        if name in _MATHML_ATTRIBUTES and _VALUE.fullmatch(value)
    )
    return f"<{tag}{attributes}>{inside}</{tag}>"


def _text(text: str | None) -> str:
    # The converter writes symbols as entities ("&#x0003C;") into its tree.
    return escape(unescape(text)) if text else ""
