"""How a cell tells our runner to save: under it the file is complete only after the last cell (D12 b).

The kernel writes one small JSON file; the runner reads it when the notebook has run to its end.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..notebooks.environment import Environment

__all__ = ["EVIDENCE", "NOTEBOOK", "WISH", "SaveWish", "read_wish", "write_wish"]

#: Environment variables that the runner sets for the kernel: the file that runs, the wish's file, and the
#: evidence session of this run, since several runs of one notebook may go on at once.
NOTEBOOK = "OPENBIS_NB_RUN_NOTEBOOK"
WISH = "OPENBIS_NB_RUN_WISH"
EVIDENCE = "OPENBIS_NB_RUN_EVIDENCE"


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveWish:
    """What ``nb.save(…)`` was called with; paths of result files are absolute."""

    name: str | None = None
    notes: str = ""
    files: Sequence[str] = ()
    unused: Sequence[str] = ()
    owner: str | None = None
    as_new: bool | None = None
    data_set_type: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    confirm: bool = False
    co_authors: Sequence[str] = ()
    takeover: bool = False
    environment: Mapping[str, Any] | None = None

    def environment_object(self) -> Environment | None:
        """The kernel's environment, if it said one."""
        return Environment(**self.environment) if self.environment else None


def write_wish(path: Path, wish: SaveWish) -> None:
    """Leave a wish; a later one in the same run replaces it."""
    temporary = path.with_suffix(".tmp")
    temporary.write_text(json.dumps(asdict(wish)), encoding="utf-8")
    os.replace(temporary, path)


def read_wish(path: Path) -> SaveWish | None:
    """The last wish, or ``None`` if the notebook never called ``nb.save()``."""
    try:
        return SaveWish(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
