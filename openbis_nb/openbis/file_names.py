"""Where a data set's file lies below a local folder: a pure function of its path in openBIS.

A data store's file system allows names that a person's does not, or that mean something else there:
backslashes, control characters, two names that differ only in case. Such a part gets a safe name with a
few digits of its hash, the same in every process. What would leave the folder is refused.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from ..errors import UnsafePath
from ..identifiers import relative_path, safe_file_name

__all__ = ["folder_name", "local_path"]

_HASH_DIGITS = 8
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,16}\Z")


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
    """A folder name for a server or a person: readable, and different for different texts.

    Ends in digits of a hash where the text itself cannot be the name: ``Eve`` and ``eve`` are two people
    and one folder on a file system that does not tell case.
    """
    # Lowered first: lower case can be longer in bytes than upper case.
    safe = safe_file_name(text.lower(), fallback="_")
    return safe if safe == text else safe_file_name(text.lower(), fallback="_", suffix=_mark(text))


def _part(part: str, case_sensitive: bool) -> str:
    try:
        relative_path(part)
    except UnsafePath:
        return _marked(part)
    one_spelling = part == part.lower() and part == unicodedata.normalize("NFC", part)
    return part if case_sensitive or one_spelling else _marked(part)


def _marked(part: str) -> str:
    """A safe name for *part* that keeps its extension and ends, before it, in digits of its hash."""
    extension = _EXTENSION.search(part)
    suffix = _mark(part) + (extension[0] if extension else "")
    return safe_file_name(part.removesuffix(extension[0]) if extension else part, fallback="_", suffix=suffix)


def _mark(original: str) -> str:
    return "~" + hashlib.sha256(original.encode(errors="surrogatepass")).hexdigest()[:_HASH_DIGITS]
