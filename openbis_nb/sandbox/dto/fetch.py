"""Fetch options: what was asked for, and the echo of it for the JavaScript client (contract 1.5, 3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from ..failures import UserFailure

Fetch = dict[str, Any]
_T = TypeVar("_T")


def asked(fetch: Fetch | None, name: str) -> Fetch | None:
    """The sub-options ``name`` when they were given; None: not to be fetched."""
    value = (fetch or {}).get(name)
    return value if isinstance(value, dict) else None


def echo(fetch: Fetch | None, type_name: str) -> Fetch:
    """Fetch options for one object: its own type and, one level deep, what was asked for.

    One level suffices: every fetched object carries an echo itself. It also ends cycles.
    """
    shallow: Fetch = {"@type": (fetch or {}).get("@type", type_name)}
    for name, value in (fetch or {}).items():
        if isinstance(value, dict):
            shallow[name] = {"@type": value["@type"]} if "@type" in value else {}
        elif not name.startswith("@"):
            shallow[name] = value
    return shallow


def page_of(fetch: Fetch | None) -> tuple[int, int | None]:
    """``from`` and ``count`` as offset and limit (None: no limit). Raises UserFailure."""
    start, count = (fetch or {}).get("from"), (fetch or {}).get("count")
    for value in (start, count):
        if value is not None and (not isinstance(value, int) or value < 0):
            raise UserFailure(f"Paging values have to be numbers of 0 and above, not {value!r}.")
    return start or 0, count


def paged(items: Sequence[_T], fetch: Fetch | None) -> list[_T]:
    """The page of a list that the options ask for."""
    start, count = page_of(fetch)
    return list(items[start:] if count is None else items[start : start + count])


def sortings(fetch: Fetch | None) -> list[tuple[str, bool]]:
    """``(field, ascending)`` pairs of the sort options, first one first."""
    options = asked(fetch, "sort") or {}
    entries = options.get("sortings")
    pairs = []
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("field"):
            order = entry.get("order") or {}
            pairs.append((str(entry["field"]), bool(order.get("asc", True))))
    return pairs
