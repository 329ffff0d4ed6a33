"""A whole notebook as one HTML page that stands alone and does nothing (design D9).

openBIS serves it inline, on the data store's origin and with the session in the URL (contract 8.9).
So it holds no script, no event handler and no external reference, and says the same again in a
Content-Security-Policy of its own. Slow on purpose nowhere, but foreign input can make it so: use
:func:`openbis_nb.notebooks.export.export_html`, which runs it in a limited process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape, unescape
from typing import Any

from .html_clean import note
from .html_code import highlighted
from .html_markdown import markdown_to_html
from .html_outputs import output_to_html
from .html_style import style_sheet

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "cell_to_html",
    "language_of",
    "listed",
    "page",
    "placeholder_html",
    "to_html",
]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)

_FOOTER = "A still picture of the notebook: the .ipynb file beside it is the original."
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#-]{1,40}")


def to_html(
    notebook: Mapping[str, Any],
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    hide_code: bool = False,
    heading: bool = True,
) -> str:
    """The page for *notebook*.

    Args:
        notebook: nbformat 4; of any origin.
        title: The page's title and first heading.
        facts: Label and text, shown below the title; a text that begins with ``https://`` or
            ``http://`` becomes a link.
        hide_code: Fold the code away; a reader can still open it.
        heading: Show the title in the page, too; not where the page around this one has it.
    """
    language = language_of(notebook)
    cells = [cell_to_html(cell, language, hide_code) for cell in notebook.get("cells", ())]
    body = "\n".join(cells) or note("This notebook is empty.")
    shown = escape(title) if heading and not _begins_with(body, title) else ""
    return page(title, _header(shown, facts), body, footer=_FOOTER)


def placeholder_html(title: str, reason: str, facts: Sequence[tuple[str, str]] = ()) -> str:
    """A page in place of one that could not be made, saying why."""
    body = note(f"This notebook cannot be shown as a page: {reason}")
    return page(title, _header(escape(title), facts), body, footer=_FOOTER)


def _begins_with(body: str, title: str) -> bool:
    """Whether the notebook's own first heading is the title already, as in our templates."""
    first = re.match(r'<section class="nb-text"><h1>(.*?)</h1>', body)
    return first is not None and unescape(re.sub(r"<[^>]*>", "", first[1])).strip() == title.strip()


def page(title: str, header: str, body: str, *, footer: str, style: str | None = None) -> str:
    """A page that stands alone and does nothing; *header*, *body* and *footer* are HTML of ours.

    Args:
        title: Plain text.
        style: Style sheet; default: that of all our pages.
    """
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_SECURITY_POLICY}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style or style_sheet()}</style></head>\n"
        f"<body>{f'<header>{header}</header>' if header else ''}\n"
        f"<main>\n{body}\n</main>\n"
        f"<footer>{footer}</footer>"
        "</body></html>\n"
    )


def listed(facts: Sequence[tuple[str, str]]) -> str:
    """Label and text pairs as a list; nothing for none."""
    items = "".join(f"<dt>{escape(label)}</dt><dd>{_fact(text)}</dd>" for label, text in facts)
    return f"<dl>{items}</dl>" if items else ""


def _header(heading: str, facts: Sequence[tuple[str, str]]) -> str:
    return (f"<h1>{heading}</h1>" if heading else "") + listed(facts)


def _fact(text: str) -> str:
    if re.fullmatch(r"https?://[^\s\"'<>]+", text):
        return f'<a href="{escape(text)}" rel="noopener noreferrer" target="_blank">{escape(text)}</a>'
    return escape(text)


def cell_to_html(cell: Mapping[str, Any], language: str, hide_code: bool = False) -> str:
    """One cell with its outputs."""
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    if cell.get("cell_type") == "markdown":
        attachments = cell.get("attachments")
        html = markdown_to_html(text, attachments if isinstance(attachments, Mapping) else None)
        return f'<section class="nb-text">{html}</section>'
    if cell.get("cell_type") != "code":
        return f'<section class="nb-text"><pre>{highlighted(text, "text")}</pre></section>'
    outputs = cell.get("outputs") or ()
    made = [html for output in outputs if (html := output_to_html(output))]
    shown = "".join(f'<div class="nb-output">{html}</div>' for html in made)
    return f"<section>{_code(cell, text, language, hide_code)}{shown}</section>"


def _code(cell: Mapping[str, Any], source: str, language: str, hide_code: bool) -> str:
    if not source.strip():
        return ""
    count = cell.get("execution_count")
    number = f"[{count}]" if isinstance(count, int) else "[ ]"
    code = f'<div class="nb-code"><span class="nb-count">{number}</span>'
    code += f"<pre>{highlighted(source, language)}</pre></div>"
    return f"<details><summary>Code</summary>{code}</details>" if hide_code else code


def language_of(notebook: Mapping[str, Any]) -> str:
    """The language of the code, as Pygments knows it; ``text`` where the notebook does not say."""
    metadata = notebook.get("metadata", {})
    info, spec = metadata.get("language_info", {}), metadata.get("kernelspec", {})
    for source, key in ((info, "pygments_lexer"), (info, "name"), (spec, "language")):
        named = source.get(key) if isinstance(source, Mapping) else None
        if isinstance(named, str) and _LANGUAGE.fullmatch(named):
            return named
    return "text"
