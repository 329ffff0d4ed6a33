"""``openbis-nb versions`` and ``download``: what was saved before."""

from __future__ import annotations

from pathlib import Path

import click

from ..models import Checkpoint
from ..settings import Settings
from ..units import human_size
from ..workflows.versions import download_version
from ..workflows.versions import versions as list_versions
from .command import command, output_folder
from .connection import open_workplace
from .summaries import entity_document
from .terminal import Terminal, table, to_json

__all__ = ["download", "versions"]


@command(
    examples=[
        "openbis-nb versions 'Growth curves.ipynb'",
        "openbis-nb versions 20261121093000123-60 --json",
    ]
)
@click.argument("notebook")
async def versions(terminal: Terminal, settings: Settings, notebook: str) -> None:
    """List the saved versions of a notebook.

    NOTEBOOK is a notebook file, a notebook id, or the permId of one version. Versions that somebody
    else wrote under its id are shown as forks.
    """
    async with open_workplace(settings) as workplace:
        found = await list_versions(workplace, notebook)
    rows = [
        (
            version.perm_id,
            f"{version.registered_at:%Y-%m-%d %H:%M}" if version.registered_at else "",
            version.registrator,
            version.name,
            human_size(version.size),
            "" if version.counts else "fork",
        )
        for version in found
    ]
    terminal.result(
        [_document(version) for version in found],
        table(["PERMID", "SAVED (UTC)", "BY", "NAME", "SIZE", ""], rows),
    )


def _document(version: Checkpoint) -> dict[str, object]:
    document: dict[str, object] = to_json(version)
    document["owner"] = entity_document(version.owner) if version.owner else None
    return document


@command(
    examples=["openbis-nb download 20261121093000123-60", "openbis-nb download 20261121093000123-60 -o work"]
)
@click.argument("perm_id", metavar="PERMID")
@output_folder
async def download(terminal: Terminal, settings: Settings, perm_id: str, folder: Path) -> None:
    """Fetch one saved version; never overwrites a file.

    The notebook keeps its id, so that saving it again makes the next version.
    """
    async with open_workplace(settings) as workplace:
        path = await download_version(workplace, perm_id, folder)
    terminal.result({"perm_id": perm_id, "path": path}, [f"{path}"])
