"""SQLite in WAL mode and the folder of data-set files: what survives a restart."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .schema import SCHEMA

_BUSY_SECONDS = 30.0


class Store:
    """One database and one folder of files under ``folder``.

    Every thread has its own connection. ``read`` and ``write`` give it inside a transaction and may be
    nested; a ``write`` inside a ``read`` of the same thread is a mistake and raises RuntimeError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = folder / "store"
        self.files.mkdir(parents=True, exist_ok=True)
        self._local = threading.local()
        self._lock = threading.Lock()
        self._connections: list[sqlite3.Connection] = []
        self.extend(SCHEMA)

    def extend(self, statements: str) -> None:
        """Run ``CREATE … IF NOT EXISTS`` statements; parts that own further tables call it at start."""
        self._connection().executescript(statements)

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A consistent view of the database for the length of the block."""
        connection = self._connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A transaction that is committed at the end of the block, or rolled back when it raises."""
        connection = self._connection()
        if connection.in_transaction:
            if not self._local.writing:
                raise RuntimeError("a write transaction cannot be opened inside a read")
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        self._local.writing = True
        try:
            yield connection
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        else:
            connection.execute("COMMIT")
        finally:
            self._local.writing = False

    def close(self) -> None:
        """Close the connections of all threads; the store cannot be used afterwards."""
        with self._lock:
            for connection in self._connections:
                connection.close()
            self._connections.clear()

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._open()
            self._local.connection = connection
            self._local.writing = False
        return connection

    def _open(self) -> sqlite3.Connection:
        path = self.folder / "openbis.sqlite3"
        connection = sqlite3.connect(
            path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        with self._lock:
            self._connections.append(connection)
        return connection
