"""Archiving takes time: data sets are pending until the delay is over, then their files move.

There is no background thread: what is due is done before the next call is answered, so a manual clock
drives it too.
"""

from __future__ import annotations

import sqlite3

from ..clock import Clock
from ..store import Store
from .content import Content

_TABLE = """
CREATE TABLE IF NOT EXISTS archive_jobs (
    data_set_id INTEGER PRIMARY KEY REFERENCES entities ON DELETE CASCADE, perm_id TEXT NOT NULL,
    goal TEXT NOT NULL,                  -- ARCHIVED or AVAILABLE
    keep INTEGER NOT NULL,               -- a copy stays in the store (backup)
    due_at INTEGER NOT NULL              -- milliseconds
);
"""
_PENDING = {"ARCHIVED": "ARCHIVE_PENDING", "AVAILABLE": "UNARCHIVE_PENDING"}


class Archive:
    """The jobs that move data sets into the archive and back. ``delay`` is in seconds."""

    def __init__(self, store: Store, clock: Clock, content: Content, delay: float) -> None:
        self._store, self._clock, self._content, self._delay = store, clock, content, delay
        store.extend(_TABLE)
        with store.read() as db:
            self._next_due: int | None = db.execute("SELECT min(due_at) FROM archive_jobs").fetchone()[0]

    def ask(self, db: sqlite3.Connection, data_set_id: int, perm_id: str, goal: str, *, keep: bool) -> None:
        """Note a job; the data set is pending from now on. ``goal`` is ``ARCHIVED`` or ``AVAILABLE``.

        With ``keep`` the data set is copied to the archive and stays available (``BACKUP_PENDING``
        meanwhile).
        """
        pending = "BACKUP_PENDING" if keep else _PENDING[goal]
        db.execute("UPDATE physical_data SET status = ? WHERE data_set_id = ?", (pending, data_set_id))
        due = int((self._clock.now() + self._delay) * 1000)
        job = (data_set_id, perm_id, goal, keep, due)
        db.execute("INSERT OR REPLACE INTO archive_jobs VALUES (?, ?, ?, ?, ?)", job)
        self._next_due = due if self._next_due is None else min(due, self._next_due)

    def settle(self) -> None:
        """Finish the jobs that are due."""
        now = int(self._clock.now() * 1000)
        if self._next_due is None or self._next_due > now:
            return
        with self._store.write() as db:
            for job in db.execute("SELECT * FROM archive_jobs WHERE due_at <= ?", (now,)).fetchall():
                self._finish(db, job)
            self._next_due = db.execute("SELECT min(due_at) FROM archive_jobs").fetchone()[0]

    def _finish(self, db: sqlite3.Connection, job: sqlite3.Row) -> None:
        archived = job["goal"] == "ARCHIVED"
        if archived and not job["keep"]:
            self._content.put_away(job["perm_id"])
        elif not archived:
            self._content.bring_back(job["perm_id"])
        status = "ARCHIVED" if archived and not job["keep"] else "AVAILABLE"
        db.execute(
            "UPDATE physical_data SET status = ?, present_in_archive = 1, archiving_requested = 0"
            " WHERE data_set_id = ?",
            (status, job["data_set_id"]),
        )
        db.execute("DELETE FROM archive_jobs WHERE data_set_id = ?", (job["data_set_id"],))
