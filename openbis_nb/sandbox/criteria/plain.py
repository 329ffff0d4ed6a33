"""Criteria evaluated in Python, for tables that are small: types, persons, vocabularies, tags, tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ..failures import UserFailure, java_name
from .conditions import operator_of, parts_of
from .values import text_test

_K = TypeVar("_K")

#: What can be asked of one thing: field → text, or the attributes of a related thing.
Attributes = Mapping[str, Any]


def matching(things: Mapping[_K, Attributes], criterion: dict[str, Any] | None) -> list[_K]:
    """Keys of the things that match, in order."""
    return [key for key, attributes in things.items() if matches(attributes, criterion or {})]


def matches(attributes: Attributes, criterion: dict[str, Any]) -> bool:
    """Whether a thing matches a composite criterion."""
    results = [_part(attributes, part) for part in parts_of(criterion)]
    found = not results or (all(results) if operator_of(criterion) == "AND" else any(results))
    return found != bool(criterion.get("negated"))


def _part(attributes: Attributes, criterion: dict[str, Any]) -> bool:
    name = java_name(criterion)
    key = _key(attributes, criterion, name)
    if "criteria" in criterion:
        if key is None:
            return matches(attributes, criterion)
        related = attributes[key]
        return related is not None and matches(related, criterion)
    if name in ("CodesSearchCriteria", "IdsSearchCriteria", "UserIdsSearchCriteria"):
        wanted = {str(one).casefold() for one in criterion.get("fieldValue") or ()}
        return str(attributes.get(key or "code")).casefold() in wanted
    if name == "IdSearchCriteria":
        return _is_id(attributes, criterion.get("id"))
    if key is None:
        raise UserFailure(f"The search criterion {name} is not supported here by the sandbox.")
    value = attributes[key]
    text = str(value).lower() if isinstance(value, bool) else value
    return text_test(criterion).matches(None if text is None else str(text))


def _key(attributes: Attributes, criterion: dict[str, Any], name: str) -> str | None:
    short = name.removesuffix("SearchCriteria").removesuffix(
        "s" if name.startswith(("Codes", "UserIds")) else ""
    )
    for candidate in (short[:1].lower() + short[1:], criterion.get("fieldName")):
        if candidate in attributes:
            return str(candidate)
    return None


def _is_id(attributes: Attributes, object_id: Any) -> bool:
    if not isinstance(object_id, dict):
        return False
    text = object_id.get("permId", object_id.get("code", object_id.get("techId")))
    return str(text).casefold() == str(attributes.get("permId", attributes.get("code"))).casefold()
