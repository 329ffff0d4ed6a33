"""The versions of a notebook, and bringing one back as a new file (N-07, N-13, N-24, N-47)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidInput, NotFound, disk_problem
from ..identifiers import is_perm_id
from ..models import Checkpoint, DataSet
from ..notebooks import document
from ..openbis import checkpoints
from ..openbis.checkpoints import notebook_id_of
from .file_identity import identity_of_file
from .file_standing import note_written
from .launch import remember
from .ledger import LedgerEntry
from .library.reopening import Reopening, find_version, reopen
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Fetched", "download_version", "fetch_version", "versions"]


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


@dataclass(frozen=True, slots=True)
class Fetched:
    """A version that is ready to be written as a file.

    Args:
        name: What the file shall be called, without ``.ipynb``.
        notebook: Its content; the notebook id stays in it, so that it can be continued (N-24).
        notebook_id: ``None`` for a notebook that is no version of one.
        remember: What this machine may believe of it; ``None``: somebody else wrote it.
    """

    name: str
    notebook: NotebookNode
    notebook_id: str | None
    remember: LedgerEntry | None

    def note(self, workplace: Workplace, path: Path) -> None:
        """Note that it was written to *path*: nothing in it is new; its author's first save asks nothing."""
        note_written(workplace.ledger, self.notebook, path)
        if self.remember is not None:
            remember(workplace.ledger, self.remember, path, block_id=self.notebook_id or "")


async def fetch_version(workplace: Workplace, perm_id: str) -> Fetched:
    """A version as a notebook file again; nothing is written.

    Raises:
        NotFound: no such data set, or no notebook in it.
        DataNotAvailable: it is archived.
        InvalidNotebook, TooLarge: what is stored there cannot be opened.
    """
    source = await find_version(workplace.client, perm_id)
    if notebook_id_of(source) is None:  # a notebook, but no version of one: it comes as it is
        limit = workplace.limits.max_notebook
        content = await checkpoints.read(workplace.client, perm_id, max_bytes=limit)
        notebook = await asyncio.to_thread(document.loads, content, name=perm_id, max_size=limit)
        return Fetched(source.name or perm_id, notebook, None, None)
    reopened = await reopen(workplace, Reopening(perm_id, "continue"))
    identity = reopened.identity
    return Fetched(identity.name, reopened.notebook, identity.notebook_id, reopened.remember)


async def download_version(workplace: Workplace, perm_id: str, folder: Path) -> Path:
    """Write one version as a new file.

    Returns:
        ``Name.ipynb``, else ``Name 2.ipynb`` …; no file is overwritten (N-47).

    Raises:
        OpenbisNbError: as :func:`fetch_version`.
        NoSpace, Conflict: it cannot be written.
    """
    fetched = await fetch_version(workplace, perm_id)
    path = _written(folder, fetched.name, fetched.notebook)
    fetched.note(workplace, path)
    return path


def _written(folder: Path, name: str, notebook: NotebookNode) -> Path:
    try:
        return document.write_new(folder, name, notebook)
    except OSError as error:
        raise disk_problem(error, f"The version could not be written into {folder}") from error


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
