"""The files of data sets: on disk as the real data store keeps them, listed with size and CRC32.

A file list ("content") belongs to one data set, or to many that hold the same bytes: a laboratory with a
hundred thousand notebook versions is then made in seconds. The bytes lie below ``store/<share>/<data store
uuid>/<2 hex>/<2 hex>/<2 hex>/<permId>/original/…`` (contract 5.4), so that a share can be mounted
read-only, as labs do.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..registration import SHARE, location_of
from ..store import Store
from .checksums import crc32_of_file, crc32_of_zeros

_TABLES = """
CREATE TABLE IF NOT EXISTS contents (
    id INTEGER PRIMARY KEY,
    folder TEXT NOT NULL                 -- below the share
);
CREATE TABLE IF NOT EXISTS content_files (
    content_id INTEGER NOT NULL REFERENCES contents ON DELETE CASCADE,
    path TEXT NOT NULL,                  -- '' is the root
    directory INTEGER NOT NULL, size INTEGER NOT NULL, crc32 INTEGER NOT NULL,
    PRIMARY KEY (content_id, path)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS data_set_contents (
    data_set TEXT PRIMARY KEY,           -- permId
    content_id INTEGER NOT NULL REFERENCES contents
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS data_set_contents_content ON data_set_contents (content_id);
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file or directory of a data set. ``path`` is below the data set's root, ``size`` in bytes,
    ``crc32`` unsigned (0 for directories), ``location`` its place on disk."""

    path: str
    directory: bool
    size: int
    crc32: int
    location: Path


class Content:
    """Where the files of data sets are kept. Methods that write take the open write transaction."""

    def __init__(self, store: Store) -> None:
        self._share = store.files / SHARE
        self._archive = store.files / "archive"
        store.extend(_TABLES)

    def adopt(self, db: sqlite3.Connection, perm_id: str, entry: Path) -> int:
        """Move a file or directory into a new data set, as ``original/<its name>``; its size in bytes.

        The entry must be on the same file system as the store. Every byte is read once, for the CRC32.
        """
        original = self._new_folder(perm_id) / "original"
        original.mkdir()
        os.replace(entry, original / entry.name)
        return self._register(db, perm_id, _walk(original.parent))

    def write(self, db: sqlite3.Connection, perm_id: str, files: Mapping[str, bytes]) -> int:
        """Make the files of a new data set from bytes (path → bytes); their size in bytes."""
        root = self._new_folder(perm_id)
        targets = {_below(root, path): data for path, data in files.items()}
        for folder in {target.parent for target in targets}:
            folder.mkdir(parents=True, exist_ok=True)
        for target, data in targets.items():
            target.write_bytes(data)
        known = {path: zlib.crc32(data) for path, data in files.items()}
        return self._register(db, perm_id, _walk(root, known))

    def write_sparse(
        self, db: sqlite3.Connection, perm_id: str, path: str, size: int, crc32: int | None = None
    ) -> int:
        """Add a file of ``size`` zero bytes that takes no room on disk, without reading or writing it.

        Other files of the data set stay. ``crc32`` is what the file list shall claim; None: the true one.
        """
        root = self._share / location_of(perm_id)
        target = _below(root, path)
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            file.truncate(size)
        checksum = crc32_of_zeros(size) if crc32 is None else crc32
        known = {file.path: file for file in self.files(db, perm_id)}
        for entry in _walk(root, known={path: checksum} | {p: f.crc32 for p, f in known.items()}):
            known[entry.path] = entry
        self.forget(db, perm_id)
        return self._register(db, perm_id, known.values())

    def share(self, db: sqlite3.Connection, perm_ids: Iterable[str], like: str) -> None:
        """Let data sets hold the same files as the data set ``like``."""
        row = db.execute("SELECT content_id FROM data_set_contents WHERE data_set = ?", (like,)).fetchone()
        rows = ((perm_id, row["content_id"]) for perm_id in perm_ids)
        db.executemany("INSERT INTO data_set_contents (data_set, content_id) VALUES (?, ?)", rows)

    def files(self, db: sqlite3.Connection, perm_id: str) -> list[StoredFile]:
        """Root, directories and files of a data set, sorted by path; empty when it has no files."""
        rows = db.execute(_SELECT + " ORDER BY path", (perm_id,))
        return [self._stored(row) for row in rows]

    def file(self, db: sqlite3.Connection, perm_id: str, path: str) -> StoredFile | None:
        """One file or directory of a data set, or None."""
        row = db.execute(_SELECT + " AND path = ?", (perm_id, path)).fetchone()
        return self._stored(row) if row else None

    def files_below(self, db: sqlite3.Connection, perm_id: str, folder: str) -> list[StoredFile]:
        """All files (no directories) at any depth below a directory, sorted by path."""
        prefix = f"{folder}/" if folder else ""
        return [
            file for file in self.files(db, perm_id) if not file.directory and file.path.startswith(prefix)
        ]

    def remove(self, db: sqlite3.Connection, perm_ids: Iterable[str]) -> None:
        """Drop the files of data sets, from disk too unless another data set holds the same ones."""
        for perm_id in perm_ids:
            folder = self.forget(db, perm_id)
            if folder is not None:
                shutil.rmtree(self._share / folder, ignore_errors=True)
                shutil.rmtree(self._archive / folder, ignore_errors=True)

    def put_away(self, perm_id: str) -> None:
        """Move the folder of a data set into the archive, out of every client's reach."""
        self._move(self._share / location_of(perm_id), self._archive / location_of(perm_id))

    def bring_back(self, perm_id: str) -> None:
        """Move the folder of a data set out of the archive."""
        self._move(self._archive / location_of(perm_id), self._share / location_of(perm_id))

    def discard(self, perm_id: str) -> None:
        """Drop the folder of a data set whose registration failed (its rows were rolled back)."""
        shutil.rmtree(self._share / location_of(perm_id), ignore_errors=True)

    def forget(self, db: sqlite3.Connection, perm_id: str) -> str | None:
        """Drop the file list of a data set; its folder, when no other data set holds it."""
        row = db.execute(
            "DELETE FROM data_set_contents WHERE data_set = ? RETURNING content_id", (perm_id,)
        ).fetchone()
        if row is None:
            return None
        gone = db.execute(
            "DELETE FROM contents WHERE id = :id"
            " AND NOT EXISTS (SELECT 1 FROM data_set_contents WHERE content_id = :id) RETURNING folder",
            {"id": row["content_id"]},
        ).fetchone()
        return str(gone["folder"]) if gone else None

    @staticmethod
    def _move(source: Path, target: Path) -> None:
        if source.exists():  # data sets that share their files have no folder of their own
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(source, target)

    def _new_folder(self, perm_id: str) -> Path:
        folder = self._share / location_of(perm_id)
        folder.mkdir(parents=True)
        return folder

    def _register(self, db: sqlite3.Connection, perm_id: str, entries: Iterable[StoredFile]) -> int:
        folder = location_of(perm_id)
        content = db.execute("INSERT INTO contents (folder) VALUES (?)", (folder,)).lastrowid
        rows = [(content, entry.path, entry.directory, entry.size, entry.crc32) for entry in entries]
        db.executemany("INSERT INTO content_files VALUES (?, ?, ?, ?, ?)", rows)
        db.execute("INSERT INTO data_set_contents VALUES (?, ?)", (perm_id, content))
        return sum(row[3] for row in rows)

    def _stored(self, row: sqlite3.Row) -> StoredFile:
        location = self._share / row["folder"] / row["path"]
        return StoredFile(row["path"], bool(row["directory"]), row["size"], row["crc32"], location)


_SELECT = (
    "SELECT folder, path, directory, size, crc32 FROM data_set_contents"
    " JOIN contents ON contents.id = content_id JOIN content_files USING (content_id) WHERE data_set = ?"
)


def _below(root: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts:
        raise ValueError(f"{path!r} is not a path inside a data set")
    return root.joinpath(*parts)


def _walk(root: Path, known: Mapping[str, int] | None = None) -> Iterable[StoredFile]:
    """Root, directories and files below a folder; files in ``known`` get that CRC32 unread."""
    known = known or {}
    yield StoredFile("", True, 0, 0, root)
    for folder, directories, files in os.walk(root):
        base = Path(folder)
        for name in directories:
            yield StoredFile((base / name).relative_to(root).as_posix(), True, 0, 0, base / name)
        for name in files:
            place = base / name
            path = place.relative_to(root).as_posix()
            crc32 = known[path] if path in known else crc32_of_file(place)
            yield StoredFile(path, False, place.stat().st_size, crc32, place)
