"""Data-set types, properties and vocabularies as the save dialog gets them (U-33)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..models import DataSetType, PropertyDefinition, Vocabulary
from ..openbis.master_data import is_internal
from ..openbis.protocol import types

__all__ = ["for_versions", "properties", "terms"]

#: Properties that every save fills in by itself.
_OURS = ("NAME", "NOTES", "HISTORY_ID")
#: Terms that come with a property; those of a longer vocabulary are asked for by what the person types.
_SHORT = 100
#: Terms of one answer.
_PAGE = 50


def for_versions(known: Iterable[DataSetType]) -> list[dict[str, str]]:
    """The types that can hold a version: those with a history id, by which it is found again."""
    fitting = [one for one in known if types.spelling(one, "HISTORY_ID") is not None]
    return [
        {"code": one.code, "description": one.description}
        for one in sorted(fitting, key=lambda one: one.code)
    ]


def properties(known: DataSetType, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a person fills in, in the order of openBIS' forms.

    Args:
        known: The type.
        values: Of the version before, code → value.
    """
    ours = {types.spelling(known, code) for code in _OURS}
    return [
        _property(one, values.get(one.code))
        for one in known.properties.values()
        if one.code not in ours and (one.mandatory or (one.show_in_edit_view and not is_internal(one.code)))
    ]


def terms(known: Iterable[DataSetType], code: str, asked: str) -> dict[str, Any] | None:
    """Terms of a vocabulary whose code or label holds *asked*; ``None``: no type uses such a vocabulary."""
    vocabulary = next(
        (
            one.vocabulary
            for of_type in known
            for one in of_type.properties.values()
            if one.vocabulary is not None and one.vocabulary.code == code
        ),
        None,
    )
    if vocabulary is None:
        return None
    wanted = asked.casefold()
    found = [one for one in _terms(vocabulary) if wanted in f"{one['code']} {one['label']}".casefold()]
    return {"terms": found[:_PAGE], "more": len(found) > _PAGE}


def _property(one: PropertyDefinition, value: Any) -> dict[str, Any]:
    short = one.vocabulary is not None and len(one.vocabulary.terms) <= _SHORT
    return {
        "code": one.code,
        "label": one.label,
        "description": one.description,
        "data_type": one.data_type,
        "mandatory": one.mandatory,
        "multi_value": one.multi_value,
        "vocabulary": _terms(one.vocabulary) if one.vocabulary is not None and short else None,
        "many": one.vocabulary.code if one.vocabulary is not None and not short else None,
        "value": value if isinstance(value, str) else "",
    }


def _terms(vocabulary: Vocabulary) -> Sequence[dict[str, str]]:
    return [{"code": code, "label": label} for code, label in vocabulary.terms.items()]
