"""Where a data set's file lies below a local folder: a pure function of its path in openBIS.

A data store's file system allows names that a person's does not, or that mean something else there:
backslashes, control characters, two names that differ only in case. Such a part gets a safe name with a
few digits of its hash, the same in every process. What would leave the folder is refused.
"""

from __future__ import annotations

import hashlib
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from ..errors import UnsafePath
from ..identifiers import MAX_NAME_BYTES, relative_path, safe_file_name

__all__ = ["folder_name", "local_path"]

_HASH_DIGITS = 8


def local_path(path: str, *, case_sensitive: bool = True) -> PurePosixPath:
    """The relative local path for the *path* of a file in a data set.

    Args:
        path: As ``searchFiles`` gives it.
        case_sensitive: Whether the local file system tells ``A`` from ``a``.

    Raises:
        UnsafePath: an absolute path, or one with empty, ``.`` or ``..`` parts.
    """
    parts = path.split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise UnsafePath(f"The data set holds a file at {path[:120]!r}, which is not a path inside a folder.")
    return PurePosixPath(*(_part(part, case_sensitive) for part in parts))


def folder_name(text: str) -> str:
    """A folder name for a server or a person: readable, and different for different texts."""
    safe = safe_file_name(text, fallback="_")
    return safe if safe == text == text.lower() else _marked(safe.lower(), text)


def _part(part: str, case_sensitive: bool) -> str:
    try:
        relative_path(part)
    except UnsafePath:
        return _marked(safe_file_name(part, fallback="_"), part)
    one_spelling = part == part.lower() and part == unicodedata.normalize("NFC", part)
    if case_sensitive or one_spelling:
        return part
    return _marked(part, part)


def _marked(safe: str, original: str) -> str:
    mark = "~" + hashlib.sha256(original.encode(errors="surrogatepass")).hexdigest()[:_HASH_DIGITS]
    suffix = PureWindowsPath(safe).suffix[:20]
    stem = safe.removesuffix(suffix) if suffix else safe
    room = MAX_NAME_BYTES - len(mark) - len(suffix.encode())
    return stem.encode()[:room].decode(errors="ignore") + mark + suffix
