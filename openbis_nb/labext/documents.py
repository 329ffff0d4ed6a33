"""The JSON forms of what the routes answer. No token stands in any of them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from ..models import DataSet, Entity
from ..workflows.attach import AttachedDataSet
from ..workflows.inputs import NotebookInput
from ..workflows.outbox_entry import OutboxEntry
from ..workflows.save_result import SaveResult
from .jobs import Job

__all__ = ["attached", "data_set", "entity", "job", "notebook_input", "plain", "save_result", "waiting"]

_OF_ENTRY = ("save_id", "notebook_id", "name", "server", "person", "created_at", "size", "state", "reason")


def save_result(result: SaveResult) -> dict[str, Any]:
    """As ``SaveResult`` says it."""
    return asdict(result)


def attached(item: AttachedDataSet) -> dict[str, Any]:
    """A data set with its files; ``local`` is a file on this machine, for kernels, or ``null``."""
    return data_set(item.data_set, item.perm_id) | {
        "state": item.state,
        "reason": item.reason,
        "size": item.size if item.files or item.data_set is None else item.data_set.size,
        "files": [
            {
                "path": file.path,
                "size": file.size,
                "local": str(item.local[file.path]) if file.path in item.local else None,
            }
            for file in item.files
        ],
    }


def notebook_input(item: NotebookInput) -> dict[str, Any]:
    """An input: ``attached`` means that each of its files can be read on this machine without fetching,
    ``in_place`` that they are read from a mount of the data store."""
    newer = item.newer
    return attached(item.found) | {
        "attached": item.found.state in ("here", "in place"),
        "in_place": item.found.state == "in place",
        "declared": item.declared,
        "handed_out": item.handed_out,
        "newer": data_set(newer, newer.perm_id) if newer is not None else None,
    }


def plain(shape: Any) -> Any:
    """The JSON form of a frozen dataclass, or of a list of them."""
    if isinstance(shape, list | tuple):
        return [plain(one) for one in shape]
    return asdict(shape, dict_factory=_json)


def _json(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields}


def data_set(known: DataSet | None, perm_id: str) -> dict[str, Any]:
    """What can be said without its files; little, where openBIS does not show it."""
    return {
        "perm_id": perm_id,
        "name": known.name if known else "",
        "type": known.type_code if known else "",
        "size": known.size if known else None,
        "state": known.status if known else "missing",
        "registered_at": known.registered_at.isoformat() if known and known.registered_at else None,
        "registrator": known.registrator.user_id if known and known.registrator else None,
    }


def entity(one: Entity) -> dict[str, Any]:
    """What an entity is called."""
    return {
        "kind": one.kind,
        "perm_id": one.perm_id,
        "identifier": one.identifier,
        "name": one.name,
    }


def waiting(entry: OutboxEntry) -> dict[str, Any]:
    """A version in the outbox."""
    document = {name: getattr(entry, name) for name in _OF_ENTRY}
    return document | {"owner": entry.owner_identifier, "files": [file.path for file in entry.files]}


def job(one: Job) -> dict[str, Any]:
    """A job, with its result or the problem once it has ended."""
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "progress": one.progress,
        "result": one.result,
        "problem": one.error.problem() if one.error is not None else None,
    }
