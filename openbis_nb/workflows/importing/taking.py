"""What was looked at becomes a notebook of the person's own, and remembers its origin (table row 80)."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ...errors import InvalidInput, NotFound, disk_problem
from ...models import Entity, Identity, WebOrigin
from ...notebooks import document, web_origin
from ...notebooks import identity as identity_block
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ..launch import remember
from ..ledger import Ledger, LedgerEntry
from ..library.continuing import that_takes
from ..workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Imported", "imported", "unowned", "write_imported"]


@dataclass(frozen=True, slots=True)
class Imported:
    """A notebook that is ready to be written.

    Args:
        notebook: With its identity block; without an owner with its origin only.
        identity: What that says; ``None`` without an owner.
        remember: What the person's own machine may believe of it without a question at the first save.
    """

    notebook: NotebookNode
    identity: Identity | None
    remember: LedgerEntry | None


async def imported(
    workplace: Workplace,
    notebook: bytes,
    origin: WebOrigin,
    *,
    name: str,
    owner: str | None = None,
    inputs: Sequence[str] = (),
) -> Imported:
    """Make what was looked at a notebook of the person's own; nothing is written.

    Three round trips at most; none without an owner.

    Args:
        workplace: Of the person.
        notebook: ``ForeignNotebook.notebook``, also from a store: what was shown is what is made.
        origin: ``ForeignNotebook.origin``.
        name: Of the notebook.
        owner: Identifier or permId of an experiment or object; ``None``: chosen at the first save.
        inputs: PermIds of data sets; only with an owner.

    Raises:
        NotFound: the owner or an input is not there or not visible.
        InvalidInput: the owner is a space or project, or there are inputs without one.
        EntityFrozen, Forbidden: nothing could be saved in the owner.
    """
    if owner is None:
        if inputs:
            raise InvalidInput(
                "Data sets can be attached only to a notebook that is stored somewhere.",
                next_step="Choose where it is stored, or no data sets.",
            )
        return await asyncio.to_thread(unowned, notebook, origin)
    read = await asyncio.to_thread(document.loads, notebook, max_size=len(notebook))
    async with together() as group:
        owning = group.create_task(_owner(workplace, owner))
        chosen = group.create_task(_chosen(workplace.client, inputs))
    place = owning.result()
    identity = Identity(
        server=workplace.server,
        notebook_id=uuid.uuid4().hex,
        name=identity_block.clean_name(name),
        owner_kind=place.kind,
        owner_perm_id=place.perm_id,
        owner_identifier=place.identifier,
        inputs=chosen.result(),
        imported_from=origin,
    )
    return Imported(identity_block.write(read, identity), identity, LedgerEntry.of(identity))


def unowned(notebook: bytes, origin: WebOrigin) -> Imported:
    """:func:`imported` without an owner: openBIS is not asked, so nobody need be logged in. Blocks."""
    read = document.loads(notebook, max_size=len(notebook))
    return Imported(web_origin.write_only(read, origin), None, None)


def write_imported(made: Imported, name: str, folder: Path, ledger: Ledger | None = None) -> Path:
    """Write the notebook into *folder*, beside what is there (O-15). Blocks.

    Args:
        made: From :func:`imported` or :func:`unowned`.
        name: Of the file.
        folder: An existing folder.
        ledger: Where it is remembered as this person's own choice; needed where it has an owner.

    Raises:
        NoSpace: the disk is full; nothing was written.
        OpenbisNbError: the folder cannot be written to.
    """
    try:
        path = document.write_new(folder, name, made.notebook)
    except OSError as error:
        raise disk_problem(error, f"The notebook could not be written into {folder}") from error
    if made.remember is not None and ledger is not None:
        remember(ledger, made.remember, path, block_id=made.remember.notebook_id)
    return path


async def _owner(workplace: Workplace, wanted: str) -> Entity:
    return await that_takes(workplace, await workplace.client.entity(wanted))


async def _chosen(client: OpenBIS, inputs: Sequence[str]) -> tuple[str, ...]:
    wanted = tuple(dict.fromkeys(inputs))
    found = await client.data_sets(wanted)
    missing = [perm_id for perm_id in wanted if perm_id not in found]
    if missing:
        raise NotFound(f"There is no data set {', '.join(missing)} that you may see.")
    return wanted
