"""Values of update objects: fields, lists, maps (contract 6.1)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from .failures import UserFailure, java_name


def field_update(update: dict[str, Any], name: str) -> tuple[bool, Any]:
    """Whether a field is to be changed, and its new value (None: to be emptied)."""
    value = update.get(name)
    if not isinstance(value, dict) or "isModified" not in value:
        return False, None
    return bool(value["isModified"]), value.get("value")


def list_actions(update: dict[str, Any], name: str) -> list[tuple[str, list[Any]]]:
    """``(Add|Remove|Set, items)`` in the order in which they are to be applied."""
    value = update.get(name)
    actions = value.get("actions") if isinstance(value, dict) else None
    found = []
    for action in [actions] if isinstance(actions, dict) else actions or ():
        kind = java_name(action).removeprefix("ListUpdateAction")
        if kind not in ("Add", "Remove", "Set"):
            raise UserFailure(f"The update action {java_name(action)} is not supported by the sandbox.")
        items = action.get("items")
        found.append((kind, items if isinstance(items, list) else [] if items is None else [items]))
    return found


def updated_list(
    current: Sequence[int], update: dict[str, Any], name: str, resolve: Callable[[Any], int]
) -> list[int] | None:
    """The list after all actions; None when the update does not speak of it."""
    actions = list_actions(update, name)
    if not actions:
        return None
    result = list(current)
    for kind, items in actions:
        ids = [resolve(item) for item in items if item is not None]
        if kind == "Set":
            result = list(dict.fromkeys(ids))
        elif kind == "Add":
            result.extend(one for one in ids if one not in result)
        else:
            result = [one for one in result if one not in ids]
    return result


def updated_map(current: dict[str, Any], update: dict[str, Any], name: str) -> dict[str, Any] | None:
    """The same for ``metaData``: items are maps to set and add, keys to remove."""
    actions = list_actions(update, name)
    if not actions:
        return None
    result = dict(current)
    for kind, items in actions:
        if kind == "Remove":
            for key in items:
                result.pop(key, None)
            continue
        if kind == "Set":
            result = {}
        for item in items:
            result.update(item)
    return result
