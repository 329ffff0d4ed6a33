"""Which launch became which file here: a page that is loaded again makes no second one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ..workflows.state_file import StateFile

__all__ = ["WrittenLaunches"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS launch (
    id TEXT NOT NULL, root TEXT NOT NULL, path TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (id, root));
"""


class WrittenLaunches:
    """The launches that were written on this machine.

    Args:
        path: The SQLite file; it may be shared with the ledger.
        root: The folder that this server shows; paths are relative to it.
    """

    def __init__(self, path: Path, root: Path) -> None:
        self._file, self._root = StateFile(path, _SCHEMA), str(root.resolve())

    def get(self, launch: str) -> PurePosixPath | None:
        """Where it was written, whether or not the file is still there; ``None`` if it was not."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT path FROM launch WHERE id = ? AND root = ?", (launch, self._root)
            ).fetchone()
        return None if row is None else PurePosixPath(row["path"])

    def when(self, path: Path) -> datetime | None:
        """When a launch was last written to the file *path*."""
        try:
            relative = path.resolve().relative_to(self._root)
        except ValueError:
            return None
        with self._file.open() as db:
            row = db.execute(
                "SELECT max(at) AS at FROM launch WHERE path = ? AND root = ?", (str(relative), self._root)
            ).fetchone()
        return datetime.fromisoformat(row["at"]) if row["at"] else None

    def put(self, launch: str, path: PurePosixPath) -> None:
        """Note where it was written."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO launch VALUES (?, ?, ?, ?)",
                (launch, self._root, str(path), datetime.now(UTC).isoformat(timespec="seconds")),
            )
