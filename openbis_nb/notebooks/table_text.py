"""How a text table is written: its separator and its decimal sign, read off its first lines.

Instruments write what their country uses. What may be a thousands sign stays text.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

__all__ = ["TableText", "table_text"]

_SAMPLE = 64 * 2**10
_SEPARATORS = (",", ";", "\t", "|")
_DECIMAL_POINT = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
# 1,234 may be a thousand or a bit more than one; 0,125 and 1,5 and 1234,567 are not.
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


@dataclass(frozen=True, slots=True)
class TableText:
    """One sign between two fields, and the decimal sign: ``.`` or ``,``."""

    separator: str = ","
    decimal: str = "."


def table_text(path: Path) -> TableText:
    """How the table at *path* is written; the ending decides where it says that tabs separate."""
    lines = _first_lines(path)
    tabs = path.suffix.lower() in (".tsv", ".tab")
    separator = "\t" if tabs else _separator(lines)
    comma = separator != "," and _has_decimal_comma(lines, separator)
    return TableText(separator, "," if comma else ".")


def _first_lines(path: Path) -> list[str]:
    with path.open("r", encoding="utf-8", errors="replace", newline="") as file:
        sample = file.read(_SAMPLE)
    lines = sample.splitlines()
    return lines[:-1] if len(sample) == _SAMPLE else lines  # the last one is cut


def _separator(lines: Sequence[str]) -> str:
    """The sign that cuts every line into the same number of fields; into the most, if several do."""

    def quality(separator: str) -> tuple[bool, int]:
        widths = {len(row) for row in csv.reader(lines, delimiter=separator) if row}
        return len(widths) == 1 and widths != {1}, max(widths, default=0)

    return max(_SEPARATORS, key=quality)


def _has_decimal_comma(lines: Sequence[str], separator: str) -> bool:
    fields = [field.strip() for row in csv.reader(lines, delimiter=separator) for field in row]
    commas = [field for field in fields if _DECIMAL_COMMA.fullmatch(field)]
    sure = any(not _MAYBE_THOUSANDS.fullmatch(field) for field in commas)
    return sure and not any(_DECIMAL_POINT.fullmatch(field) for field in fields)
