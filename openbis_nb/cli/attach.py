"""``openbis-nb attach``: every file of every input, verified, on the local disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ..errors import DataNotAvailable, InvalidInput
from ..notebooks import document
from ..settings import Settings
from ..units import human_size
from ..workflows.attach import AttachedDataSet
from ..workflows.attach import attach as attach_inputs
from ..workflows.claims import check_claims
from ..workflows.file_identity import identity_of_file
from ..workflows.workplace import Workplace
from .command import command
from .connection import open_workplace
from .progress import transferring
from .terminal import Terminal

__all__ = ["attach"]

#: States of an input that leave nothing to be wished for.
_COMPLETE = ("here", "in place", "empty")


@command(
    examples=[
        "openbis-nb attach 'Growth curves.ipynb'",
        "openbis-nb attach growth.ipynb --only '*.csv' --only '*.tsv'",
        "openbis-nb attach growth.ipynb --json",
    ]
)
@click.argument("notebook", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--only", metavar="GLOB", multiple=True, help="Files whose path or name matches; repeatable.")
@click.option("--confirm", is_flag=True, help="Accept what the notebook says of its inputs.")
async def attach(
    terminal: Terminal, settings: Settings, notebook: Path, only: Sequence[str], confirm: bool
) -> None:
    """Fetch the inputs of a notebook into the cache, verified.

    Every file of every input is fetched, small or large, without asking; what does not fit is refused
    before the first byte. The local paths are printed, one on each line. When an input cannot be read
    now (archived, in the trash …) the others are fetched and the exit code is 6.
    """
    async with open_workplace(settings) as workplace:
        notebook_id, inputs = await _inputs(workplace, notebook, confirmed=confirm)
        _announce(terminal, workplace, await attach_inputs(workplace, inputs, only=only, fetch_what="none"))
        with transferring("Attaching") as progress:
            found = await attach_inputs(workplace, inputs, only=only, fetch_what="all", progress=progress)
        complete = [data_set.perm_id for data_set in found if data_set.state in _COMPLETE]
        workplace.evidence.hand_out(workplace.evidence.begin(workplace.server, notebook_id), complete)
    terminal.result(
        [_document(data_set) for data_set in found],
        [str(path) for data_set in found for path in data_set.local.values()],
    )
    _tell(terminal, found)


async def _inputs(workplace: Workplace, path: Path, *, confirmed: bool) -> tuple[str, tuple[str, ...]]:
    notebook = document.read(path, max_size=workplace.limits.max_notebook)
    identity = identity_of_file(workplace, notebook, path)
    if identity is None:
        raise InvalidInput(
            f"{path.name} does not say which inputs it has.",
            next_step="Make a notebook with `openbis-nb new`, or save this one with --owner first.",
        )
    person = await workplace.client.whoami()
    check_claims(workplace, identity, person=person.user_id, owner_given=True, confirmed=confirmed)
    return identity.notebook_id, identity.inputs


def _announce(terminal: Terminal, workplace: Workplace, listed: Sequence[AttachedDataSet]) -> None:
    """Say what is going to be fetched, and how much room there is (design D11)."""
    missing = [
        file
        for data_set in listed
        if data_set.state == "listed"
        for file in data_set.files
        if file.path not in data_set.local
    ]
    if missing:
        size = human_size(sum(file.size for file in missing))
        free = human_size(workplace.cache.free())
        terminal.note(f"To fetch: {len(missing)} files, {size}; free on the disk of the cache: {free}.")


def _tell(terminal: Terminal, found: Sequence[AttachedDataSet]) -> None:
    files = sum(len(data_set.local) for data_set in found)
    size = sum(file.size for data_set in found for file in data_set.files if file.path in data_set.local)
    terminal.note(f"{files} files of {len(found)} data sets, {human_size(size)}.")
    incomplete = [data_set for data_set in found if data_set.state not in _COMPLETE]
    for data_set in incomplete:
        terminal.note(data_set.reason or f"{data_set.perm_id}: {data_set.state}")
    if incomplete:
        click.get_current_context().exit(DataNotAvailable.exit_code)


def _document(attached: AttachedDataSet) -> dict[str, Any]:
    return {
        "perm_id": attached.perm_id,
        "name": attached.data_set.name if attached.data_set else "",
        "type": attached.data_set.type_code if attached.data_set else "",
        "state": attached.state,
        "reason": attached.reason,
        "size": attached.size,
        "files": [
            {"path": file.path, "size": file.size, "local": str(attached.local.get(file.path, ""))}
            for file in attached.files
        ],
    }
