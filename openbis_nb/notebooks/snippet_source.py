"""What a snippet reads: a file of a data set, or all of them; its kind, and a name for what is read."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Literal

from .table_text import TableText

__all__ = ["Kind", "Source"]

#: What the ending of a name says of a file.
Kind = Literal["text table", "workbook", "parquet", "feather", "json", "picture", "drawing", "other"]

_KINDS: dict[str, Kind] = {
    **dict.fromkeys((".csv", ".tsv", ".txt", ".tab"), "text table"),
    **dict.fromkeys((".xlsx", ".xls"), "workbook"),
    ".parquet": "parquet",
    ".feather": "feather",
    ".json": "json",
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff"), "picture"),
    ".svg": "drawing",
}
#: Longest name of a variable made from a file's name, in characters.
_MAX_VARIABLE = 30
#: What a variable must not be called: words of Python and R, and what the snippets themselves use.
_TAKEN = (
    frozenset(map(str.lower, (*keyword.kwlist, *keyword.softkwlist, *dir(builtins))))
    | {"if", "else", "repeat", "while", "function", "for", "next", "break", "in"}
    | {"nb", "pd", "csv", "json", "os", "path", "file", "files", "image", "svg", "openbis_nb", "display"}
)


@dataclass(frozen=True, slots=True)
class Source:
    """What is to be read.

    Args:
        perm_id: The data set.
        path: The file within it; empty for all its files.
        local: The file, or the folder of all, on this machine; ``None`` where the kernel fetches it.
        home: Of the person, on this machine, which R writes as ``~``.
        text: How the table is written, where *local* is a text table.
    """

    perm_id: str
    path: str = ""
    local: Path | None = None
    home: Path | None = None
    text: TableText = field(default_factory=TableText)

    @property
    def suffix(self) -> str:
        """The ending of the file's name in lower case, with its dot."""
        return PurePosixPath(self.path).suffix.lower()

    @property
    def kind(self) -> Kind:
        """What its ending says; ``other`` where no reader is known."""
        return _KINDS.get(self.suffix, "other")

    @property
    def variable(self) -> str:
        """A name for what is read: ASCII letters, digits and ``_`` only, whatever the file is called."""
        stem = unicodedata.normalize("NFKD", PurePosixPath(self.path).stem.casefold())
        plain = "".join(c for c in stem if not unicodedata.combining(c))
        name = re.sub(r"[^a-z0-9]+", "_", plain)[:_MAX_VARIABLE].strip("_")
        if not name:
            return "data"
        return f"data_{name}" if name[0].isdigit() or name in _TAKEN else name
