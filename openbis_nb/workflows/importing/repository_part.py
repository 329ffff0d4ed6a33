"""A folder that is only begun: hidden beside its later place, and removed if nobody works on it any more."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from ...errors import Conflict, OpenbisNbError, disk_problem
from ...identifiers import MAX_NAME_BYTES
from .repository_book import Book

__all__ = ["begun", "locked", "numbered", "put_in_place", "sweep"]

PREFIX = ".openbis-nb-repository-"
_LOCK = "openbis-nb.lock"


@contextmanager
def begun(book: Book, parent: Path) -> Iterator[tuple[Path, int]]:
    """A new hidden folder in *parent*, and the descriptor of its lock; removed unless it has got its place.

    Raises:
        NoSpace: the disk is full.
        OpenbisNbError: *parent* cannot be written.
    """
    part = parent / f"{PREFIX}{secrets.token_hex(8)}"
    book.begin(part)
    try:
        try:
            (part / ".git").mkdir(parents=True, mode=0o777)
        except OSError as error:
            raise disk_problem(
                error, f"Nothing can be written into {parent.name or 'this folder'}"
            ) from error
        with locked(part) as lock:
            yield part, lock
    finally:
        shutil.rmtree(part, ignore_errors=True)
        book.end(part)


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The lock of a repository, for who writes in it.

    Raises:
        Conflict: somebody else is at work there.
    """
    try:
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(folder / ".git" / _LOCK, flags, 0o666)
    except OSError as error:
        raise disk_problem(error, f"{folder.name} cannot be written") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError:
        raise Conflict(
            f"{folder.name} is being updated already.", next_step="Wait until that has ended."
        ) from None
    finally:
        os.close(descriptor)


def put_in_place(part: Path, name: str) -> Path:
    """Give the folder its name: the first of ``name``, ``name_1``, ``name_2`` … that is free (B-32).

    Raises:
        OpenbisNbError: it cannot be renamed.
    """
    try:
        for wanted in numbered(name):
            path = part.with_name(wanted)
            try:
                path.mkdir()  # the name is ours from here on
            except FileExistsError:
                continue
            try:
                part.chmod(path.stat().st_mode)
                return part.rename(path)
            except BaseException:
                with suppress(OSError):
                    path.rmdir()
                raise
    except OSError as error:
        raise disk_problem(error, f"The folder {name} could not be made") from error
    raise AssertionError("unreachable: names are numbered without end")


def numbered(name: str) -> Iterator[str]:
    """``name``, ``name_1``, ``name_2`` …"""
    yield name
    for number in count(1):
        ending = f"_{number}"
        yield name.encode()[: MAX_NAME_BYTES - len(ending)].decode(errors="ignore") + ending


def free(parent: Path, name: str) -> str:
    """The name that a new folder would get now."""
    return next(wanted for wanted in numbered(name) if not os.path.lexists(parent / wanted))


def sweep(book: Book, *, after: float = 60.0) -> None:
    """Remove what was only begun by a process that is gone. Blocks.

    Args:
        book: Where it is noted.
        after: Seconds of rest: what was begun just now may not have its lock yet.
    """
    for part in book.begun():
        if not part.name.startswith(PREFIX):
            continue
        try:
            if time.time() - part.lstat().st_mtime < after:
                continue
            with locked(part):
                pass
        except Conflict:
            continue
        except (OSError, OpenbisNbError):
            pass  # not there any more, or without its lock yet: nobody works on it
        shutil.rmtree(part, ignore_errors=True)
        if not os.path.lexists(part):
            book.end(part)
