"""Where this kernel's notebook file is: in Jupyter, VS Code, our runner, and foreign runners (U-07).

Never from the working directory alone: a candidate that nobody named must contain the very cells
that this kernel has run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..workflows.wish import NOTEBOOK, WISH

__all__ = ["Place", "find"]


Mode = Literal["front end", "our runner", "foreign runner", "script"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are: the notebook file if known, and which of D12's ways to save holds here."""

    mode: Mode
    path: Path | None = None
    wish: Path | None = None


def find(
    env: Mapping[str, str],
    user_ns: Mapping[str, Any] | None,
    sources: Sequence[str],
    candidates: Iterable[Path],
) -> Place:
    """Find the notebook file of this kernel.

    Args:
        env: The environment of the kernel process.
        user_ns: The kernel's namespace; ``None`` outside IPython.
        sources: Sources of the cells that this kernel has run so far.
        candidates: Files to look into when nobody names one, e.g. those of the ledger.
    """
    if NOTEBOOK in env:
        wish = env.get(WISH)
        return Place("our runner", Path(env[NOTEBOOK]), Path(wish) if wish else None)
    if user_ns is None:
        return Place("script")
    for named in (user_ns.get("__vsc_ipynb_file__"), env.get("JPY_SESSION_NAME")):
        if isinstance(named, str) and named.endswith(".ipynb"):
            path = Path(named) if os.path.isabs(named) else Path.cwd() / named
            if path.is_file():
                return Place("front end", path)
    # Renamed after the kernel started, or a runner that names no file (nbconvert, papermill).
    mode: Mode = "front end" if "JPY_SESSION_NAME" in env else "foreign runner"
    matches = [path for path in dict.fromkeys(p.resolve() for p in candidates) if _holds(path, sources)]
    return Place(mode, matches[0] if len(matches) == 1 else None)


def _holds(path: Path, sources: Sequence[str]) -> bool:
    """Whether the file is a notebook that contains all *sources* as code cells."""
    if not sources:
        return False
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        written = {"".join(cell["source"]).strip() for cell in cells if cell["cell_type"] == "code"}
    except (OSError, ValueError, KeyError, TypeError):
        return False  # not a notebook, so not ours
    return all(source.strip() in written for source in sources)
