"""Files beside a notebook that may be results: what a save dialog offers by tick-box.

What changed since the last save, or since the notebook came here, is ticked at first; nothing is taken
without a person seeing it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

__all__ = ["MOST", "Candidate", "candidates"]

#: Files that are offered, and files and folders that are looked at for it: a home may hold a million.
MOST, _MOST_LOOKED_AT = 200, 5_000
#: Folders below the notebook's that are looked into.
_DEEPEST = 3
#: A larger file is offered, and not ticked; bytes.
_LARGE = 100 * 2**20
#: How far back a change counts where nobody knows when the notebook came here.
_LATELY = timedelta(days=1)
#: What programs leave behind, and what is code rather than result.
_NOT_RESULTS = frozenset({".ipynb", ".py", ".r", ".pyc", ".tmp", ".lock", ".log", ".bak", ".swp"})
_NOT_FOLDERS = frozenset({"__pycache__", "node_modules", "venv"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file: path relative to the notebook's folder, size in bytes, whether to tick it at first."""

    path: str
    size: int
    modified: datetime
    suggested: bool


def candidates(notebook: Path, since: datetime | None, *, now: datetime) -> tuple[list[Candidate], bool]:
    """Files beside *notebook*, the ticked ones first, then the newest; and whether there are more. Blocks.

    Args:
        notebook: The file.
        since: When it was last saved to openBIS or came here; ``None`` if nobody knows.
        now: The present time.

    Hidden files, links and other notebooks are left out.
    """
    began = since or now - _LATELY
    found: list[Candidate] = []
    looked_at = 0
    for path in _files(notebook.parent, 0):
        looked_at += 1
        if looked_at > _MOST_LOOKED_AT:
            break
        if path is None:
            continue
        if (candidate := _candidate(path, notebook.parent, began)) is not None:
            found.append(candidate)
    found.sort(key=lambda one: (not one.suggested, -one.modified.timestamp(), one.path))
    return found[:MOST], len(found) > MOST or looked_at > _MOST_LOOKED_AT


def _candidate(path: Path, base: Path, began: datetime) -> Candidate | None:
    if path.suffix.lower() == ".ipynb":
        return None
    try:
        facts = path.stat()
    except OSError:
        return None  # gone meanwhile
    modified = datetime.fromtimestamp(facts.st_mtime, UTC)
    likely = path.suffix.lower() not in _NOT_RESULTS and 0 < facts.st_size <= _LARGE
    return Candidate(path.relative_to(base).as_posix(), facts.st_size, modified, likely and modified >= began)


def _files(folder: Path, depth: int) -> Iterator[Path | None]:
    """Files first, then what lies in folders; ``None`` for each folder, which counts as looked at, too."""
    yield None
    try:
        with os.scandir(folder) as listed:
            entries = sorted(listed, key=lambda entry: entry.name)
    except OSError:
        return  # not ours to read
    folders = []
    for entry in entries:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_file():
            yield Path(entry.path)
        elif entry.is_dir() and entry.name not in _NOT_FOLDERS:
            folders.append(Path(entry.path))
    if depth < _DEEPEST:
        for inner in folders:
            yield from _files(inner, depth + 1)
