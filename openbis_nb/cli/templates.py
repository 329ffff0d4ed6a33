"""``openbis-nb templates``: what a notebook can be made from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from ..notebooks.library import Template, TemplateLibrary
from ..settings import Settings
from ..units import human_size
from .command import command
from .terminal import Terminal, table, to_json

__all__ = ["templates"]


@click.group()
def templates() -> None:
    """List, show and check notebook templates."""


@command(
    group=templates,
    name="list",
    examples=["openbis-nb templates list", "OPENBIS_NB_TEMPLATE_DIRS=~/templates openbis-nb templates list"],
)
def list_(terminal: Terminal, settings: Settings) -> None:
    """List the templates that can be used here."""
    found = TemplateLibrary(settings.template_dirs).list()
    rows = [(t.slug, t.title, t.version, t.language, ", ".join(t.entity_kinds) or "any") for t in found]
    document = [_document(template) for template in found]
    terminal.result(document, table(["SLUG", "TITLE", "VERSION", "LANGUAGE", "FOR"], rows))


@command(group=templates, examples=["openbis-nb templates show growth-curves"])
@click.argument("slug")
def show(terminal: Terminal, settings: Settings, slug: str) -> None:
    """Show one template with its parameters."""
    template = TemplateLibrary(settings.template_dirs).get(slug)
    terminal.result(_document(template), _description(template))


def _document(template: Template) -> object:
    return to_json(template)


def _description(template: Template) -> Iterator[str]:
    yield f"{template.title} ({template.slug} {template.version})"
    yield template.description
    yield ""
    yield f"Language:  {template.language} (kernel {template.kernel})"
    yield f"For:       {', '.join(template.entity_kinds) or 'any entity'}"
    yield f"Data sets: {', '.join(template.data_set_types) or 'any type'}"
    wishes = [
        f"image {template.image}" if template.image else "",
        f"{template.cpu:g} cores" if template.cpu else "",
        f"{human_size(template.ram)} of memory" if template.ram else "",
    ]
    if any(wishes):
        yield f"Wishes:    {', '.join(filter(None, wishes))}"
    yield f"Folder:    {template.folder}"
    if template.parameters:
        yield ""
        rows = [(p.name, p.type, p.default, p.unit, p.limits, p.help) for p in template.parameters]
        yield from table(["PARAMETER", "TYPE", "DEFAULT", "UNIT", "LIMITS", "HELP"], rows)


@command(
    group=templates,
    examples=["openbis-nb templates check ./my-template", "openbis-nb templates check --json ."],
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def check(terminal: Terminal, settings: Settings, folder: Path) -> None:
    """Check a template folder.

    What is to be mended is listed, and the exit code is then 2.
    """
    findings = TemplateLibrary(settings.template_dirs).check(folder)
    terminal.result(
        {"folder": str(folder), "ok": not findings, "findings": to_json(findings)},
        [str(finding) for finding in findings] or [f"{folder} holds together."],
    )
    if findings:
        click.get_current_context().exit(2)
