"""Where this kernel's notebook file is: in Jupyter, VS Code, our runner, and foreign runners (U-07).

Never from the working directory alone: a candidate that nobody named must hold the very cells that this
kernel has run. A name that the kernel was started with is believed until another file holds them: the
file may have been renamed since, and another one may have taken its name.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ..workflows.wish import EVIDENCE, NOTEBOOK, WISH
from .executed import CellRun, holds

__all__ = ["Place", "find"]


Mode = Literal["front end", "our runner", "foreign runner", "script"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where we are: the notebook file if known, and which of D12's ways to save holds here.

    Under our runner, ``wish`` is the file for what to save, ``evidence`` the session of this run.
    ``alike`` are the files that hold what was run, where several do and ``path`` is unknown.
    """

    mode: Mode
    path: Path | None = None
    wish: Path | None = None
    evidence: str | None = None
    alike: tuple[Path, ...] = ()


def find(
    env: Mapping[str, str],
    user_ns: Mapping[str, Any] | None,
    runs: Sequence[CellRun],
    candidates: Iterable[Path],
    *,
    max_size: int,
) -> Place:
    """Find the notebook file of this kernel.

    Args:
        env: The environment of the kernel process.
        user_ns: The kernel's namespace; ``None`` outside a kernel.
        runs: The cells that this kernel has run so far, the running one last.
        candidates: Files to look into, e.g. those of the ledger.
        max_size: Larger candidates are not looked into, in bytes.
    """
    if NOTEBOOK in env:
        wish = env.get(WISH)
        return Place("our runner", Path(env[NOTEBOOK]), Path(wish) if wish else None, env.get(EVIDENCE))
    if user_ns is None:
        return Place("script")
    named = _named(user_ns.get("__vsc_ipynb_file__")) or _named(env.get("JPY_SESSION_NAME"))
    if named is not None and (not runs or _holds(named, runs[-1:], max_size)):
        return Place("front end", named)
    matches = [
        path for path in dict.fromkeys(p.resolve() for p in candidates) if _holds(path, runs, max_size)
    ]
    if len(matches) == 1:
        named = matches.pop()
    from_front_end = "JPY_SESSION_NAME" in env or "__vsc_ipynb_file__" in user_ns
    mode: Mode = "front end" if from_front_end else "foreign runner"
    return Place(mode, named, alike=tuple(matches) if named is None else ())


def _named(value: object) -> Path | None:
    if not isinstance(value, str) or not value.endswith(".ipynb"):
        return None
    path = Path(value) if os.path.isabs(value) else Path.cwd() / value
    return path if path.is_file() else None


def _holds(path: Path, runs: Sequence[CellRun], max_size: int) -> bool:
    """Whether the file is a notebook that holds the cells of all *runs*."""
    try:
        if not runs or path.stat().st_size > max_size:
            return False
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return all(holds(cells, run) for run in runs)
    except (OSError, ValueError, KeyError, TypeError):
        return False  # not a notebook, so not ours
