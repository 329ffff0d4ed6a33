"""``openbis-nb save``: a notebook file as a new version in openBIS."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from ..settings import Settings
from ..workflows.save import save as save_version
from ..workflows.save_request import SaveRequest
from .command import assignments, command
from .connection import open_workplace
from .progress import saying
from .summaries import exit_code_of_save, save_lines
from .terminal import Terminal

__all__ = ["is_open_here", "save"]


@command(
    examples=[
        "openbis-nb save 'Growth curves.ipynb' --notes 'blank corrected' --file results/rates.csv",
        "openbis-nb save other.ipynb --owner /BIOLAB/GROWTH/GROWTH_CURVES_1",
        "openbis-nb save copy.ipynb --as-new --name 'A second look'",
    ]
)
@click.argument("notebook", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--owner", metavar="IDENTIFIER", help="Where to store it; default: where the notebook belongs.")
@click.option("--name", metavar="NAME", help="Name of the version; default: that of the notebook.")
@click.option("--notes", metavar="TEXT", default="", help="Notes for the version.")
@click.option(
    "--file",
    "files",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A result file; repeatable.",
)
@click.option("--unused", metavar="PERMID", multiple=True, help="An input that is no parent; repeatable.")
@click.option(
    "--as-new/--same-notebook", default=None, help="What a copied file is: a notebook of its own or not."
)
@click.option("--type", "data_set_type", metavar="CODE", help="Data-set type; default: ANALYSIS_NOTEBOOK.")
@click.option("--property", "properties", metavar="CODE=VALUE", multiple=True, help="A property; repeatable.")
@click.option(
    "--take-over",
    "takeover",
    is_flag=True,
    help="Carry on another's notebook, as an admin of its space.",
)
@click.option("--confirm", is_flag=True, help="Accept what the notebook says of its owner and inputs.")
async def save(
    terminal: Terminal,
    settings: Settings,
    notebook: Path,
    owner: str | None,
    name: str | None,
    notes: str,
    files: Sequence[Path],
    unused: Sequence[str],
    as_new: bool | None,
    data_set_type: str | None,
    properties: Sequence[str],
    takeover: bool,
    confirm: bool,
) -> None:
    """Save a notebook as a new version in openBIS.

    Stored are the notebook, a readable HTML page of it, the result files, its provenance and its
    environment. The inputs become parents. Content that has not changed makes no new version.
    """
    request = SaveRequest(
        path=notebook,
        name=name,
        notes=notes,
        files=tuple(file.absolute() for file in files),
        unused=tuple(unused),
        owner=owner,
        as_new=as_new,
        data_set_type=data_set_type,
        properties=assignments(properties, option="--property"),
        takeover=takeover,
        confirm=confirm,
        write_back=not is_open_here(notebook),
    )
    async with open_workplace(settings, terminal) as workplace:
        with saying("Saving") as say:
            result = await save_version(workplace, request, say=say)
    terminal.result(result, save_lines(result))
    click.get_current_context().exit(exit_code_of_save(result))


def is_open_here(notebook: Path) -> bool:
    """Whether a cell of this very notebook has started us: a front end has it open then (design D12)."""
    named = os.environ.get("JPY_SESSION_NAME", "")  # what Jupyter tells each kernel of its notebook
    return bool(named) and Path(named).resolve() == notebook.resolve()
