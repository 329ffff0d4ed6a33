"""Which files beside a notebook are offered as results, and which are ticked at first."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from openbis_nb.workflows import result_candidates
from openbis_nb.workflows.result_candidates import candidates

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def write(path: Path, age: timedelta, size: int = 1) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size)
    moment = (NOW - age).timestamp()
    os.utime(path, (moment, moment))


def test_what_changed_since_the_last_save_is_ticked_and_comes_first(tmp_path: Path) -> None:
    """Newest first; hidden files, links, other notebooks and folders of programs are no results."""
    hour = timedelta(hours=1)
    for name, age, size in (
        ("own.ipynb", hour, 1),
        ("other.IPYNB", hour, 1),
        ("new.csv", hour, 1),
        ("plots/newer.png", hour / 2, 1),
        ("old.csv", 5 * hour, 1),
        ("helper.py", hour / 4, 1),
        ("empty.csv", hour, 0),
        ("huge.h5", hour, 200 * 2**20),
        (".hidden/a.csv", hour, 1),
        ("__pycache__/a.bin", hour, 1),
        ("a/b/c/deep.csv", hour / 3, 1),
        ("a/b/c/d/deeper.csv", hour, 1),
    ):
        write(tmp_path / name, age, size)
    (tmp_path / "link.csv").symlink_to(tmp_path / "new.csv")
    (tmp_path / "loop").symlink_to(tmp_path)
    found, cut = candidates(tmp_path / "own.ipynb", NOW - 2 * hour, now=NOW)
    assert [one.path for one in found if one.suggested] == ["a/b/c/deep.csv", "plots/newer.png", "new.csv"]
    unticked = {one.path for one in found if not one.suggested}
    assert unticked == {"old.csv", "helper.py", "empty.csv", "huge.h5"}
    assert not cut


def test_where_nobody_knows_the_beginning_a_day_counts(tmp_path: Path) -> None:
    write(tmp_path / "today.csv", timedelta(hours=3))
    write(tmp_path / "lately.csv", timedelta(days=2))
    found, _ = candidates(tmp_path / "own.ipynb", None, now=NOW)
    assert [(one.path, one.suggested) for one in found] == [("today.csv", True), ("lately.csv", False)]


def test_a_full_folder_is_cut(tmp_path: Path) -> None:
    for number in range(result_candidates.MOST + 1):
        write(tmp_path / f"{number}.csv", timedelta(hours=1))
    found, cut = candidates(tmp_path / "own.ipynb", None, now=NOW)
    assert (len(found), cut) == (result_candidates.MOST, True)


def test_very_many_empty_folders_are_not_walked_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(result_candidates, "_MOST_LOOKED_AT", 3)
    for number in range(5):
        (tmp_path / str(number)).mkdir()
    assert candidates(tmp_path / "own.ipynb", None, now=NOW) == ([], True)
