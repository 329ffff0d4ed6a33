"""``getRights``: what the caller may do with objects, or create (contract 9.3)."""

from __future__ import annotations

from ..failures import UnsupportedObjectId, UserFailure, java_name
from ..objects import ID_CLASSES, find, is_visible, place_of
from ..rpc import Call, application_method
from ..wire import Json, Object, Objects
from .answers import id_text
from .creations import place_of_identifier

_OPTIONS = "as.dto.rights.fetchoptions.RightsFetchOptions"
_WORDS = {
    "SPACE": "space",
    "PROJECT": "project",
    "EXPERIMENT": "experiment",
    "SAMPLE": "sample",
    "DATA_SET": "data set",
}


@application_method("getRights")
def get_rights(call: Call, ids: Objects, fetch: Object) -> Json:
    """A map from ids to rights. An identifier that does not exist asks whether it may be created."""
    return {id_text(one): _rights(_of(call, one)) for one in ids}


def _rights(names: list[str]) -> Json:
    return {"@type": "as.dto.rights.Rights", "fetchOptions": {"@type": _OPTIONS}, "rights": names}


def _of(call: Call, object_id: Json) -> list[str]:
    kind = _kind(object_id)
    row, word = find(call.db, kind, object_id), _WORDS[kind]
    if row is not None and is_visible(call, row):
        place = place_of(row)
        verbs = {"UPDATE": f"update {word}", "DELETE": f"delete {word}"}
        return [right for right, operation in verbs.items() if call.rights.allows(operation, place)]
    text = str(object_id.get("identifier") or object_id.get("permId") or "")
    # The ELN asks for data sets with an invented text in the form of an identifier (contract 3.9).
    if "/" not in text:
        raise UserFailure(f"Unknown {word} with perm id {text}.")
    place_or_none = place_of_identifier(call, text)
    operation = "createUploadedDataSet" if kind == "DATA_SET" else f"create {word}"
    if row is None and place_or_none is not None and call.rights.allows(operation, place_or_none):
        return ["CREATE"]
    return []


def _kind(object_id: Json) -> str:
    for kind, classes in ID_CLASSES.items():
        if java_name(object_id) in classes:
            return kind
    raise UnsupportedObjectId(object_id)
