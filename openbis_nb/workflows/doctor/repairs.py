"""What `doctor --fix` may change in openBIS: only what is missing, and nothing of openBIS' own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from ...errors import NotFound
from ...models import PropertyDefinition
from ...openbis.client import OpenBIS
from ...openbis.master_data import (
    assign_property,
    create_data_set_type,
    create_property_type,
    property_exists,
)
from ...openbis.protocol.types import spelling

__all__ = ["Repair", "plan_repairs"]

_NOTES = PropertyDefinition("NOTES", "Notes", "MULTILINE_VARCHAR")


@dataclass(frozen=True, slots=True)
class Repair:
    """One change: a sentence for the person who is asked, and the change itself."""

    description: str
    make: Callable[[], Awaitable[None]]


async def plan_repairs(client: OpenBIS, data_set_type: str) -> list[Repair]:
    """The changes that would make saving possible, in their order; nothing is changed yet.

    Internal properties (``$NAME``, ``$HISTORY_ID``) are openBIS' own: what is missing of them, the
    checks say, and an admin assigns it.

    Making them needs the role INSTANCE_ADMIN; each may raise ``Forbidden``.
    """
    try:
        known = await client.data_set_type(data_set_type)
    except NotFound:
        known = None
    repairs = []
    if known is None:
        make = partial(create_data_set_type, client, data_set_type, "Jupyter notebook with its results")
        repairs.append(Repair(f"Make the data-set type {data_set_type}.", make))
    if known is None or spelling(known, "NOTES") is None:
        if not await property_exists(client, _NOTES.code):
            make = partial(create_property_type, client, _NOTES, "Notes")
            repairs.append(Repair(f"Make the property {_NOTES.code} (text of many lines).", make))
        make = partial(assign_property, client, data_set_type, _NOTES.code)
        repairs.append(Repair(f"Assign the property {_NOTES.code} to {data_set_type}.", make))
    return repairs
