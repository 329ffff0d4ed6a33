"""Shapes that many methods share."""

from __future__ import annotations

from ..wire import Json


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
