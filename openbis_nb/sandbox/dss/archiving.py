"""``archiveDataSets``, ``unarchiveDataSets``, ``lockDataSets``, ``unlockDataSets`` (contract 9.2)."""

from __future__ import annotations

import sqlite3

from ..failures import UserFailure
from ..objects import need, place_of
from ..rpc import Call, application_method
from ..wire import Object, Objects


@application_method("archiveDataSets", writes=True)
def archive_data_sets(call: Call, data_set_ids: Objects, options: Object) -> None:
    """Put data sets into the archive; with ``removeFromDataStore`` false a copy stays available."""
    keep = (options or {}).get("removeFromDataStore") is False
    for row in _judged(call, data_set_ids, "archive", ("AVAILABLE",)):
        call.state.archive.ask(call.db, row["id"], row["perm_id"], "ARCHIVED", keep=keep)


@application_method("unarchiveDataSets", writes=True)
def unarchive_data_sets(call: Call, data_set_ids: Objects, options: Object) -> None:
    """Bring data sets back from the archive. Those that are available already are left as they are."""
    for row in _judged(call, data_set_ids, "unarchive", ("ARCHIVED", "AVAILABLE", "UNARCHIVE_PENDING")):
        if row["status"] == "ARCHIVED":
            call.state.archive.ask(call.db, row["id"], row["perm_id"], "AVAILABLE", keep=False)


@application_method("lockDataSets", writes=True)
def lock_data_sets(call: Call, data_set_ids: Objects, options: Object) -> None:
    """Keep data sets out of the archive."""
    _set_status(call, _judged(call, data_set_ids, "lock", ("AVAILABLE", "LOCKED")), "LOCKED")


@application_method("unlockDataSets", writes=True)
def unlock_data_sets(call: Call, data_set_ids: Objects, options: Object) -> None:
    """Let data sets be archived again."""
    _set_status(call, _judged(call, data_set_ids, "lock", ("AVAILABLE", "LOCKED")), "AVAILABLE")


def _judged(
    call: Call, data_set_ids: Objects, operation: str, statuses: tuple[str, ...]
) -> list[sqlite3.Row]:
    """The physical data sets named, all of them visible, allowed and in one of the statuses."""
    found = []
    for object_id in data_set_ids:
        row = need(call, "DATA_SET", object_id)
        call.rights.require(operation, place_of(row))
        physical: sqlite3.Row | None = call.db.execute(
            "SELECT e.id, perm_id, status FROM entities e JOIN physical_data ON data_set_id = e.id"
            " WHERE e.id = ?",
            (row["id"],),
        ).fetchone()
        if physical is None:
            raise UserFailure(f"Data set '{row['perm_id']}' has no physical data.")
        if physical["status"] not in statuses:
            raise UserFailure(
                f"Operation {operation} is not possible: data set '{row['perm_id']}' has the status"
                f" {physical['status']}."
            )
        found.append(physical)
    return found


def _set_status(call: Call, rows: list[sqlite3.Row], status: str) -> None:
    ids = [(status, row["id"]) for row in rows]
    call.db.executemany("UPDATE physical_data SET status = ? WHERE data_set_id = ?", ids)
