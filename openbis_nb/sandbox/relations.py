"""Change the relations of existing entities and keep their history (contract 6.1, 6.3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from .failures import UserFailure
from .history import Author, record_pair
from .objects import is_frozen
from .registration import relate

#: Field of an update → (relation, own column, other column, freeze flag, name in the history).
LISTS = {
    "parentIds": ("PARENT", "child_id", "parent_id", "frozenForParents", "PARENT"),
    "childIds": ("PARENT", "parent_id", "child_id", "frozenForChildren", "CHILD"),
    "containerIds": ("COMPONENT", "child_id", "parent_id", "frozenForContainers", "CONTAINER"),
    "componentIds": ("COMPONENT", "parent_id", "child_id", "frozenForComponents", "COMPONENT"),
}


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
        record_pair(db, row["id"], one, name, author, added=False)
    for one in added:
        upper, lower = (one, row["id"]) if own == "child_id" else (row["id"], one)
        relate(db, relation, author, parents=[upper], children=[lower])
