"""May this person read the files of a data set, and are they there? Asked by every way to the files."""

from __future__ import annotations

import sqlite3

from ..failures import UserFailure
from ..rights import Rights


class NotAccessible(UserFailure):
    """The data set does not exist, is in the trash, or the person may not see it."""

    def __init__(self, perm_id: str) -> None:
        super().__init__(f"Data set '{perm_id}' is not accessible.")


class NotAvailable(UserFailure):
    """The data set is known, but its files are in the archive or on their way."""

    def __init__(self, perm_id: str, status: str) -> None:
        super().__init__(f"Data set '{perm_id}' is not available (status: {status}).")


def readable(db: sqlite3.Connection, rights: Rights, perm_ids: list[str]) -> dict[str, str]:
    """Those of the data sets that the person may see: permId → status (``AVAILABLE``, ``ARCHIVED``, …).

    Data sets without physical data (containers, links) count as available.
    """
    condition = rights.visible("e")
    found = {}
    for perm_id in perm_ids:
        row = db.execute(
            "SELECT coalesce(status, 'AVAILABLE') FROM entities e"
            " LEFT JOIN physical_data ON data_set_id = e.id"
            f" WHERE e.kind = 'DATA_SET' AND e.perm_id = ? AND {condition}",
            (perm_id,),
        ).fetchone()
        if row is not None:
            found[perm_id] = str(row[0])
    return found


def require_available(db: sqlite3.Connection, rights: Rights, perm_id: str) -> None:
    """Raise NotAccessible or NotAvailable unless the person can read the files now."""
    status = readable(db, rights, [perm_id]).get(perm_id)
    if status is None:
        raise NotAccessible(perm_id)
    if status not in ("AVAILABLE", "LOCKED", "BACKUP_PENDING"):
        raise NotAvailable(perm_id, status)
