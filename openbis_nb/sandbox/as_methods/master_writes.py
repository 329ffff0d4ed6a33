"""Writes of master data: vocabularies, terms, property types, entity types and their assignments."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from ..dto.kinds import reference
from ..dto.types import type_perm_id
from ..failures import ObjectNotFound, UserFailure
from ..ids import check_code
from ..registration import type_code
from ..rpc import Call, application_method
from ..update_values import list_actions
from ..wire import Json, Objects
from .answers import as_list

_TYPES = {"EXPERIMENT": "ExperimentTypes", "SAMPLE": "SampleTypes", "DATA_SET": "DataSetTypes"}
_DATA_TYPES = (
    *("VARCHAR", "MULTILINE_VARCHAR", "INTEGER", "REAL", "BOOLEAN", "TIMESTAMP", "DATE"),
    *("CONTROLLEDVOCABULARY", "HYPERLINK", "XML"),
)


def _insert(call: Call, table: str, what: str, **values: Any) -> None:
    names, holders = ", ".join(values), ", ".join("?" * len(values))
    try:
        call.db.execute(f"INSERT INTO {table} ({names}) VALUES ({holders})", tuple(values.values()))
    except sqlite3.IntegrityError as fault:
        raise UserFailure(f"{what} already exists in the database.") from fault


@application_method("createVocabularies", writes=True)
def create_vocabularies(call: Call, creations: Objects) -> Json:
    """New vocabularies with their terms; their ids."""
    call.rights.require("master data")
    made = []
    for creation in creations:
        code = check_code(creation.get("code"))
        internal = bool(creation.get("managedInternally"))
        values = {"code": code, "description": creation.get("description"), "internal": internal}
        _insert(call, "vocabularies", f"Vocabulary '{code}'", **values, **_registered(call))
        for term in as_list(creation.get("terms")):
            _create_term(call, code, term)
        made.append(reference("vocabulary.id.VocabularyPermId", permId=code))
    return made


@application_method("createVocabularyTerms", writes=True)
def create_vocabulary_terms(call: Call, creations: Objects) -> Json:
    """New terms of existing vocabularies; official ones are an instance admin's to add."""
    made = []
    for creation in creations:
        official = creation.get("official", True)
        call.rights.require("master data" if official else "create unofficial term")
        vocabulary_id = creation.get("vocabularyId") or {}
        code = str(vocabulary_id.get("permId") or "").upper()
        if call.db.execute("SELECT 1 FROM vocabularies WHERE code = ?", (code,)).fetchone() is None:
            raise ObjectNotFound(vocabulary_id)
        term = _create_term(call, code, creation)
        made.append(reference("vocabulary.id.VocabularyTermPermId", code=term, vocabularyCode=code))
    return made


def _create_term(call: Call, vocabulary: str, creation: Json) -> str:
    code = check_code(creation.get("code"))
    last = call.db.execute(
        "SELECT coalesce(max(ordinal), 0) FROM vocabulary_terms WHERE vocabulary = ?", (vocabulary,)
    ).fetchone()[0]
    values = {name: creation.get(name) for name in ("label", "description")}
    values |= {"ordinal": last + 1, "official": creation.get("official", True)}
    named = {"vocabulary": vocabulary, "code": code}
    _insert(call, "vocabulary_terms", f"Term '{code}'", **named, **values, **_registered(call))
    return code


@application_method("createPropertyTypes", writes=True)
def create_property_types(call: Call, creations: Objects) -> Json:
    """New property types; their ids."""
    call.rights.require("master data")
    made = []
    for creation in creations:
        code, data_type = check_code(creation.get("code")), str(creation.get("dataType") or "")
        if data_type not in _DATA_TYPES:
            raise UserFailure(f"Properties of data type {data_type} are not supported by the sandbox.")
        vocabulary = (creation.get("vocabularyId") or {}).get("permId")
        _insert(
            call,
            "property_types",
            f"Property type '{code}'",
            code=code,
            label=creation.get("label"),
            description=creation.get("description"),
            data_type=data_type,
            vocabulary=str(vocabulary).upper() if vocabulary else None,
            internal=bool(creation.get("managedInternally")),
            meta_data=json.dumps(creation.get("metaData") or {}),
            **_registered(call),
        )
        made.append(reference("property.id.PropertyTypePermId", permId=code))
    return made


def _register_types(kind: str, plural: str) -> None:
    @application_method(f"create{plural}", writes=True)
    def create(call: Call, creations: Objects) -> Json:
        """New entity types with their property assignments; their ids."""
        call.rights.require("master data")
        return [_create_type(call, kind, creation) for creation in creations]

    @application_method(f"update{plural}", writes=True)
    def update(call: Call, updates: Objects) -> Json:
        """Assign properties to types, or take them away."""
        call.rights.require("master data")
        for one in updates:
            _update_type(call, kind, one)


def _create_type(call: Call, kind: str, creation: Json) -> Json:
    code = check_code(creation.get("code"))
    _insert(
        call,
        "entity_types",
        f"Type '{code}'",
        kind=kind,
        code=code,
        description=creation.get("description"),
        auto_code=bool(creation.get("autoGeneratedCode")),
        code_prefix=creation.get("generatedCodePrefix") or "",
        no_deletion=bool(creation.get("disallowDeletion")),
        meta_data=json.dumps(creation.get("metaData") or {}),
        modified_at=call.now,
    )
    for assignment in as_list(creation.get("propertyAssignments")):
        _assign(call, kind, code, assignment)
    return type_perm_id(kind, code)


def _update_type(call: Call, kind: str, update: Json) -> None:
    code = type_code(call.db, kind, update.get("typeId"))
    for action, items in list_actions(update, "propertyAssignments"):
        if action == "Set":
            call.db.execute("DELETE FROM property_assignments WHERE kind = ? AND type = ?", (kind, code))
        for item in items:
            if action == "Remove":
                _unassign(call, kind, code, item)
            else:
                _assign(call, kind, code, item)
    call.db.execute(
        "UPDATE entity_types SET modified_at = ? WHERE kind = ? AND code = ?", (call.now, kind, code)
    )


def _assign(call: Call, kind: str, code: str, creation: Json) -> None:
    property_id = creation.get("propertyTypeId") or {}
    property_code = str(property_id.get("permId") or "").upper()
    if call.db.execute("SELECT 1 FROM property_types WHERE code = ?", (property_code,)).fetchone() is None:
        raise ObjectNotFound(property_id)
    last = call.db.execute(
        "SELECT coalesce(max(ordinal), 0) FROM property_assignments WHERE kind = ? AND type = ?", (kind, code)
    ).fetchone()[0]
    _insert(
        call,
        "property_assignments",
        f"The assignment of '{property_code}' to '{code}'",
        kind=kind,
        type=code,
        property=property_code,
        section=creation.get("section"),
        ordinal=creation.get("ordinal") or last + 1,
        mandatory=bool(creation.get("mandatory")),
        show_in_edit=bool(creation.get("showInEditView", True)),
        **_registered(call),
    )


def _unassign(call: Call, kind: str, code: str, assignment_id: Json) -> None:
    property_code = str((assignment_id.get("propertyTypeId") or {}).get("permId") or "").upper()
    used = call.db.execute(
        "SELECT 1 FROM properties p JOIN entities e ON e.id = p.entity_id"
        " WHERE p.code = ? AND e.kind = ? AND e.type = ?",
        (property_code, kind, code),
    ).fetchone()
    if used is not None:
        raise UserFailure(f"Property '{property_code}' has values and cannot be taken from type '{code}'.")
    call.db.execute(
        "DELETE FROM property_assignments WHERE kind = ? AND type = ? AND property = ?",
        (kind, code, property_code),
    )


def _registered(call: Call) -> dict[str, Any]:
    return {"registrator": call.user, "registered_at": call.now}


for _kind, _plural in _TYPES.items():
    _register_types(_kind, _plural)
