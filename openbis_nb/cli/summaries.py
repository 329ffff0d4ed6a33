"""Entities, data sets and saved versions as several commands show them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..models import DataSet, Entity
from ..workflows.save_result import SaveResult

__all__ = ["data_set_document", "entity_document", "exit_code_of_save", "save_lines"]

#: Exit code of a save that waits in the outbox: openBIS does not have the version yet.
_IN_OUTBOX = 8


def entity_document(entity: Entity) -> dict[str, Any]:
    """Kind, permId, identifier and name."""
    return {
        "kind": entity.kind,
        "perm_id": entity.perm_id,
        "identifier": entity.identifier,
        "name": entity.name,
    }


def data_set_document(data_set: DataSet) -> dict[str, Any]:
    """permId, type, name, size in bytes, and status."""
    return {
        "perm_id": data_set.perm_id,
        "type": data_set.type_code,
        "name": data_set.name,
        "size": data_set.size,
        "status": data_set.status,
    }


def save_lines(result: SaveResult) -> Iterator[str]:
    """What a person wants to know of a save."""
    where = f" in {result.owner}" if result.owner else ""
    match result.state:
        case "saved":
            yield f"Saved {result.name!r}{where} as {result.perm_id}."
        case "unchanged":
            yield f"Nothing has changed since {result.perm_id}; no new version was made."
        case _:
            yield f"{result.name!r} waits in the outbox as {result.save_id}; openBIS does not have it yet."
    yield from result.told
    if result.link:
        yield result.link
    if result.page:
        yield f"In the library: {result.page}"
    if result.parents:
        yield f"Parents:        {', '.join(result.parents)}"
    if result.never_attached:
        yield f"Never attached: {', '.join(result.never_attached)}"
    for redaction in result.redactions:
        yield f"Removed:        {redaction}"


def exit_code_of_save(result: SaveResult) -> int:
    """0, or 8 while the version waits in the outbox."""
    return _IN_OUTBOX if result.state == "outbox" else 0
