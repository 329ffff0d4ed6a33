"""Data-set files and openBIS objects as pandas frames; pandas is imported at first use only."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigurationProblem, InvalidInput, MissingExtra
from ..models import Entity
from ..notebooks.table_text import table_text

if TYPE_CHECKING:
    import pandas

__all__ = ["TABLE_SUFFIXES", "objects_frame", "read_table"]

#: File endings that :func:`read_table` understands.
TABLE_SUFFIXES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xls", ".parquet", ".feather", ".json")


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
        written = table_text(path)
        options["sep"] = written.separator
        if written.decimal == ",":
            options.setdefault("decimal", ",")
    return pandas.read_csv(path, **options)


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
