"""From template to notebook: pure, and the same bytes for the same input (design D7).

Jinja stands in Markdown cells only, in a sandboxed environment where every value is escaped; code
cells go in verbatim; values enter code only as literals in the cell tagged ``parameters``.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from ..errors import InvalidTemplate
from ..models import Identity
from ..units import human_size
from . import document, eln_marks, identity, markdown, parameter_cell
from .context import InputSummary, NotebookContext
from .parameters import check_values
from .template import Template

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["context_names", "render", "render_markdown"]


def render(
    template: Template, context: NotebookContext, parameters: Mapping[str, Any] | None = None
) -> NotebookNode:
    """The notebook for *context*, with its identity block; its owner is in no need to edit a cell.

    Args:
        template: From the library.
        context: Whom and what it is for; ``context.notebook_id`` decides the cell ids.
        parameters: Values other than the defaults.

    Raises:
        InvalidParameter: unknown, of the wrong type or out of limits; nothing is made.
        InvalidTemplate: the template's notebook or its Jinja does not hold together.
    """
    values = check_values(template.parameters, parameters or {})
    source = template.load()
    names = context_names(template, context, values)
    cells = []
    for number, cell in enumerate(source.cells):
        made = copy.deepcopy(cell)
        made.id = document.cell_id(context.notebook_id, number)
        if made.cell_type == "markdown":
            made.source = render_markdown(made.source, names, f"{template.slug}: cell {number + 1}")
        elif made.cell_type == "code":
            made.outputs, made.execution_count = [], None
        cells.append(made)
    eln_marks.mark(cells)
    notebook = document.new(cells, _metadata(template, source))
    cell = parameter_cell.find_cell(notebook)
    if cell is not None and template.parameters:
        cell["source"] = parameter_cell.write_cell(template.parameters, values, template.language)
    return identity.write(notebook, _identity(template, context))


def render_markdown(source: str, names: Mapping[str, Any], where: str) -> str:
    """One Markdown cell with its Jinja expressions filled in, every value escaped.

    Raises:
        InvalidTemplate: a syntax error, an unknown name, or something the sandbox forbids.
    """
    try:
        return _compiled(source).render(names)
    except (jinja2.TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        raise InvalidTemplate(f"{where}: {error}") from error


def context_names(
    template: Template, context: NotebookContext, values: Mapping[str, Any]
) -> dict[str, str | int | list[dict[str, Any]] | Callable[..., markdown.Markdown] | dict[str, Any]]:
    """The names a template's Markdown may use; documented in docs/how-to/write-a-template.md."""
    owner = context.owner
    return {
        "name": context.name,
        "title": template.title,
        "person": context.person.display_name,
        "date": context.created_at.strftime("%Y-%m-%d"),
        "owner": {
            "label": owner.label,
            "code": owner.code,
            "identifier": owner.identifier,
            "kind": owner.kind,
            "type": owner.type_code,
            "link": markdown.link(owner.label, context.owner_link),
        },
        "inputs": [_input(context, summary) for summary in context.inputs],
        "inputs_table": _inputs_table(context),
        "parameters": dict(values),
        "template": {"slug": template.slug, "version": template.version},
        "code": markdown.code,
    }


@lru_cache(maxsize=256)
def _compiled(source: str) -> jinja2.Template:
    """A service renders the same few cells for everybody."""
    return _ENVIRONMENT.from_string(source)


def _finalize(value: Any) -> str:
    return markdown.escape(value)


_ENVIRONMENT = ImmutableSandboxedEnvironment(
    # Markdown is not HTML: Jinja's own escaping would leave `[x](javascript:…)` alone. Every
    # expression passes through `finalize` instead, which escapes for both.
    autoescape=False,
    finalize=_finalize,
    undefined=jinja2.StrictUndefined,
    keep_trailing_newline=True,
)


def _input(context: NotebookContext, summary: InputSummary) -> dict[str, Any]:
    data_set = summary.data_set
    return {
        "perm_id": data_set.perm_id,
        "label": summary.label,
        "type": data_set.type_code,
        "file_count": summary.file_count,
        "size": human_size(summary.size, unknown="?"),
        "file_names": list(summary.file_names),
        "state": _state(summary),
        "link": markdown.link(summary.label, context.input_link(summary)),
    }


def _inputs_table(context: NotebookContext) -> markdown.Markdown:
    if not context.inputs:
        return markdown.Markdown("*No data sets are attached yet.*")
    rows: list[list[object]] = []
    for summary in context.inputs:
        files = "?" if summary.file_count is None else summary.file_count
        link = markdown.link(summary.label, context.input_link(summary))
        size = human_size(summary.size, unknown="?")
        rows.append([link, summary.data_set.type_code, files, size, _state(summary)])
    return markdown.table(["Data set", "Type", "Files", "Size", "State"], rows)


def _state(summary: InputSummary) -> str:
    data_set = summary.data_set
    if data_set.kind != "PHYSICAL":
        return {"LINK": "kept outside openBIS", "CONTAINER": "container"}[data_set.kind]
    return data_set.status.replace("_", " ").lower()


def _metadata(template: Template, source: NotebookNode) -> dict[str, Any]:
    kept = source.metadata
    display = kept.get("kernelspec", {}).get("display_name", template.kernel)
    metadata = {
        # What the ELN writes into the notebooks it makes itself (O-21).
        "autogenerated_by_openbis": True,
        "kernelspec": {"name": template.kernel, "display_name": display, "language": template.language},
    }
    if "language_info" in kept:
        metadata["language_info"] = copy.deepcopy(kept["language_info"])
    return metadata


def _identity(template: Template, context: NotebookContext) -> Identity:
    return Identity(
        server=context.server,
        notebook_id=context.notebook_id,
        name=context.name,
        owner_kind=context.owner.kind,
        owner_perm_id=context.owner.perm_id,
        owner_identifier=context.owner.identifier,
        inputs=tuple(summary.perm_id for summary in context.inputs),
        template_slug=template.slug,
        template_version=template.version,
    )
