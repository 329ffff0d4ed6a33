"""Code that reads a file of a data set, for a new cell: short, and complete as it stands (U-25).

Whatever files are called: values stand in the code as literals only (design D7), names of variables are made
of plain letters, and comments hold nothing but the permId.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from ..errors import InvalidInput
from .literals import LANGUAGES, assignment
from .snippet_python import python_code
from .snippet_r import r_code
from .snippet_source import Source

__all__ = ["PACKAGE", "Snippet", "snippet"]

#: The name of this package, among the modules of a kernel.
PACKAGE = "openbis_nb"

#: What a data set's permId or code is made of (contract 3.1); anything else does not get into a comment.
_CODE = re.compile(r"[A-Za-z0-9_.\-]{1,200}")


@dataclass(frozen=True, slots=True)
class Snippet:
    """The text of a new cell. ``raw`` is a cell that no kernel runs."""

    text: str
    cell_type: Literal["code", "raw"] = "code"


def snippet(source: Source, language: str, modules: Collection[str] | None, connected: bool) -> Snippet:
    """The code for *language*; for an unknown one a plain cell with the local path.

    Args:
        source: What to read. ``local`` is needed unless :data:`PACKAGE` is in *modules*.
        language: As kernels and notebooks call it, in lower case.
        modules: What a Python kernel has of those that matter; ``None`` where it could not be asked.
        connected: An earlier cell has made ``nb``.

    Raises:
        InvalidInput: no permId.
        InvalidParameter: a path that the language cannot write.
    """
    if not _CODE.fullmatch(source.perm_id):
        raise InvalidInput(f"{source.perm_id[:80]!r} is not the permId of a data set.")
    if language == "python":
        return Snippet(python_code(source, modules, connected))
    if language == "r":
        return Snippet(r_code(source))
    if language in LANGUAGES:
        comment = f"# From openBIS data set {source.perm_id}, fetched by JupyterLab."
        return Snippet(f"{comment}\n{assignment('path', str(source.local), language)}")
    return Snippet(str(source.local), "raw")
