"""Identifiers, permIds and safe file names: pure text, no I/O.

Facts from contract 3.1: identifiers are upper-case and begin with ``/``; a permId is
``yyyyMMddHHmmssSSS-<n>``; code characters are ``A-Z a-z 0-9 _ - .``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from pathlib import PurePosixPath

from .errors import InvalidIdentifier, UnsafePath

__all__ = [
    "MAX_NAME_BYTES",
    "WINDOWS_RESERVED",
    "eln_experiment_view",
    "free_name",
    "hub_user_name",
    "is_perm_id",
    "normalise_identifier",
    "openbis_user_id",
    "perm_id_number",
    "relative_path",
    "safe_file_name",
]

#: What ext4, XFS, APFS and NFS allow for one name, in bytes.
MAX_NAME_BYTES = 255
#: What Windows takes for a device, in lower case, whatever the extension.
WINDOWS_RESERVED = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(1, 10)
}

_PERM_ID = re.compile(r"[0-9]{8,}-[0-9]+")
_CODE = re.compile(r"[$A-Z0-9_.\-]+(?::[$A-Z0-9_.\-]+)?")
_HUB_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")
_ESCAPED_BYTE = re.compile(r"-([0-9a-f]{2})")


def is_perm_id(text: str) -> bool:
    """Whether *text* has the form of a permId (contract 3.1)."""
    return _PERM_ID.fullmatch(text) is not None


def perm_id_number(perm_id: str) -> int:
    """The digits of a permId as one number: ``20261121093000123-45`` → ``2026112109300012345``.

    It is the ``number`` of a notebook's ``fid`` (design section 2).

    Raises:
        InvalidIdentifier: *perm_id* is not one.
    """
    if not is_perm_id(perm_id):
        raise InvalidIdentifier(f"{perm_id!r} is not a permId.")
    return int(perm_id.replace("-", ""))


def normalise_identifier(text: str) -> str:
    """An identifier as openBIS writes it: trimmed, upper-case, leading ``/``.

    The ELN's four-part form of an object (``/S/P/E/OBJ``) stays as it is: whether the third part
    is to be dropped depends on what is asked for (contract 3.1).

    Raises:
        InvalidIdentifier: empty, more than four parts, or characters that no code may have.
    """
    trimmed = text.strip().strip("/")
    parts = trimmed.upper().split("/")
    if not trimmed or len(parts) > 4 or not all(_CODE.fullmatch(part) for part in parts):
        raise InvalidIdentifier(f"{text[:120]!r} is not an openBIS identifier.")
    return "/" + "/".join(parts)


def safe_file_name(text: str, *, fallback: str = "notebook", suffix: str = "") -> str:
    """A file name that any file system takes, made from any text a person typed.

    Separators, control characters and what Windows forbids become ``_``; leading dots go (no hidden
    files by accident); the length is cut to :data:`MAX_NAME_BYTES` on a character border.

    Args:
        text: Any text, e.g. the name of a notebook.
        fallback: Used when nothing is left.
        suffix: Kept whole at the end, e.g. ``".ipynb"``; not doubled when *text* ends with it.
    """
    name = unicodedata.normalize("NFC", text)
    if suffix and name.lower().endswith(suffix.lower()):
        name = name[: -len(suffix)]
    name = "".join("_" if c in '/\\:*?"<>|' or unicodedata.category(c)[0] == "C" else c for c in name)
    name = " ".join(name.split()).strip(". ") or fallback
    if name.split(".")[0].lower() in WINDOWS_RESERVED:
        name = f"_{name}"
    room = MAX_NAME_BYTES - len(suffix.encode())
    return name.encode()[:room].decode(errors="ignore").rstrip(". ") + suffix


def free_name(name: str, taken: Container[str]) -> str:
    """The first of ``name``, ``name 2``, ``name 3`` … that is not in *taken* (O-15).

    The number stands before the last extension, and a folder stays: ``b/a.ipynb`` → ``b/a 2.ipynb``.
    """
    if name not in taken:
        return name
    folder, slash, last = name.rpartition("/")
    stem, dot, extension = last.rpartition(".")
    if not stem:  # a hidden file, or no extension
        stem, dot, extension = last, "", ""
    number = 2
    while (candidate := f"{folder}{slash}{stem} {number}{dot}{extension}") in taken:
        number += 1
    return candidate


def relative_path(text: str) -> PurePosixPath:
    """A data set's or a user's relative path, checked; never leaves the folder it is joined to.

    Raises:
        UnsafePath: empty, absolute, drive letter, backslash, ``..``, control character, lone surrogate, or a
            part over :data:`MAX_NAME_BYTES`.
    """
    parts = text.split("/")
    bad = (
        not text
        or "\\" in text
        or re.match(r"[A-Za-z]:", text) is not None
        or any(unicodedata.category(c) in ("Cc", "Cs") for c in text)
        or any(
            part in ("", ".", "..") or len(part.encode(errors="replace")) > MAX_NAME_BYTES for part in parts
        )
    )
    if bad:
        raise UnsafePath(f"{text[:120]!r} is not a path inside a folder.")
    return PurePosixPath(*parts)


def eln_experiment_view(identifier: str) -> str:
    """The ``viewData`` of an experiment's deep link: ``["/S/P/E",false]`` (contract 8.10)."""
    return f'["{identifier}",false]'


def hub_user_name(user_id: str) -> str:
    """The name at JupyterHub of the person with this openBIS user id; reversible (U-19).

    JupyterHub lower-cases names, so ``Alice`` and ``alice`` would become one. Lower-case letters and digits
    stay; every other byte of the UTF-8 becomes ``-`` and two hex digits: ``Eve.O-Neill`` →
    ``-45ve-2e-4f-2d-4eeill``.

    Raises:
        InvalidIdentifier: empty, or text that has no UTF-8.
    """
    try:
        raw = user_id.encode()
    except UnicodeEncodeError as error:
        raise InvalidIdentifier(f"{user_id!r} is not a user id.") from error
    if not raw:
        raise InvalidIdentifier("A user id is not empty.")
    return "".join(chr(byte) if chr(byte) in _HUB_CHARACTERS else f"-{byte:02x}" for byte in raw)


def openbis_user_id(hub_name: str) -> str:
    """The openBIS user id that :func:`hub_user_name` made *hub_name* from.

    Raises:
        InvalidIdentifier: no user id gives this name.
    """
    try:
        user_id = _ESCAPED_BYTE.sub(lambda found: chr(int(found[1], 16)), hub_name).encode("latin-1").decode()
        if hub_user_name(user_id) == hub_name:
            return user_id
    except UnicodeError as error:
        raise InvalidIdentifier(f"{hub_name!r} is not a name of ours.") from error
    raise InvalidIdentifier(f"{hub_name!r} is not a name of ours.")
