"""Trash: logical deletion, its revert, and its confirmation (contract 6.2)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from .failures import UserFailure
from .history import Author
from .ids import next_number
from .objects import is_frozen

_WORDS = {"DATA_SET": "data set", "SAMPLE": "sample", "EXPERIMENT": "experiment"}
_DELETABLE = ("AVAILABLE", "LOCKED")


def move_to_trash(db: sqlite3.Connection, rows: Sequence[sqlite3.Row], reason: str, author: Author) -> int:
    """Delete entities logically, with what belongs to them; the id of the deletion. Raises UserFailure."""
    everything = _with_dependents(db, rows)
    _refuse_frozen(everything)
    _refuse_unavailable(db, everything)
    number = next_number(db)
    db.execute("INSERT INTO deletions VALUES (?, ?, ?, ?)", (number, reason, author.user, author.now))
    db.execute(
        "UPDATE entities SET deletion_id = ? WHERE id IN (SELECT value FROM json_each(?))",
        (number, json.dumps([row["id"] for row in everything])),
    )
    return number


def restore(db: sqlite3.Connection, deletion_id: int) -> None:
    """Take the entities of a deletion out of the trash. Raises UserFailure where that leaves gaps."""
    waiting = db.execute(
        "SELECT o.code FROM entities e JOIN entities o ON o.id IN (e.experiment_id, e.sample_id)"
        " WHERE e.deletion_id = :id AND o.deletion_id IS NOT NULL AND o.deletion_id != :id",
        {"id": deletion_id},
    ).fetchone()
    if waiting is not None:
        raise UserFailure(f"The deletion cannot be reverted before that of its owner {waiting['code']}.")
    try:
        db.execute("UPDATE entities SET deletion_id = NULL WHERE deletion_id = ?", (deletion_id,))
    except sqlite3.IntegrityError as fault:
        raise UserFailure("The deletion cannot be reverted: its identifier is in use again.") from fault
    db.execute("DELETE FROM deletions WHERE id = ?", (deletion_id,))


def erase(db: sqlite3.Connection, deletion_id: int) -> list[str]:
    """Remove the entities of a deletion for good; permIds of its data sets, whose files can go now."""
    _refuse_protected(db, deletion_id)
    data_sets = db.execute(
        "SELECT perm_id FROM entities WHERE deletion_id = ? AND kind = 'DATA_SET'", (deletion_id,)
    ).fetchall()
    db.execute("UPDATE entities SET container_id = NULL WHERE deletion_id = ?", (deletion_id,))
    try:
        for kind in ("DATA_SET", "SAMPLE", "EXPERIMENT"):
            db.execute("DELETE FROM entities WHERE deletion_id = ? AND kind = ?", (deletion_id, kind))
    except sqlite3.IntegrityError as fault:
        raise UserFailure("Permanent deletion not possible because of dependent deletions.") from fault
    db.execute("DELETE FROM deletions WHERE id = ?", (deletion_id,))
    return [row[0] for row in data_sets]


def _with_dependents(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> list[sqlite3.Row]:
    """Experiments take their samples and data sets along, samples their components and data sets."""
    found = {row["id"]: row for row in rows}
    queue = list(rows)
    while queue:
        row = queue.pop()
        dependents = db.execute(
            "SELECT * FROM entities WHERE deletion_id IS NULL AND kind IN ('SAMPLE', 'DATA_SET')"
            " AND (experiment_id = :id OR sample_id = :id OR container_id = :id)",
            {"id": row["id"]},
        ).fetchall()
        new = [one for one in dependents if one["id"] not in found]
        found.update({one["id"]: one for one in new})
        queue.extend(new)
    return list(found.values())


def _refuse_frozen(rows: Sequence[sqlite3.Row]) -> None:
    for row in rows:
        if is_frozen(row):
            word = _WORDS[row["kind"]]
            raise UserFailure(f"Operation DELETE is not allowed because {word} {row['code']} is frozen.")


def _refuse_unavailable(db: sqlite3.Connection, rows: Sequence[sqlite3.Row]) -> None:
    for row in rows:
        found = db.execute("SELECT status FROM physical_data WHERE data_set_id = ?", (row["id"],)).fetchone()
        if found is not None and found["status"] not in _DELETABLE:
            raise UserFailure(
                f"Data set '{row['perm_id']}' cannot be deleted because its status is {found['status']}."
            )


def _refuse_protected(db: sqlite3.Connection, deletion_id: int) -> None:
    row = db.execute(
        "SELECT perm_id, type FROM entities e JOIN entity_types t ON t.kind = 'DATA_SET' AND t.code = e.type"
        " WHERE deletion_id = ? AND e.kind = 'DATA_SET' AND no_deletion",
        (deletion_id,),
    ).fetchone()
    if row is not None:
        raise UserFailure(
            "Deletion failed because the following data sets have 'Disallow deletion' flag set to true"
            f" in their type: [{row['perm_id']}]."
        )
