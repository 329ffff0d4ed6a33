"""Shapes that many methods share."""

from __future__ import annotations

from ..wire import Json

_MOST_DIGITS = 18  # what fits into a long


def search_result(objects: list[Json], total: int) -> Json:
    """The answer of every search; ``total`` counts before paging."""
    return {"@type": "as.dto.common.search.SearchResult", "objects": objects, "totalCount": total}


def id_text(object_id: Json) -> str:
    """The key of an object in the answer of ``get…``: the text of the id as it was sent."""
    if "identifier" in object_id:
        return str(object_id["identifier"])
    kind = object_id.get("entityKind")
    text = str(object_id.get("permId", object_id.get("code", object_id.get("techId", ""))))
    return f"{text} ({kind})" if kind else text


def as_list(value: Json) -> list[Json]:
    """A list without nulls; a single value stands for a list of one (contract 1.2), null for an empty one."""
    if value is None:
        return []
    return [one for one in value if one is not None] if isinstance(value, list) else [value]


def tech_id(object_id: Json) -> int | None:
    """The number of an id with ``techId``, or ``id`` as text (contract 6.2); None for anything else."""
    text = str(object_id.get("techId") or object_id.get("id") or "")
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else None
