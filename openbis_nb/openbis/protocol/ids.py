"""Ids as V3 writes them (contract 3.1)."""

from __future__ import annotations

from typing import Any

from ...errors import InvalidIdentifier
from ...identifiers import normalise_identifier
from ...models import Entity, EntityKind

__all__ = [
    "Json",
    "authorization_group",
    "data_set",
    "deletion",
    "entity",
    "entity_type",
    "identifier",
    "new_data_set_in",
    "new_in",
    "perm_id",
    "personal_access_token",
]

#: A JSON object on its way to or from openBIS.
Json = dict[str, Any]

#: Our word for a kind → openBIS' package and class prefix.
_CLASS = {"space": "Space", "project": "Project", "experiment": "Experiment", "object": "Sample"}


def perm_id(kind: EntityKind, value: str) -> Json:
    """The permId of an entity; a space's is its code."""
    name = _CLASS[kind]
    return {"@type": f"as.dto.{name.lower()}.id.{name}PermId", "permId": value}


def identifier(kind: EntityKind, value: str) -> Json:
    """The identifier of a project, experiment or object, or the code of a space."""
    if kind == "space":
        return perm_id("space", value.strip("/"))
    name = _CLASS[kind]
    return {"@type": f"as.dto.{name.lower()}.id.{name}Identifier", "identifier": value}


def entity(known: Entity) -> Json:
    """The id of an entity that was read before: its permId, which outlives a move."""
    return perm_id(known.kind, known.perm_id)


def data_set(value: str) -> Json:
    """The id of a data set."""
    return {"@type": "as.dto.dataset.id.DataSetPermId", "permId": value}


def entity_type(code: str, kind: str | None = None) -> Json:
    """The id of an entity type; creations name the kind (``DATA_SET``), reads need not (3.2)."""
    found: Json = {"@type": "as.dto.entitytype.id.EntityTypePermId", "permId": code}
    return found | {"entityKind": kind} if kind else found


def deletion(deletion_id: str) -> Json:
    """The id of an entry of the trash (6.2)."""
    return {"@type": "as.dto.deletion.id.DeletionTechId", "id": deletion_id}


def personal_access_token(token: str) -> Json:
    """The id of a personal access token: the token itself (2.6)."""
    return {"@type": "as.dto.pat.id.PersonalAccessTokenPermId", "permId": token}


def authorization_group(code: str) -> Json:
    """The id of an authorization group: its code."""
    return {"@type": "as.dto.authorizationgroup.id.AuthorizationGroupPermId", "permId": code}


def new_data_set_in(owner: Entity) -> Json | None:
    """The invented id by which the ELN asks "may a data set be created here?" (3.9, 9.3).

    ``None`` for an object that lies in no project: openBIS has no such question.

    Raises:
        InvalidIdentifier: *owner* cannot own data sets.
    """
    if not owner.can_own_data_sets:
        raise InvalidIdentifier(f"A {owner.kind} cannot own data sets.")
    home = owner.experiment_identifier or owner.identifier
    parts = normalise_identifier(home).strip("/").split("/")
    if len(parts) < 3:
        return None
    return data_set(f"/{parts[0]}/{parts[1]}/__DUMMY_DATA_SET_FOR_RIGHTS_CALCULATION__")


def new_in(place: Entity) -> Json | None:
    """The invented id that asks "may something be stored here?" of any place: for a project as for the
    experiments in it, for a space by an object of its own. ``None`` as :func:`new_data_set_in`."""
    if place.kind == "space":
        return identifier("object", f"/{place.code}/__DUMMY_SAMPLE_FOR_RIGHTS_CALCULATION__")
    if place.kind == "project":
        return data_set(f"{place.identifier}/__DUMMY_DATA_SET_FOR_RIGHTS_CALCULATION__")
    return new_data_set_in(place)
