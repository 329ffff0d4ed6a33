"""Renderings on disk: for nobody else to read, written in one step, the longest unused go first."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import threading
from collections import OrderedDict
from pathlib import Path

__all__ = ["RenderingCache"]

_log = logging.getLogger(__name__)
_NEW = ".new"


class RenderingCache:
    """Bytes by name, in one folder. Blocks; for threads.

    Args:
        folder: Made when the first thing is kept, mode 0700.
        limit: Largest total, in bytes.
    """

    def __init__(self, folder: Path, limit: int) -> None:
        self._folder, self._limit = folder, limit
        self._sizes: OrderedDict[str, int] | None = None
        self._lock = threading.Lock()

    def get(self, name: str) -> bytes | None:
        """What is kept under a name that is a file name; ``None``: nothing, or it cannot be read."""
        path = self._folder / name
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError as error:
            if not isinstance(error, FileNotFoundError):
                _log.warning("A rendering cannot be read: %s", error.strerror)
            return None
        with self._lock:
            known = self._known()
            known[name] = len(data)
            known.move_to_end(name)
        return data

    def put(self, name: str, data: bytes) -> None:
        """Keep *data*, and let go what is too much then. A full disk keeps nothing, and that is logged."""
        if len(data) > self._limit:
            return
        new = self._folder / f"{name}.{secrets.token_hex(6)}{_NEW}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            new.replace(self._folder / name)
        except OSError as error:
            _log.warning("A rendering cannot be kept: %s", error.strerror)
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            return
        with self._lock:
            known = self._known()
            known[name] = len(data)
            known.move_to_end(name)
            while sum(known.values()) > self._limit:
                oldest, _ = known.popitem(last=False)
                (self._folder / oldest).unlink(missing_ok=True)

    def _known(self) -> OrderedDict[str, int]:
        """Sizes by name, the longest unused first; what an earlier process kept is found again."""
        if self._sizes is None:
            found = []
            with contextlib.suppress(FileNotFoundError), os.scandir(self._folder) as entries:
                for entry in entries:
                    if entry.name.endswith(_NEW):  # of a process that was killed while it wrote
                        Path(entry.path).unlink(missing_ok=True)
                    else:
                        facts = entry.stat()
                        found.append((facts.st_mtime_ns, entry.name, facts.st_size))
            self._sizes = OrderedDict((name, size) for _, name, size in sorted(found))
        return self._sizes
