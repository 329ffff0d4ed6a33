"""The templates that a person may choose from, with what helps to choose."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from ...errors import InvalidNotebook, NotFound, TooLarge
from ...models import EntityKind
from ...notebooks import document
from ...notebooks.library import TemplateLibrary
from ...notebooks.parameters import Parameter
from ...notebooks.template import NOTEBOOK_FILE, Template
from .shapes import ParameterField, TemplateCard

__all__ = ["templates"]

_HEADING = re.compile(r"^## +(?P<text>.+?) *#*$", re.MULTILINE)
_MARKS = re.compile(r"[*_`]|\{[{%#].*?[}%#]\}")


def templates(library: TemplateLibrary, kind: EntityKind | None = None) -> list[TemplateCard]:
    """Templates that suit an entity; for a space or project those for anything that can be an owner in it
    (O-09). No call to openBIS.

    Args:
        library: Where they are.
        kind: Of the entity; ``None`` for all.
    """
    wanted = {"experiment", "object"} if kind in ("space", "project") else {kind}
    return [
        _card(template)
        for template in library.list()
        if kind is None or not template.entity_kinds or wanted & set(template.entity_kinds)
    ]


def _card(template: Template) -> TemplateCard:
    notebook = template.folder / NOTEBOOK_FILE
    return TemplateCard(
        slug=template.slug,
        title=template.title,
        description=template.description,
        version=template.version,
        language=template.language,
        kernel=template.kernel,
        entity_kinds=list(template.entity_kinds),
        data_set_types=list(template.data_set_types),
        parameters=[_field(parameter) for parameter in template.parameters],
        outline=list(_outline(notebook, notebook.stat().st_mtime_ns)),
    )


def _field(parameter: Parameter) -> ParameterField:
    return ParameterField(
        name=parameter.name,
        type=parameter.type,
        default=parameter.default,
        unit=parameter.unit,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        choices=list(parameter.choices),
        help=parameter.help,
        limits=parameter.limits,
    )


@lru_cache(maxsize=256)
def _outline(notebook: Path, changed_at: int) -> tuple[str, ...]:
    """The headings of a template's notebook below its title: what it does, in its own words.

    Args:
        notebook: The file.
        changed_at: Its time of change: an admin may mend a template while the service runs.
    """
    try:
        cells = document.read(notebook).cells
    except (InvalidNotebook, NotFound, TooLarge):
        return ()  # a launch says what is wrong with it; here it only lacks its outline
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    found = (_MARKS.sub("", match["text"]).strip() for match in _HEADING.finditer(text))
    return tuple(heading for heading in found if heading)
