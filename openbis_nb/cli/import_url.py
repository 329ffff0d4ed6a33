"""``openbis-nb import``: a notebook from an address of the web, as a file of one's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from .. import assemble
from ..errors import InvalidInput
from ..settings import Settings
from ..units import human_size
from ..web.guarded.rules import GuardRules
from ..workflows.importing.notebook import ForeignNotebook, look_at
from ..workflows.importing.taking import Imported, imported, unowned, write_imported
from .command import command
from .connection import open_workplace
from .progress import fetching
from .terminal import Terminal

__all__ = ["import_url"]


@command(
    name="import",
    examples=[
        "openbis-nb import https://github.com/LAB/REPO/blob/main/growth.ipynb",
        "openbis-nb import https://gitlab.com/LAB/REPO/-/blob/main/fit.ipynb --ref v1.2 --to work",
        "openbis-nb import https://example.org/a.ipynb --owner /LAB/GROWTH/E1 --input 20261121093000123-31",
    ],
)
@click.argument("address", metavar="ADDRESS")
@click.option("--ref", metavar="NAME", help="Branch, tag or commit; default: the one in the address.")
@click.option("--owner", metavar="IDENTIFIER", help="Experiment or object that it will be stored in.")
@click.option("--input", "inputs", metavar="PERMID", multiple=True, help="A data set to attach; repeatable.")
@click.option("--name", metavar="NAME", help="Name of the notebook; default: that of the file.")
@click.option(
    "--to",
    "folder",
    metavar="FOLDER",
    default=".",
    type=click.Path(path_type=Path, exists=True, file_okay=False, writable=True),
    help="Folder for the file; default: this one.",
)
async def import_url(
    terminal: Terminal,
    settings: Settings,
    address: str,
    ref: str | None,
    owner: str | None,
    inputs: Sequence[str],
    name: str | None,
    folder: Path,
) -> None:
    """Fetch a notebook from a URL into a new file.

    The address may be that of the file, or of its page at GitHub, GitLab and the like. Nothing of yours goes
    there, and no address inside the network is fetched unless the admin allows it. The notebook remembers the
    address, the commit where its host tells, and a digest. Without --owner no log-in is needed: where it is
    stored is then chosen at the first save. A file that is there already is never overwritten.
    """
    if inputs and not owner:
        raise InvalidInput("--input needs --owner: only a notebook that is stored somewhere has inputs.")
    foreign = await _fetched(address, ref, assemble.guard_rules(settings))
    for warning in foreign.warnings:
        terminal.note(f"Note: {warning}")
    called = name or foreign.name
    if owner is None:
        made = unowned(foreign.notebook, foreign.origin)
        path = write_imported(made, called, folder)
    else:
        async with open_workplace(settings, terminal) as workplace:
            made = await imported(
                workplace, foreign.notebook, foreign.origin, name=called, owner=owner, inputs=inputs
            )
            path = write_imported(made, called, folder, workplace.ledger)
    terminal.result(_document(foreign, made, path), _lines(foreign, made, path))


async def _fetched(address: str, ref: str | None, rules: GuardRules) -> ForeignNotebook:
    with fetching("Fetching") as progress:
        return await look_at(address, rules, ref=ref, progress=progress)


def _document(foreign: ForeignNotebook, made: Imported, path: Path) -> dict[str, Any]:
    identity = made.identity
    return {
        "path": path,
        "name": identity.name if identity else path.stem,
        "notebook_id": identity.notebook_id if identity else None,
        "owner": identity.owner_identifier if identity else None,
        "inputs": identity.inputs if identity else (),
        "origin": foreign.origin,
        "kernel": foreign.kernel,
        "cells": foreign.cells,
        "size": foreign.size,
        "warnings": foreign.warnings,
    }


def _lines(foreign: ForeignNotebook, made: Imported, path: Path) -> Iterator[str]:
    yield f"{path}"
    yield f"From:      {foreign.url}"
    if foreign.commit:
        yield f"Commit:    {foreign.commit}"
    kernel = foreign.kernel or "unknown"
    yield f"Content:   {foreign.cells} cells, {human_size(foreign.size)}, kernel {kernel}"
    if made.identity is not None:
        yield f"Stored in: {made.identity.owner_identifier} (at the first save)"
        yield f"Inputs:    {len(made.identity.inputs)}"
