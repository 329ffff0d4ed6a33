"""The outbox: complete or not at all, by one process at a time."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import stat
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from openbis_nb.errors import Conflict, NoSpace, NotFound, UnsafePath
from openbis_nb.workflows.outbox import Outbox

from .conftest import an_entry


@contextmanager
def full_disk(size: int) -> Iterator[None]:
    """No file of this process can grow beyond *size* bytes, as on a disk that is full."""
    old_handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, old_handler)


def test_a_version_is_found_again_as_it_was_put(outbox: Outbox, tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_bytes(b"1,2\n")
    contents: dict[str, bytes | Path] = {"Growth.ipynb": b"{}", "results/ü.csv": tmp_path / "rates.csv"}
    entry = an_entry(attached=("a", "b"), unused=("b",), told=("x",), facts={"k": [1]}, as_new=True)
    put = outbox.put(entry, contents)
    [found] = Outbox(outbox.folder).entries()
    assert found == put
    assert found.parents == ("a",)
    assert found.path_of("results/ü.csv").read_bytes() == b"1,2\n"
    file = found.file("results/ü.csv")
    assert file is not None
    assert (file.size, file.crc32) == (4, zlib.crc32(b"1,2\n"))


def test_only_the_person_may_look_into_it(outbox: Outbox) -> None:
    outbox.put(an_entry(), {"Growth.ipynb": b"{}"})
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (outbox.folder, outbox.folder / "save-1")}
    assert modes == {0o700}


def test_entries_are_of_one_server_and_person_and_oldest_first(outbox: Outbox) -> None:
    for save_id, changes in {
        "z": {"created_at": "2026-11-21T08:00:00Z"},
        "b": {},
        "a": {},
        "c": {"person": "bob"},
        "d": {"server": "https://other.example"},
    }.items():
        outbox.put(an_entry(save_id, **changes), {"n.ipynb": b""})
    found = outbox.entries(server=an_entry().server, person="alice")
    assert [entry.save_id for entry in found] == ["z", "a", "b"]
    assert len(outbox.entries()) == 5


def test_a_full_disk_keeps_nothing_half(outbox: Outbox) -> None:
    """Design section 6."""
    outbox.put(an_entry("first"), {"n.ipynb": b"{}"})
    with full_disk(1000), pytest.raises(NoSpace, match="nothing was sent"):
        outbox.put(an_entry("second"), {"n.ipynb": b"{}", "big": bytes(5000)})
    assert [path.name for path in outbox.folder.iterdir()] == ["first"]


def test_a_full_disk_leaves_a_version_as_it_was(outbox: Outbox) -> None:
    """An exchange of a file is whole or has not happened."""
    entry = outbox.put(an_entry(), {"n.ipynb": b"old"})
    with full_disk(1000), pytest.raises(NoSpace):
        outbox.update(replace(entry, name="new"), {"n.ipynb": bytes(5000)})
    found = outbox.get("save-1")
    assert (found.name, found.path_of("n.ipynb").read_bytes()) == ("Growth", b"old")


def test_what_was_half_made_by_a_dead_process_is_not_there(outbox: Outbox) -> None:
    outbox.put(an_entry(), {"n.ipynb": b"{}"})
    os.rename(outbox.folder / "save-1", outbox.folder / ".save-1.building")
    assert outbox.entries() == []
    outbox.put(an_entry(), {"n.ipynb": b"again"})
    assert outbox.get("save-1").path_of("n.ipynb").read_bytes() == b"again"


def test_a_later_releases_entry_can_be_read(outbox: Outbox) -> None:
    entry = outbox.put(an_entry(), {"n.ipynb": b"{}"})
    manifest = outbox.folder / "save-1" / "version.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"of_a_later_release": 1}))
    assert outbox.entries() == [entry]


def test_one_damaged_entry_does_not_hide_the_others(outbox: Outbox, caplog: pytest.LogCaptureFixture) -> None:
    outbox.put(an_entry("good"), {"n.ipynb": b"{}"})
    outbox.put(an_entry("bad"), {"n.ipynb": b"{}"})
    (outbox.folder / "bad" / "version.json").write_text("{")
    assert [entry.save_id for entry in outbox.entries()] == ["good"]
    assert "bad" in caplog.text
    assert (outbox.folder / "bad" / "files" / "n.ipynb").exists(), "its files are left for a person"


def test_what_dead_processes_left_goes_after_a_day(outbox: Outbox) -> None:
    outbox.put(an_entry("first"), {"n.ipynb": b"{}"})
    for name, age in ((".old.building", 2 * 24 * 3600), (".new.building", 60)):
        (outbox.folder / name / "files").mkdir(parents=True)
        os.utime(outbox.folder / name, (time.time() - age,) * 2)
    outbox.put(an_entry("second"), {"n.ipynb": b"{}"})
    assert {path.name for path in outbox.folder.iterdir()} == {"first", "second", ".new.building"}


def test_files_are_exchanged_and_added(outbox: Outbox) -> None:
    entry = outbox.put(an_entry(), {"n.ipynb": b"old", "n.ipynb.html": b"<p>"})
    outbox.update(replace(entry, state="undecided"), {"n.ipynb": b"new", "provenance.json": b"{}"})
    found = outbox.get("save-1")
    assert found.state == "undecided"
    assert {file.path: found.path_of(file.path).read_bytes() for file in found.files} == {
        "n.ipynb": b"new",
        "n.ipynb.html": b"<p>",
        "provenance.json": b"{}",
    }


@pytest.mark.parametrize("path", ["../out", "/etc/passwd", "a/../../b", ""])
def test_no_path_leaves_the_folder(outbox: Outbox, path: str) -> None:
    with pytest.raises(UnsafePath):
        outbox.put(an_entry(), {path: b"x"})
    assert outbox.entries() == []


def test_a_version_leaves_once(outbox: Outbox) -> None:
    entry = outbox.put(an_entry(), {"n.ipynb": b"{}"})
    outbox.remove(entry)
    outbox.remove(entry)
    assert list(outbox.folder.iterdir()) == []
    with pytest.raises(NotFound, match="No version save-1 waits"):
        outbox.get("save-1")
    with pytest.raises(NotFound), outbox.sending(entry):
        pass


def _hold(folder: Path, held: multiprocessing.synchronize.Event) -> None:
    outbox = Outbox(folder)
    with outbox.sending(outbox.get("save-1")):
        held.set()
        signal.pause()


def test_one_process_sends_at_a_time_and_a_dead_one_holds_nothing(outbox: Outbox) -> None:
    """U-10."""
    entry = outbox.put(an_entry(), {"n.ipynb": b"{}"})
    context = multiprocessing.get_context("spawn")
    held = context.Event()
    other = context.Process(target=_hold, args=(outbox.folder, held))
    other.start()
    assert held.wait(30)
    with pytest.raises(Conflict, match="is sending"), outbox.sending(entry):
        pass
    other.kill()
    other.join()
    with outbox.sending(entry) as mine:
        assert mine.save_id == "save-1"
