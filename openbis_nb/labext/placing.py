"""A new file below the root of a server: confined, whole or not at all, never over anything (design D3).

The walk goes from folder to folder by descriptors, and follows no symlink: neither one that is there nor
one that somebody puts there meanwhile leads out. The bytes are written beside, and get their name by a hard
link, which fails when the name is taken. What was made on the way is removed again when it fails.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..errors import Conflict, NotFound, OpenbisNbError, UnsafePath, disk_problem
from ..notebook_paths import numbered

__all__ = ["place"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: What file systems without hard links answer (FAT, some network and FUSE file systems).
_NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
#: Longest path that programs can open, in bytes (PATH_MAX of Linux, less the end mark).
_MAX_PATH = 4095


@dataclass(frozen=True, slots=True)
class _Made:
    """A folder that was not there before."""

    parent: int
    name: str


def place(
    root: Path, folder: Sequence[str], file_name: str, content: Callable[[str], bytes]
) -> PurePosixPath:
    """Write a new file ``file_name``, else ``name 2.ipynb`` … (O-15), into *folder* below *root*.

    Args:
        root: An existing folder; the one path that symlinks may be part of.
        folder: Checked parts, as ``notebook_paths.launch_folder`` gives them; made where missing (O-14).
        file_name: A checked name, as ``notebook_paths.notebook_file`` gives it.
        content: The bytes under the name that the file gets.

    Returns:
        The path of the new file, relative to *root*.

    Raises:
        UnsafePath: a symlink on the way, or too long a path.
        Conflict: a file where a folder is needed, or a folder that cannot be written to.
        NoSpace: it does not fit. In each case nothing is left behind.
    """
    shown = "/".join((*folder, file_name))
    if len(os.fsencode(root.resolve() / shown)) > _MAX_PATH:
        raise UnsafePath("The path of the notebook is too long.", next_step="Choose a shorter one.")
    try:
        with ExitStack() as opened, _removed_again(opened) as made:
            parent = _open_root(root, opened)
            for depth in range(len(folder)):
                parent = _enter(parent, folder[: depth + 1], opened, made)
            return PurePosixPath(*folder, _write(parent, file_name, content))
    except OSError as error:
        raise _problem(error, shown) from error


@contextmanager
def _removed_again(opened: ExitStack) -> Iterator[list[_Made]]:
    """Folders noted in the list are removed when the block fails, unless somebody has put something in."""
    made: list[_Made] = []
    try:
        yield made
    except BaseException:
        for folder in reversed(made):
            with suppress(OSError):
                os.rmdir(folder.name, dir_fd=folder.parent)
        raise


def _open_root(root: Path, opened: ExitStack) -> int:
    try:
        return _kept(os.open(root, _FOLDER), opened)
    except FileNotFoundError as error:
        raise NotFound(
            "The folder that this server shows is not there.", next_step="Restart your server."
        ) from error


def _enter(parent: int, path: Sequence[str], opened: ExitStack, made: list[_Made]) -> int:
    name, shown = path[-1], "/".join(path)
    try:
        os.mkdir(name, 0o777, dir_fd=parent)
        made.append(_Made(parent, name))
    except FileExistsError:
        kind = os.stat(name, dir_fd=parent, follow_symlinks=False).st_mode
        if stat.S_ISLNK(kind):
            raise _link(shown) from None
        if not stat.S_ISDIR(kind):
            raise Conflict(
                f"{shown} is a file, not a folder.", next_step="Choose another folder for the notebook."
            ) from None
    try:
        return _kept(os.open(name, _FOLDER | os.O_NOFOLLOW, dir_fd=parent), opened)
    except (NotADirectoryError, OSError) as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):  # exchanged for a link since we looked
            raise _link(shown) from error
        raise


def _link(shown: str) -> UnsafePath:
    return UnsafePath(
        f"{shown} is a symbolic link; a notebook is not written through links.",
        next_step="Choose another folder for the notebook.",
    )


def _kept(descriptor: int, opened: ExitStack) -> int:
    opened.callback(os.close, descriptor)
    return descriptor


def _write(folder: int, file_name: str, content: Callable[[str], bytes]) -> str:
    """The name that was free; two writers never get the same."""
    for name in numbered(file_name):
        if _is_taken(folder, name):
            continue
        data, part = content(name), f".openbis-nb-{secrets.token_hex(8)}.part"
        try:
            _fill(os.open(part, _NEW_FILE, 0o666, dir_fd=folder), data)
            _give_name(folder, part, name)
        except FileExistsError:
            continue  # taken since we looked
        finally:
            with suppress(FileNotFoundError):
                os.unlink(part, dir_fd=folder)
        with suppress(OSError):  # not every file system can; the notebook has its name by now
            os.fsync(folder)
        return name
    raise AssertionError("unreachable: names are numbered without end")


def _is_taken(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _fill(descriptor: int, data: bytes) -> None:
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(descriptor)


def _give_name(folder: int, part: str, name: str) -> None:
    try:
        os.link(part, name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        _reserve_and_exchange(folder, part, name)


def _reserve_and_exchange(folder: int, part: str, name: str) -> None:
    """Without hard links: the name is taken by an empty file of ours, which the whole one then replaces."""
    os.close(os.open(name, _NEW_FILE, 0o666, dir_fd=folder))
    try:
        os.rename(part, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        os.unlink(name, dir_fd=folder)
        raise


def _problem(error: OSError, shown: str) -> OpenbisNbError:
    if error.errno == errno.ENAMETOOLONG:
        return UnsafePath("The path of the notebook is too long.", next_step="Choose a shorter one.")
    if error.errno in _READ_ONLY:
        return Conflict(
            f"{shown} cannot be written: {error.strerror}.",
            next_step="Choose a folder that you can write to.",
        )
    problem = disk_problem(error, f"{shown} could not be written")
    problem.next_step = "Free some space, or choose another folder; then open the launch again."
    return problem
