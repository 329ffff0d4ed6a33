"""The history of relations: what was related to what, from when to when, by whom (contract 6.3)."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

_OPPOSITE = {"PARENT": "CHILD", "CHILD": "PARENT", "CONTAINER": "COMPONENT", "COMPONENT": "CONTAINER"}


@dataclass(frozen=True)
class Author:
    """Who registers or changes something, and when (milliseconds)."""

    user: str
    now: int


def record_added(db: sqlite3.Connection, entity_id: int, name: str, other_id: int, author: Author) -> None:
    """A relation that holds from now on: ``validTo`` stays empty."""
    db.execute(
        "INSERT INTO history (entity_id, name, is_property, value, valid_from, author)"
        " VALUES (?, ?, 0, ?, ?, ?)",
        (entity_id, name, _perm_id(db, other_id), author.now, author.user),
    )


def record_removed(db: sqlite3.Connection, entity_id: int, name: str, other_id: int, author: Author) -> None:
    """A relation that ends now; one whose beginning was never written (bulk seeds) is written as a whole."""
    value = _perm_id(db, other_id)
    ended = db.execute(
        "UPDATE history SET valid_to = ? WHERE entity_id = ? AND name = ? AND value = ?"
        " AND is_property = 0 AND valid_to IS NULL",
        (author.now, entity_id, name, value),
    )
    if ended.rowcount == 0:
        db.execute(
            "INSERT INTO history (entity_id, name, is_property, value, valid_from, valid_to, author)"
            " SELECT id, ?, 0, ?, registered_at, ?, ? FROM entities WHERE id = ?",
            (name, value, author.now, author.user, entity_id),
        )


def record_pair(
    db: sqlite3.Connection, entity_id: int, other_id: int, name: str, author: Author, *, added: bool
) -> None:
    """Both sides of a relation among equals: the parent's ``CHILD`` is the child's ``PARENT``."""
    record = record_added if added else record_removed
    record(db, entity_id, name, other_id, author)
    record(db, other_id, _OPPOSITE[name], entity_id, author)


def record_moved(
    db: sqlite3.Connection, entity_id: int, name: str, old_id: int | None, new_id: int | None, author: Author
) -> None:
    """The one related entity (owner, project, space) became another."""
    if old_id == new_id:
        return
    if old_id is not None:
        record_removed(db, entity_id, name, old_id, author)
    if new_id is not None:
        record_added(db, entity_id, name, new_id, author)


def _perm_id(db: sqlite3.Connection, entity_id: int) -> str:
    return str(db.execute("SELECT perm_id FROM entities WHERE id = ?", (entity_id,)).fetchone()[0])
