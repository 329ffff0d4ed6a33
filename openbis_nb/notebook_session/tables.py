"""Data-set files and openBIS objects as pandas frames; pandas is imported at first use only."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationProblem, InvalidInput, MissingExtra
from ..models import Entity

if TYPE_CHECKING:
    import pandas

__all__ = ["TABLE_SUFFIXES", "objects_frame", "read_table"]

#: File endings that :func:`read_table` understands.
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".parquet", ".feather", ".json")

_SAMPLE = 64 * 2**10
_SEPARATORS = (",", ";", "\t", "|")
_DECIMAL_POINT = re.compile(r"[+-]?\d+\.\d+(?:[eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d+)?")
# 1,234 may be a thousand or a bit more than one; 0,125 and 1,5 and 1234,567 are not.
_MAYBE_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")


def read_table(path: Path, **options: Any) -> pandas.DataFrame:
    """A file as one frame, by its ending; *options* go to the pandas reader as they are.

    Text tables: the separator (comma, semicolon, tab, bar) and the decimal sign are read off the first
    lines, since instruments write what their country uses. What may be a thousands sign stays text.

    Raises:
        InvalidInput: an ending that no reader is known for, or a file that is not such a table.
        MissingExtra: the library for workbooks is not installed.
        ConfigurationProblem: another library that pandas needs for it is not installed.
    """
    import pandas

    readers: dict[str, Callable[..., pandas.DataFrame]] = {
        ".xlsx": pandas.read_excel,
        ".xls": pandas.read_excel,
        ".parquet": pandas.read_parquet,
        ".feather": pandas.read_feather,
        ".json": pandas.read_json,
        **dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), _read_text),
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise InvalidInput(
            f"{path.name} is not a table that can be read by its ending.",
            next_step=f"Use .path() or .open() and your own reader; known: {' '.join(TABLE_SUFFIXES)}",
        )
    try:
        return reader(path, **options)
    except ImportError as error:
        if path.suffix.lower() == ".xlsx":
            raise MissingExtra("openpyxl, which reads workbooks,", "templates") from error
        raise ConfigurationProblem(
            f"{path.name} cannot be read: {error}", next_step="Install it, and run the cell again."
        ) from error
    except (ValueError, zipfile.BadZipFile, pandas.errors.ParserError) as error:
        raise InvalidInput(
            f"{path.name} could not be read as a table: {str(error)[:200]}",
            next_step="Give the reader's options, e.g. .table(sep=';', skiprows=3), or use .open().",
        ) from error


def _read_text(path: Path, **options: Any) -> pandas.DataFrame:
    import pandas

    if "sep" not in options and "delimiter" not in options:
        lines = _first_lines(path)
        tabs = path.suffix.lower() in (".tsv", ".tab")
        options["sep"] = separator = "\t" if tabs else _separator(lines)
        if separator != "," and _has_decimal_comma(lines, separator):
            options.setdefault("decimal", ",")
    return pandas.read_csv(path, **options)


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


def objects_frame(objects: Iterable[Entity], property_codes: Sequence[str] = ()) -> pandas.DataFrame:
    """Objects as one frame: identifier, permId, type, name, parents, children and one column per property.

    Args:
        objects: The objects.
        property_codes: Columns to put first; further ones follow in alphabetical order.
    """
    import pandas

    rows = [
        {
            "identifier": entity.identifier,
            "permId": entity.perm_id,
            "type": entity.type_code,
            "name": entity.name,
            "parents": list(entity.parents),
            "children": list(entity.children),
            **{code: entity.properties[code] for code in sorted(entity.properties)},
        }
        for entity in objects
    ]
    fixed = ["identifier", "permId", "type", "name", "parents", "children"]
    codes = sorted({key for row in rows for key in row} - set(fixed) - set(property_codes))
    return pandas.DataFrame(rows, columns=[*fixed, *property_codes, *codes])
