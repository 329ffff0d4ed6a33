"""The versions of a notebook, and bringing one back as a new file (N-07, N-13, N-24, N-47)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from ..errors import InvalidInput, NotFound, disk_problem
from ..identifiers import is_perm_id, safe_file_name
from ..models import Checkpoint, DataSet, Entity, Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..openbis import checkpoints
from .file_identity import identity_of_file
from .ledger import LedgerEntry
from .workplace import Workplace

__all__ = ["download_version", "versions"]


async def versions(workplace: Workplace, notebook: str) -> list[Checkpoint]:
    """All visible versions, oldest first; ``counts`` is false for what is shown as a fork.

    Args:
        workplace: Who and where.
        notebook: A notebook file, a notebook id, or the permId of one of its versions.

    Raises:
        NotFound: no version is visible.
        InvalidInput: a file without an identity block.
    """
    notebook_id = await _notebook_id(workplace, notebook)
    found = await checkpoints.versions(workplace.client, notebook_id)
    if not found:
        raise NotFound(
            f"openBIS shows you no version of {notebook}.", next_step="Save it first, or check the id."
        )
    return list(found)


async def download_version(workplace: Workplace, perm_id: str, folder: Path) -> Path:
    """Write one version as a new file; the notebook id stays in it, so that it can be continued (N-24).

    Returns:
        ``Name.ipynb``, else ``Name 2.ipynb`` …; no file is overwritten (N-47).

    Raises:
        NotFound: no such data set, or no notebook in it.
        InvalidNotebook: what is stored there is not a notebook of format 4.
    """
    content = await checkpoints.read(workplace.client, perm_id)
    notebook = document.loads(content, name=perm_id, max_size=workplace.limits.max_notebook)
    data_set = (await workplace.client.data_sets([perm_id]))[perm_id]
    identity = identity_block.read(notebook)
    name = safe_file_name(data_set.name or (identity.name if identity else perm_id))
    if identity is not None and data_set.owner is not None:
        identity = replace(
            identity,
            checkpoint_id=perm_id,
            saved_at=data_set.registered_at.isoformat().replace("+00:00", "Z")
            if data_set.registered_at
            else None,
            saved_by=data_set.registrator.user_id if data_set.registrator else None,
        )
        notebook = identity_block.write(notebook, identity)
    try:
        path = document.write_new(folder, name, notebook)
    except OSError as error:
        raise disk_problem(error, f"The version could not be written into {folder}") from error
    me = (await workplace.client.whoami()).user_id
    if identity is not None and data_set.owner is not None and saved_by(data_set) == me:
        workplace.ledger.remember(_entry(workplace, identity, data_set, data_set.owner))
        workplace.ledger.place(
            workplace.server,
            identity.notebook_id,
            path,
            block_id=identity.notebook_id,
            checkpoint_id=perm_id,
        )
    return path


def saved_by(data_set: DataSet) -> str:
    """User id of who registered a version; empty where openBIS does not say."""
    return data_set.registrator.user_id if data_set.registrator else ""


async def _notebook_id(workplace: Workplace, notebook: str) -> str:
    if notebook.endswith(".ipynb"):
        return await asyncio.to_thread(_id_in_file, workplace, Path(notebook))
    if not is_perm_id(notebook):
        return notebook
    data_set = (await workplace.client.data_sets([notebook])).get(notebook)
    found = await _history_id(workplace, data_set) if data_set is not None else None
    if found is None:
        raise NotFound(f"{notebook} is no version of a notebook that you may see.")
    return found


async def _history_id(workplace: Workplace, data_set: DataSet) -> str | None:
    """The notebook id of a data set, under the server's spelling of the property (design D6)."""
    code = await workplace.client.property_code(data_set.type_code, "HISTORY_ID")
    value = data_set.properties.get(code) if code else None
    return str(value) if value else None


def _id_in_file(workplace: Workplace, path: Path) -> str:
    notebook = document.read(path, max_size=workplace.limits.max_notebook)
    identity = identity_of_file(workplace, notebook, path)
    if identity is None:
        raise InvalidInput(
            f"{path.name} does not say which notebook it is.",
            next_step="Save it with --owner first, or give a permId.",
        )
    return identity.notebook_id


def _entry(workplace: Workplace, identity: Identity, data_set: DataSet, owner: Entity) -> LedgerEntry:
    """What this person stored in openBIS under the notebook's id; the inputs of the block are their own."""
    inputs = (*identity.inputs, *data_set.parents)
    known = workplace.ledger.get(workplace.server, identity.notebook_id)
    if known is not None:  # the newest version is what a save is compared with, not this older one
        return replace(known, inputs=tuple(dict.fromkeys((*known.inputs, *inputs))))
    return LedgerEntry(
        server=workplace.server,
        notebook_id=identity.notebook_id,
        name=data_set.name,
        owner=owner.perm_id,
        owner_kind=owner.kind,
        owner_identifier=owner.identifier,
        inputs=tuple(dict.fromkeys(inputs)),
    )
