"""The environment of this kernel, noted for saves that come from outside of it (F-08).

The button of a front end and the command line save what this kernel has made, and cannot look into it. So it
is written down beside the evidence, and again when packages have come or gone since.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict

from ..notebooks.environment import capture
from ..workflows.evidence import EvidenceBook

__all__ = ["EnvironmentNotes"]

_Mark = tuple[tuple[str, int], ...]


class EnvironmentNotes:
    """Keeps the note current. Looking through all packages takes a quarter of a second: a thread does it.

    Args:
        evidence: Where it is written down.
        session: The evidence session of this kernel.
        kernel: Name of the kernel, asked for when needed.
    """

    def __init__(self, evidence: EvidenceBook, session: str, kernel: Callable[[], str]) -> None:
        self._evidence, self._session, self._kernel = evidence, session, kernel
        self._noted: _Mark | None = None

    def look(self) -> None:
        """Note the environment, if it is not the one that was noted last."""
        mark = _mark()
        if mark == self._noted:
            return
        self._noted = mark
        threading.Thread(target=self._note, name="openbis-nb-environment", daemon=True).start()

    def _note(self) -> None:
        found = capture(kernel=self._kernel())
        self._evidence.note_environment(self._session, asdict(found))


def _mark() -> _Mark:
    """When the folders of packages were changed last."""
    return tuple((folder, _changed(folder)) for folder in sys.path if folder)


def _changed(folder: str) -> int:
    try:
        return os.stat(folder).st_mtime_ns
    except OSError:
        return 0
