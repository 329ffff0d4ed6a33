"""Tags: private marks of one person (contract 3.1, 6.1)."""

from __future__ import annotations

import sqlite3
from typing import Any

from .failures import ObjectNotFound
from .history import Author
from .ids import check_code


def tag_id(db: sqlite3.Connection, user: str, object_id: Any) -> int | None:
    """Row id of the caller's tag that a TagPermId (``/user/CODE``) or TagCode names."""
    code = str(object_id.get("code") or object_id.get("permId", "")).rsplit("/", 1)[-1].upper()
    row = db.execute("SELECT id FROM tags WHERE owner = ? AND code = ?", (user, code)).fetchone()
    return None if row is None else int(row[0])


def need_tag(db: sqlite3.Connection, author: Author, object_id: Any) -> int:
    """The tag; one named by its code is made when it is new, as the server does."""
    found = tag_id(db, author.user, object_id)
    if found is not None:
        return found
    if "code" not in object_id:
        raise ObjectNotFound(object_id)
    return make_tag(db, author, check_code(object_id["code"]), None)


def make_tag(db: sqlite3.Connection, author: Author, code: str, description: str | None) -> int:
    """A new tag of the author; its row id."""
    made = db.execute(
        "INSERT INTO tags (owner, code, description, registered_at) VALUES (?, ?, ?, ?)",
        (author.user, code, description, author.now),
    )
    return int(made.lastrowid or 0)


def tags_of(db: sqlite3.Connection, user: str, entity_id: int) -> list[int]:
    """Row ids of the user's tags on an entity."""
    rows = db.execute(
        "SELECT tag_id FROM entity_tags JOIN tags ON id = tag_id WHERE entity_id = ? AND owner = ?",
        (entity_id, user),
    )
    return [row[0] for row in rows]


def set_tags(db: sqlite3.Connection, user: str, entity_id: int, wanted: list[int]) -> None:
    """Make ``wanted`` the user's tags on an entity; tags of others stay."""
    gone = [(entity_id, one) for one in tags_of(db, user, entity_id) if one not in wanted]
    db.executemany("DELETE FROM entity_tags WHERE entity_id = ? AND tag_id = ?", gone)
    db.executemany("INSERT OR IGNORE INTO entity_tags VALUES (?, ?)", [(entity_id, one) for one in wanted])
