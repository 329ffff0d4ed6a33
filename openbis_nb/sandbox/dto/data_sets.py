"""What only data sets have: kind, store, physical and linked data (contract 3.3)."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from .fetch import Fetch, asked, echo

if TYPE_CHECKING:
    from .reader import Reader

_STORE = "as.dto.datastore.fetchoptions.DataStoreFetchOptions"
_PHYSICAL = "as.dto.dataset.fetchoptions.PhysicalDataFetchOptions"
_LINKED = "as.dto.dataset.fetchoptions.LinkedDataFetchOptions"


def data_store(reader: Reader, fetch: Fetch | None) -> dict[str, Any]:
    """The one data store; its ``downloadUrl`` is scheme://host:port (contract 1.1)."""
    state = reader.call.state
    code, url = state.config.data_store, state.download_url
    return {
        "@type": "as.dto.datastore.DataStore",
        "fetchOptions": echo(fetch, _STORE),
        "code": code,
        "downloadUrl": url,
        "remoteUrl": url,
        "registrationDate": 0,
        "modificationDate": 0,
    }


def fill(reader: Reader, objects: dict[int, dict[str, Any]], fetch: Fetch | None) -> None:
    """Set the fields of data sets that other entities do not have."""
    details = reader.db.execute(
        "SELECT d.data_set_id AS number, d.*, p.* FROM data_set_details d"
        " LEFT JOIN physical_data p USING (data_set_id)"
        " WHERE d.data_set_id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(objects)),),
    )
    for row in details:
        dto = objects[row["number"]]
        dto["kind"] = row["kind"]
        dto["measured"] = bool(row["measured"])
        dto["dataProducer"] = row["producer"]
        dto["dataProductionDate"] = row["produced_at"]
        dto["accessDate"] = row["accessed_at"]
        store_fetch = asked(fetch, "dataStore")
        dto["dataStore"] = None if store_fetch is None else data_store(reader, store_fetch)
        dto["physicalData"] = _physical(row, asked(fetch, "physicalData"))
        dto["linkedData"] = _linked(row, asked(fetch, "linkedData"))


def _physical(row: sqlite3.Row, fetch: Fetch | None) -> dict[str, Any] | None:
    if fetch is None or row["location"] is None:
        return None
    return {
        "@type": "as.dto.dataset.PhysicalData",
        "fetchOptions": echo(fetch, _PHYSICAL),
        "shareId": row["share_id"],
        "location": row["location"],
        "size": row["size"],
        "storageFormat": None,
        "fileFormatType": None,
        "locatorType": None,
        "complete": "YES",
        "status": row["status"],
        "presentInArchive": bool(row["present_in_archive"]),
        "storageConfirmation": True,
        "speedHint": -50,
        "archivingRequested": bool(row["archiving_requested"]),
    }


def _linked(row: sqlite3.Row, fetch: Fetch | None) -> dict[str, Any] | None:
    if fetch is None or row["kind"] != "LINK":
        return None
    return {
        "@type": "as.dto.dataset.LinkedData",
        "fetchOptions": echo(fetch, _LINKED),
        "externalCode": None,
        "externalDms": None,
        "contentCopies": [],
    }
