"""One small SQLite file per person and machine, shared by the ledger and the evidence."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

__all__ = ["StateFile"]


class StateFile:
    """A SQLite file with mode 0600 in a folder with mode 0700, made when first opened.

    A connection lives for one statement or transaction: kernels and commands of one person share the
    file, and none may hold it.

    Args:
        path: The file.
        schema: ``CREATE TABLE IF NOT EXISTS …`` statements.
    """

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema

    @contextmanager
    def open(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is committed at the end."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.path.exists():
            self.path.touch(mode=0o600)
        with closing(sqlite3.connect(self.path, timeout=30)) as db:
            db.row_factory = sqlite3.Row
            db.executescript(self._schema)
            with db:
                yield db
