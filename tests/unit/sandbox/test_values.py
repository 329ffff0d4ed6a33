"""Values of search criteria (contract 3.7, 3.8)."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openbis_nb.sandbox.criteria.values import date_condition, number_condition, text_test
from openbis_nb.sandbox.failures import UserFailure

TEXT = "Growth of E. coli, 50% *new*"


def criterion(kind: str, content: Any, **more: Any) -> dict[str, Any]:
    return {"fieldValue": {"@type": f"as.dto.common.search.{kind}Value", "value": content}, **more}


@pytest.mark.parametrize(
    ("kind", "content", "wildcards", "expected"),
    [
        ("StringEqualTo", TEXT, False, True),
        ("StringEqualTo", TEXT.upper(), False, True),  # without case
        ("StringEqualTo", "Growth", False, False),
        ("StringEqualTo", "Growth*", False, False),  # a star is a star unless wildcards are on
        ("StringEqualTo", "Growth*", True, True),
        ("StringEqualTo", "?rowth*", True, True),
        ("StringEqualTo", None, False, True),  # null: no restriction
        ("StringContains", "coli growth", False, True),  # words, in any order
        ("StringContains", "coli yeast", False, False),
        ("StringContains", "50%", False, True),
        ("StringContains", "51%", False, False),
        ("StringContains", "*new*", False, True),
        ("StringContainsExactly", "E. coli", False, True),
        ("StringContainsExactly", "coli E.", False, False),
        ("StringStartsWith", "growth of", False, True),
        ("StringStartsWith", "of", False, False),
        ("StringEndsWith", "*NEW*", False, True),
        ("StringLessThan", "h", False, True),
        ("StringGreaterThan", "h", False, False),
        ("StringGreaterThanOrEqualTo", TEXT, False, True),
        ("BooleanEqualTo", True, False, False),
        ("AnyString", None, False, True),
    ],
)
def test_text_in_python_and_in_sql(kind: str, content: Any, wildcards: bool, expected: bool) -> None:
    test = text_test(criterion(kind, content, useWildcards=wildcards))
    assert test.matches(TEXT) is expected
    condition = test.condition("?1", str.casefold)
    sql = condition.sql.replace("?1", "folded")
    query = f"SELECT {sql} FROM (SELECT ? AS folded)"
    found = sqlite3.connect(":memory:").execute(query, (*condition.params, TEXT.casefold()))
    assert bool(found.fetchone()[0]) is expected


@given(st.text(alphabet="ab%_*?\\. ", max_size=8), st.text(alphabet="ab%_*?\\. ", max_size=8))
def test_contains_exactly_means_contains(needle: str, text: str) -> None:
    assert text_test(criterion("StringContainsExactly", needle)).matches(text) is (needle in text)


def test_a_plain_value_stands_for_equality() -> None:
    """pybis sends ``"fieldValue": "AVAILABLE"`` for the status."""
    assert text_test({"fieldValue": "AVAILABLE"}).matches("available")


def test_unknown_values_are_refused_by_name() -> None:
    with pytest.raises(UserFailure, match="SoundsLikeValue is not supported by the sandbox"):
        text_test(criterion("SoundsLike", "x"))


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("NumberEqualTo", 5, [5.0]),
        ("NumberGreaterThan", "5", [7.5]),
        ("NumberGreaterThanOrEqualTo", 5, [5.0, 7.5]),
        ("NumberLessThan", 5, [1.0]),
        ("NumberLessThanOrEqualTo", 1, [1.0]),
    ],
)
def test_numbers(kind: str, content: Any, expected: list[float]) -> None:
    assert _selected(number_condition(criterion(kind, content), "x"), [1.0, 5.0, 7.5]) == expected


def test_a_number_that_is_none_is_refused() -> None:
    with pytest.raises(UserFailure, match="Number value 'five' has improper format"):
        number_condition(criterion("NumberEqualTo", "five"), "x")


def _noon(day: int) -> int:
    return int(datetime(2026, 3, day, 12).astimezone().timestamp() * 1000)


DAYS = [_noon(1), _noon(2), _noon(3)]


@pytest.mark.parametrize(
    ("kind", "content", "expected"),
    [
        ("DateEqualTo", "2026-03-02", DAYS[1:2]),
        ("DateLaterThanOrEqualTo", "2026-03-02", DAYS[1:]),
        ("DateEarlierThanOrEqualTo", "2026-03-02", DAYS[:2]),
        ("DateEarlierThanOrEqualTo", "2026-03-02 12:00", DAYS[:2]),
        ("DateEarlierThanOrEqualTo", "2026-03-02 11:59:59", DAYS[:1]),
        ("DateObjectEqualTo", DAYS[2], DAYS[2:]),
        ("DateObjectLaterThanOrEqualTo", DAYS[1], DAYS[1:]),
        ("DateObjectEarlierThanOrEqualTo", DAYS[0], DAYS[:1]),
    ],
)
def test_dates(kind: str, content: Any, expected: list[int]) -> None:
    assert _selected(date_condition(criterion(kind, content), "x"), DAYS) == expected


def test_a_time_zone_moves_the_day() -> None:
    midnight_utc = 1_772_409_600_000  # 2026-03-02T00:00Z
    late = criterion("DateEqualTo", "2026-03-01", timeZone={"hourOffset": -2})
    assert _selected(date_condition(late, "x"), [midnight_utc]) == [midnight_utc]


def test_a_date_that_is_none_is_refused() -> None:
    with pytest.raises(UserFailure, match="Date value 'yesterday' has improper format"):
        date_condition(criterion("DateEqualTo", "yesterday"), "x")


def _selected(condition: Any, values: list[Any]) -> list[Any]:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE t (x)")
    db.executemany("INSERT INTO t VALUES (?)", [(one,) for one in values])
    rows = db.execute(f"SELECT x FROM t WHERE {condition.sql} ORDER BY x", condition.params).fetchall()
    db.close()
    return [row[0] for row in rows]
