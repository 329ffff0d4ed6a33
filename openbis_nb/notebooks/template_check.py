"""What is wrong with a template folder: everything at once, for the author who mends it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidNotebook, InvalidTemplate
from ..models import DataSet, Entity, Person
from . import digest, identity, parameter_cell
from .context import InputSummary, NotebookContext
from .literals import to_literal
from .redact import Redactor
from .render import context_names, render_markdown
from .template import NOTEBOOK_FILE, YAML_FILE, Template, read_template

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Finding", "check_template"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: in which file, at which place, and what."""

    file: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}{f', {self.place}' if self.place else ''}: {self.message}"


def check_template(folder: Path) -> list[Finding]:
    """Everything that is to be mended in a template folder; empty when it holds together."""
    try:
        template = read_template(folder.resolve())
    except InvalidTemplate as error:
        return [Finding(YAML_FILE, str(error.extra.get("key", "")), error.message)]
    try:
        notebook = template.load()
    except InvalidTemplate as error:
        return [Finding(NOTEBOOK_FILE, "", error.message)]
    return [
        *_check_kernel(template, notebook),
        *_check_parameters(template, notebook),
        *_check_cells(template, notebook),
        *_check_leftovers(notebook),
    ]


def _check_kernel(template: Template, notebook: NotebookNode) -> Iterator[Finding]:
    named = notebook.metadata.get("kernelspec", {}).get("name")
    if named != template.kernel:
        message = f"its kernel is {named!r}, but {YAML_FILE} says {template.kernel!r}"
        yield Finding(NOTEBOOK_FILE, "kernelspec", message)


def _check_parameters(template: Template, notebook: NotebookNode) -> Iterator[Finding]:
    try:
        cell = parameter_cell.find_cell(notebook)
        values = parameter_cell.read_values(notebook, template.language)
    except InvalidNotebook as error:
        yield Finding(NOTEBOOK_FILE, "parameters cell", error.message)
        return
    if template.parameters and cell is None:
        yield Finding(NOTEBOOK_FILE, "parameters cell", f"no code cell is tagged `{parameter_cell.TAG}`")
        return
    names = {parameter.name for parameter in template.parameters}
    for name in sorted(set(values) - names):
        yield Finding(NOTEBOOK_FILE, "parameters cell", f"{name} is not in {YAML_FILE}, and would be lost")
    for parameter in template.parameters:
        wanted = to_literal(parameter.default, template.language)
        if parameter.name not in values:
            message = f"{parameter.name} is missing: write {parameter.name} with the value {wanted}"
            yield Finding(NOTEBOOK_FILE, "parameters cell", message)
        elif not _same(values[parameter.name], parameter.default, template.language):
            message = f"{parameter.name} has another value than the default {wanted} in {YAML_FILE}"
            yield Finding(NOTEBOOK_FILE, "parameters cell", message)


def _same(value: object, default: object, language: str) -> bool:
    if value == default and isinstance(value, bool) == isinstance(default, bool):
        return True
    return value == to_literal(default, language)  # read as code, e.g. R's c(1L, 2L)


def _check_cells(template: Template, notebook: NotebookNode) -> Iterator[Finding]:
    defaults = {parameter.name: parameter.default for parameter in template.parameters}
    names = context_names(template, _example(), defaults)
    for number, cell in enumerate(notebook.cells, 1):
        place = f"cell {number}"
        if cell.cell_type == "markdown":
            try:
                render_markdown(cell.source, names, place)
            except InvalidTemplate as error:
                yield Finding(NOTEBOOK_FILE, place, error.message.removeprefix(f"{place}: "))
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count is not None):
            yield Finding(NOTEBOOK_FILE, place, "it holds outputs or a count: clear all outputs and save")
    if not digest.saving_cells(notebook):
        yield Finding(NOTEBOOK_FILE, "", f"no cell saves: end with `nb.save()`, tagged `{digest.SAVE_TAG}`")


def _check_leftovers(notebook: NotebookNode) -> Iterator[Finding]:
    if identity.KEY in notebook.metadata:
        message = "it was made for an entity already: take the `openbis` block out of the metadata"
        yield Finding(NOTEBOOK_FILE, "metadata", message)
    for removed in Redactor().redact_notebook(notebook)[1].removed:
        yield Finding(NOTEBOOK_FILE, removed.place, f"it holds a secret ({removed.kind})")


def _example() -> NotebookContext:
    """A context that shows whether a template copes with what openBIS may leave empty."""
    owner = Entity("experiment", "20260101000000000-1", "/SPACE/PROJECT/EXPERIMENT", "EXPERIMENT")
    return NotebookContext(
        server="https://openbis.example.org",
        notebook_id="00000000-0000-0000-0000-000000000000",
        name="Example",
        owner=owner,
        person=Person("example"),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
        inputs=(InputSummary(DataSet("20260101000000000-2", "RAW_DATA")),),
    )
