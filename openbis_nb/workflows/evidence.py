"""What was handed to a kernel, and what was seen being read (design D10).

Parents of a saved notebook are what was *handed out*; a read that was *observed* is evidence beside
it, and not having seen one proves nothing (h5py, R and subprocesses cannot be seen). Each kernel, run
or command keeps its own session, so that yesterday's inputs do not become today's parents. So does each run
of a Jupyter server for what its routes hand out; that counts beside the session of each of its kernels.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..models import DataFile, Identity
from .state_file import StateFile

__all__ = ["SERVER_RUN", "Evidence", "EvidenceBook", "Observation", "key_of", "keys_of"]

#: Environment variable by which a Jupyter server tells its kernels and terminals which run of it they are of.
SERVER_RUN = "OPENBIS_NB_SERVER_RUN"

#: Stands between the run of a Jupyter server and the rest of the names of its sessions.
_SERVED = ":"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS evidence_session (
    session TEXT PRIMARY KEY, server TEXT NOT NULL, notebook_id TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS handed_out (
    session TEXT NOT NULL, data_set TEXT NOT NULL, PRIMARY KEY (session, data_set));
CREATE TABLE IF NOT EXISTS observed (
    session TEXT NOT NULL, data_set TEXT NOT NULL, path TEXT NOT NULL, size INTEGER NOT NULL,
    crc32 INTEGER, how TEXT NOT NULL, at TEXT NOT NULL, PRIMARY KEY (session, data_set, path, how));
CREATE TABLE IF NOT EXISTS session_environment (session TEXT PRIMARY KEY, environment TEXT NOT NULL);
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

    def __or__(self, other: Evidence) -> Evidence:
        """Both, each thing once."""
        return Evidence(
            tuple(dict.fromkeys((*self.handed_out, *other.handed_out))),
            tuple(dict.fromkeys((*self.observed, *other.observed))),
        )


def key_of(identity: Identity | None, path: Path | None) -> str:
    """What evidence of a notebook is filed under: its id, or its place as long as it has none."""
    if identity is not None:
        return identity.notebook_id
    return f"file:{path.resolve()}" if path is not None else ""


def keys_of(identity: Identity | None, path: Path | None) -> tuple[str, ...]:
    """All names under which evidence of a notebook may be filed: it gets its id at its first save."""
    return tuple(dict.fromkeys(key for key in (key_of(identity, path), key_of(None, path)) if key))


class EvidenceBook:
    """The evidence of one person on one machine.

    Args:
        path: The SQLite file; it may be shared with the ledger.
        server_run: The run of a Jupyter server that this process belongs to; empty elsewhere.
    """

    def __init__(self, path: Path, server_run: str = "") -> None:
        self._file = StateFile(path, _SCHEMA)
        self._server_run = server_run

    def begin(self, server: str, notebook_id: str) -> str:
        """Open a session for a notebook; returns its id."""
        return self._begin(uuid.uuid4().hex, server, notebook_id)

    def begin_served(self, server: str, keys: Sequence[str]) -> str:
        """The session for what this run of the Jupyter server hands out for a notebook, begun if need be."""
        known = self._newest(server, keys, self._of_this_run)
        return known or self._begin(f"{self._server_run}{_SERVED}{uuid.uuid4().hex}", server, keys[0])

    def _begin(self, session: str, server: str, notebook_id: str) -> str:
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

    def note_environment(self, session: str, environment: Mapping[str, Any]) -> None:
        """Note what the kernel of a session runs in; it replaces what was noted before."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO session_environment VALUES (?, ?)", (session, json.dumps(environment))
            )

    def environment(self, server: str, keys: Sequence[str]) -> dict[str, Any] | None:
        """What the newest kernel of a notebook ran in, if it said so."""
        marks = ", ".join("?" * len(keys))
        query = (
            "SELECT environment FROM session_environment JOIN evidence_session USING (session) "  # noqa: S608
            f"WHERE server = ? AND notebook_id IN ({marks}) ORDER BY evidence_session.rowid DESC"
        )
        with self._file.open() as db:
            row = db.execute(query, (server, *keys)).fetchone()
        found: dict[str, Any] | None = json.loads(row["environment"]) if row is not None else None
        return found

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

    def served(self, server: str, keys: Sequence[str]) -> Evidence:
        """What this run of the Jupyter server has handed out for a notebook; empty elsewhere."""
        session = self._newest(server, keys, self._of_this_run) if self._server_run else None
        return Evidence() if session is None else self.of(session)

    def latest(self, server: str, keys: Sequence[str]) -> Evidence:
        """The evidence of the newest kernel, run or command of a notebook that was given anything, and of the
        Jupyter server: this run's, and any later than that kernel.

        A session that was given nothing has made none of the results in the file.
        """
        newest = self._newest(server, keys, lambda _: True)
        own = self._newest(server, keys, lambda session: _SERVED not in session)
        found = Evidence()
        for session in (own, newest):
            found |= self.of(session) if session is not None else Evidence()
        return found | self.served(server, keys)

    def _of_this_run(self, session: str) -> bool:
        return session.startswith(f"{self._server_run}{_SERVED}")

    def _newest(self, server: str, keys: Sequence[str], fits: Callable[[str], bool]) -> str | None:
        """The newest session of a notebook that was given anything and *fits*."""
        marks = ", ".join("?" * len(keys))
        with self._file.open() as db:
            rows = db.execute(
                f"SELECT session FROM evidence_session WHERE server = ? AND notebook_id IN ({marks}) "  # noqa: S608
                "AND session IN (SELECT session FROM handed_out) ORDER BY rowid DESC",
                (server, *keys),
            ).fetchall()
        return next((row["session"] for row in rows if fits(row["session"])), None)
