"""Times as Plotly writes them: ISO 8601 in UTC, with ``Z`` (P-19)."""

from __future__ import annotations

from datetime import UTC, datetime

__all__ = ["microseconds", "milliseconds"]


def microseconds(moment: datetime | None) -> str | None:
    """``2026-11-21T09:30:00.123000Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def milliseconds(moment: datetime | None) -> str | None:
    """``2026-11-21T09:30:00.123Z``."""
    if moment is None:
        return None
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
