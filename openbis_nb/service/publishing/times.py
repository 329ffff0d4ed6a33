"""Times of what is published: milliseconds in the tables, aware datetimes everywhere else (pure)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

__all__ = ["moment", "stamp"]


@overload
def stamp(when: datetime) -> int: ...
@overload
def stamp(when: None) -> None: ...
@overload
def stamp(when: datetime | None) -> int | None: ...
def stamp(when: datetime | None) -> int | None:
    """Milliseconds since 1970."""
    return None if when is None else round(when.timestamp() * 1000)


@overload
def moment(milliseconds: int) -> datetime: ...
@overload
def moment(milliseconds: None) -> None: ...
@overload
def moment(milliseconds: int | None) -> datetime | None: ...
def moment(milliseconds: int | None) -> datetime | None:
    """The time, UTC."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)
