"""What a client says in headers and query: file name, visibility, parent, and who it is (pure).

A header that is missing or cannot be right is 400 (P-39). Booleans are ``true`` and ``false`` in lower case,
nothing else (P-43).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from ...errors import Forbidden, InvalidInput

__all__ = [
    "PLATFORM_HEADER",
    "UploadHeaders",
    "Where",
    "check_platform",
    "name_of_file",
    "not_public",
    "truth",
    "upload_headers",
]

PLATFORM_HEADER = "Plotly-Client-Platform"
#: A platform's name, and perhaps a blank and a version of digits and dots (P-32).
_PLATFORM = re.compile(r"[^\s/;,]{1,64}(?: [0-9]+(?:\.[0-9]+)*)?")
_EXTENDED = re.compile(r"utf-8''(.*)", re.IGNORECASE)
_SUFFIX = ".ipynb"
_LONGEST_NAME = 512
#: What Plotly calls home: the default owner of the person.
_HOME = -1


@dataclass(frozen=True, slots=True)
class Where:
    """A parent as a client names it (P-06, P-11): by number, by path, or not at all."""

    number: int | None = None
    path: str | None = None

    @property
    def is_home(self) -> bool:
        """Whether it names no place of its own: nothing, or ``-1``."""
        return self.number in (None, _HOME) and not (self.path or "").strip("/ ")


@dataclass(frozen=True, slots=True)
class UploadHeaders:
    """What stands around the body of an upload. ``name`` is the notebook's, without ``.ipynb``."""

    name: str
    where: Where
    world_readable: bool = False


def check_platform(headers: Mapping[str, str]) -> None:
    """Raises:
    InvalidInput: the client does not say what it is (P-32).
    """
    if _PLATFORM.fullmatch(headers.get(PLATFORM_HEADER, "").strip()) is None:
        raise InvalidInput(
            f"The header {PLATFORM_HEADER} is missing or malformed.",
            next_step=f"Send your program's name, with or without a version: {PLATFORM_HEADER}: python 3.11",
        )


def upload_headers(headers: Mapping[str, str]) -> UploadHeaders:
    """The headers of an upload (P-04 to P-06).

    Raises:
        InvalidInput: no file name, or a value that cannot be right.
    """
    name = name_of_file(_text(headers.get("X-File-Name", "")), "X-File-Name")
    number, path = headers.get("Plotly-Parent"), headers.get("Plotly-Parent-Path")
    return UploadHeaders(
        name=name,
        where=Where(
            _integer(number, "Plotly-Parent") if number is not None else None,
            _text(path) if path is not None else None,
        ),
        world_readable=truth(headers.get("Plotly-World-Readable", "false"), "Plotly-World-Readable"),
    )


def truth(value: str, name: str) -> bool:
    """A boolean of a header or of the query (P-43).

    Raises:
        InvalidInput: neither ``true`` nor ``false``.
    """
    if value not in ("true", "false"):
        raise InvalidInput(
            f"{name} is neither true nor false.", next_step="Write true or false, in lower case."
        )
    return value == "true"


def name_of_file(filename: str, field: str) -> str:
    """The name of a notebook from the file name of a client: without ``.ipynb``, on one line.

    Raises:
        InvalidInput: nothing is left, or it is longer than 512 characters, or holds what no name may.
    """
    name = filename.strip()
    if name.lower().endswith(_SUFFIX):
        name = name[: -len(_SUFFIX)].strip()
    if not name:
        raise InvalidInput(f"{field} is missing or empty.", next_step=f"Send a file name in {field}.")
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"{field} cannot be the name of a notebook.",
            next_step=f"Use one line of at most {_LONGEST_NAME} characters, without control characters.",
        )
    return name


def not_public() -> Forbidden:
    """What is answered to who wants a notebook to be public, or readable by a link (P-02, P-05, P-35)."""
    return Forbidden(
        "Public pages are off here, so a notebook cannot be made readable without a log-in.",
        next_step="Give readers a role in its space in openBIS, or leave this out.",
    )


def integer(value: str, name: str) -> int:
    """A number of the query. Raises what :func:`upload_headers` does."""
    return _integer(value, name)


def _integer(value: str, name: str) -> int:
    if re.fullmatch(r"-1|[0-9]{1,40}", value.strip(), re.ASCII) is None:
        raise InvalidInput(f"{name} is not a number.", next_step="Send the number, or -1 for your home.")
    return int(value)


def _text(value: str) -> str:
    """A header's text: UTF-8 as it is, or percent-encoded after ``UTF-8''`` (RFC 8187)."""
    extended = _EXTENDED.fullmatch(value)
    if extended is not None:
        return unquote(extended[1])
    try:
        return value.encode("latin-1").decode()
    except UnicodeError:
        return value
