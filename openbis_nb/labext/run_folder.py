"""What is kept of a run in the background: a private folder, from which any later server can tell its state.

=================  ===============  =================================================================
``plan.json``      the server       what runs, and how its version is saved; written once
``progress.json``  the run          which cell, what it printed last; how the execution ended
``outcome.json``   the server       how everything ended: the saved version, or what went wrong
``wish.json``      the kernel       what ``nb.save()`` in the notebook asked for
``stop``           the server       the run shall end; it looks once in a second
``alive``          the run          locked for as long as its process lives, whoever started it
``care``           the server       locked by the one server that saves what this run has made
``seen``           the server       the person has been told how it ended
=================  ===============  =================================================================

No session and no token is in any of them.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import disk_problem
from ..openbis.partial import make_private_folder
from .run_plan import RunPlan

__all__ = ["RunFolder", "now"]

_ALIVE, _CARE, _STOP, _SEEN = "alive", "care", "stop", "seen"


def now() -> str:
    """ISO 8601 in UTC; two of one second keep their order."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class RunFolder:
    """The folder of one run.

    Args:
        path: The folder; its name is the id of the run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def make(cls, runs: Path) -> RunFolder:
        """A new one with mode 0700 below *runs*.

        Raises:
            NoSpace, OpenbisNbError: it cannot be made.
        """
        path = runs / secrets.token_urlsafe(12)
        try:
            make_private_folder(path)
        except OSError as error:
            raise disk_problem(error, "The run could not be noted; nothing was started") from error
        return cls(path)

    @property
    def id(self) -> str:
        """Of the run."""
        return self.path.name

    @property
    def wish(self) -> Path:
        """Where the kernel leaves its wish."""
        return self.path / "wish.json"

    def plan(self) -> RunPlan | None:
        """What runs; ``None`` where that cannot be read."""
        known = {spec.name for spec in fields(RunPlan)}
        try:
            return RunPlan(**{name: value for name, value in self._read("plan").items() if name in known})
        except TypeError:
            return None

    def write_plan(self, plan: RunPlan) -> None:
        """Once, before the run begins."""
        self._write("plan", asdict(plan))

    def progress(self) -> dict[str, Any]:
        """What the run last said; empty before it has said anything."""
        return self._read("progress")

    def write_progress(self, progress: Mapping[str, Any]) -> None:
        """Of the run alone."""
        self._write("progress", progress)

    def outcome(self) -> dict[str, Any]:
        """How everything ended; empty until then."""
        return self._read("outcome")

    def write_outcome(self, outcome: Mapping[str, Any]) -> None:
        """Of the server alone that cares for the run."""
        self._write("outcome", outcome)

    def ask_to_stop(self) -> None:
        """The run shall end; its process notices within a second."""
        (self.path / _STOP).touch(mode=0o600)

    @property
    def shall_stop(self) -> bool:
        """Whether somebody has asked for that."""
        return (self.path / _STOP).exists()

    def note_seen(self) -> None:
        """The person has been told how it ended."""
        (self.path / _SEEN).touch(mode=0o600)

    @property
    def was_seen(self) -> bool:
        """Whether that was noted."""
        return (self.path / _SEEN).exists()

    def lock_alive(self) -> int:
        """A descriptor that holds the lock of a living run: for its process, which inherits it."""
        descriptor = os.open(self.path / _ALIVE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        return descriptor

    def is_alive(self) -> bool:
        """Whether its process lives, on this machine or, by a shared home, on another one."""
        return self._is_locked(_ALIVE)

    def care(self) -> int | None:
        """A descriptor of the lock that says that this server cares for the run; ``None`` if another does."""
        descriptor = os.open(self.path / _CARE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def remove(self) -> None:
        """Forget the run; the executed copy stays where it is."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _is_locked(self, name: str) -> bool:
        try:
            descriptor = os.open(self.path / name, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two may look at the same time
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def _read(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads((self.path / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _write(self, name: str, document: Mapping[str, Any]) -> None:
        beside = self.path / f".{name}.{secrets.token_hex(4)}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                json.dump(document, file)
            os.replace(beside, self.path / f"{name}.json")
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
