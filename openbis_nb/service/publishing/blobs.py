"""The bytes of snapshots: files named by their digest, in ``<folder>/ab/<sha256>``, each written in one step.

What is kept here is nowhere else, so it is on the disk before the database names it. A service that is killed
in between leaves bytes that nobody names; a sweep removes those.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import logging
import os
import re
import secrets
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ...errors import NoSpace, OpenbisNbError, StoreFailure, disk_problem

__all__ = ["Blobs"]

_log = logging.getLogger(__name__)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NEW, _LOCK = ".new", "lock"


class Blobs:
    """Bytes by digest. Blocks; for threads.

    Args:
        folder: Made when the first thing is kept, mode 0700.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: Counter[str] = Counter()
        self._kept_meanwhile: set[str] = set()
        self._lock = threading.Lock()

    @contextmanager
    def kept(self, *contents: bytes) -> Iterator[tuple[str, ...]]:
        """Keep all of *contents*; in the block they are on the disk, and no sweep takes them away. The block
        writes their digests into the database.

        Yields:
            The digest of each.

        Raises:
            NoSpace: the disk or a quota is full; nothing was kept.
            OpenbisNbError: the folder cannot be written.
        """
        digests = tuple(hashlib.sha256(content).hexdigest() for content in contents)
        with self._lock:
            self._held.update(digests)
            self._kept_meanwhile.update(digests)
        try:
            for digest, content in zip(digests, contents, strict=True):
                self._keep(digest, content)
            yield digests
        finally:
            with self._lock:
                self._held.subtract(digests)
                self._held += Counter()  # without those that nobody holds any more

    def read(self, digest: str) -> bytes:
        """What is kept under a digest, and is still what it was.

        Raises:
            StoreFailure: it is not there any more, or damaged.
        """
        try:
            content = self._path(digest).read_bytes()
        except OSError as error:
            _log.error("The bytes of a published page cannot be read: %s", error.strerror)
            raise _lost() from error
        if hashlib.sha256(content).hexdigest() != digest:
            _log.error("The bytes of a published page are damaged: %s", digest)
            raise _lost()
        return content

    @contextmanager
    def alone(self, *, wait: bool) -> Iterator[bool]:
        """Nobody else sweeps this folder or brings pages into it meanwhile, not even another process.

        Args:
            wait: Until it is so.

        Yields:
            Whether it is so; true with *wait*.

        Raises:
            NoSpace, OpenbisNbError: the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._folder / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _for_people(disk_problem(error, "The folder of published pages cannot be used")) from error
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(handle)

    def begin_sweep(self) -> list[Path]:
        """All files that nobody is writing now. Afterwards the database is asked which of them it names."""
        with self._lock:
            self._kept_meanwhile = set(self._held)
        return list(self._files())

    def end_sweep(self, found: list[Path], named: set[str]) -> int:
        """Remove what was *found* and is not *named*; how many files went.

        What was kept since the sweep began stays: whether it is named was asked too early for it.
        """
        removed = 0
        for path in found:
            digest = path.name.partition(".")[0]
            with self._lock:
                if path.name in named or digest in self._kept_meanwhile:
                    continue
                with contextlib.suppress(FileNotFoundError):
                    path.unlink()
                    removed += 1
        return removed

    def _keep(self, digest: str, content: bytes) -> None:
        path = self._path(digest)
        with contextlib.suppress(OSError):
            if path.read_bytes() == content:  # else it is damaged, and mended now
                return
        new = path.with_name(f"{digest}.{secrets.token_hex(6)}{_NEW}")
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.parent.mkdir(exist_ok=True, mode=0o700)
            handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            new.replace(path)
            _sync(path.parent)
            _sync(self._folder)
        except OSError as error:
            with contextlib.suppress(OSError):
                new.unlink(missing_ok=True)
            raise _for_people(disk_problem(error, "The page cannot be stored")) from error

    def _files(self) -> Iterator[Path]:
        for folder in self._folder.glob("[0-9a-f][0-9a-f]"):
            yield from (path for path in folder.iterdir() if path.is_file())

    def _path(self, digest: str) -> Path:
        if _DIGEST.fullmatch(digest) is None:  # from a file that is imported, say
            raise _lost()
        return self._folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    """A new name in a folder outlives a power cut only then."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _for_people(error: OpenbisNbError) -> OpenbisNbError:
    """The person who publishes cannot free that disk."""
    if isinstance(error, NoSpace):
        error.next_step = "Nothing was published. Ask the admin of the hub for room in its state folder."
    else:
        error.next_step = "Nothing was published. Tell the admin of the hub."
    return error


def _lost() -> StoreFailure:
    return StoreFailure(
        "The stored bytes of this page cannot be read.",
        next_step="Take another snapshot, or tell the admin of the hub.",
    )
