"""Cursors of lists: opaque to callers, a few JSON values to us (pure).

They hold nothing secret and grant nothing: whoever makes one up gets another page of what they may see.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence

from ..errors import InvalidInput

__all__ = ["MOST", "decode", "encode"]

#: Longest cursor, in characters.
MOST = 2000

CursorValue = str | int | float | bool | None


def encode(values: Sequence[CursorValue]) -> str:
    """A cursor that holds *values*."""
    text = json.dumps(list(values), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, *kinds: type | tuple[type, ...]) -> list[CursorValue]:
    """The values of a cursor that :func:`encode` made.

    Args:
        cursor: What a caller sent.
        kinds: The type of each value.

    Raises:
        InvalidInput: it is none of ours, or of another list.
    """
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != len(kinds):
        raise _unknown()
    if not all(isinstance(value, kind) for value, kind in zip(values, kinds, strict=True)):
        raise _unknown()
    return values


def _unknown() -> InvalidInput:
    return InvalidInput("This cursor is not from this list.", next_step="Begin without a cursor.")
