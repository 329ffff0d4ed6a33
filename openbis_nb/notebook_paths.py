"""Where a launch may put a notebook: folders and a file name as text, checked before anything is touched.

A launch comes from a browser, and its folder and name are whatever somebody sent. Nothing is repaired here:
a name that two programs could read in two ways is refused, so that what was asked for is what is written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .errors import UnsafePath
from .identifiers import MAX_NAME_BYTES, WINDOWS_RESERVED

__all__ = ["MAX_DEPTH", "launch_folder", "notebook_file", "numbered", "single_folder"]

#: Most folders inside each other.
MAX_DEPTH = 32
_SUFFIX = ".ipynb"
_FORBIDDEN = '\\:*?"<>|'
#: An escape that another program might decode once more: ``%2e%2e`` is ``..``.
_ESCAPE = re.compile(r"%(?:[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})")


@dataclass(frozen=True, slots=True)
class _What:
    """What a name is for: the word for people, and the field of a launch for programs."""

    called: str
    field: str

    @property
    def extra(self) -> dict[str, Any]:
        return {"field": self.field}


_FOLDER, _FILE = _What("folder", "directory"), _What("file name", "name")
_SINGLE = _What("folder", "name")


def launch_folder(text: str) -> tuple[str, ...]:
    """The folders that *text* names, relative to the root of a server; ``""`` is the root itself.

    Raises:
        UnsafePath: absolute, ``..``, hidden, a drive letter, a reserved name, too long … the message says
            which part, and why; ``extra["field"]`` is ``directory``.
    """
    if text == "":
        return ()
    parts = tuple(text.split("/"))
    if len(parts) > MAX_DEPTH:
        raise UnsafePath(f"More than {MAX_DEPTH} folders inside each other.", extra=_FOLDER.extra)
    for part in parts:
        _check(part, _FOLDER)
    return parts


def notebook_file(text: str) -> str:
    """*text*, if it can be the name of a notebook file.

    Raises:
        UnsafePath: a path, hidden, reserved, too long, or without ``.ipynb`` at its end;
            ``extra["field"]`` is ``name``.
    """
    if "/" in text:
        raise UnsafePath(f"{_shown(text)} is a path; a file name is needed.", extra=_FILE.extra)
    _check(text, _FILE)
    if not text.endswith(_SUFFIX):
        raise UnsafePath(
            f"{_shown(text)} does not end with {_SUFFIX}.",
            next_step="Name a notebook file.",
            extra=_FILE.extra,
        )
    _check(text.removesuffix(_SUFFIX), _FILE)
    return text


def single_folder(text: str) -> str:
    """*text*, if it can be the name of one folder, as that of a repository.

    Raises:
        UnsafePath: a path, hidden, reserved or too long; ``extra["field"]`` is ``name``.
    """
    if "/" in text:
        raise UnsafePath(f"{_shown(text)} is a path; a folder name is needed.", extra=_SINGLE.extra)
    _check(text, _SINGLE)
    return text


def numbered(file_name: str) -> Iterator[str]:
    """``name.ipynb``, ``name 2.ipynb``, ``name 3.ipynb`` … (O-15), none longer than a file name may be."""
    yield file_name
    stem, number = file_name.removesuffix(_SUFFIX), 2
    while True:
        ending = f" {number}{_SUFFIX}"
        room = MAX_NAME_BYTES - len(ending)
        yield stem.encode()[:room].decode(errors="ignore").rstrip(". ") + ending
        number += 1


def _check(part: str, what: _What) -> None:
    reason = _why_not(part) or _why_not(unicodedata.normalize("NFKC", part))
    if reason:
        raise UnsafePath(
            f"{_shown(part)} cannot be a {what.called}: {reason}.",
            next_step="Use letters, digits, blanks, - and _, in a path relative to your files.",
            extra=what.extra,
        )


def _why_not(part: str) -> str:
    """The first reason that *part* is no ordinary name; empty if it is one."""
    if part in ("", ".", ".."):
        return "it is empty, or leads elsewhere"
    if "/" in part:
        return "it holds a character that some programs read as /"
    if any(unicodedata.category(character)[0] == "C" for character in part):
        return "it holds a character that cannot be seen"
    if any(unicodedata.category(character) in ("Zl", "Zp") for character in part):
        return "it holds a line break"
    if any(character in _FORBIDDEN for character in part):
        return f"{_FORBIDDEN} are not allowed"
    if _ESCAPE.search(part):
        return "it holds a percent escape"
    if part.startswith((".", "~")):
        return "it would be hidden, or stand for a home"
    if part != part.strip() or part.endswith("."):
        return "it begins or ends with a blank or a dot"
    if part.split(".")[0].rstrip().lower() in WINDOWS_RESERVED:
        return "Windows reserves it"
    if len(part.encode()) > MAX_NAME_BYTES:
        return f"it is longer than {MAX_NAME_BYTES} bytes"
    return ""


def _shown(text: str) -> str:
    return repr(text[:60]) + ("…" if len(text) > 60 else "")  # repr spells out what cannot be seen
