"""What changes openBIS: creations, updates, deletions, archiving (contract 2.6, 5.3, 6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from ...models import Entity
from . import ids
from .ids import Json

__all__ = [
    "archive_options",
    "data_set_creation",
    "data_set_move",
    "data_set_update",
    "deletion_options",
    "personal_access_token_creation",
    "personal_access_token_deletion",
    "unarchive_options",
]


def data_set_creation(
    *, type_code: str, owner: Entity, properties: Mapping[str, str], parents: Iterable[str], upload_id: str
) -> Json:
    """``UploadedDataSetCreation`` (5.3).

    With an object as owner only ``sampleId`` is sent: the server adds the object's experiment (5.7).
    """
    owner_field = "sampleId" if owner.kind == "object" else "experimentId"
    return {
        "@type": "dss.dto.dataset.create.UploadedDataSetCreation",
        "typeId": ids.entity_type(type_code, "DATA_SET"),
        owner_field: ids.entity(owner),
        "properties": {code: value for code, value in properties.items() if value != ""},
        "parentIds": [ids.data_set(parent) for parent in parents],
        "uploadId": upload_id,
    }


def data_set_update(perm_id: str, properties: Mapping[str, str | None]) -> Json:
    """``DataSetUpdate`` of the named properties only; ``None`` removes (6.1: no lost updates)."""
    return {
        "@type": "as.dto.dataset.update.DataSetUpdate",
        "dataSetId": ids.data_set(perm_id),
        "properties": dict(properties),
    }


def data_set_move(perm_id: str, owner: Entity) -> Json:
    """``DataSetUpdate`` of the owner only (6.1). For an experiment the object is taken off; for an object the
    server adds the object's experiment (5.7)."""
    to_object = owner.kind == "object"
    moved: Json = {"sampleId": _set(ids.entity(owner) if to_object else None)}
    if not to_object:
        moved["experimentId"] = _set(ids.entity(owner))
    return {
        "@type": "as.dto.dataset.update.DataSetUpdate",
        "dataSetId": ids.data_set(perm_id),
        **moved,
    }


def _set(value: Json | None) -> Json:
    return {"@type": "as.dto.common.update.FieldUpdateValue", "isModified": True, "value": value}


def deletion_options(reason: str) -> Json:
    """Into the trash, with the reason that people read there (6.2)."""
    return {"@type": "as.dto.dataset.delete.DataSetDeletionOptions", "reason": reason}


def archive_options() -> Json:
    """Archive and remove from the data store."""
    return {
        "@type": "as.dto.dataset.archive.DataSetArchiveOptions",
        "removeFromDataStore": True,
        "options": {},
    }


def unarchive_options() -> Json:
    """Bring back from the archive."""
    return {"@type": "as.dto.dataset.unarchive.DataSetUnarchiveOptions", "options": {}}


def personal_access_token_creation(session_name: str, valid_from: datetime, valid_until: datetime) -> Json:
    """A personal access token; a longer validity than allowed is silently shortened (2.6)."""
    return {
        "@type": "as.dto.pat.create.PersonalAccessTokenCreation",
        "sessionName": session_name,
        "validFromDate": int(valid_from.timestamp() * 1000),
        "validToDate": int(valid_until.timestamp() * 1000),
    }


def personal_access_token_deletion(reason: str) -> Json:
    """Revoke, with a reason."""
    return {"@type": "as.dto.pat.delete.PersonalAccessTokenDeletionOptions", "reason": reason}
