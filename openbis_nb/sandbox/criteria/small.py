"""Searches in small tables, which are read whole and judged in Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .plain import Attributes, matching

if TYPE_CHECKING:
    from ..rpc import Call

Criterion = dict[str, Any] | None


def person_ids(call: Call, criterion: Criterion) -> list[str]:
    """User ids of the persons that match, in order of registration."""
    rows = call.db.execute("SELECT * FROM persons ORDER BY registered_at, user_id")
    return matching({row["user_id"]: _person(row) for row in rows}, criterion)


def _person(row: Any) -> Attributes:
    return {
        "userId": row["user_id"],
        "permId": row["user_id"],
        "code": row["user_id"],
        "firstName": row["first_name"],
        "lastName": row["last_name"],
        "email": row["email"],
        "active": bool(row["active"]),
    }


def type_codes(call: Call, kind: str, criterion: Criterion) -> list[str]:
    """Codes of the entity types of one kind that match."""
    rows = call.db.execute("SELECT code, description FROM entity_types WHERE kind = ? ORDER BY code", (kind,))
    return matching({row["code"]: _coded(row) | {"kind": kind} for row in rows}, criterion)


def property_codes(call: Call, criterion: Criterion) -> list[str]:
    """Codes of the property types that match."""
    rows = call.db.execute("SELECT * FROM property_types ORDER BY code")
    return matching({row["code"]: _property_type(row) for row in rows}, criterion)


def _property_type(row: Any) -> dict[str, Any]:
    return _coded(row) | {"label": row["label"], "dataType": row["data_type"]}


def assignments(call: Call, criterion: Criterion) -> list[tuple[str, str, str]]:
    """``(kind, type, property)`` of the property assignments that match."""
    rows = call.db.execute(
        "SELECT a.kind, a.type, a.mandatory, p.* FROM property_assignments a"
        " JOIN property_types p ON p.code = a.property ORDER BY a.kind, a.type, a.ordinal"
    )
    things = {}
    for row in rows:
        entity_type = {"code": row["type"], "permId": row["type"], "kind": row["kind"]}
        things[row["kind"], row["type"], row["code"]] = {
            "entityType": entity_type,
            "propertyType": _property_type(row),
            "mandatory": bool(row["mandatory"]),
        }
    return matching(things, criterion)


def vocabulary_codes(call: Call, criterion: Criterion) -> list[str]:
    """Codes of the vocabularies that match."""
    rows = call.db.execute("SELECT code, description FROM vocabularies ORDER BY code")
    return matching({row["code"]: _coded(row) for row in rows}, criterion)


def terms(call: Call, criterion: Criterion) -> list[tuple[str, str]]:
    """``(vocabulary, code)`` of the terms that match, in the order of their vocabulary."""
    rows = call.db.execute("SELECT * FROM vocabulary_terms ORDER BY vocabulary, ordinal")
    things = {}
    for row in rows:
        vocabulary = {"code": row["vocabulary"], "permId": row["vocabulary"]}
        things[row["vocabulary"], row["code"]] = _coded(row) | {
            "label": row["label"],
            "official": bool(row["official"]),
            "vocabulary": vocabulary,
        }
    return matching(things, criterion)


def tag_ids(call: Call, criterion: Criterion) -> list[int]:
    """Row ids of the caller's tags that match."""
    rows = call.db.execute("SELECT * FROM tags WHERE owner = ? ORDER BY id", (call.user,))
    return matching({row["id"]: _tag(row) for row in rows}, criterion)


def _tag(row: Any) -> Attributes:
    return {
        "code": row["code"],
        "permId": f"/{row['owner']}/{row['code']}",
        "description": row["description"],
    }


def group_codes(call: Call, criterion: Criterion) -> list[str]:
    """Codes of the authorization groups that match."""
    rows = call.db.execute("SELECT code, description FROM user_groups ORDER BY code")
    return matching({row["code"]: _coded(row) for row in rows}, criterion)


def role_assignment_ids(call: Call, criterion: Criterion) -> list[int]:
    """Technical ids of the role assignments that match."""
    rows = call.db.execute(
        "SELECT r.*, s.code AS space, p.code AS project, p.identifier AS project_identifier"
        " FROM role_assignments r LEFT JOIN entities s ON s.id = r.space_id"
        " LEFT JOIN entities p ON p.id = r.project_id ORDER BY r.id"
    )
    return matching({row["id"]: _role(row) for row in rows}, criterion)


def _role(row: Any) -> Attributes:
    project = {"code": row["project"], "identifier": row["project_identifier"]}
    return {
        "person": {"userId": row["user_id"], "permId": row["user_id"]} if row["user_id"] else None,
        "authorizationGroup": {"code": row["group_code"]} if row["group_code"] else None,
        "space": {"code": row["space"], "permId": row["space"]} if row["space"] else None,
        "project": project if row["project"] else None,
        "role": row["role"],
        "roleLevel": row["role_level"],
    }


def tokens(call: Call, criterion: Criterion) -> list[str]:
    """The personal access tokens that match: the caller's own, for an instance admin all."""
    own = "1" if call.rights.is_instance_admin else "owner = :user"
    rows = call.db.execute(
        f"SELECT * FROM personal_access_tokens WHERE {own} ORDER BY registered_at, token", {"user": call.user}
    )
    return matching({row["token"]: _token(row) for row in rows}, criterion)


def _token(row: Any) -> Attributes:
    name = row["session_name"]
    owner = {"userId": row["owner"], "permId": row["owner"]}
    permanent = {"permId": row["token"], "hash": row["token"]}
    return {"personalAccessTokenSessionName": name, "sessionName": name, "owner": owner, **permanent}


def data_stores(call: Call, criterion: Criterion) -> list[str]:
    """The code of the data store, if it matches."""
    code = call.state.config.data_store
    return matching({code: {"code": code, "permId": code, "kind": "DSS"}}, criterion)


def _coded(row: Any) -> dict[str, Any]:
    return {"code": row["code"], "permId": row["code"], "description": row["description"]}
