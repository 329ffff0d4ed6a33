"""A file on its way into the cache: its verified beginning on disk, under a name of its own.

The length of the part file is all that has to be remembered: bytes are only appended. So another process
can go on where this one was cut, and the checksum over the whole decides in the end.
"""

from __future__ import annotations

import errno
import fcntl
import os
import zlib
from pathlib import Path
from typing import Self

from ..errors import NoSpace, TransferFailed
from ..models import DataFile

__all__ = ["Part", "make_private_folder", "translated"]

_READ = 2**20


class Part:
    """The part file of one :class:`DataFile`, locked for this process while open.

    Args:
        path: Where it lies; on the same file system as the final name.
        file: What it shall become.
    """

    def __init__(self, path: Path, file: DataFile) -> None:
        self.file = file
        self.path, self._fd = _open_locked(path)
        self.size = os.fstat(self._fd).st_size
        self._crc: int | None = 0 if self.size == 0 else None
        if self.size > file.size:
            self.truncate(0)
        os.lseek(self._fd, self.size, os.SEEK_SET)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Close; what is there stays for the next try, unless it is nothing."""
        if self._fd >= 0:
            if self.size == 0 and self.path.exists():
                self.path.unlink()
            os.close(self._fd)
            self._fd = -1

    def read_again(self) -> None:
        """Take the checksum of what is there from the disk, where it is not known: after another process
        wrote it, or after a cut. Reads the file; for a worker thread."""
        if self._crc is None:
            crc, offset = 0, 0
            while offset < self.size and (
                block := os.pread(self._fd, min(_READ, self.size - offset), offset)
            ):
                crc = zlib.crc32(block, crc)
                offset += len(block)
            self._crc = crc

    def write(self, chunk: bytes) -> None:
        """Append.

        Raises:
            NoSpace: the disk is full; the part file is gone.
        """
        self._crc = zlib.crc32(chunk, self._running_crc())
        view = memoryview(chunk)
        while view:
            try:
                count = os.write(self._fd, view)
            except OSError as error:
                self.truncate(0)
                raise translated(error, self.path) from error
            view = view[count:]
            self.size += count

    def truncate(self, size: int) -> None:
        """Cut back to *size* bytes."""
        os.ftruncate(self._fd, size)
        os.lseek(self._fd, size, os.SEEK_SET)
        self.size = size
        self._crc = 0 if size == 0 else None

    def verify(self) -> None:
        """Compare size and CRC32 with what openBIS says.

        Raises:
            TransferFailed: they differ. Too few bytes are kept to go on with; wrong ones are removed.
        """
        if self.size < self.file.size:
            raise TransferFailed(f"{self.file.name} came incomplete: {self.size} of {self.file.size} bytes.")
        wrong = self.file.crc32 is not None and self._running_crc() != self.file.crc32
        if wrong or self.size > self.file.size:
            self.truncate(0)
            raise TransferFailed(f"{self.file.name} arrived damaged (its checksum differs).")

    def finish(self, final: Path) -> Path:
        """Give the verified bytes their final name: read-only, in one step, so that a finished name is a
        finished file."""
        os.fchmod(self._fd, 0o444)
        try:
            make_private_folder(final.parent)
            os.replace(self.path, final)
        except OSError as error:
            raise translated(error, final) from error
        os.close(self._fd)
        self._fd = -1
        return final

    def _running_crc(self) -> int:
        self.read_again()
        return self._crc or 0


def translated(error: OSError, path: Path) -> Exception:
    """The error for a failed write: :class:`NoSpace` for a full disk, quota or size limit, else *error*."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return NoSpace(f"The disk with {path.parent} is full; the unfinished file was removed.")
    return error


def make_private_folder(path: Path) -> None:
    """Make *path* and what is missing above it, all for this person only (``parents=True`` would give the
    upper ones the default mode)."""
    if not path.is_dir():
        make_private_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def _open_locked(path: Path) -> tuple[Path, int]:
    """Open *path* for this process alone; where another process is at it, a name of our own."""
    make_private_folder(path.parent)
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.exists() and os.path.samestat(os.fstat(fd), os.stat(path)):
            return path, fd
        # Between open and lock the other process finished and renamed it: these are its bytes now.
    except BlockingIOError:
        pass
    os.close(fd)
    own = path.with_name(f"{path.stem}-{os.getpid()}-{os.urandom(4).hex()}{path.suffix}")
    fd = os.open(own, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)
    return own, fd
