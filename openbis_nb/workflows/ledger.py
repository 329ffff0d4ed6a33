"""What this person wrote or fetched on this machine: the memory that a notebook file is checked against.

A notebook's identity block is a stranger's input (design section 2). The ledger is the other half of
the check: an owner and inputs that *we* put into a notebook need no second question. It also keeps
the last saved version of a notebook whose file must not be touched, because JupyterLab has it open
(design D12). It holds no token, and losing it loses nothing that openBIS does not have.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..models import EntityKind, Identity, Person
from .state_file import StateFile

__all__ = ["FileRecord", "Ledger", "LedgerEntry", "StoredAs"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notebook (
    server TEXT NOT NULL, notebook_id TEXT NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL,
    owner_kind TEXT NOT NULL, owner_identifier TEXT NOT NULL, inputs TEXT NOT NULL,
    checkpoint_id TEXT, digest TEXT, core TEXT NOT NULL, saved_at TEXT,
    PRIMARY KEY (server, notebook_id));
CREATE TABLE IF NOT EXISTS place (
    path TEXT PRIMARY KEY, server TEXT NOT NULL, notebook_id TEXT NOT NULL, block_id TEXT NOT NULL,
    checkpoint_id TEXT);
CREATE TABLE IF NOT EXISTS written (
    path TEXT PRIMARY KEY, checkpoint_id TEXT NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS stored_as (
    server TEXT NOT NULL, notebook_id TEXT NOT NULL, checkpoint_id TEXT NOT NULL, type_code TEXT NOT NULL,
    properties TEXT NOT NULL, PRIMARY KEY (server, notebook_id));
CREATE TABLE IF NOT EXISTS person (
    server TEXT NOT NULL, token_hash TEXT NOT NULL, user_id TEXT NOT NULL, first_name TEXT NOT NULL,
    last_name TEXT NOT NULL, email TEXT NOT NULL, PRIMARY KEY (server, token_hash));
"""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One notebook as this person knows it here.

    ``owner`` is a permId, ``inputs`` are data-set permIds, ``digest`` is that of the last saved
    version (``sha256:…``), ``core`` that of its notebook and inputs alone, ``checkpoint_id`` its permId.
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
    core: str = ""
    saved_at: str | None = None

    @classmethod
    def of(cls, identity: Identity) -> LedgerEntry:
        """Of a notebook with that identity block, not saved from here yet."""
        return cls(
            server=identity.server,
            notebook_id=identity.notebook_id,
            name=identity.name,
            owner=identity.owner_perm_id,
            owner_kind=identity.owner_kind,
            owner_identifier=identity.owner_identifier,
            inputs=identity.inputs,
        )


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file is: a notebook, and the version of it that the file was last saved as."""

    entry: LedgerEntry
    checkpoint_id: str | None


@dataclass(frozen=True, slots=True)
class StoredAs:
    """The data-set type of a version and its further properties (code → value): the next one keeps both."""

    checkpoint_id: str
    type_code: str
    properties: Mapping[str, str] = field(default_factory=dict)


class Ledger:
    """The ledger of one person on one machine.

    Args:
        path: The SQLite file; it may be shared with the evidence.
    """

    def __init__(self, path: Path) -> None:
        self._file = StateFile(path, _SCHEMA)

    @property
    def path(self) -> Path:
        """The file; it changes whenever something is noted."""
        return self._file.path

    def get(self, server: str, notebook_id: str) -> LedgerEntry | None:
        """The entry of a notebook, or ``None``."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT * FROM notebook WHERE server = ? AND notebook_id = ?", (server, notebook_id)
            ).fetchone()
        return None if row is None else _entry(row)

    def at(self, path: Path, block_id: str) -> FileRecord | None:
        """Which notebook the file at *path* is, as of the last time we wrote or saved it.

        Args:
            path: The file.
            block_id: The notebook id that its identity block says now, ``""`` without one. If that is
                no longer what it was, somebody put another notebook there: ``None``.
        """
        with self._file.open() as db:
            row = db.execute(
                "SELECT notebook.*, place.checkpoint_id AS file_checkpoint "
                "FROM notebook JOIN place USING (server, notebook_id) WHERE path = ? AND block_id = ?",
                (str(path.resolve()), block_id),
            ).fetchone()
        return None if row is None else FileRecord(_entry(row), row["file_checkpoint"])

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

    def remember(self, entry: LedgerEntry) -> None:
        """Write or replace what is known of a notebook."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO notebook VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
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
                    entry.core,
                    entry.saved_at,
                ),
            )

    def learn(self, entry: LedgerEntry) -> None:
        """Write where a notebook is stored and what its inputs are, as this person has just chosen.

        What is known of it already stays: its last save here is what the next one is compared with.
        """
        known = self.get(entry.server, entry.notebook_id)
        if known is not None:
            entry = replace(
                entry,
                inputs=tuple(dict.fromkeys((*known.inputs, *entry.inputs))),
                checkpoint_id=known.checkpoint_id,
                digest=known.digest,
                core=known.core,
                saved_at=known.saved_at,
            )
        self.remember(entry)

    def place(
        self, server: str, notebook_id: str, path: Path, *, block_id: str, checkpoint_id: str | None = None
    ) -> None:
        """Note that the file at *path* is this notebook, at this version.

        Args:
            server: Of the notebook.
            notebook_id: Which notebook.
            path: The file.
            block_id: The notebook id in the file's identity block, ``""`` without one. It differs from
                *notebook_id* after a save under a front end, which the file must not notice (D12).
            checkpoint_id: The version that the file was last saved as or written from.
        """
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO place VALUES (?, ?, ?, ?, ?)",
                (str(path.resolve()), server, notebook_id, block_id, checkpoint_id),
            )

    def stored_as(self, server: str, notebook_id: str, checkpoint_id: str | None) -> StoredAs | None:
        """As what that version of a notebook is stored; ``None`` if this machine has not noted it."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT checkpoint_id, type_code, properties FROM stored_as "
                "WHERE server = ? AND notebook_id = ? AND checkpoint_id = ?",
                (server, notebook_id, checkpoint_id),
            ).fetchone()
        return None if row is None else StoredAs(row[0], row[1], json.loads(row[2]))

    def note_stored_as(self, server: str, notebook_id: str, stored: StoredAs) -> None:
        """Note as what the newest version of a notebook here is stored."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO stored_as VALUES (?, ?, ?, ?, ?)",
                (
                    server,
                    notebook_id,
                    stored.checkpoint_id,
                    stored.type_code,
                    json.dumps({**stored.properties}),
                ),
            )

    def note_written(self, path: Path, checkpoint_id: str, digest: str) -> None:
        """Note that the file at *path* was written from a version: as long as its content has this digest
        (``notebooks.digest``), nothing in it is new."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO written VALUES (?, ?, ?)",
                (str(path.resolve()), checkpoint_id, digest),
            )

    def was_written(self, path: Path, checkpoint_id: str | None, digest: str) -> bool:
        """Whether the file at *path* was written from that version with just this content."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT 1 FROM written WHERE path = ? AND checkpoint_id = ? AND digest = ?",
                (str(path.resolve()), checkpoint_id, digest),
            ).fetchone()
        return row is not None

    def adopt(self, server: str, former: Collection[str]) -> None:
        """What is remembered of *former* addresses of an openBIS holds for *server*, its address now.

        Where both are known, the newer address is right.
        """
        with self._file.open() as db:
            for name in set(former) - {server}:
                db.execute("UPDATE OR IGNORE notebook SET server = ? WHERE server = ?", (server, name))
                db.execute("UPDATE place SET server = ? WHERE server = ?", (server, name))

    def person_of(self, server: str, token_hash: str) -> Person | None:
        """Whose token that was when openBIS was asked; a token never changes its person."""
        with self._file.open() as db:
            row = db.execute(
                "SELECT user_id, first_name, last_name, email FROM person "
                "WHERE server = ? AND token_hash = ?",
                (server, token_hash),
            ).fetchone()
        return None if row is None else Person(*row)

    def people(self, server: str) -> set[str]:
        """The ids of all people who have logged in to a server on this account."""
        with self._file.open() as db:
            rows = db.execute("SELECT DISTINCT user_id FROM person WHERE server = ?", (server,)).fetchall()
        return {str(row["user_id"]) for row in rows}

    def remember_person(self, server: str, token_hash: str, person: Person) -> None:
        """Note whose token that is, as openBIS said."""
        with self._file.open() as db:
            db.execute(
                "INSERT OR REPLACE INTO person VALUES (?, ?, ?, ?, ?, ?)",
                (server, token_hash, person.user_id, person.first_name, person.last_name, person.email),
            )


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
        core=row["core"],
        saved_at=row["saved_at"],
    )
