"""History fields of entities (contract 6.3)."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

from . import people
from .fetch import Fetch, asked, echo
from .kinds import HISTORY_NAMES, reference

if TYPE_CHECKING:
    from .reader import Reader

_OPTIONS = "as.dto.history.fetchoptions.HistoryEntryFetchOptions"
_ID_CLASSES = {
    "SPACE": "space.id.SpacePermId",
    "PROJECT": "project.id.ProjectPermId",
    "EXPERIMENT": "experiment.id.ExperimentPermId",
    "SAMPLE": "sample.id.SamplePermId",
    "DATA_SET": "dataset.id.DataSetPermId",
}


def fill(
    reader: Reader, names: tuple[str, ...], objects: dict[int, dict[str, Any]], fetch: Fetch | None
) -> None:
    """Set every history field of the objects: lists where asked for, None elsewhere."""
    fetched = {name: options for name in names if (options := asked(fetch, name)) is not None}
    for dto in objects.values():
        dto.update({name: [] if name in fetched else None for name in names})
    if not fetched:
        return
    rows = reader.db.execute(
        "SELECT history.*, kind FROM history LEFT JOIN entities ON is_property = 0 AND perm_id = value"
        " WHERE entity_id IN (SELECT value FROM json_each(?)) ORDER BY history.id",
        (json.dumps(list(objects)),),
    )
    for row in rows.fetchall():
        for name, options in fetched.items():
            if _belongs(row, HISTORY_NAMES.get(name, ("UNKNOWN",))):
                objects[row["entity_id"]][name].append(_entry(reader, row, options))


def _belongs(row: sqlite3.Row, names: tuple[str, ...] | None) -> bool:
    if names is None:
        return True
    return bool(row["is_property"]) if not names else not row["is_property"] and row["name"] in names


def _entry(reader: Reader, row: sqlite3.Row, fetch: Fetch) -> dict[str, Any]:
    author_fetch = asked(fetch, "author")
    author = None
    if author_fetch is not None and row["author"] is not None:
        author = people.persons(reader, {row["author"]}, author_fetch).get(row["author"])
    entry = {
        "fetchOptions": echo(fetch, _OPTIONS),
        "validFrom": row["valid_from"],
        "validTo": row["valid_to"],
        "author": author,
    }
    if row["is_property"]:
        names = {"propertyName": row["name"], "propertyValue": row["value"]}
        return {"@type": "as.dto.history.PropertyHistoryEntry", **entry, **names}
    related = None
    if row["kind"] is not None:
        related = reference(_ID_CLASSES[row["kind"]], permId=row["value"])
    names = {"relationType": row["name"], "relatedObjectId": related}
    return {"@type": "as.dto.history.RelationHistoryEntry", **entry, **names}
