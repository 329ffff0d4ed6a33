"""Pieces of SQL with their parameters, and how they are put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..failures import UserFailure


@dataclass(frozen=True)
class Condition:
    """A boolean SQL expression; values are only ever in ``params``."""

    sql: str
    params: tuple[Any, ...] = ()

    def negated(self) -> Condition:
        """The opposite; an unknown (NULL) counts as false before it is turned."""
        return Condition(f"NOT coalesce(({self.sql}), 0)", self.params)


EVERYTHING = Condition("1")
NOTHING = Condition("0")


def joined(conditions: Sequence[Condition], operator: str) -> Condition:
    """All of them with ``AND`` or ``OR``; no conditions at all: everything (contract 3.8)."""
    if not conditions:
        return EVERYTHING
    if len(conditions) == 1:
        return conditions[0]
    # By halves: SQLite takes expressions to a depth of 1000, and a plain chain is as deep as it is long.
    middle = len(conditions) // 2
    left, right = joined(conditions[:middle], operator), joined(conditions[middle:], operator)
    return Condition(f"({left.sql}) {operator} ({right.sql})", left.params + right.params)


def is_in(expression: str, values: Sequence[Any]) -> Condition:
    """``expression IN (…)`` for a short list."""
    if not values:
        return NOTHING
    return Condition(f"{expression} IN ({','.join('?' * len(values))})", tuple(values))


def operator_of(criterion: dict[str, Any]) -> str:
    """``AND`` (also when missing) or ``OR``."""
    operator = str(criterion.get("operator") or "AND").upper()
    if operator not in ("AND", "OR"):
        raise UserFailure(f"Unknown search operator {operator}.")
    return operator


def parts_of(criterion: dict[str, Any]) -> list[dict[str, Any]]:
    """The criteria inside of a composite; a single one may stand for a list (contract 3.8)."""
    inner = criterion.get("criteria")
    if inner is None:
        return []
    return [one for one in (inner if isinstance(inner, list) else [inner]) if isinstance(one, dict)]
