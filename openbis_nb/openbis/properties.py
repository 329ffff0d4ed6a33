"""Data-set properties checked against the type's definition before a byte is sent (U-33, contract 5.6):
the server checks them only after the upload, and then throws the files away."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..errors import InvalidProperties
from ..models import DataSetType, PropertyDefinition

__all__ = ["OURS", "check", "problems"]

#: What every save writes itself, in either spelling (design D6).
OURS = frozenset({"NAME", "NOTES", "HISTORY_ID", "$NAME", "$NOTES", "$HISTORY_ID"})

_FORMS: Mapping[str, tuple[re.Pattern[str], str]] = {
    "INTEGER": (re.compile(r"[+-]?[0-9]+"), "a whole number"),
    "REAL": (re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?"), "a number"),
    "BOOLEAN": (re.compile(r"(?i)true|false"), "true or false"),
    "DATE": (re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "a date as 2026-11-21"),
    "TIMESTAMP": (
        re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?)?( ?[+-][0-9]{4})?"),
        "a time as 2026-11-21 14:30:00",
    ),
    "HYPERLINK": (re.compile(r"(https?|ftp)://\S+"), "an address that begins with https://"),
}


def check(known: DataSetType, properties: Mapping[str, str]) -> None:
    """Compare *properties* (code in the server's spelling → text) with the type's definition.

    Raises:
        InvalidProperties: with all that is wrong at once, also in ``extra["properties"]``.
    """
    found = problems(known, properties)
    if found:
        raise InvalidProperties(
            f"The data-set type {known.code} does not take these properties: {' '.join(found.values())}",
            extra={"properties": found},
        )


def problems(known: DataSetType, properties: Mapping[str, str]) -> dict[str, str]:
    """Property code → one sentence on what is wrong with it."""
    found: dict[str, str] = {}
    for code, value in properties.items():
        definition = known.properties.get(code)
        if definition is None:
            found[code] = f"{code} is not one of its properties."
        elif value and (wrong := _wrong(definition, value)):
            found[code] = f"{code} ({definition.label or code}) must be {wrong}, not {value[:60]!r}."
    for code, definition in known.properties.items():
        if definition.mandatory and not properties.get(code):
            found[code] = f"{code} ({definition.label or code}) is mandatory{_choice(definition)}."
    return found


def _wrong(definition: PropertyDefinition, value: str) -> str:
    if definition.vocabulary is not None:
        terms = definition.vocabulary.terms
        return "" if value.upper() in terms or value in terms else _choice(definition).removeprefix(": ")
    form = _FORMS.get(definition.data_type)
    return "" if form is None or form[0].fullmatch(value.strip()) else form[1]


def _choice(definition: PropertyDefinition) -> str:
    if definition.vocabulary is None:
        return ""
    return f": one of {', '.join(sorted(definition.vocabulary.terms)) or 'no terms at all'}"
