"""Everything that is published as one archive, and back: pages, snapshots with their bytes, dashboards,
links, audit (design section 2: what only our database knows is exported and imported by one command).

The archive is a zip: ``manifest.json``, ``tables/<name>.jsonl`` with a row in each line, ``bytes/<sha256>``.
It holds whatever is in the tables of ``tables.kept_tables``, whoever made them. Coming in, what is there
already stays as it is, so an import can be repeated.
"""

from __future__ import annotations

import asyncio
import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import BigInteger, Boolean, Column, Connection, Float, Integer, Table, insert, select

from ... import __version__
from ...errors import Conflict, InvalidInput, OpenbisNbError, StoreFailure, disk_problem
from ..database import Database
from . import audit
from .blobs import Blobs
from .tables import byte_columns, kept_tables
from .times import stamp

__all__ = ["Transferred", "export_pages", "import_pages"]

_FORMAT = 1
_MANIFEST = "manifest.json"
_PORTION = 200
#: Longest line of a table, and largest piece of bytes, that is taken.
_MOST_LINE, _MOST_BYTES = 64 * 2**20, 2**30

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Transferred:
    """What went out or came in.

    Args:
        rows: Table → rows.
        files: Pieces of bytes.
        left_out: Rows that were not taken: their bytes are lost, or, coming in, they were there already.
    """

    rows: Mapping[str, int]
    files: int
    left_out: int


async def export_pages(database: Database, blobs: Blobs, server: str, target: Path) -> Transferred:
    """Write an archive, readable for its owner only; nothing, if anything fails.

    Args:
        database: With the tables.
        blobs: With the bytes.
        server: Address of openBIS, whose permIds the pages name.
        target: A file that is not there yet.

    Raises:
        Conflict: it is.
        NoSpace, OpenbisNbError: it cannot be written.
        StoreFailure: the database is away.
    """
    if await asyncio.to_thread(target.exists):
        raise _is_there_already(target)
    tables = await database.run(_read_all)
    new = target.with_name(f"{target.name}.new")
    try:
        handle = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w+b") as file:
                done = await asyncio.to_thread(_write, file, tables, blobs, server)
                file.flush()
                os.fsync(file.fileno())
            os.link(new, target)  # never over a file that somebody has made meanwhile
        finally:
            new.unlink(missing_ok=True)
    except FileExistsError as error:
        raise _is_there_already(target) from error
    except OSError as error:
        raise disk_problem(error, f"{target.name} cannot be written") from error
    return done


async def import_pages(database: Database, blobs: Blobs, server: str, source: Path) -> Transferred:
    """Take in what an archive holds and is not there yet: bytes first, then all rows in one transaction.

    Args:
        database: With the tables.
        blobs: Where the bytes go.
        server: Address of openBIS.
        source: The archive.

    Raises:
        InvalidInput: it is none, is damaged, is of another openBIS or of a newer release.
        NoSpace, OpenbisNbError: the bytes cannot be stored.
        StoreFailure: the database is away.
    """
    try:
        with zipfile.ZipFile(source) as archive, blobs.alone(wait=True):
            tables = await asyncio.to_thread(_read_archive, archive, server)
            files = await asyncio.to_thread(_keep_bytes, archive, tables, blobs)
            return await database.run(_insert_all, tables, files)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise _damaged() from error
    except OSError as error:
        raise disk_problem(error, f"{source.name} cannot be read") from error


def _read_all(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """In one transaction, so that all of it fits together."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
        for table in kept_tables()
    }


def _write(
    file: BinaryIO, tables: Mapping[str, list[dict[str, Any]]], blobs: Blobs, server: str
) -> Transferred:
    rows, kept, lost = dict[str, int](), set[str](), _Lost()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in kept_tables():
            whole = [
                row
                for row in tables[table.name]
                if not lost.refers_to_lost(table, row)
                and not lost.note_if(table, row, not _put_bytes(archive, table, row, blobs, kept))
            ]
            text = "".join(json.dumps(row, ensure_ascii=True) + "\n" for row in whole)
            archive.writestr(f"tables/{table.name}.jsonl", text)
            rows[table.name] = len(whole)
        told = {
            "format": _FORMAT,
            "release": __version__,
            "server": server,
            "exported_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "rows": rows,
            "left_out": lost.count,
        }
        archive.writestr(_MANIFEST, json.dumps(told, indent=1))
    return Transferred(rows, len(kept), lost.count)


def _put_bytes(archive: zipfile.ZipFile, table: Table, row: Row, blobs: Blobs, kept: set[str]) -> bool:
    """Whether all bytes that a row names are in the archive now."""
    for column in byte_columns(table):
        digest = row[column.name]
        if digest in kept:
            continue
        try:
            content = blobs.read(digest)
        except StoreFailure:
            return False
        archive.writestr(f"bytes/{digest}", content)
        kept.add(digest)
    return True


class _Lost:
    """Rows that are left out: their bytes are lost, or they refer to such a row."""

    def __init__(self) -> None:
        self._keys: dict[str, set[Any]] = {}
        self.count = 0

    def note_if(self, table: Table, row: Row, is_lost: bool) -> bool:
        """*is_lost*, remembered."""
        if is_lost:
            [key] = table.primary_key.columns
            self._keys.setdefault(table.name, set()).add(row[key.name])
            self.count += 1
        return is_lost

    def refers_to_lost(self, table: Table, row: Row) -> bool:
        """Whether a row names a lost one; then it is lost, too."""
        found = any(
            row[key.parent.name] in self._keys.get(key.column.table.name, ()) for key in table.foreign_keys
        )
        if found and len(table.primary_key.columns) == 1:
            return self.note_if(table, row, True)
        self.count += found
        return found


def _read_archive(archive: zipfile.ZipFile, server: str) -> dict[str, list[dict[str, Any]]]:
    """All rows, checked: the file may be anybody's.

    Raises:
        InvalidInput: as :func:`import_pages`.
        KeyError: something is missing.
    """
    manifest = _json(archive.read(_MANIFEST))
    if not isinstance(manifest, dict) or manifest.get("format") != _FORMAT:
        raise InvalidInput(
            "The archive is of another release.", next_step="Update openbis-nb here, and import it again."
        )
    if manifest.get("server") != server:
        raise InvalidInput(
            "The pages are those of another openBIS: what they show would not be found here.",
            next_step="Set OPENBIS_URL to the openBIS that they were published from.",
        )
    names = {table.name for table in kept_tables()}
    unknown = set(manifest.get("rows") or ()) - names
    if unknown:
        raise InvalidInput(
            f"The archive holds what this release does not know: {', '.join(sorted(unknown))[:200]}.",
            next_step="Update openbis-nb here, and import it again.",
        )
    return {table.name: list(_rows(archive, table)) for table in kept_tables()}


def _rows(archive: zipfile.ZipFile, table: Table) -> Iterator[dict[str, Any]]:
    name = f"tables/{table.name}.jsonl"
    if name not in archive.namelist():  # of an earlier release
        return
    columns = {column.name: column for column in table.columns}
    with archive.open(name) as lines:
        while line := lines.readline(_MOST_LINE):
            row = _json(line)
            if not isinstance(row, dict) or not set(row) <= set(columns):
                raise _damaged()
            if not all(_fits(column, row.get(name)) for name, column in columns.items()):
                raise _damaged()
            yield {name: row.get(name) for name in columns}


def _fits(column: Column[Any], value: Any) -> bool:
    """Whether a database takes the value there; SQLite would take anything."""
    if value is None:
        return bool(column.nullable)
    if isinstance(column.type, Boolean):
        return isinstance(value, bool)
    if isinstance(column.type, BigInteger | Integer):
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
    if isinstance(column.type, Float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    most = getattr(column.type, "length", None)
    return isinstance(value, str) and "\0" not in value and (most is None or len(value) <= most)


def _keep_bytes(archive: zipfile.ZipFile, tables: Mapping[str, list[dict[str, Any]]], blobs: Blobs) -> int:
    """Raises:
    InvalidInput: bytes are not what their name says.
    KeyError: some are missing.
    """
    wanted = {
        row[column.name]
        for table in kept_tables()
        for column in byte_columns(table)
        for row in tables[table.name]
    }
    for digest in sorted(wanted):
        if archive.getinfo(f"bytes/{digest}").file_size > _MOST_BYTES:
            raise _damaged()
        with blobs.kept(archive.read(f"bytes/{digest}")) as kept:
            if kept != (digest,):
                raise _damaged()
    return len(wanted)


def _insert_all(
    connection: Connection, tables: Mapping[str, list[dict[str, Any]]], files: int
) -> Transferred:
    rows, there = dict[str, int](), 0
    for table in kept_tables():
        new = [row for row in tables[table.name] if not _is_there(connection, table, row)]
        for start in range(0, len(new), _PORTION):
            connection.execute(insert(table), new[start : start + _PORTION])
        rows[table.name] = len(new)
        there += len(tables[table.name]) - len(new)
    audit.write(connection, stamp(datetime.now(UTC)), "", "import", "", rows=sum(rows.values()))
    return Transferred(rows, files, there)


def _is_there(connection: Connection, table: Table, row: Row) -> bool:
    same = [column == row[column.name] for column in table.primary_key.columns]
    return connection.execute(select(*table.primary_key.columns).where(*same)).first() is not None


def _json(text: bytes) -> Any:
    """Raises:
    InvalidInput: it is none.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged() from error


def _is_there_already(target: Path) -> Conflict:
    return Conflict(f"{target.name} is there already.", next_step="Choose another name.")


def _damaged() -> OpenbisNbError:
    return InvalidInput(
        "The file is no archive of published pages, or it is damaged; nothing was imported.",
        next_step="Export the pages again with `openbis-nb service export-pages`.",
    )
