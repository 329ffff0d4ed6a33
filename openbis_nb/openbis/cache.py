"""The local cache of data-set files: one folder per server, person and data set.

``<root>/<server>/<person>/<permId>/<path as in openBIS>``. The person is part of the key because rights
differ. Files are read-only, folders private. openBIS never changes the content of a data set (contract
6.1), so a file is right when its size and CRC32 are, and nothing ever has to be refreshed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigurationProblem, NoSpace, UnsafePath
from ..models import DataFile
from ..units import human_size
from .file_names import folder_name, local_path
from .partial import Part, make_private_folder

__all__ = ["Cache", "CacheEntry", "clear", "entries"]

_PARTIAL = ".partial"
_READ = 2**20
#: From this size on, a file that was finished or checked since this machine started is taken by its size:
#: reading a terabyte again for every kernel helps nobody. What a power cut can spoil was finished before.
_TRUSTED_FROM = 64 * 2**20
#: Left free on the disk after a bulk fetch, in bytes.
_LEAVE_FREE = 64 * 2**20


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """One file in the cache. ``size`` in bytes, ``used_at`` in seconds since 1970."""

    path: Path
    data_set: str
    size: int
    used_at: float


class Cache:
    """The cache as one person sees it for one server.

    Args:
        root: The cache folder (setting ``cache_dir``), on any local disk.
        server: Host of the server (``Server.host``).
        person: User id in openBIS' spelling.
        limit: Largest size of the whole cache folder, in bytes; the least recently used goes first.

    Raises:
        ConfigurationProblem: the folder cannot be made or belongs to somebody else.
    """

    def __init__(self, root: Path, *, server: str, person: str, limit: int = 50 * 2**30) -> None:
        self.root = root.absolute()
        self.limit = limit
        self.folder = self.root / folder_name(server) / folder_name(person)
        _make_private(self.root, self.folder)
        self._case_sensitive = _tells_case(self.folder)
        self._checked: dict[Path, tuple[int, int, int]] = {}
        self._in_use: set[Path] = set()
        self._used: int | None = None

    def path_of(self, file: DataFile) -> Path:
        """Where the file lies, or will lie.

        Raises:
            UnsafePath: its path in openBIS would leave the folder.
        """
        if not file.data_set or "/" in file.data_set or file.data_set.startswith("."):
            raise UnsafePath(f"{file.data_set[:120]!r} is not a data set's permId.")
        below = local_path(file.path, case_sensitive=self._case_sensitive)
        return self.folder / folder_name(file.data_set) / below

    def find(self, file: DataFile) -> Path | None:
        """The file, if it is there and right; a damaged one is removed.

        Checked against the CRC32 once in a process; large ones once since this machine started.
        """
        path = self.path_of(file)
        try:
            state = path.lstat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        if self._checked.get(path) != _stamp(state) and not _is_right(path, file):
            path.unlink()
            return None
        os.utime(path)  # used, and known to be right, now
        self._checked[path] = _stamp(path.lstat())
        self._in_use.add(path)
        return path

    def part(self, file: DataFile) -> Part:
        """The part file in which *file* arrives; what an earlier try left is still in it."""
        key = f"{file.data_set}/{file.path}:{file.size}:{file.crc32}"
        name = hashlib.sha256(key.encode(errors="surrogatepass")).hexdigest()[:32]
        return Part(self.folder / _PARTIAL / f"{name}.part", file)

    def finish(self, part: Part) -> Path:
        """Take a verified part file into the cache."""
        path = part.finish(self.path_of(part.file))
        if self._used is not None:
            self._used += part.file.size
        self._checked[path] = _stamp(path.lstat())
        self._in_use.add(path)
        return path

    def free(self) -> int:
        """Free bytes on the disk of the cache."""
        return shutil.disk_usage(self.folder).free

    def make_room(self, size: int) -> None:
        """Remove what was not used for longest until *size* more bytes fit.

        What this process handed out stays. The folder is counted once, and again only when space is
        short: fetching ten thousand files one by one must not walk it ten thousand times.

        Raises:
            NoSpace: they do not fit, into the limit or onto the disk; nothing was removed in vain.
        """
        if self._used is not None and self._used + size <= self.limit and self.free() >= size + _LEAVE_FREE:
            return
        known = sorted(entries(self.root), key=lambda entry: entry.used_at)
        used = sum(entry.size for entry in known)
        removable = [entry for entry in known if entry.path not in self._in_use]
        spare = sum(entry.size for entry in removable)
        if used - spare + size > self.limit:
            raise NoSpace(
                f"{human_size(size)} are wanted, and the cache may hold {human_size(self.limit)}.",
                next_step="Choose fewer files, or raise OPENBIS_NB_CACHE_SIZE.",
            )
        if self.free() + spare < size + _LEAVE_FREE:
            raise NoSpace(
                f"{human_size(size)} are wanted, and {human_size(self.free())} are free in {self.root}."
            )
        for entry in removable:
            if used + size <= self.limit and self.free() >= size + _LEAVE_FREE:
                break
            entry.path.unlink(missing_ok=True)
            used -= entry.size
        self._used = used


def entries(root: Path) -> Iterator[CacheEntry]:
    """Every finished file below a cache folder, of all servers and persons."""
    for folder, subfolders, names in os.walk(root):
        if _PARTIAL in subfolders:
            subfolders.remove(_PARTIAL)
        below = Path(folder).relative_to(root).parts
        if len(below) < 3:  # server, person, data set
            continue
        for name in names:
            path = Path(folder, name)
            try:
                state = path.lstat()
            except FileNotFoundError:  # another process cleared it meanwhile
                continue
            yield CacheEntry(path, below[2], state.st_size, state.st_atime)


def clear(root: Path, data_sets: Iterable[str] | None = None) -> int:
    """Remove files, and give the number of bytes.

    Args:
        root: The cache folder.
        data_sets: PermIds; default everything, unfinished files too.
    """
    wanted = None if data_sets is None else set(data_sets)
    freed = 0
    for entry in list(entries(root)):
        if wanted is None or entry.data_set in wanted:
            entry.path.unlink(missing_ok=True)
            freed += entry.size
    if wanted is None:
        for part in root.glob(f"*/*/{_PARTIAL}/*.part"):
            freed += part.stat().st_size
            part.unlink(missing_ok=True)
    _remove_empty_folders(root)
    return freed


def _remove_empty_folders(root: Path) -> None:
    for folder, _, _ in os.walk(root, topdown=False):
        if Path(folder) != root and not os.listdir(folder):
            os.rmdir(folder)


def _is_right(path: Path, file: DataFile) -> bool:
    state = path.lstat()
    if path.is_symlink() or not path.is_file() or state.st_size != file.size:
        return False
    if file.crc32 is None or (file.size >= _TRUSTED_FROM and state.st_mtime >= _started_at()):
        return True
    crc = 0
    with path.open("rb") as stream:
        while block := stream.read(_READ):
            crc = zlib.crc32(block, crc)
    return crc == file.crc32


def _stamp(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_ino, state.st_size, state.st_mtime_ns


def _started_at() -> float:
    """When this machine started, in seconds since 1970."""
    clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    return time.time() - time.clock_gettime(clock)


def _make_private(root: Path, folder: Path) -> None:
    try:
        make_private_folder(folder)
        if root.stat().st_uid != os.getuid():
            raise ConfigurationProblem(
                f"The cache folder {root} belongs to another user.",
                next_step="Set OPENBIS_NB_CACHE_DIR to a folder of your own.",
            )
        for step in (folder.parent, folder):  # the root may be a folder of the person's own making
            step.chmod(0o700)
    except OSError as error:
        raise ConfigurationProblem(
            f"The cache folder {root} cannot be used: {error.strerror}.",
            next_step="Set OPENBIS_NB_CACHE_DIR to a folder that you may write to.",
        ) from error


def _tells_case(folder: Path) -> bool:
    probe = folder / f".Case-{os.urandom(4).hex()}"
    probe.touch()
    try:
        return not probe.with_name(probe.name.lower()).exists()
    finally:
        probe.unlink()
