"""This kernel's own notebook file: where it is, whose notebook it is, and whether it shows what was run."""

from __future__ import annotations

import contextlib
import os
import sys
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ..errors import NotSavedYet, UserMistake
from ..models import Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..workflows.evidence import Evidence, key_of, keys_of
from ..workflows.file_identity import identity_of_file, server_of_file
from ..workflows.ledger import Ledger
from ..workflows.workplace import Workplace
from . import locate
from .executed import CellRun, RunLog, holds, runs_not_in_file

__all__ = ["OwnFile", "current_shell", "named_server"]


class OwnFile:
    """The notebook file of this kernel, looked for again whenever it matters: it may be renamed any time.

    Args:
        log: What this kernel has run; ``None`` outside IPython.
        named: The file, where the person named it.
    """

    def __init__(self, workplace: Workplace, log: RunLog | None, named: Path | None = None) -> None:
        self._log, self._named = log, named
        self.place = locate.Place("script")
        self.identity: Identity | None = None
        self.look(workplace)

    def look(self, workplace: Workplace, saved: Path | None = None) -> None:
        """Find the file and read whose notebook it is, as of now.

        Args:
            workplace: Whose ledger.
            saved: Where a front end has just saved it.

        Raises:
            InvalidNotebook: it is no notebook.
            TooLarge: it is over the limit.
        """
        self.place = self._find(workplace)
        if saved is not None:
            self.place = replace(self.place, mode="front end", path=saved, alike=())
        found = {}
        # A runner may have begun to write its copy beside the notebook: the same cells, the same notebook.
        for path in (self.path,) if self.path is not None else self.place.alike:
            if path.is_file():
                content = document.read(path, max_size=workplace.limits.max_notebook)
                identity = identity_of_file(workplace, content, path)
                found[identity.notebook_id if identity else None] = identity
        if len(found) == 1:
            [self.identity] = found.values()

    @property
    def path(self) -> Path | None:
        """The file, where it is known (U-07)."""
        return self.place.path

    @property
    def name(self) -> str:
        """The notebook's name."""
        if self.identity is not None:
            return self.identity.name
        return self.path.stem if self.path else "notebook"

    def evidence_key(self) -> str:
        """Under which name a later command finds what this kernel was given."""
        if self.identity is None and self.path is None:
            return uuid.uuid4().hex
        return key_of(self.identity, self.path)

    def served(self, workplace: Workplace) -> Evidence:
        """What the Jupyter server of this kernel has handed out for the notebook, beside the kernel."""
        return workplace.evidence.served(workplace.server, keys_of(self.identity, self.path))

    def kernel_name(self, workplace: Workplace) -> str:
        """The kernel that the file names."""
        if self.path is None or not self.path.is_file():
            return ""
        content = document.read(self.path, max_size=workplace.limits.max_notebook)
        return str(content.metadata.get("kernelspec", {}).get("name", ""))

    def check_shows_what_ran(self, workplace: Workplace) -> Path:
        """The file, if it is what is on screen (design D12 a).

        Raises:
            NotSavedYet: it is unknown, or behind.
        """
        path = self.path
        if path is None or not path.is_file():
            raise NotSavedYet(
                "This notebook's file could not be found.",
                next_step=(
                    "Save it (Ctrl+S) and run this cell again, or use openbis_nb.notebook('FILE.ipynb')."
                ),
            )
        if self._log is None:
            return path
        cells = document.read(path, max_size=workplace.limits.max_notebook).cells
        current = self._log.current
        if current is not None and not holds(cells, current):
            raise NotSavedYet(f"{path.name} on disk does not hold the cell that saves.")
        runs = [run for run in self._log.runs if current is None or run.cell_id != current.cell_id]
        missing = runs_not_in_file(runs, cells, path.stat().st_mtime)
        if missing:
            raise NotSavedYet(f"{path.name} on disk does not show what was run yet: {_counts(missing)}.")
        return path

    def _find(self, workplace: Workplace) -> locate.Place:
        return _find(workplace.ledger, self._log, self._named, workplace.limits.max_notebook)


def named_server(ledger: Ledger, log: RunLog | None, named: Path | None, *, max_size: int) -> str:
    """Which openBIS this kernel's notebook names; empty where it names none, or cannot be found or read.

    Args:
        ledger: What this machine remembers.
        log: What this kernel has run; ``None`` outside IPython.
        named: The file, where the person named it.
        max_size: Larger notebooks are not read, in bytes.
    """
    place = _find(ledger, log, named, max_size)
    found = set()
    for path in (place.path,) if place.path is not None else place.alike:
        with contextlib.suppress(UserMistake):  # who opens it says what is wrong with it
            block = identity_block.read(document.read(path, max_size=max_size))
            found.add(server_of_file(ledger, block, path))
    return found.pop() if len(found) == 1 else ""


def _find(ledger: Ledger, log: RunLog | None, named: Path | None, max_size: int) -> locate.Place:
    shell = current_shell()
    place = locate.find(
        os.environ,
        # A plain IPython shell has a namespace, too, and no notebook.
        shell.user_ns if getattr(shell, "kernel", None) is not None else None,
        log.everything if log is not None else (),
        [*ledger.places(), *Path.cwd().glob("*.ipynb")],
        max_size=max_size,
    )
    return place if named is None else replace(place, path=named)


def _counts(runs: Sequence[CellRun]) -> str:
    """The runs as a person sees them beside the cells; many of them by first and last."""
    if len(runs) > 3:
        return f"{len(runs)} cells, [{runs[0].count}] to [{runs[-1].count}]"
    return ", ".join(f"[{run.count}]" for run in runs)


def current_shell() -> Any:
    """The IPython shell of this process, or ``None``; never imports IPython by itself."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None
