"""Find the rows that ids on the wire name, and refuse as the server does (contract 3.1, 9.4)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from .failures import ObjectNotFound, UnauthorizedObjectAccess, UnsupportedObjectId, java_name
from .ids import normal_identifier
from .rights import Place

if TYPE_CHECKING:
    from .rpc import Call

#: Kind → the id classes that name an object of it.
ID_CLASSES = {
    "SPACE": ("SpacePermId",),
    "PROJECT": ("ProjectPermId", "ProjectIdentifier"),
    "EXPERIMENT": ("ExperimentPermId", "ExperimentIdentifier"),
    "SAMPLE": ("SamplePermId", "SampleIdentifier"),
    "DATA_SET": ("DataSetPermId",),
}
#: What an id carries in place of the class, when a client leaves ``@type`` out.
_KEYS = ("permId", "identifier")


def find(db: sqlite3.Connection, kind: str, object_id: Any) -> sqlite3.Row | None:
    """The live row that an id names, whoever asks; None when there is none.

    Raises UnsupportedObjectId for an id of another class.
    """
    if not isinstance(object_id, dict) or not any(key in object_id for key in _KEYS):
        raise UnsupportedObjectId(object_id)
    if "@type" in object_id and java_name(object_id) not in ID_CLASSES[kind]:
        raise UnsupportedObjectId(object_id)
    if kind == "SPACE":
        column, value = "perm_id", str(object_id.get("permId")).upper()
    elif "identifier" in object_id:
        column, value = "identifier", normal_identifier(str(object_id["identifier"]))
    else:
        column, value = "perm_id", str(object_id["permId"])
    row: sqlite3.Row | None = db.execute(
        f"SELECT * FROM entities WHERE kind = ? AND {column} = ? AND deletion_id IS NULL", (kind, value)
    ).fetchone()
    return row


def is_visible(call: Call, row: sqlite3.Row) -> bool:
    """Whether the caller may read the object."""
    condition = call.rights.visible("e")
    found = call.db.execute(f"SELECT 1 FROM entities e WHERE e.id = ? AND {condition}", (row["id"],))
    return found.fetchone() is not None


def need(call: Call, kind: str, object_id: Any) -> sqlite3.Row:
    """The row of an object that a write names. Raises ObjectNotFound or UnauthorizedObjectAccess."""
    row = find(call.db, kind, object_id)
    if row is None:
        raise ObjectNotFound(object_id)
    if not is_visible(call, row):
        raise UnauthorizedObjectAccess(object_id)
    return row


def by_id(db: sqlite3.Connection, entity_id: int) -> sqlite3.Row:
    """The row with this number; the caller knows that it exists."""
    row: sqlite3.Row = db.execute("SELECT * FROM entities WHERE id = ?", (entity_id,)).fetchone()
    return row


def place_of(row: sqlite3.Row) -> Place:
    """Where a row is, for questions about rights."""
    return Place(row["space_id"], row["project_id"])


def is_frozen(row: sqlite3.Row, flag: str = "frozen") -> bool:
    """Whether a row carries a freeze flag, e.g. ``frozenForDataSets``."""
    return flag in str(row["frozen"]).split()
