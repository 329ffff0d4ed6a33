"""``openbis-nb notebook sync``: a notebook file and its notebook in openBIS (N-68)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import click

from ..errors import InvalidInput
from ..settings import Settings
from ..workflows.sync import SyncRequest
from ..workflows.sync import sync as sync_file
from .command import command
from .connection import open_workplace
from .progress import saying
from .summaries import exit_code_of_save, save_lines
from .terminal import Terminal

__all__ = ["notebook"]


@click.group()
def notebook() -> None:
    """Keep a notebook file and its notebook in openBIS together."""


@command(
    group=notebook,
    examples=[
        "openbis-nb notebook sync analysis.ipynb --project /BIOLAB/GROWTH",
        "openbis-nb notebook sync analysis.ipynb",
        "openbis-nb notebook sync renamed.ipynb --update",
        "openbis-nb notebook sync copy.ipynb --new --owner /BIOLAB/GROWTH/GROWTH_CURVES_1",
    ],
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--project", metavar="IDENTIFIER", help="For a new notebook: a project with one place to store it."
)
@click.option("--owner", metavar="IDENTIFIER", help="For a new notebook: the experiment or object.")
@click.option("--new", is_flag=True, help="A notebook of its own.")
@click.option("--update", is_flag=True, help="The next version of the notebook it says it is.")
@click.option("--name", metavar="NAME", help="Name of the version; default: the notebook's, or the file's.")
@click.option("--notes", metavar="TEXT", default="", help="Notes for the version.")
@click.option("--confirm", is_flag=True, help="Accept what the notebook says of its owner and inputs.")
async def sync(
    terminal: Terminal,
    settings: Settings,
    path: Path,
    project: str | None,
    owner: str | None,
    new: bool,
    update: bool,
    name: str | None,
    notes: str,
    confirm: bool,
) -> None:
    """Save a notebook file: as a new notebook, or as the next version of its own.

    Without a flag, a file that openBIS knows gets its next version, and any other becomes a new notebook; its
    id is written into the file. A file that was moved or renamed needs a flag. It is a save like all others:
    while openBIS is away the version waits in the outbox.
    """
    if new and update:
        raise InvalidInput("--new and --update exclude each other.")
    intent: Literal["new", "update"] | None = "new" if new else "update" if update else None
    request = SyncRequest(
        path=path, intent=intent, project=project, owner=owner, name=name, notes=notes, confirm=confirm
    )
    async with open_workplace(settings, terminal) as workplace:
        with saying("Saving") as say:
            result = await sync_file(workplace, request, say=say)
    terminal.result(result, save_lines(result))
    click.get_current_context().exit(exit_code_of_save(result))
