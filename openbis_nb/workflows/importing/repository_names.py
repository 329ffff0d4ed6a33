"""Which paths and links of a repository are made on disk; the others are left out, and the person is told.

Git itself refuses ``..`` and ``.git`` in trees that it checks. What else a file manager, a shell or another
operating system could read as something it is not is refused here.
"""

from __future__ import annotations

import unicodedata

__all__ = ["stays_inside", "why_left_out"]

#: Longest name, and longest path below the folder, in bytes.
_MAX_NAME, _MAX_PATH = 255, 3000
_MAX_DEPTH = 64
#: What HFS+ leaves out when it compares names: ``.g\u200cit`` is ``.git`` there.
_IGNORED = dict.fromkeys([*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])


def why_left_out(path: bytes) -> str:
    """Why a path of a repository is not made; empty if it is.

    Args:
        path: As git stores it, parts separated by ``/``.
    """
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return "its name is not UTF-8"
    parts = text.split("/")
    if len(path) > _MAX_PATH or len(parts) > _MAX_DEPTH:
        return "its path is too long"
    return next((reason for part in parts if (reason := _why_not(part))), "")


def stays_inside(path: str, target: str) -> bool:
    """Whether a symbolic link at *path* cannot lead out of the repository, whatever other links are there.

    Steps up are allowed at the beginning only, and not more than there are folders above the link: these are
    real folders. What follows goes down, perhaps through links for which the same holds.
    """
    parts = target.split("/")
    up = 0
    while up < len(parts) and parts[up] == "..":
        up += 1
    down = parts[up:]
    return (
        bool(target)
        and not target.startswith("/")
        and up <= path.count("/")
        and all(part not in ("", "..") and not _is_git(part) for part in down)
    )


def _why_not(part: str) -> str:
    if part in ("", ".", ".."):
        return "it would lead elsewhere"
    if _is_git(part):
        return "git keeps its own data under that name"
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in part):
        return "its name holds a line break or another control character"
    if "\\" in part:
        return "its name holds a backslash"
    if len(part.encode()) > _MAX_NAME:
        return "its name is too long"
    return ""


def _is_git(part: str) -> bool:
    """``.git`` as some file system reads it: any case, NTFS' short name and streams, letters HFS+ ignores."""
    plain = unicodedata.normalize("NFKC", part.translate(_IGNORED)).casefold()
    plain = plain.split(":", 1)[0].rstrip(". ")
    return plain in (".git", "git~1")
