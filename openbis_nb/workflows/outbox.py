"""The outbox: a saved version is complete on disk before the first byte goes to openBIS.

So nothing is lost when openBIS, the network, the session or the owner fails in the middle, and a
repeat sends exactly the same version under the same save id (design sections 4 and 6). One folder per
version; a folder under its final name is complete, and one person's process sends it at a time.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import logging
import os
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, BinaryIO

from ..errors import Conflict, NotFound, disk_problem
from ..identifiers import relative_path
from ..openbis.partial import make_private_folder
from .outbox_entry import OutboxEntry, StagedFile

__all__ = ["Outbox"]

_log = logging.getLogger(__name__)

_MANIFEST = "version.json"
_INCOMING = ".incoming"
_CHUNK = 2**20
#: Seconds after which nobody is at work any more on a folder that has no final name.
_ABANDONED = 24 * 3600
_TUPLES = ("declared", "attached", "unused", "redactions", "told")


class Outbox:
    """The versions of one person on one machine that openBIS has not confirmed.

    Args:
        folder: Made with mode 0700 when first written to.
        renamed: Former address of an openBIS → its address now; versions made for the former go there.
    """

    def __init__(self, folder: Path, renamed: Mapping[str, str] | None = None) -> None:
        self.folder = folder
        self._renamed = dict(renamed or {})

    def put(self, entry: OutboxEntry, contents: Mapping[str, bytes | Path]) -> OutboxEntry:
        """Store a version, complete or not at all.

        Args:
            entry: Everything but ``files`` and ``folder``.
            contents: Relative path → bytes, or a file to copy.

        Raises:
            NoSpace: It does not fit; nothing is left behind.
        """
        target, building = self.folder / entry.save_id, self.folder / f".{entry.save_id}.building"
        self._sweep()
        shutil.rmtree(building, ignore_errors=True)
        try:
            make_private_folder(building / "files")
            files = tuple(_stage(building / "files", path, content) for path, content in contents.items())
            done = replace(entry, files=files, folder=target)
            _write_manifest(building, done)
            os.replace(building, target)
        except OSError as error:
            shutil.rmtree(building, ignore_errors=True)
            raise disk_problem(
                error,
                "The version could not be kept in the outbox; nothing was sent, your notebook is untouched",
            ) from error
        return done

    def entries(self, *, server: str | None = None, person: str | None = None) -> list[OutboxEntry]:
        """Complete versions, oldest first; of one server and person where given."""
        found = [self._read(folder) for folder in self._folders()]
        return sorted(
            (e for e in found if e and server in (None, e.server) and person in (None, e.person)),
            key=lambda entry: (entry.created_at, entry.save_id),
        )

    def get(self, save_id: str) -> OutboxEntry:
        """One version.

        Raises:
            NotFound: No such version waits here.
        """
        for folder in self._folders():
            if folder.name == save_id and (entry := self._read(folder)):
                return entry
        raise NotFound(
            f"No version {save_id} waits in the outbox.", next_step="`openbis-nb outbox list` shows all."
        )

    def update(self, entry: OutboxEntry, contents: Mapping[str, bytes] | None = None) -> OutboxEntry:
        """Write the manifest anew, and replace or add some files of a version, each in one step.

        Raises:
            NoSpace: It does not fit; every file is the old one or the new one, whole.
        """
        try:
            new = {
                path: _stage(entry.folder / "files", path, data) for path, data in (contents or {}).items()
            }
            kept = [file for file in entry.files if file.path not in new]
            changed = replace(entry, files=(*kept, *new.values()))
            _write_manifest(entry.folder, changed)
        except OSError as error:
            raise disk_problem(error, "The version in the outbox could not be brought up to date") from error
        return changed

    def remove(self, entry: OutboxEntry) -> None:
        """Forget a version: openBIS has it, or its person gave it up."""
        gone = self.folder / f".{entry.save_id}.gone"
        try:
            os.replace(entry.folder, gone)
        except FileNotFoundError:
            return
        shutil.rmtree(gone, ignore_errors=True)

    @contextmanager
    def sending(self, entry: OutboxEntry) -> Iterator[OutboxEntry]:
        """Hold the version while it is sent; gives its newest state.

        Raises:
            Conflict: Another process is sending it.
            NotFound: Another process has sent it in the meantime.
        """
        try:
            lock = os.open(entry.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except FileNotFoundError:
            raise NotFound(
                f"Version {entry.save_id} is no longer in the outbox.", next_step="It was sent already."
            ) from None
        try:
            _lock(
                lock,
                f"Another process is sending {entry.name!r} right now.",
                "Wait for it; `openbis-nb outbox list` shows what is left.",
            )
            yield self.get(entry.save_id)
        finally:
            os.close(lock)  # frees the lock, also when the process dies

    @contextmanager
    def saving(self, path: Path) -> Iterator[None]:
        """Hold a notebook file while it is saved: two saves at once would store one content twice.

        Raises:
            Conflict: Another save of the file is under way, in this process or another one.
            NoSpace: The folder cannot be made.
        """
        name = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:32]
        try:
            make_private_folder(self.folder)
            lock = os.open(self.folder / f".{name}.saving", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise disk_problem(error, "The outbox cannot be used; nothing was sent") from error
        try:
            _lock(lock, f"{path.name} is being saved already.", "Wait until that is done, then save again.")
            yield
        finally:
            os.close(lock)  # the file stays: removing it could let two in

    def _sweep(self) -> None:
        """Remove what processes that died left half made or half removed."""
        for left in self.folder.glob(".*"):
            with suppress(FileNotFoundError):  # another process was faster
                if time.time() - left.stat().st_mtime > _ABANDONED:
                    shutil.rmtree(left, ignore_errors=True)

    def _read(self, folder: Path) -> OutboxEntry | None:
        entry = _read(folder)
        return entry and replace(entry, server=self._renamed.get(entry.server, entry.server))

    def _folders(self) -> list[Path]:
        if not self.folder.is_dir():
            return []
        return [path for path in self.folder.iterdir() if not path.name.startswith(".") and path.is_dir()]


def _lock(descriptor: int, otherwise: str, next_step: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Conflict(otherwise, next_step=next_step) from None


def _stage(folder: Path, path: str, content: bytes | Path) -> StagedFile:
    target, incoming = folder / relative_path(path), folder.parent / _INCOMING
    target.parent.mkdir(parents=True, exist_ok=True)
    sha, crc, size = hashlib.sha256(), 0, 0
    with _written(incoming, target) as out:
        for block in _blocks(content):
            sha.update(block)
            crc = zlib.crc32(block, crc)
            size += out.write(block)
    return StagedFile(path, size, sha.hexdigest(), crc)


@contextmanager
def _written(incoming: Path, target: Path) -> Iterator[BinaryIO]:
    """Write to *incoming*; it becomes *target* when all of it is on the disk."""
    try:
        with incoming.open("wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        os.replace(incoming, target)
    finally:
        incoming.unlink(missing_ok=True)


def _blocks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as source:
        while block := source.read(_CHUNK):
            yield block


def _write_manifest(folder: Path, entry: OutboxEntry) -> None:
    data = asdict(entry)
    del data["folder"]
    with _written(folder / _INCOMING, folder / _MANIFEST) as out:
        out.write(json.dumps(data, indent=1, sort_keys=True).encode())


def _read(folder: Path) -> OutboxEntry | None:
    try:
        data: dict[str, Any] = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        data["files"] = tuple(StagedFile(**file) for file in data["files"])
        data |= {name: tuple(data[name]) for name in _TUPLES}
        known = {spec.name for spec in fields(OutboxEntry)}
        return OutboxEntry(**{name: data[name] for name in data if name in known}, folder=folder)
    except FileNotFoundError:  # sent by another process between listing and reading
        return None
    except (ValueError, TypeError, KeyError):  # a damaged disk; the other versions can be sent all the same
        _log.warning("%s in the outbox cannot be read; its files are kept in %s.", folder.name, folder)
        return None
