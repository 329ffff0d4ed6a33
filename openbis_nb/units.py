"""Sizes as people read them (pure)."""

from __future__ import annotations

__all__ = ["human_size"]


def human_size(size: int | None, *, unknown: str = "") -> str:
    """Bytes as people read them: ``1.5 MB``, three digits, decimal units.

    Args:
        size: Bytes; ``None`` where not known.
        unknown: Shown for ``None``.
    """
    if size is None:
        return unknown
    number = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if number < 999.5:  # 999.6 would be shown as 1e+03
            return f"{number:.0f} B" if unit == "B" else f"{number:.3g} {unit}"
        number /= 1000
    return f"{number:.3g} TB" if number < 999.5 else f"{number:.0f} TB"
