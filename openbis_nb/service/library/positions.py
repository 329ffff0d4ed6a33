"""Cursors: where a page ended. A cursor holds what the last row that was shown shows, and nothing else."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import astuple, dataclass

from ...errors import InvalidInput
from .query import Query

__all__ = ["Position", "read_cursor", "write_cursor"]

_KEY = re.compile(r"[0-9a-f]{32}")
_TEXTS = ("name", "owner")


@dataclass(frozen=True, slots=True)
class Position:
    """A row's place in an order: the value that is sorted by, and the notebook's key."""

    sort: str
    descending: bool
    value: int | str
    key: str


def write_cursor(position: Position) -> str:
    """A cursor, for addresses."""
    content = json.dumps(astuple(position), separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def read_cursor(query: Query) -> Position | None:
    """Where the page before ended; ``None`` at the beginning.

    Raises:
        InvalidInput: it is no cursor, or one of another order.
    """
    if query.after is None:
        return None
    try:
        padded = query.after + "=" * (-len(query.after) % 4)
        position = Position(*json.loads(base64.b64decode(padded, b"-_", validate=True)))
    except (binascii.Error, ValueError, TypeError, RecursionError):
        position = None
    if position is None or not _fits(position, query):
        raise InvalidInput(
            "This is no cursor of this list.",
            next_step="Give the cursor of the page before, with the same order, or begin without one.",
        )
    return position


def _fits(position: Position, query: Query) -> bool:
    kind = str if query.sort in _TEXTS else int
    return (
        (position.sort, position.descending) == (query.sort, query.descending)
        and type(position.value) is kind
        and (kind is str or abs(int(position.value)) < 2**63)
        and isinstance(position.key, str)
        and _KEY.fullmatch(position.key) is not None
    )
