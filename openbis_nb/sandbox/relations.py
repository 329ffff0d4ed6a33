"""Change the relations of existing entities and keep their history (contract 6.1, 6.3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .failures import UserFailure
from .objects import by_id, is_frozen
from .registration import Author, relate

#: Field of an update → (relation, own column, other column, freeze flag, name in the history).
LISTS = {
    "parentIds": ("PARENT", "child_id", "parent_id", "frozenForParents", "PARENT"),
    "childIds": ("PARENT", "parent_id", "child_id", "frozenForChildren", "CHILD"),
    "containerIds": ("COMPONENT", "child_id", "parent_id", "frozenForContainers", "CONTAINER"),
    "componentIds": ("COMPONENT", "parent_id", "child_id", "frozenForComponents", "COMPONENT"),
}
_OPPOSITE = {"PARENT": "CHILD", "CHILD": "PARENT", "CONTAINER": "COMPONENT", "COMPONENT": "CONTAINER"}


def related_ids(db: sqlite3.Connection, entity_id: int, field: str) -> list[int]:
    """Row ids of the related entities; those in the trash are left alone and not listed."""
    relation, own, other, *_ = LISTS[field]
    rows = db.execute(
        f"SELECT {other} FROM relations JOIN entities ON id = {other} AND deletion_id IS NULL"
        f" WHERE relations.kind = ? AND {own} = ? ORDER BY ordinal, {other}",
        (relation, entity_id),
    )
    return [row[0] for row in rows]


def replace_related(
    db: sqlite3.Connection, row: sqlite3.Row, field: str, wanted: Sequence[int], author: Author
) -> None:
    """Make ``wanted`` the related entities of a row. Raises UserFailure for frozen ones and for cycles."""
    relation, own, other, flag, name = LISTS[field]
    current = related_ids(db, row["id"], field)
    removed, added = (
        [one for one in current if one not in wanted],
        [one for one in wanted if one not in current],
    )
    if (removed or added) and is_frozen(row, flag):
        raise UserFailure(
            f"Operation UPDATE {name} is not allowed because {row['code']} is frozen for this relation."
        )
    for one in removed:
        query = f"DELETE FROM relations WHERE kind = ? AND {own} = ? AND {other} = ?"
        db.execute(query, (relation, row["id"], one))
        _both_ways(db, row["id"], one, name, author, added=False)
    for one in added:
        upper, lower = (one, row["id"]) if own == "child_id" else (row["id"], one)
        relate(db, relation, parents=[upper], children=[lower])
        _both_ways(db, row["id"], one, name, author, added=True)


def _both_ways(
    db: sqlite3.Connection, entity_id: int, other_id: int, name: str, author: Author, *, added: bool
) -> None:
    for subject, related, relation in ((entity_id, other_id, name), (other_id, entity_id, _OPPOSITE[name])):
        perm_id = by_id(db, related)["perm_id"]
        if added:
            record_added(db, subject, relation, perm_id, author)
        else:
            record_removed(db, subject, relation, perm_id, author)


def record_added(db: sqlite3.Connection, entity_id: int, name: str, perm_id: str, author: Author) -> None:
    """A relation that holds from now on: ``validTo`` stays empty."""
    db.execute(
        "INSERT INTO history (entity_id, name, is_property, value, valid_from, author)"
        " VALUES (?, ?, 0, ?, ?, ?)",
        (entity_id, name, perm_id, author.now, author.user),
    )


def record_removed(db: sqlite3.Connection, entity_id: int, name: str, perm_id: str, author: Author) -> None:
    """A relation that ended now; one from the registration of the entity is written as a whole."""
    ended = db.execute(
        "UPDATE history SET valid_to = ? WHERE entity_id = ? AND name = ? AND value = ?"
        " AND is_property = 0 AND valid_to IS NULL",
        (author.now, entity_id, name, perm_id),
    )
    if ended.rowcount == 0:
        since = by_id(db, entity_id)["registered_at"]
        db.execute(
            "INSERT INTO history (entity_id, name, is_property, value, valid_from, valid_to, author)"
            " VALUES (?, ?, 0, ?, ?, ?, ?)",
            (entity_id, name, perm_id, since, author.now, author.user),
        )


def record_moved(
    db: sqlite3.Connection, entity_id: int, name: str, old_id: int | None, new_id: int | None, author: Author
) -> None:
    """The one related entity (owner, project, space) became another."""
    if old_id == new_id:
        return
    if old_id is not None:
        record_removed(db, entity_id, name, by_id(db, old_id)["perm_id"], author)
    if new_id is not None:
        record_added(db, entity_id, name, by_id(db, new_id)["perm_id"], author)
