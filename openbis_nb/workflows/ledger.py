"""What this person wrote or fetched on this machine: the memory that a notebook file is checked against.

A notebook's identity block is a stranger's input (design section 2). The ledger is the other half of
the check: an owner and inputs that *we* put into a notebook need no second question. It also keeps
the last saved version of a notebook whose file must not be touched, because JupyterLab has it open
(design D12). It holds no token, and losing it loses nothing that openBIS does not have.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass, replace
from pathlib import Path

from ..models import EntityKind
from .state_file import StateFile

__all__ = ["Ledger", "LedgerEntry"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notebook (
    server TEXT NOT NULL, notebook_id TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL,
    owner_kind TEXT NOT NULL, owner_identifier TEXT NOT NULL, inputs TEXT NOT NULL,
    checkpoint_id TEXT, digest TEXT, saved_at TEXT,
    PRIMARY KEY (server, notebook_id));
CREATE TABLE IF NOT EXISTS place (
    path TEXT PRIMARY KEY, server TEXT NOT NULL, notebook_id TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One notebook as this person knows it here.

    ``owner`` is a permId, ``inputs`` are data-set permIds, ``digest`` is that of the last saved
    version (``sha256:…``), ``checkpoint_id`` its permId.
    """

    server: str
    notebook_id: str
    name: str
    owner: str
    owner_kind: EntityKind
    owner_identifier: str
    inputs: tuple[str, ...] = ()
    checkpoint_id: str | None = None
    digest: str | None = None
    saved_at: str | None = None


class Ledger:
    """The ledger of one person on one machine.

    Args:
        path: The SQLite file; it may be shared with the evidence.
    """

    def __init__(self, path: Path) -> None:
        self._file = StateFile(path, _SCHEMA)

    def get(self, server: str, notebook_id: str) -> LedgerEntry | None:
        """The entry of a notebook, or ``None``."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT * FROM notebook WHERE server = ? AND notebook_id = ?", (server, notebook_id)
            ).fetchone()
        return None if row is None else _entry(row)

    def at(self, path: Path) -> LedgerEntry | None:
        """The notebook that was last known to live at *path*."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT notebook.* FROM notebook JOIN place USING (server, notebook_id) WHERE path = ?",
                (str(path.resolve()),),
            ).fetchone()
        return None if row is None else _entry(row)

    def paths(self, server: str, notebook_id: str) -> list[Path]:
        """Where files of this notebook were seen, newest last; they may be gone by now."""
        with self._file.open() as db:
            rows = db.execute(
                "SELECT path FROM place WHERE server = ? AND notebook_id = ? ORDER BY rowid",
                (server, notebook_id),
            ).fetchall()
        return [Path(row["path"]) for row in rows]

    def places(self) -> list[Path]:
        """Every path ever noted, newest first."""
        with self._file.open() as db:
            rows = db.execute("SELECT path FROM place ORDER BY rowid DESC").fetchall()
        return [Path(row["path"]) for row in rows]

    def remember(self, entry: LedgerEntry, path: Path | None = None) -> None:
        """Write or replace an entry, and note where its file is."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO notebook VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    entry.server,
                    entry.notebook_id,
                    entry.name,
                    entry.owner,
                    entry.owner_kind,
                    entry.owner_identifier,
                    json.dumps(entry.inputs),
                    entry.checkpoint_id,
                    entry.digest,
                    entry.saved_at,
                ),
            )
            if path is not None:
                db.execute(
                    "INSERT OR REPLACE INTO place (path, server, notebook_id) VALUES (?, ?, ?)",
                    (str(path.resolve()), entry.server, entry.notebook_id),
                )

    def knows(self, server: str, notebook_id: str, owner: str) -> bool:
        """Whether this person put *owner* (a permId) into this notebook, here."""
        entry = self.get(server, notebook_id)
        return entry is not None and entry.owner == owner

    def add_inputs(self, server: str, notebook_id: str, inputs: tuple[str, ...]) -> None:
        """Note inputs that the person attached to a known notebook."""
        entry = self.get(server, notebook_id)
        if entry is not None:
            self.remember(replace(entry, inputs=tuple(dict.fromkeys((*entry.inputs, *inputs)))))


def _entry(row: sqlite3.Row) -> LedgerEntry:
    return LedgerEntry(
        server=row["server"],
        notebook_id=row["notebook_id"],
        name=row["name"],
        owner=row["owner"],
        owner_kind=row["owner_kind"],
        owner_identifier=row["owner_identifier"],
        inputs=tuple(json.loads(row["inputs"])),
        checkpoint_id=row["checkpoint_id"],
        digest=row["digest"],
        saved_at=row["saved_at"],
    )
