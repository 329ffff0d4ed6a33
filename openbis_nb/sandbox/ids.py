"""Sequences, permIds, codes, and finding the rows that ids on the wire name (contract 3.1)."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from datetime import datetime

from .failures import UserFailure

_CODE = re.compile(r"\$?[A-Za-z0-9_.\-]+")


def next_number(db: sqlite3.Connection, name: str = "entity", count: int = 1) -> int:
    """Take ``count`` numbers of a sequence; the first of them. ``entity`` is openBIS' one global sequence."""
    row = db.execute(
        "INSERT INTO sequences (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = value + excluded.value RETURNING value",
        (name, count),
    ).fetchone()
    return int(row[0]) - count + 1


def perm_id(number: int, milliseconds: int) -> str:
    """``yyyyMMddHHmmssSSS-<n>`` in local time."""
    moment = datetime.fromtimestamp(milliseconds / 1000)
    return f"{moment:%Y%m%d%H%M%S}{milliseconds % 1000:03d}-{number}"


def check_code(code: object) -> str:
    """A new code, upper-case. Raises UserFailure for characters that openBIS does not take."""
    if not isinstance(code, str) or not code:
        raise UserFailure("Code cannot be empty.")
    if not _CODE.fullmatch(code):
        raise UserFailure(
            f"Given code '{code}' contains illegal characters (allowed: A-Z, a-z, 0-9 and _, -, .)"
        )
    return code.upper()


def normal_identifier(identifier: str) -> str:
    """Upper-case with one leading slash: how the server compares identifiers."""
    return "/" + identifier.strip().strip("/").upper()


def marks(values: Sequence[object]) -> str:
    """Placeholders for an IN list: ``?,?,?``."""
    return ",".join("?" * len(values))
