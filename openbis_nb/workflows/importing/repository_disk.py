"""The person's folder of a repository: read and written without following any symbolic link (design D3).

Every step goes by descriptors from the folder itself. A file is written beside, below ``.git``, and gets its
name by a rename: it is whole or not there at all, and what is being replaced is never half gone.
"""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from ...errors import Conflict, OpenbisNbError, disk_problem
from .repository_plan import Item, Kind

__all__ = ["Disk", "Found"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PARTS = "openbis-nb"
_PIECE = 2**20
_MAX_NAME = 255
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


@dataclass(frozen=True, slots=True)
class Found:
    """What stands at a path.

    Args:
        item: As the plan compares it.
        mark: Changes when the file does.
    """

    item: Item
    mark: tuple[int, ...]


class Disk:
    """One folder of a repository.

    Args:
        folder: It exists, and has a real folder ``.git``.
        hash_name: Of the repository: ``sha1`` or ``sha256``.

    Raises:
        Conflict: it is no such folder.
    """

    def __init__(self, folder: Path, hash_name: str = "sha1") -> None:
        self._folder, self._hash_name = folder, hash_name
        try:
            self._top = os.open(folder, _FOLDER)
        except OSError as error:
            raise _no_repository(folder) from error
        try:
            git = os.open(".git", _FOLDER, dir_fd=self._top)
        except OSError as error:
            os.close(self._top)
            raise _no_repository(folder) from error
        try:
            with suppress(FileExistsError):
                os.mkdir(_PARTS, 0o700, dir_fd=git)
            self._parts = os.open(_PARTS, _FOLDER, dir_fd=git)
        except OSError as error:
            os.close(self._top)
            raise disk_problem(error, f"{folder.name} cannot be written") from error
        finally:
            os.close(git)

    def close(self) -> None:
        """Let go of the folder; what was only begun is removed."""
        with suppress(OSError):
            for name in os.listdir(self._parts):
                os.unlink(name, dir_fd=self._parts)
        os.close(self._parts)
        os.close(self._top)

    def look(self, path: str) -> Found | None:
        """What stands at *path*; ``None``: nothing, and nothing is in the way.

        Raises:
            OpenbisNbError: it cannot be read.
        """
        *above, name = path.split("/")
        try:
            with self._enter(above) as parent:
                return self._found(parent, name)
        except FileNotFoundError:
            return None
        except NotADirectoryError:
            return Found(Item("other"), ())
        except OSError as error:
            if error.errno == errno.ELOOP:
                return Found(Item("other"), ())
            raise disk_problem(error, f"{path} cannot be read") from error

    def mark(self, path: str) -> tuple[int, ...] | None:
        """The mark of what stands at *path* now, without reading it; ``None``: nothing that has one."""
        *above, name = path.split("/")
        try:
            with self._enter(above) as parent:
                return _mark(os.stat(name, dir_fd=parent, follow_symlinks=False))
        except OSError:
            return None

    def read(self, path: str, most: int) -> bytes | None:
        """A file that is not larger than *most* bytes; ``None`` for a larger one.

        Raises:
            OpenbisNbError: it cannot be read.
        """
        *above, name = path.split("/")
        try:
            with self._enter(above) as parent, _reading(parent, name) as file:
                content = b""
                while piece := os.read(file, _PIECE):
                    content += piece
                    if len(content) > most:
                        return None
                return content
        except OSError as error:
            raise disk_problem(error, f"{path} cannot be read") from error

    def write(self, path: str, kind: Kind, pieces: Iterable[bytes]) -> None:
        """Put a file or a link at *path*, over a file that is there; folders are made.

        Raises:
            NoSpace: the disk is full; what was there stays.
            OpenbisNbError: it cannot be written; what was there stays.
        """
        *above, name = path.split("/")
        part = secrets.token_hex(8)
        try:
            self._fill(part, kind, pieces)
            with self._enter(above, make=True) as parent:
                os.rename(part, name, src_dir_fd=self._parts, dst_dir_fd=parent)
        except OSError as error:
            raise _problem(error, path) from error
        finally:
            with suppress(OSError):
                os.unlink(part, dir_fd=self._parts)

    def remove(self, path: str) -> None:
        """Remove a file, and the folders above that are empty then.

        Raises:
            OpenbisNbError: it cannot be removed.
        """
        *above, name = path.split("/")
        try:
            with self._enter(above) as parent:
                os.unlink(name, dir_fd=parent)
        except FileNotFoundError:
            return
        except OSError as error:
            raise _problem(error, path) from error
        for depth in range(len(above), 0, -1):
            try:
                with self._enter(above[: depth - 1]) as parent:
                    os.rmdir(above[depth - 1], dir_fd=parent)
            except OSError:  # something else is in it
                return

    def make_room(self, path: str) -> list[tuple[str, str]]:
        """Rename what stands at *path*, or where a folder above is needed, with a time stamp.

        Returns:
            What it was called, and is called now.

        Raises:
            OpenbisNbError: it cannot be renamed.
        """
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            *above, name = parts[:depth]
            try:
                with self._enter(above) as parent:
                    kind = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
                    if depth < len(parts) and stat.S_ISDIR(kind):
                        continue
                    new = _stamped(parent, name)
                    os.rename(name, new, src_dir_fd=parent, dst_dir_fd=parent)
            except FileNotFoundError:
                return []
            except OSError as error:
                raise _problem(error, path) from error
            return [("/".join((*above, name)), "/".join((*above, new)))]
        return []

    @contextmanager
    def _enter(self, above: list[str], *, make: bool = False) -> Iterator[int]:
        """The folder *above*, by descriptors; links are no folders."""
        here = os.dup(self._top)
        try:
            for name in above:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(name, 0o777, dir_fd=here)
                there = os.open(name, _FOLDER, dir_fd=here)
                os.close(here)
                here = there
            yield here
        finally:
            os.close(here)

    def _found(self, parent: int, name: str) -> Found:
        about = os.stat(name, dir_fd=parent, follow_symlinks=False)
        mark = _mark(about)
        if stat.S_ISLNK(about.st_mode):
            target = os.fsencode(os.readlink(name, dir_fd=parent))
            return Found(Item("link", self._hash(len(target), [target])), mark)
        if not stat.S_ISREG(about.st_mode):
            return Found(Item("other"), mark)
        with _reading(parent, name) as file:
            oid = self._hash(about.st_size, iter(lambda: os.read(file, _PIECE), b""))
        kind: Kind = "program" if about.st_mode & stat.S_IXUSR else "file"
        return Found(Item(kind, oid), mark)

    def _hash(self, size: int, pieces: Iterable[bytes]) -> str:
        """As git names a content."""
        digest = hashlib.new(self._hash_name, b"blob %d\0" % size, usedforsecurity=False)
        for piece in pieces:
            digest.update(piece)
        return digest.hexdigest()

    def _fill(self, part: str, kind: Kind, pieces: Iterable[bytes]) -> None:
        if kind == "link":
            os.symlink(b"".join(pieces), part, dir_fd=self._parts)
            return
        mode = 0o777 if kind == "program" else 0o666
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(part, flags, mode, dir_fd=self._parts), "wb") as file:
            for piece in pieces:
                file.write(piece)


def _mark(about: os.stat_result) -> tuple[int, ...]:
    return (about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino, about.st_mode)


@contextmanager
def _reading(parent: int, name: str) -> Iterator[int]:
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
    try:
        yield file
    finally:
        os.close(file)


def _stamped(parent: int, name: str) -> str:
    """``name__20261121093000.txt``, as nbgitpuller renames; a number more where that is taken."""
    plain, number = PurePosixPath(name), 1
    stamp = datetime.now(UTC).astimezone().strftime("__%Y%m%d%H%M%S")
    while True:
        ending = f"{stamp}{'' if number == 1 else f'_{number}'}{plain.suffix}"
        new = os.fsdecode(os.fsencode(plain.stem)[: _MAX_NAME - len(os.fsencode(ending))]) + ending
        try:
            os.stat(new, dir_fd=parent, follow_symlinks=False)
        except FileNotFoundError:
            return new
        number += 1


def _no_repository(folder: Path) -> Conflict:
    return Conflict(
        f"{folder.name} is no folder with a repository any more.",
        next_step="Take it off the list, and fetch the repository again.",
    )


def _problem(error: OSError, path: str) -> OpenbisNbError:
    if error.errno in _READ_ONLY:
        return Conflict(
            f"{path} cannot be written: {error.strerror}.", next_step="Make it writable, and try again."
        )
    problem = disk_problem(error, f"{path} could not be written")
    problem.next_step = "Free some space, then update again: what is there stays as it is."
    return problem
