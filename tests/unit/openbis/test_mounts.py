"""Data read in place: only what is certainly that file, and inside the mount."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from openbis_nb.models import DataFile, DataSet
from openbis_nb.openbis.mounts import StoreMounts

DATA_SET = DataSet("1-1", "RAW_DATA", share_id="1", location="uuid/aa/1-1")
FILE = DataFile("1-1", "original/a.csv", 3)


@pytest.fixture
def share(tmp_path: Path) -> Path:
    folder = tmp_path / "share1"
    (folder / "uuid/aa/1-1/original").mkdir(parents=True)
    (folder / "uuid/aa/1-1/original/a.csv").write_bytes(b"a,b")
    return folder


def test_a_file_is_read_where_it_lies(share: Path) -> None:
    found = StoreMounts({"1": share}).find(DATA_SET, FILE)
    assert found is not None
    assert found.read_bytes() == b"a,b"


@pytest.mark.parametrize(
    ("data_set", "file"),
    [
        (replace(DATA_SET, share_id="2"), FILE),
        (replace(DATA_SET, share_id=None), FILE),
        (replace(DATA_SET, location=None), FILE),
        (replace(DATA_SET, location="../secret"), FILE),
        (replace(DATA_SET, status="ARCHIVED"), FILE),
        (DATA_SET, replace(FILE, size=4)),
        (DATA_SET, replace(FILE, path="original/b.csv")),
        (DATA_SET, replace(FILE, path="original")),
        (DATA_SET, replace(FILE, path="../../../../../secret/a.csv")),
        (DATA_SET, replace(FILE, path="original/\0.csv")),
    ],
)
def test_what_is_not_certainly_the_file_is_fetched(share: Path, data_set: DataSet, file: DataFile) -> None:
    secret = share.parent / "secret"
    secret.mkdir()
    (secret / "a.csv").write_bytes(b"no!")
    assert StoreMounts({"1": share}).find(data_set, file) is None


def test_a_link_out_of_the_mount_is_not_followed(share: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"no!")
    inside = share / "uuid/aa/1-1/original/a.csv"
    inside.unlink()
    inside.symlink_to(tmp_path / "secret")
    assert StoreMounts({"1": share}).find(DATA_SET, FILE) is None
