"""Properties of entities: validation as the server does it (contract 5.6), storing, and their history."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.etree import ElementTree

from .failures import UserFailure

_TIMESTAMPS = (
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%y %H:%M",
)
_STARTS_LIKE_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d\d?/\d\d?/\d\d ")
_SCHEMES = re.compile(r"(https?|ftp|file)://\S+", re.IGNORECASE)


@dataclass(frozen=True)
class Assigned:
    """A property as one type uses it."""

    code: str
    data_type: str
    vocabulary: str | None
    mandatory: bool


def assigned_properties(db: sqlite3.Connection, kind: str, type_code: str) -> dict[str, Assigned]:
    """Property code → assignment of a type, in the order of the form."""
    rows = db.execute(
        "SELECT property, data_type, vocabulary, mandatory FROM property_assignments"
        " JOIN property_types ON code = property WHERE kind = ? AND type = ? ORDER BY ordinal",
        (kind, type_code),
    )
    return {row[0]: Assigned(row[0], row[1], row[2], bool(row[3])) for row in rows}


def validated(
    db: sqlite3.Connection, kind: str, type_code: str, given: Mapping[str, Any] | None
) -> dict[str, str | None]:
    """Check given properties against the type; keys upper-case, None for values to be unset.

    Missing mandatory properties are not looked at: see `require_mandatory`. Raises UserFailure.
    """
    assigned = assigned_properties(db, kind, type_code)
    checked: dict[str, str | None] = {}
    for name, value in (given or {}).items():
        code = str(name).upper()
        if code not in assigned:
            raise _not_assigned(db, kind, type_code, code)
        empty = value is None or value in ("", [])
        checked[code] = None if empty else _check_value(db, assigned[code], value)
    return checked


def require_mandatory(
    db: sqlite3.Connection, kind: str, type_code: str, values: Mapping[str, str | None]
) -> None:
    """Raise UserFailure for the first mandatory property of the type that has no value."""
    for one in assigned_properties(db, kind, type_code).values():
        if one.mandatory and values.get(one.code) is None:
            raise UserFailure(f"Value of mandatory property '{one.code}' not specified.")


def read_properties(db: sqlite3.Connection, entity_id: int) -> dict[str, str]:
    """The properties that an entity has."""
    rows = db.execute("SELECT code, value FROM properties WHERE entity_id = ?", (entity_id,))
    return {row[0]: row[1] for row in rows}


def write_properties(db: sqlite3.Connection, entity_id: int, values: Mapping[str, str | None]) -> None:
    """Set or unset validated properties of an entity; the others stay."""
    unset = [(entity_id, code) for code, value in values.items() if value is None]
    db.executemany("DELETE FROM properties WHERE entity_id = ? AND code = ?", unset)
    rows = [property_row(entity_id, code, value) for code, value in values.items() if value is not None]
    db.executemany("INSERT OR REPLACE INTO properties VALUES (?, ?, ?, ?, ?)", rows)


def property_row(entity_id: int, code: str, value: str) -> tuple[int, str, str, str, float | None]:
    """One row of the table ``properties``; also what is searched: folded text and number."""
    return entity_id, code, value, value.casefold(), sortable(value)


def sortable(text: str) -> float | None:
    """A number or a time (in milliseconds) as a number; None for other text."""
    number = _number(text)
    if number is None and _STARTS_LIKE_DATE.match(text):
        moment = _moment(text)
        return None if moment is None else moment.timestamp() * 1000
    return number


def record_property_changes(
    db: sqlite3.Connection, entity_id: int, values: Mapping[str, str | None], *, author: str, now: int
) -> None:
    """Write the values that are about to change into the history (contract 6.3: old values only)."""
    row = db.execute("SELECT registered_at FROM entities WHERE id = ?", (entity_id,)).fetchone()
    old = read_properties(db, entity_id)
    for code, value in old.items():
        if code in values and values[code] != value:
            last = db.execute(
                "SELECT max(valid_to) FROM history WHERE entity_id = ? AND name = ? AND is_property",
                (entity_id, code),
            ).fetchone()[0]
            db.execute(
                "INSERT INTO history (entity_id, name, is_property, value, valid_from, valid_to, author)"
                " VALUES (?, ?, 1, ?, ?, ?, ?)",
                (entity_id, code, value, last or row[0], now, author),
            )


def _not_assigned(db: sqlite3.Connection, kind: str, type_code: str, code: str) -> UserFailure:
    if db.execute("SELECT 1 FROM property_types WHERE code = ?", (code,)).fetchone() is None:
        return UserFailure(f"Property type with code '{code}' does not exist!")
    name = {"DATA_SET": "data set", "SAMPLE": "sample", "EXPERIMENT": "experiment"}[kind]
    return UserFailure(f"Property type '{code}' is not assigned to {name} type '{type_code}'.")


def _check_value(db: sqlite3.Connection, one: Assigned, value: Any) -> str:
    if isinstance(value, (list, dict)):
        return json.dumps(value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    check = _CHECKS.get(one.data_type)
    if check is not None and not check(text):
        raise UserFailure(f"{_NAMES[one.data_type]} value '{text}' has improper format.")
    if one.data_type == "CONTROLLEDVOCABULARY":
        return _check_term(db, one.vocabulary or "", text)
    return text.lower() if one.data_type == "BOOLEAN" else text


def _check_term(db: sqlite3.Connection, vocabulary: str, text: str) -> str:
    row = db.execute(
        "SELECT code FROM vocabulary_terms WHERE vocabulary = ? AND code = ?", (vocabulary, text.upper())
    ).fetchone()
    if row is None:
        raise UserFailure(
            f"Vocabulary value '{text}' is not valid. It must exist in '{vocabulary}' controlled vocabulary"
        )
    return str(row[0])


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _is_whole(text: str) -> bool:
    return re.fullmatch(r"[+-]?\d+", text) is not None


def _moment(text: str) -> datetime | None:
    for form in _TIMESTAMPS:
        try:
            moment = datetime.strptime(text, form)
        except ValueError:
            continue
        return moment if moment.tzinfo else moment.astimezone()
    return None


def _is_xml(text: str) -> bool:
    # A document type could define entities that blow up; the ELN's XML never has one.
    if "<!DOCTYPE" in text.upper():
        return False
    try:
        ElementTree.fromstring(text)  # noqa: S314 (see above)
    except ElementTree.ParseError:
        return False
    return True


_CHECKS = {
    "BOOLEAN": lambda text: text.lower() in ("true", "false"),
    "INTEGER": _is_whole,
    "REAL": lambda text: _number(text) is not None,
    "TIMESTAMP": lambda text: _moment(text) is not None,
    "DATE": lambda text: _moment(text) is not None,
    "HYPERLINK": lambda text: _SCHEMES.fullmatch(text) is not None,
    "XML": _is_xml,
}
_NAMES = {
    "BOOLEAN": "Boolean",
    "INTEGER": "Integer",
    "REAL": "Double",
    "TIMESTAMP": "Date",
    "DATE": "Date",
    "HYPERLINK": "Hyperlink",
    "XML": "XML",
}
