"""In the limited process: one notebook as it is published."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape
from typing import Any

from . import document
from .digest import saving_cells
from .html_page import Code, output_of, to_html
from .redact import Redactor
from .streams import join_text

__all__ = ["publish"]

#: Outputs that are listed; characters of the label of each.
_MOST_OUTPUTS, _LABEL = 2_000, 60
#: Characters of an output's HTML in which its label is looked for.
_LOOKED_AT = 20_000
_ALT = re.compile(r'<img [^>]*alt="([^"]*)"')
_TAG = re.compile(r"<[^>]*(?:>|$)")
#: As nbformat 4.5 says; only outputs of such cells can be chosen alone.
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


def publish(notebooks: Sequence[bytes], options: dict[str, Any]) -> bytes:
    """Page and single outputs of the one notebook, with what is in them, packed for ``publishing.unpack``.

    Args:
        notebooks: One.
        options: ``code`` and ``patterns``.

    Raises:
        InvalidNotebook, TooLarge: it is none.
    """
    [data] = notebooks
    code: Code = options["code"]
    parsed = document.parse(data, max_size=len(data))
    notebook, report = Redactor((), options["patterns"]).redact_notebook(parsed)
    page = to_html(notebook, title="Published notebook", code=code, heading=False, alone=True).encode(
        "utf-8", "replace"
    )
    outputs = list(_outputs(notebook, code))
    told = {
        "page_size": len(page),
        "cells": len(notebook["cells"]),
        "code_cells": sum(cell.get("cell_type") == "code" for cell in notebook["cells"]),
        "pictures": page.count(b"<img "),
        "outputs": [shown for shown, _ in outputs[:_MOST_OUTPUTS]],
        "redactions": [{"kind": r.kind, "place": r.place, "count": r.count} for r in report.removed],
        "warnings": list(_warnings(notebook, code, len(outputs))),
    }
    head = json.dumps(told).encode()
    return b"".join((head, b"\n", page, _packed(outputs[:_MOST_OUTPUTS])))


def _packed(outputs: Sequence[tuple[dict[str, Any], bytes]]) -> bytes:
    """A line that says where each stands after it, then all of them."""
    entries, begin = [], 0
    for shown, html in outputs:
        entries.append([shown["cell_id"], shown["index"], begin, len(html)])
        begin += len(html)
    return json.dumps(entries).encode() + b"\n" + b"".join(html for _, html in outputs)


def _outputs(notebook: Mapping[str, Any], code: Code) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Each output that shows something, with what a person chooses it by."""
    for number, cell in enumerate(notebook["cells"], 1):
        if cell.get("cell_type") != "code" or not _CELL_ID.fullmatch(str(cell.get("id"))):
            continue
        for index, output in enumerate(cell.get("outputs") or ()):
            if html := output_of(output, code):
                kind, label = _kind(output, html)
                place = {"cell_id": cell["id"], "index": index, "cell": number}
                yield place | {"kind": kind, "label": label}, html.encode("utf-8", "replace")


def _kind(output: Mapping[str, Any], html: str) -> tuple[str, str]:
    if output.get("output_type") == "error":
        return "error", ""
    label = _label(html)
    if html.startswith("<img "):
        return "picture", label
    if "<table" in html:
        return "table", label
    return ("text" if label else "other"), label


def _label(html: str) -> str:
    """A few words of what is shown, and of nothing else: other forms of the same output are not published."""
    picture = _ALT.match(html)
    text = picture[1] if picture else _TAG.sub(" ", html[:_LOOKED_AT])
    return " ".join(unescape(text).split())[:_LABEL]


def _warnings(notebook: Mapping[str, Any], code: Code, outputs: int) -> Iterator[str]:
    """What a person should know before others see it."""
    cells = [cell for cell in notebook["cells"] if cell.get("cell_type") == "code"]
    written = [cell for cell in cells if join_text(cell.get("source")).strip()]
    saving = saving_cells(notebook)  # they have no number while they save
    errors = sum(any(_is(output, "error") for output in cell.get("outputs") or ()) for cell in cells)
    if errors:
        yield f"{_cells(errors)} ended with an error."
    if written and not any(cell.get("outputs") for cell in cells):
        yield "No cell has an output: the notebook was not run before it was saved."
    elif idle := sum(cell.get("execution_count") is None for cell in written if cell.get("id") not in saving):
        yield f"{_cells(idle)} had not run when it was saved."
    if code != "left-out":
        return
    if any(_is(output, "stderr") for cell in cells for output in cell.get("outputs") or ()):
        yield "Warnings and messages on the error stream are left out: they quote the code."
    texts = [cell for cell in notebook["cells"] if cell.get("cell_type") == "markdown"]
    if any("```" in join_text(cell.get("source")) for cell in texts):
        yield "Code that is written in the text between the cells is shown."
    if not outputs and not texts:
        yield "Nothing is left to be shown without the code."


def _is(output: Mapping[str, Any], what: str) -> bool:
    if what == "stderr":
        return bool(output.get("output_type") == "stream" and output.get("name") == "stderr")
    return bool(output.get("output_type") == what)


def _cells(number: int) -> str:
    return "One cell" if number == 1 else f"{number} cells"
