"""Entity types with their property definitions (contract 3.3, 7.1)."""

from __future__ import annotations

from typing import Any

from ...models import DataSetType, PropertyDefinition, Vocabulary
from .ids import Json
from .replies import Reply

__all__ = ["data_set_type", "definitions", "spelling"]


def data_set_type(reply: Reply, found: Json) -> DataSetType:
    """A data-set type, its properties in the order of the forms."""
    return DataSetType(
        code=str(found.get("code") or ""),
        description=str(found.get("description") or ""),
        properties=definitions(reply, found),
    )


def definitions(reply: Reply, entity_type: Json) -> dict[str, PropertyDefinition]:
    """The properties that a type of any kind assigns, by code, in the order of the forms."""
    found = [_definition(reply, one) for one in reply.objects(entity_type.get("propertyAssignments"))]
    found.sort(key=lambda definition: definition.ordinal)
    return {definition.code: definition for definition in found}


def spelling(known: DataSetType, code: str) -> str | None:
    """How the server writes the internal property *code* (``NAME``, ``HISTORY_ID``): with or without
    ``$`` (design D6); ``None`` where the type has neither."""
    return next((candidate for candidate in (f"${code}", code) if candidate in known.properties), None)


def _definition(reply: Reply, assignment: Json) -> PropertyDefinition:
    kind = reply.get(assignment.get("propertyType")) or {}
    return PropertyDefinition(
        code=str(kind.get("code") or "").upper(),
        label=str(kind.get("label") or ""),
        data_type=str(kind.get("dataType") or "VARCHAR"),
        mandatory=bool(assignment.get("mandatory")),
        vocabulary=_vocabulary(reply, kind.get("vocabulary")),
        show_in_edit_view=assignment.get("showInEditView") is not False,
        ordinal=int(assignment.get("ordinal") or 0),
        description=str(kind.get("description") or ""),
        multi_value=kind.get("multiValue") is True,
    )


def _vocabulary(reply: Reply, value: Any) -> Vocabulary | None:
    found = reply.get(value)
    if found is None:
        return None
    terms = {
        str(term.get("code")): str(term.get("label") or "") for term in reply.objects(found.get("terms"))
    }
    return Vocabulary(str(found.get("code") or ""), terms)
