"""The repositories of this account: where each was fetched from, and what became of its last update."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ...errors import NotFound, UnsafePath
from ..state_file import StateFile

__all__ = ["Book", "Entry", "Note", "Report"]

NoteKind = Literal["kept", "merged", "renamed", "restored", "left-out", "branch"]

_SCHEMA = """
CREATE TABLE IF NOT EXISTS repository (
    path TEXT PRIMARY KEY, url TEXT NOT NULL, ref TEXT NOT NULL, ref_kind TEXT NOT NULL,
    commit_id TEXT NOT NULL, pulled_at TEXT NOT NULL, report TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS repository_part (path TEXT PRIMARY KEY);
"""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that the person is told of a file (U-15).

    Args:
        kind: ``kept``: theirs changed or went, mine stayed. ``merged``: both are in it. ``renamed``: mine is
            called *now*. ``restored``: it was deleted here, and came back. ``left-out``: it was not made.
            ``branch``: own commits are in the branch *now*.
        path: In the repository.
        now: What it is called now.
        why: A few words, where there is a reason.
    """

    kind: NoteKind
    path: str
    now: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a fetch or an update did.

    Args:
        added: Files that are new.
        updated: Files that were changed.
        removed: Files that are gone.
        notes: What the person is told.
        finished: False while it is under way, and for ever if it was killed.
    """

    added: int = 0
    updated: int = 0
    removed: int = 0
    notes: tuple[Note, ...] = ()
    finished: bool = True

    @classmethod
    def of(cls, text: str) -> Report:
        """From JSON, as the book keeps it."""
        found = json.loads(text)
        return cls(**{**found, "notes": tuple(Note(**note) for note in found["notes"])})


@dataclass(frozen=True, slots=True)
class Entry:
    """One repository.

    Args:
        path: Of its folder.
        url: It was fetched from here.
        ref: Branch, tag or commit that was chosen, or the host's default branch.
        ref_kind: Which of them it is.
        commit: That the folder is at (U-17).
        pulled_at: ISO 8601, UTC.
        report: Of the last fetch or update.
    """

    path: Path
    url: str
    ref: str
    ref_kind: Literal["branch", "tag", "commit"]
    commit: str
    pulled_at: str
    report: Report


class Book:
    """The list.

    Args:
        path: The SQLite file; it may be shared with the ledger.
    """

    def __init__(self, path: Path) -> None:
        self._file = StateFile(path, _SCHEMA)

    def all(self) -> list[Entry]:
        """By path."""
        with self._file.open() as db:
            rows = db.execute("SELECT * FROM repository ORDER BY path").fetchall()
        return [_entry(row) for row in rows]

    def get(self, path: Path) -> Entry:
        """The repository in a folder.

        Raises:
            NotFound: none was fetched there.
            UnsafePath: it has letters that no text can hold.
        """
        with self._file.open() as db:
            row = db.execute("SELECT * FROM repository WHERE path = ?", (_key(path),)).fetchone()
        if row is None:
            raise NotFound(
                f"{path.name!r} is not in the list of repositories.",
                next_step="`openbis-nb repository list` shows them; fetch it again into a new folder.",
            )
        return _entry(row)

    def put(self, entry: Entry) -> None:
        """Note a repository, or what has become of it."""
        report = json.dumps(asdict(entry.report))
        row = (_key(entry.path), entry.url, entry.ref, entry.ref_kind, entry.commit, entry.pulled_at, report)
        with self._file.open() as db:
            db.execute("INSERT OR REPLACE INTO repository VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def forget(self, path: Path) -> None:
        """Take a repository off the list; its folder stays."""
        with self._file.open() as db:
            db.execute("DELETE FROM repository WHERE path = ?", (_key(path),))

    def begin(self, part: Path) -> None:
        """A folder that is only begun: whoever finds it later may remove it, if nobody holds its lock."""
        with self._file.open() as db:
            db.execute("INSERT OR REPLACE INTO repository_part VALUES (?)", (_key(part),))

    def end(self, part: Path) -> None:
        """It has its name, or is gone."""
        with self._file.open() as db:
            db.execute("DELETE FROM repository_part WHERE path = ?", (_key(part),))

    def begun(self) -> Sequence[Path]:
        """The folders that are only begun."""
        with self._file.open() as db:
            return [Path(row["path"]) for row in db.execute("SELECT path FROM repository_part")]


def _key(path: Path) -> str:
    """A path as the book writes it.

    Raises:
        UnsafePath: it has letters that no text can hold.
    """
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UnsafePath(
            "The name of the folder, or of one above it, is not UTF-8.", next_step="Choose another folder."
        ) from error
    return text


def now() -> str:
    """ISO 8601, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _entry(row: Any) -> Entry:
    return Entry(
        path=Path(row["path"]),
        url=row["url"],
        ref=row["ref"],
        ref_kind=row["ref_kind"],
        commit=row["commit_id"],
        pulled_at=row["pulled_at"],
        report=Report.of(row["report"]),
    )
