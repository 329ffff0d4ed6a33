"""Data sets made by unmodified pybis 1.37.5 and read back by it, on every API version and on a real openBIS.

Up to 3.5 pybis uploads and downloads by the older API; 3.6 speaks the fast download's first protocol, 3.7 its
second (contract 2.8, 4.1, 5.1).
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from .conftest import Bench


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    (folder / "tree" / "sub").mkdir(parents=True)
    (folder / "nb.ipynb").write_bytes(b'{"cells": []}')
    (folder / "nb.ipynb.html").write_bytes(b"<html></html>")
    (folder / "tree" / "a.txt").write_bytes(b"a")
    (folder / "tree" / "sub" / "b.txt").write_bytes(b"bb")
    with zipfile.ZipFile(folder / "tree.zip", "w") as archive:
        archive.write(folder / "tree" / "a.txt", "tree/a.txt")
        archive.write(folder / "tree" / "sub" / "b.txt", "tree/sub/b.txt")
    return folder


def local_files(folder: str | Path) -> dict[str, bytes]:
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_one_file(bench: Bench, sources: Path, tmp_path: Path) -> None:
    made = bench.new(files=str(sources / "nb.ipynb"))
    assert made.file_list == ["original/nb.ipynb"]
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert local_files(downloaded) == {"original/nb.ipynb": b'{"cells": []}'}


def test_several_files_with_parents_and_properties(bench: Bench, sources: Path, tmp_path: Path) -> None:
    """O-24: the notebook, its html, name, notes and history id; parents are the inputs."""
    inputs = [bench.new(type="RAW_DATA", files=str(sources / "tree" / "a.txt")).permId for _ in range(2)]
    files = [str(sources / "nb.ipynb"), str(sources / "nb.ipynb.html")]
    props = {f"{bench.internal}name": "N1", "notes": "Füße", f"{bench.internal}history_id": "guid-1"}
    made = bench.new(files=files, parents=inputs, props=props)
    folder = "DEFAULT" if bench.api == "3.5" else "default"
    assert made.file_list == [f"original/{folder}/nb.ipynb", f"original/{folder}/nb.ipynb.html"]
    assert sorted(made.parents) == sorted(inputs)
    assert made.props.all_nonempty() == props
    assert made.experiment.identifier == bench.experiment
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert set(local_files(downloaded).values()) == {b'{"cells": []}', b"<html></html>"}


def test_a_folder(bench: Bench, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(sources)
    made = bench.new(files="tree")
    top = "original/DEFAULT/tree" if bench.api == "3.5" else "original/tree"
    assert made.file_list == [f"{top}/a.txt", f"{top}/sub/b.txt"]
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert local_files(downloaded) == {f"{top}/a.txt": b"a", f"{top}/sub/b.txt": b"bb"}


def test_a_zip_file(bench: Bench, sources: Path) -> None:
    """Up to 3.5 the server unpacks it; the V3 upload of pybis keeps it as it is."""
    made = bench.new(zipfile=str(sources / "tree.zip"))
    unpacked = ["original/DEFAULT/tree/a.txt", "original/DEFAULT/tree/sub/b.txt"]
    assert made.file_list == (unpacked if bench.api == "3.5" else ["original/tree.zip"])


def test_a_file_of_several_parts_and_chunks(bench: Bench, tmp_path: Path) -> None:
    """25 MiB: three upload requests, 25 chunks of the fast download."""
    data = os.urandom(25 << 20)
    (tmp_path / "big.bin").write_bytes(data)
    made = bench.new(type="RAW_DATA", files=str(tmp_path / "big.bin"))
    downloaded = made.download(destination=str(tmp_path / "down"))
    assert local_files(downloaded) == {"original/big.bin": data}


def test_empty_files_and_strange_names(bench: Bench, tmp_path: Path) -> None:
    contents = {"empty.txt": b"", "sp ace+plus&amp#h%41.txt": b"s", "ümläut.txt": b"u"}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    made = bench.new(files=[str(tmp_path / name) for name in contents])
    downloaded = local_files(made.download(destination=str(tmp_path / "down")))
    assert {Path(path).name: data for path, data in downloaded.items()} == contents
