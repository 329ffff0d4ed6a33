"""The values that criteria compare with: text, numbers, dates (contract 3.7, 3.8)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from ..failures import UserFailure, java_name
from .conditions import EVERYTHING, Condition, joined

_TEXT_OPERATORS = {
    "StringEqualToValue": "=",
    "StringLessThanValue": "<",
    "StringLessThanOrEqualToValue": "<=",
    "StringGreaterThanValue": ">",
    "StringGreaterThanOrEqualToValue": ">=",
}
_PATTERNS: dict[str, Callable[[str], list[str]]] = {
    "StringContainsValue": lambda text: [f"%{word}%" for word in text.split()] or ["%"],
    "StringMatchesValue": lambda text: [f"%{word}%" for word in text.split()] or ["%"],
    "StringContainsExactlyValue": lambda text: [f"%{text}%"],
    "StringStartsWithValue": lambda text: [f"{text}%"],
    "StringEndsWithValue": lambda text: [f"%{text}"],
}
_NUMBER_OPERATORS = {
    "NumberEqualToValue": "=",
    "NumberLessThanValue": "<",
    "NumberLessThanOrEqualToValue": "<=",
    "NumberGreaterThanValue": ">",
    "NumberGreaterThanOrEqualToValue": ">=",
}
_DATE_FORMS = (
    ("%Y-%m-%d", timedelta(days=1)),
    ("%Y-%m-%d %H:%M", timedelta(minutes=1)),
    ("%Y-%m-%d %H:%M:%S", timedelta(seconds=1)),
    ("%Y-%m-%d %H:%M:%S %z", timedelta(seconds=1)),
)


@dataclass(frozen=True)
class TextTest:
    """A comparison of text without case.

    ``operator`` is an SQL comparison, ``LIKE`` (``needles`` are patterns, all must match), ``ANY`` (a value
    must exist) or ``ALL`` (no restriction).
    """

    operator: str
    needles: tuple[str, ...] = ()

    def condition(self, column: str, fold: Callable[[str], str]) -> Condition:
        """The test on a column whose values are folded by ``fold``."""
        if self.operator == "ALL":
            return EVERYTHING
        if self.operator == "ANY":
            return Condition(f"{column} IS NOT NULL")
        tail = " ESCAPE '\\'" if self.operator == "LIKE" else ""
        tests = [Condition(f"{column} {self.operator} ?{tail}", (fold(one),)) for one in self.needles]
        return joined(tests, "AND")

    def matches(self, text: str | None) -> bool:
        """The test on a Python value."""
        if self.operator == "ALL":
            return True
        if text is None or self.operator == "ANY":
            return text is not None
        folded = text.casefold()
        return all(_compare(self.operator, folded, one.casefold()) for one in self.needles)


def text_test(criterion: dict[str, Any]) -> TextTest:
    """What a criterion asks of a text. Raises UserFailure for a value class that is not text."""
    value = criterion.get("fieldValue")
    if not isinstance(value, dict):
        return TextTest("ALL") if value is None else TextTest("=", (str(value),))
    name, text = java_name(value), value.get("value")
    if name in ("AnyStringValue", "AnyPropertyValue"):
        return TextTest("ANY")
    if text is None:
        return TextTest("ALL")
    return _text_test(name, _plain(text), bool(criterion.get("useWildcards")))


def _text_test(name: str, text: str, wildcards: bool) -> TextTest:
    pattern = _escaped(text, wildcards)
    if name in _PATTERNS:
        return TextTest("LIKE", tuple(_PATTERNS[name](pattern)))
    # Criteria on booleans and vocabularies have value classes of their own that mean equality.
    operator = _TEXT_OPERATORS.get(name) or ("=" if name.endswith("EqualToValue") else "")
    if not operator:
        raise UserFailure(f"The search value {name} is not supported by the sandbox.")
    if operator == "=" and wildcards and set(text) & set("*?"):
        return TextTest("LIKE", (pattern,))
    return TextTest(operator, (text,))


def number_condition(criterion: dict[str, Any], column: str) -> Condition:
    """A comparison of numbers. Raises UserFailure for a value that is none."""
    value = criterion.get("fieldValue")
    if value is None or java_name(value) == "AnyNumberValue":
        return Condition(f"{column} IS NOT NULL")
    raw: Any = value.get("value") if isinstance(value, dict) else value
    operator = _NUMBER_OPERATORS.get(java_name(value), "=")
    try:
        return Condition(f"{column} {operator} ?", (float(raw),))
    except (TypeError, ValueError) as fault:
        raise UserFailure(f"Number value '{raw}' has improper format.") from fault


def date_condition(criterion: dict[str, Any], column: str) -> Condition:
    """A comparison of times in milliseconds; a day (a minute) as value means all of it."""
    value = criterion.get("fieldValue")
    raw = value.get("value") if isinstance(value, dict) else None
    if not isinstance(value, dict) or raw is None:
        return Condition(f"{column} IS NOT NULL")
    if isinstance(raw, (int, float)):
        first, end = int(raw), int(raw) + 1
    else:
        first, end = _span(str(raw), _zone(criterion.get("timeZone")))
    name = java_name(value).replace("DateObject", "Date")
    conditions = {
        "DateEqualToValue": Condition(f"{column} >= ? AND {column} < ?", (first, end)),
        "DateLaterThanOrEqualToValue": Condition(f"{column} >= ?", (first,)),
        "DateEarlierThanOrEqualToValue": Condition(f"{column} < ?", (end,)),
        "DateLaterThanValue": Condition(f"{column} >= ?", (end,)),
        "DateEarlierThanValue": Condition(f"{column} < ?", (first,)),
    }
    if name not in conditions:
        raise UserFailure(f"The search value {name} is not supported by the sandbox.")
    return conditions[name]


def _span(text: str, zone: tzinfo | None) -> tuple[int, int]:
    for form, length in _DATE_FORMS:
        try:
            start = datetime.strptime(text.strip(), form)
        except ValueError:
            continue
        if start.tzinfo is None:
            start = start.replace(tzinfo=zone) if zone else start.astimezone()
        return _milliseconds(start), _milliseconds(start + length)
    raise UserFailure(f"Date value '{text}' has improper format.")


def _milliseconds(moment: datetime) -> int:
    return int(moment.astimezone(UTC).timestamp() * 1000)


def _zone(value: Any) -> tzinfo | None:
    if isinstance(value, dict) and isinstance(value.get("hourOffset"), (int, float)):
        return timezone(timedelta(hours=value["hourOffset"]))
    return None


def _plain(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _escaped(text: str, wildcards: bool) -> str:
    escaped = re.sub(r"([\\%_])", r"\\\1", text)
    return escaped.replace("*", "%").replace("?", "_") if wildcards else escaped


def _compare(operator: str, text: str, needle: str) -> bool:
    if operator == "LIKE":
        return re.fullmatch(_regex(needle), text, re.DOTALL) is not None
    if operator == "=":
        return text == needle
    if operator in ("<", "<="):
        return text < needle or (operator == "<=" and text == needle)
    return text > needle or (operator == ">=" and text == needle)


def _regex(pattern: str) -> str:
    pieces = re.findall(r"\\.|.", pattern, re.DOTALL)
    special = {"%": ".*", "_": "."}
    return "".join(special.get(one) or re.escape(one[-1]) for one in pieces)
