"""``openbis-nb new``: a notebook for an experiment or object, from a template."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import click

from ..errors import InvalidInput
from ..models import LaunchRequest
from ..settings import Settings
from ..units import human_size
from ..workflows.launch import PreparedNotebook, prepare, write_notebook
from ..workflows.workplace import Workplace
from . import parameters
from .command import assignments, command, output_folder
from .connection import open_workplace
from .summaries import data_set_document, entity_document
from .terminal import Terminal, table, visible

__all__ = ["new"]


@command(
    examples=[
        "openbis-nb new --owner /BIOLAB/GROWTH/GROWTH_CURVES_1",
        "openbis-nb new --owner /LAB/GROWTH/E1 --template growth-curves --set window_hours=2.5",
        "openbis-nb new --owner 20261121093000123-45 --input 20261121093000123-50 --name 'A look' -o work",
    ]
)
@click.option("--owner", metavar="IDENTIFIER", required=True, help="Experiment or object, or its permId.")
@click.option("--input", "inputs", metavar="PERMID", multiple=True, help="A data set to attach; repeatable.")
@click.option("--all-inputs", is_flag=True, help="All data sets of the owner, whatever their size.")
@click.option("--with-parents", is_flag=True, help="Also what the owner's objects and data sets come from.")
@click.option("--with-children", is_flag=True, help="Also what was made of them.")
@click.option("--template", metavar="SLUG", default="analysis", show_default=True, help="Template to use.")
@click.option("--set", "values", metavar="KEY=VALUE", multiple=True, help="A parameter; repeatable.")
@click.option("--name", metavar="NAME", help="Name of the notebook; default: template, owner and date.")
@output_folder
async def new(
    terminal: Terminal,
    settings: Settings,
    owner: str,
    inputs: Sequence[str],
    all_inputs: bool,
    with_parents: bool,
    with_children: bool,
    template: str,
    values: Sequence[str],
    name: str | None,
    folder: Path,
) -> None:
    """Make a notebook for an experiment or object from a template.

    Without --input and --all-inputs the owner's available data sets are taken up to a size setting,
    and the rest is listed. A space or project as owner asks for one among what it holds. A file that
    is there already is never overwritten.
    """
    if inputs and all_inputs:
        raise InvalidInput("--input and --all-inputs exclude each other.")
    async with open_workplace(settings, terminal) as workplace:
        chosen = workplace.templates.get(template)
        texts = assignments(values, option="--set")
        request = LaunchRequest(
            place=owner,
            inputs=tuple(inputs),
            all_inputs=all_inputs,
            with_parents=with_parents,
            with_children=with_children,
            template=template,
            parameters=parameters.for_template(chosen, texts),
            name=name,
        )
        prepared = await _prepare(terminal, workplace, request)
        path = write_notebook(workplace, prepared, folder)
    terminal.result(_document(prepared, path), _lines(prepared, path))


async def _prepare(terminal: Terminal, workplace: Workplace, request: LaunchRequest) -> PreparedNotebook:
    try:
        return await prepare(workplace, request)
    except InvalidInput as error:
        candidates = error.extra.get("candidates")
        if not candidates or terminal.as_json or not sys.stdin.isatty():
            raise
        terminal.note(error.message)
    return await prepare(workplace, replace(request, owner=_choose(terminal, candidates)))


def _choose(terminal: Terminal, candidates: Sequence[str]) -> str:
    for number, candidate in enumerate(candidates, start=1):
        click.echo(visible(f"{number:>4}  {candidate}"), err=True)
    chosen: int = terminal.ask("Which one", kind=click.IntRange(1, len(candidates)))
    return candidates[chosen - 1]


def _document(prepared: PreparedNotebook, path: Path) -> dict[str, object]:
    return {
        "path": path,
        "notebook_id": prepared.notebook_id,
        "name": prepared.name,
        "owner": entity_document(prepared.owner),
        "template": {"slug": prepared.template.slug, "version": prepared.template.version},
        "inputs": [data_set_document(data_set) for data_set in prepared.inputs],
        "left_out": [
            {**data_set_document(left.data_set), "reason": left.reason} for left in prepared.left_out
        ],
    }


def _lines(prepared: PreparedNotebook, path: Path) -> Iterator[str]:
    yield f"{path}"
    yield f"Stored in: {prepared.owner.identifier}"
    yield f"Inputs:    {len(prepared.inputs)}"
    rows = [(d.perm_id, d.type_code, d.name, human_size(d.size)) for d in prepared.inputs]
    if rows:
        yield from table(["PERMID", "TYPE", "NAME", "SIZE"], rows)
    if prepared.left_out:
        yield "Not taken:"
        left = [(x.data_set.perm_id, x.data_set.type_code, human_size(x.data_set.size), x.reason)
                for x in prepared.left_out]  # fmt: skip
        yield from table(["PERMID", "TYPE", "SIZE", "WHY"], left)
