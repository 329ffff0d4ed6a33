"""The few changes of master data that `doctor --fix` may make: a data-set type, a property, an assignment.

Requests have the shapes that pybis 1.37.5 sends. All need the role INSTANCE_ADMIN (contract 9.2).
Internal properties (``$NAME``, ``$HISTORY_ID`` …) belong to openBIS and are never touched here.
"""

from __future__ import annotations

from ..errors import InvalidInput
from ..models import PropertyDefinition
from .client import OpenBIS
from .protocol import ids
from .protocol.ids import Json

__all__ = [
    "assign_property",
    "create_data_set_type",
    "create_property_type",
    "is_internal",
    "property_exists",
]

#: Internal properties by their names in openBIS 7, where the ``$`` is gone.
_INTERNAL = frozenset({"NAME", "HISTORY_ID", "XMLCOMMENTS"})


def is_internal(code: str) -> bool:
    """Whether a property is openBIS' own."""
    return code.startswith("$") or code.upper() in _INTERNAL


async def property_exists(client: OpenBIS, code: str) -> bool:
    """Whether there is a property type of that code."""
    options = {"@type": "as.dto.property.fetchoptions.PropertyTypeFetchOptions"}
    found = await client.transport.application(
        "getPropertyTypes", client.token, [_property_id(code)], options
    )
    return bool(found)


async def create_property_type(client: OpenBIS, definition: PropertyDefinition, description: str) -> None:
    """Make a property type.

    Raises:
        InvalidInput: an internal one.
        Forbidden: needs an instance admin.
    """
    _refuse_internal(definition.code)
    creation = {
        "@type": "as.dto.property.create.PropertyTypeCreation",
        "code": definition.code,
        "label": definition.label,
        "description": description,
        "dataType": definition.data_type,
        "managedInternally": False,
    }
    await client.transport.application("createPropertyTypes", client.token, [creation], safe=False)


async def create_data_set_type(client: OpenBIS, code: str, description: str) -> None:
    """Make a data-set type without properties.

    Raises:
        Forbidden: needs an instance admin.
    """
    creation = {
        "@type": "as.dto.dataset.create.DataSetTypeCreation",
        "code": code,
        "description": description,
        "disallowDeletion": False,
    }
    await client.transport.application("createDataSetTypes", client.token, [creation], safe=False)


async def assign_property(client: OpenBIS, type_code: str, property_code: str) -> None:
    """Assign an existing property to a data-set type, after its others and not mandatory.

    Raises:
        InvalidInput: an internal one.
        Forbidden: needs an instance admin.
    """
    _refuse_internal(property_code)
    assignment = {
        "@type": "as.dto.property.create.PropertyAssignmentCreation",
        "propertyTypeId": _property_id(property_code),
        "mandatory": False,
        "showInEditView": True,
        "showRawValueInForms": False,
    }
    update = {
        "@type": "as.dto.dataset.update.DataSetTypeUpdate",
        "typeId": ids.entity_type(type_code, "DATA_SET"),
        "propertyAssignments": {
            "@type": "as.dto.entitytype.update.PropertyAssignmentListUpdateValue",
            "actions": [{"@type": "as.dto.common.update.ListUpdateActionAdd", "items": [assignment]}],
        },
    }
    await client.transport.application("updateDataSetTypes", client.token, [update], safe=False)


def _property_id(code: str) -> Json:
    return {"@type": "as.dto.property.id.PropertyTypePermId", "permId": code}


def _refuse_internal(code: str) -> None:
    if is_internal(code):
        raise InvalidInput(f"{code} is a property of openBIS itself; it is not ours to change.")
