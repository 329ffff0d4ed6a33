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
from typing import Any, Literal

from .html_clean import note
from .html_code import highlighted
from .html_markdown import markdown_to_html
from .html_outputs import output_to_html
from .html_style import style_sheet

__all__ = [
    "CONTENT_SECURITY_POLICY",
    "Code",
    "cell_to_html",
    "language_of",
    "listed",
    "output_of",
    "page",
    "placeholder_html",
    "to_html",
]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
)

#: ``folded``: a reader can still open it. ``left-out``: it is not in the page at all; nor is what quotes it.
Code = Literal["shown", "folded", "left-out"]

_FOOTER = "A still picture of the notebook: the .ipynb file beside it is the original."
_ALONE = "A still picture of a version of a notebook in openBIS."
_LANGUAGE = re.compile(r"[A-Za-z0-9_+#-]{1,40}")
_ERROR_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,80}")


def to_html(
    notebook: Mapping[str, Any],
    *,
    title: str,
    facts: Sequence[tuple[str, str]] = (),
    code: Code = "shown",
    heading: bool = True,
    alone: bool = False,
) -> str:
    """The page for *notebook*.

    Args:
        notebook: nbformat 4; of any origin.
        title: The page's title and first heading.
        facts: Label and text, shown below the title; a text that begins with ``https://`` or
            ``http://`` becomes a link.
        code: What becomes of the code (D-10).
        heading: Show the title in the page, too; not where the page around this one has it.
        alone: No notebook lies beside the page.
    """
    language = language_of(notebook)
    cells = [html for cell in notebook.get("cells", ()) if (html := cell_to_html(cell, language, code))]
    body = "\n".join(cells) or note("This notebook is empty." if code != "left-out" else "Nothing to show.")
    shown = escape(title) if heading and not _begins_with(body, title) else ""
    footer = _ALONE if alone or code == "left-out" else _FOOTER
    return page(title, _header(shown, facts), body, footer=footer)


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
        f"{f'<footer>{footer}</footer>' if footer else ''}"
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


def cell_to_html(cell: Mapping[str, Any], language: str, code: Code = "shown") -> str:
    """One cell with its outputs; empty where nothing of it is to be shown."""
    source = cell.get("source", "")
    text = "".join(source) if isinstance(source, list) else str(source)
    if cell.get("cell_type") == "markdown":
        attachments = cell.get("attachments")
        html = markdown_to_html(text, attachments if isinstance(attachments, Mapping) else None)
        return f'<section class="nb-text">{html}</section>'
    if cell.get("cell_type") != "code":
        # Raw cells are where code goes that is not to run.
        raw = "" if code == "left-out" else f"<pre>{highlighted(text, 'text')}</pre>"
        return f'<section class="nb-text nb-raw">{raw}</section>' if raw else ""
    made = [html for output in cell.get("outputs") or () if (html := output_of(output, code))]
    shown = "".join(f'<div class="nb-output">{html}</div>' for html in made)
    if code == "left-out":
        return f"<section>{shown}</section>" if shown else ""
    return f"<section>{_code(cell, text, language, code)}{shown}</section>"


def output_of(output: Mapping[str, Any], code: Code) -> str:
    """One output, empty where it shows nothing; with the code left out, without what quotes it: Python's
    warnings show the line that warned, and tracebacks all around it."""
    kind = output.get("output_type")
    if code == "left-out" and kind == "stream" and output.get("name") == "stderr":
        return ""
    if code == "left-out" and kind == "error":
        named = str(output.get("ename"))
        what = f": {named}" if _ERROR_NAME.fullmatch(named) else ""
        return note(f"This cell ended with an error{what}.")
    return output_to_html(output)


def _code(cell: Mapping[str, Any], source: str, language: str, code: Code) -> str:
    if not source.strip():
        return ""
    count = cell.get("execution_count")
    number = f"[{count}]" if isinstance(count, int) else "[ ]"
    shown = f'<div class="nb-code"><span class="nb-count">{number}</span>'
    shown += f"<pre>{highlighted(source, language)}</pre></div>"
    return f"<details><summary>Code</summary>{shown}</details>" if code == "folded" else shown


def language_of(notebook: Mapping[str, Any]) -> str:
    """The language of the code, as Pygments knows it; ``text`` where the notebook does not say."""
    metadata = notebook.get("metadata", {})
    info, spec = metadata.get("language_info", {}), metadata.get("kernelspec", {})
    for source, key in ((info, "pygments_lexer"), (info, "name"), (spec, "language")):
        named = source.get(key) if isinstance(source, Mapping) else None
        if isinstance(named, str) and _LANGUAGE.fullmatch(named):
            return named
    return "text"
