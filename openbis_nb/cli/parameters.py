"""Parameters as a person types them (``--set window_hours=2.5``), made into values of the right type."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..errors import InvalidParameter, InvalidTemplate, NotFound
from ..notebooks import document, parameter_cell
from ..notebooks import identity as identity_block
from ..notebooks.library import Template, TemplateLibrary
from ..notebooks.parameters import parse_text

__all__ = ["for_notebook", "for_template"]


def for_template(template: Template, texts: Mapping[str, str]) -> dict[str, Any]:
    """Values for a template's parameters.

    Raises:
        InvalidParameter: an unknown one, a wrong type, or out of its limits.
    """
    return {name: parse_text(template.parameter(name), text) for name, text in texts.items()}


def for_notebook(
    path: Path, texts: Mapping[str, str], templates: TemplateLibrary, *, max_size: int
) -> dict[str, Any]:
    """Values for the parameters cell of a notebook: checked by its template where that is known, else
    of the type that the value in the cell has.

    Raises:
        InvalidParameter: a value of another type; an unknown name is the runner's to refuse.
    """
    if not texts:
        return {}
    notebook = document.read(path, max_size=max_size)
    language = str(notebook.metadata.get("kernelspec", {}).get("language", "python")).lower()
    present = parameter_cell.read_values(notebook, language)
    identity = identity_block.read(notebook)
    template = _template(templates, identity.template_slug if identity else None)
    known = {parameter.name: parameter for parameter in template.parameters} if template else {}
    return {
        name: parse_text(known[name], text) if name in known else _like(name, present.get(name), text)
        for name, text in texts.items()
    }


def _template(templates: TemplateLibrary, slug: str | None) -> Template | None:
    try:
        return templates.get(slug) if slug else None
    except (NotFound, InvalidTemplate):  # the notebook outlives the template it was made from
        return None


def _like(name: str, present: Any, text: str) -> Any:
    if isinstance(present, str):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        value = {"True": True, "False": False, "None": None}.get(text, text)
    if present is None or _kind(present) is _kind(value):
        return value
    raise InvalidParameter(
        f"The parameter {name!r} is {present!r} in the notebook; {text[:60]!r} is of another type."
    )


def _kind(value: Any) -> type:
    """The type, where whole and other numbers are one and truth values are none."""
    return float if isinstance(value, int | float) and not isinstance(value, bool) else type(value)
