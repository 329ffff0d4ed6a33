"""What a commit holds: its files with their sizes, and their content, as they are in git."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Self

from ...errors import TooLarge, UpstreamFailure
from .git import Git
from .repository_names import stays_inside, why_left_out
from .repository_plan import Item, Kind

__all__ = ["Blobs", "LeftOut", "Tree", "read_tree"]

#: Most files of a repository.
MOST_FILES = 200_000
_KINDS: Mapping[str, Kind] = {"100644": "file", "100664": "file", "100755": "program", "120000": "link"}
_PIECE, _LISTED = 2**20, 2**16


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something of a repository that is not made on disk, or not as what it is.

    Args:
        path: In the repository; what cannot be read is replaced.
        why: A few words for a person.
    """

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Tree:
    """The files of one commit.

    Args:
        items: Path → what is made there.
        sizes: Path → bytes.
        left_out: What is not made.
    """

    items: Mapping[str, Item] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()

    @property
    def size(self) -> int:
        """Of all files, in bytes."""
        return sum(self.sizes.values())


def read_tree(git: Git, commit: str) -> Tree:
    """The files of *commit*. Blocks.

    Raises:
        TooLarge: more files than anybody has.
        UpstreamFailure: a folder is missing in what was fetched.
    """
    items: dict[str, Item] = {}
    sizes: dict[str, int] = {}
    left_out: list[LeftOut] = []
    with Blobs(git) as blobs:
        for mode, oid, size, name in _lines(git, commit):
            if len(items) >= MOST_FILES:
                raise TooLarge(f"The repository has more than {MOST_FILES} files.")
            path = name.decode(errors="replace")
            kind, why = _KINDS.get(mode), why_left_out(name)
            if mode == "160000":
                left_out.append(LeftOut(path, "it is another repository (a submodule)"))
            elif kind is None or why:
                left_out.append(LeftOut(path, why or "it is no file"))
            else:
                if kind == "link" and not _may_be(blobs, path, oid, size):
                    kind = "file"
                    left_out.append(
                        LeftOut(
                            path,
                            "it is a link that could lead out of the folder; it is written as a text file",
                        )
                    )
                items[path], sizes[path] = Item(kind, oid), size
    return Tree(items, sizes, tuple(left_out))


def _lines(git: Git, commit: str) -> Iterator[tuple[str, str, int, bytes]]:
    for line in _listed(git, commit):
        head, _, name = line.partition(b"\t")
        mode, _, oid, size = head.decode("ascii").split()
        yield mode, oid, int(size) if size.isdigit() else 0, name


def _listed(git: Git, commit: str) -> Iterator[bytes]:
    """The lines as they come: a few trees that name each other many times list more than any memory holds."""
    process = git.open("ls-tree", "-r", "-z", "-l", "--full-tree", commit)
    assert process.stdout is not None
    rest = b""
    try:
        while piece := process.stdout.read(_LISTED):
            *lines, rest = (rest + piece).split(b"\0")
            yield from lines
        if process.wait() != 0 or rest:
            raise UpstreamFailure("The host did not send all folders of the repository.")
    finally:
        process.kill()
        process.communicate()


def _may_be(blobs: Blobs, path: str, oid: str, size: int) -> bool:
    if size > 4096:
        return False
    try:
        return stays_inside(path, blobs.read(oid).decode())
    except UnicodeDecodeError:
        return False


class Blobs:
    """The contents of files, from one git that goes on running. Blocks; for one thread."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def read(self, oid: str) -> bytes:
        """A small content as a whole."""
        return b"".join(self.pieces(oid))

    def pieces(self, oid: str) -> Iterator[bytes]:
        """A content, piece by piece; to be read to its end.

        Raises:
            UpstreamFailure: git does not have it.
        """
        ask, answer = self._ends()
        ask.write(oid.encode("ascii") + b"\n")
        ask.flush()
        head = answer.readline().split()
        if len(head) != 3 or head[1] != b"blob":
            raise UpstreamFailure("The host did not send all files of the repository.")
        left = int(head[2])
        while left:
            piece = answer.read(min(left, _PIECE))
            if not piece:
                raise UpstreamFailure("A file of the repository cannot be read.")
            left -= len(piece)
            yield piece
        answer.read(1)

    def _ends(self) -> tuple[IO[bytes], IO[bytes]]:
        if self._process is None:
            self._process = self._git.open("cat-file", "--batch")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        return self._process.stdin, self._process.stdout
