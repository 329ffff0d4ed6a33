"""What was handed to a kernel, and what was seen being read (design D10).

Parents of a saved notebook are what was *handed out*; a read that was *observed* is evidence beside
it, and not having seen one proves nothing (h5py, R and subprocesses cannot be seen). Each kernel, run
or command keeps its own session, so that yesterday's inputs do not become today's parents.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ..models import DataFile, Identity
from .state_file import StateFile

__all__ = ["Evidence", "EvidenceBook", "Observation", "key_of"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS evidence_session (
    session TEXT PRIMARY KEY, server TEXT NOT NULL, notebook_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handed_out (
    session TEXT NOT NULL, data_set TEXT NOT NULL, PRIMARY KEY (session, data_set));
CREATE TABLE IF NOT EXISTS observed (
    session TEXT NOT NULL, data_set TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
    crc32 INTEGER, how TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (session, data_set, path, how));
"""


@dataclass(frozen=True, slots=True)
class Observation:
    """One file that we handed out or saw being read: ``how`` is ``path``, ``open`` or ``table``.

    ``size`` in bytes, ``crc32`` unsigned, ``at`` ISO 8601 in UTC.
    """

    data_set: str
    path: str
    size: int
    crc32: int | None
    how: str
    at: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence of one session: permIds handed out, in order, and single files."""

    handed_out: tuple[str, ...] = ()
    observed: tuple[Observation, ...] = ()


def key_of(identity: Identity | None, path: Path | None) -> str:
    """What evidence of a notebook is filed under: its id, or its place as long as it has none."""
    if identity is not None:
        return identity.notebook_id
    return f"file:{path.resolve()}" if path is not None else ""


class EvidenceBook:
    """The evidence of one person on one machine.

    Args:
        path: The SQLite file; it may be shared with the ledger.
    """

    def __init__(self, path: Path) -> None:
        self._file = StateFile(path, _SCHEMA)

    def begin(self, server: str, notebook_id: str) -> str:
        """Open a session for a notebook; returns its id."""
        session = uuid.uuid4().hex
        with self._file.open() as db:
            db.execute("INSERT INTO evidence_session VALUES (?, ?, ?)", (session, server, notebook_id))
        return session

    def hand_out(self, session: str, data_sets: Iterable[str]) -> None:
        """Note data sets that were given to the kernel."""
        with self._file.open() as db:
            db.executemany(
                "INSERT OR IGNORE INTO handed_out VALUES (?, ?)", [(session, d) for d in data_sets]
            )

    def observe(self, session: str, file: DataFile, how: str) -> None:
        """Note that a file was handed out or opened through us; its data set is handed out by that."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.hand_out(session, [file.data_set])
        with self._file.open() as db:
            db.execute(
                "INSERT OR IGNORE INTO observed VALUES (?, ?, ?, ?, ?, ?, ?)",
                (session, file.data_set, file.path, file.size, file.crc32, how, now),
            )

    def of(self, session: str) -> Evidence:
        """All evidence of one session."""
        with self._file.open() as db:
            given = db.execute(
                "SELECT data_set FROM handed_out WHERE session = ? ORDER BY rowid", (session,)
            ).fetchall()
            seen = db.execute(
                "SELECT data_set, path, size, crc32, how, at FROM observed WHERE session = ? ORDER BY rowid",
                (session,),
            ).fetchall()
        return Evidence(tuple(row["data_set"] for row in given), tuple(Observation(*row) for row in seen))

    def adopt(self, server: str, former: Collection[str]) -> None:
        """What was handed out under *former* addresses of an openBIS was handed out by *server*."""
        with self._file.open() as db:
            for name in set(former) - {server}:
                db.execute("UPDATE evidence_session SET server = ? WHERE server = ?", (server, name))

    def latest(self, server: str, notebook_id: str) -> Evidence:
        """The evidence of the newest session of a notebook that was given anything; empty without one.

        A session that was given nothing has made none of the results in the file.
        """
        with self._file.open() as db:
            row = db.execute(
                "SELECT session FROM evidence_session WHERE server = ? AND notebook_id = ? "
                "AND session IN (SELECT session FROM handed_out) ORDER BY rowid DESC LIMIT 1",
                (server, notebook_id),
            ).fetchone()
        return Evidence() if row is None else self.of(row["session"])
