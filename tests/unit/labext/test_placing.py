"""A new file below a root: confined, whole or not at all, never over anything (design D3, section 6)."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import pytest

from openbis_nb.errors import Conflict, InvalidNotebook, NoSpace, NotFound, UnsafePath
from openbis_nb.labext.placing import place

CONTENT = b"the notebook"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


def put(root: Path, folder: str = "", name: str = "a.ipynb", content: bytes = CONTENT) -> PurePosixPath:
    return place(root, folder.split("/") if folder else (), name, lambda _: content)


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_missing_folders_are_made_one_by_one(root: Path) -> None:
    """O-14."""
    assert put(root, "a/b/c") == PurePosixPath("a/b/c/a.ipynb")
    assert everything(root) == ["a", "a/b", "a/b/c", "a/b/c/a.ipynb"]
    assert (root / "a/b/c/a.ipynb").read_bytes() == CONTENT


def test_a_file_system_that_cannot_sync_a_folder_is_no_failure(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some network file systems answer EINVAL; the notebook has its name by then, and must not get two."""
    sync = os.fsync

    def files_only(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    assert put(root, "a") == PurePosixPath("a/a.ipynb")
    assert everything(root) == ["a", "a/a.ipynb"]


def test_the_persons_own_umask_holds(root: Path) -> None:
    before = os.umask(0o027)
    try:
        put(root, "a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((root / "a/a.ipynb").stat().st_mode) == 0o640
    assert stat.S_IMODE((root / "a").stat().st_mode) == 0o750


def taken_by_file(path: Path) -> None:
    path.write_text("precious")


def taken_by_folder(path: Path) -> None:
    path.mkdir()


def taken_by_link(path: Path) -> None:
    path.symlink_to(path.parent.parent / "outside")


def taken_by_pipe(path: Path) -> None:
    os.mkfifo(path)


@pytest.mark.parametrize("take", [taken_by_file, taken_by_folder, taken_by_link, taken_by_pipe])
def test_whatever_has_the_name_keeps_it(take: Callable[[Path], None], root: Path) -> None:
    """O-15: nothing is overwritten, and no link at the name is followed."""
    take(root / "a.ipynb")
    before = (root / "a.ipynb").lstat()
    assert put(root) == PurePosixPath("a 2.ipynb")
    assert (root / "a.ipynb").lstat() == before
    assert everything(root) == ["a 2.ipynb", "a.ipynb"]
    assert not (root.parent / "outside").exists()


def link_to_outside(root: Path) -> None:
    (root.parent / "outside").mkdir()
    (root / "link").symlink_to(root.parent / "outside")


def link_to_inside(root: Path) -> None:
    (root / "inside").mkdir()
    (root / "link").symlink_to("inside")


def link_to_nothing(root: Path) -> None:
    (root / "link").symlink_to(root.parent / "outside")


def link_to_itself(root: Path) -> None:
    (root / "link").symlink_to("link")


def link_to_a_file(root: Path) -> None:
    (root.parent / "outside").write_text("precious")
    (root / "link").symlink_to(root.parent / "outside")


@pytest.mark.parametrize("folder", ["link", "link/below", "real/link"])
@pytest.mark.parametrize(
    "make", [link_to_outside, link_to_inside, link_to_nothing, link_to_itself, link_to_a_file]
)
def test_no_link_on_the_way_is_followed(make: Callable[[Path], None], folder: str, root: Path) -> None:
    """The Contents API follows them out of the root (shown)."""
    make(root)
    if folder.startswith("real"):
        (root / "real").mkdir()
        (root / "link").rename(root / "real" / "link")
    before = everything(root.parent)
    with pytest.raises(UnsafePath, match="symbolic link"):
        put(root, folder)
    assert everything(root.parent) == before


def test_a_link_put_there_meanwhile_does_not_lead_out(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody exchanges the folder for a link between our look at it and our entering it."""
    outside, really_open = root.parent / "outside", os.open
    outside.mkdir()
    (root / "folder").mkdir()

    def exchange_first(path: str, flags: int, *more: int, dir_fd: int | None = None) -> int:
        if path == "folder" and not (root / "folder").is_symlink():
            (root / "folder").rename(root / "away")
            (root / "folder").symlink_to(outside)
        return really_open(path, flags, *more, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", exchange_first)
    with pytest.raises(UnsafePath, match="symbolic link"):
        put(root, "folder/sub")
    assert everything(outside) == []


def test_a_file_where_a_folder_is_needed(root: Path) -> None:
    (root / "a").write_text("precious")
    with pytest.raises(Conflict, match="a is a file, not a folder"):
        put(root, "a/b")
    assert everything(root) == ["a"]


def test_a_root_that_is_itself_a_link_is_the_persons_own_choice(root: Path) -> None:
    (root.parent / "link").symlink_to(root)
    assert put(root.parent / "link") == PurePosixPath("a.ipynb")
    assert everything(root) == ["a.ipynb"]


def test_a_root_that_is_gone(root: Path) -> None:
    with pytest.raises(NotFound):
        put(root / "gone")


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """Files may grow to *size* bytes: what a full disk or quota looks like to a writer."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("size", [0, 4, 2**16])
def test_no_space_leaves_neither_file_nor_folders(size: int, root: Path) -> None:
    (root / "there").mkdir()
    with full_disk(size), pytest.raises(NoSpace) as caught:
        put(root, "there/new/newer", content=b"x" * 2**20)
    assert "Free some space" in caught.value.next_step
    assert everything(root) == ["there"]


def test_what_cannot_be_rendered_leaves_nothing(root: Path) -> None:
    def broken(_: str) -> bytes:
        raise InvalidNotebook("damaged")

    with pytest.raises(InvalidNotebook):
        place(root, ("a", "b"), "a.ipynb", broken)
    assert everything(root) == []


_AS_NOBODY = """
import os, sys
from pathlib import Path
from openbis_nb.errors import OpenbisNbError
from openbis_nb.labext.placing import place
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
try:
    place(Path(sys.argv[1]), sys.argv[2].split("/"), "a.ipynb", lambda _: b"x")
except OpenbisNbError as error:
    sys.exit(f"{type(error).__name__}: {error}")
"""


@pytest.mark.parametrize("folder", ["read only", "read only/new", "new/newer"])
def test_a_folder_that_cannot_be_written_to(folder: str, tmp_path: Path) -> None:
    root = Path("/tmp") / f"openbis-nb-{os.getpid()}-{folder.replace('/', '-')}"
    (root / "read only").mkdir(parents=True)
    try:
        (root / "read only").chmod(0o555)
        root.chmod(0o555)
        command = [sys.executable, "-c", _AS_NOBODY, str(root), folder]
        answer = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        assert answer.stderr.startswith("Conflict:"), answer.stderr
        assert "a folder that you can write to" in answer.stderr
        assert everything(root) == ["read only"]
    finally:
        root.chmod(0o755)
        (root / "read only").rmdir()
        root.rmdir()


@pytest.mark.parametrize("number", [errno.EPERM, errno.EOPNOTSUPP])
def test_file_systems_without_hard_links(number: int, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and some network file systems: as answered by their drivers."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", refuse)
    (root / "a.ipynb").write_text("precious")
    assert put(root) == PurePosixPath("a 2.ipynb")
    assert everything(root) == ["a 2.ipynb", "a.ipynb"]
    assert (root / "a 2.ipynb").read_bytes() == CONTENT
    assert (root / "a.ipynb").read_text() == "precious"


def test_a_path_longer_than_programs_can_open(root: Path) -> None:
    with pytest.raises(UnsafePath, match="too long"):
        put(root, "/".join(["a" * 250] * 20))
    assert everything(root) == []


def test_writers_at_once_get_a_name_each(root: Path) -> None:
    paths: list[PurePosixPath] = []
    writers = [threading.Thread(target=lambda: paths.append(put(root, "a/b"))) for _ in range(16)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(set(paths)) == 16
    assert len(everything(root / "a/b")) == 16


def test_no_descriptor_is_left_open(root: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    put(root, "a/b")
    (root / "file").touch()
    with pytest.raises(Conflict):
        put(root, "file/b")
    assert len(os.listdir("/proc/self/fd")) == before
