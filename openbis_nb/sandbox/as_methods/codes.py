"""Fresh permIds and codes (contract 3.1)."""

from __future__ import annotations

from ..failures import UserFailure
from ..ids import next_number, perm_id
from ..rpc import Call, application_method
from ..wire import Json

_MOST = 100
_KINDS = ("SAMPLE", "EXPERIMENT", "DATA_SET")


@application_method("createPermIdStrings", writes=True)
def create_perm_id_strings(call: Call, count: Json) -> Json:
    """Up to 100 permIds that nobody else gets."""
    first = next_number(call.db, count=_checked(count))
    return [perm_id(first + step, call.now) for step in range(count)]


@application_method("createCodes", writes=True)
def create_codes(call: Call, prefix: Json, kind: Json, count: Json) -> Json:
    """Up to 100 codes ``<prefix><number>`` of a sequence of their own per kind of entity."""
    if str(kind) not in _KINDS:
        raise UserFailure(f"Codes cannot be created for entities of kind {kind}.")
    first = next_number(call.db, name=f"code {kind}", count=_checked(count))
    return [f"{prefix or ''}{first + step}" for step in range(count)]


def _checked(count: Json) -> int:
    if not isinstance(count, int) or count <= 0:
        raise UserFailure("Count cannot be <= 0")
    if count > _MOST:
        raise UserFailure(f"Cannot create more than {_MOST} ids in one call.")
    return count
