"""A stored version as a new file beside what is there, never over it (N-24, N-47, O-15, row 85)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import NotFound
from ..identifiers import safe_file_name
from ..notebooks import document
from ..workflows.versions import Fetched, fetch_version
from ..workflows.workplace import Workplace
from .desk import Desk
from .landing import without_memory_if_need_be
from .placing import place

__all__ = ["Brought", "bring", "folder_below"]


@dataclass(frozen=True, slots=True)
class Brought:
    """A file that was written.

    Args:
        path: Below the root of the server.
        fetched: What is in it.
    """

    path: PurePosixPath
    fetched: Fetched


def folder_below(desk: Desk, text: str) -> Path:
    """An existing folder, as the file browser names it; ``""`` is the root.

    Raises:
        UnsafePath: it leads out of the root.
        NotFound: there is no such folder.
    """
    folder = desk.path(text)
    if not folder.is_dir():
        raise NotFound(f"There is no folder {text[:200]!r}.", next_step="Choose a folder that is there.")
    return folder


async def bring(desk: Desk, workplace: Workplace, perm_id: str, folder: Path) -> Brought:
    """Write a version as a new file into *folder*: ``Name.ipynb``, else ``Name 2.ipynb`` …

    It stays a version of its notebook, and the first save of who may write that asks nothing.

    Args:
        desk: Whose root.
        workplace: Whose session.
        perm_id: Of the version.
        folder: As :func:`folder_below` gives it.

    Raises:
        OpenbisNbError: as ``workflows.versions.fetch_version``.
        NoSpace, Conflict, UnsafePath: it cannot be written there; nothing is left behind.
    """
    fetched = await fetch_version(workplace, perm_id)
    return await asyncio.to_thread(_written, desk, workplace, fetched, folder)


def _written(desk: Desk, workplace: Workplace, fetched: Fetched, folder: Path) -> Brought:
    root = desk.here.root.resolve()
    name = safe_file_name(fetched.name, suffix=".ipynb")
    content = document.dumps(fetched.notebook)
    path = place(root, folder.relative_to(root).parts, name, lambda _: content)
    with without_memory_if_need_be():
        fetched.note(workplace, root / path)
    return Brought(path, fetched)
