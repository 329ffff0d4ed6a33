"""Chosen result files, and the names that they get in a version."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from openbis_nb.errors import InvalidInput, NotFound
from openbis_nb.identifiers import relative_path
from openbis_nb.workflows.result_files import collect


@pytest.fixture
def base(tmp_path: Path) -> Path:
    (tmp_path / "nb" / "out" / "deep").mkdir(parents=True)
    (tmp_path / "nb" / "out" / "b.csv").write_text("b")
    (tmp_path / "nb" / "out" / "deep" / "a.csv").write_text("a")
    return tmp_path / "nb"


def test_files_below_the_notebook_keep_their_path(base: Path) -> None:
    assert list(collect(["out/deep/a.csv"], base)) == ["results/out/deep/a.csv"]
    assert list(collect([base / "out" / "b.csv"], base)) == ["results/out/b.csv"]


def test_a_folder_is_all_its_files_in_order(base: Path) -> None:
    assert list(collect(["out"], base)) == ["results/out/b.csv", "results/out/deep/a.csv"]


def test_a_file_chosen_twice_is_one(base: Path) -> None:
    assert len(collect(["out", "out/b.csv"], base)) == 2


def test_files_from_elsewhere_get_their_name_alone(base: Path) -> None:
    (base.parent / "far").mkdir()
    (base.parent / "far" / "x.csv").write_text("x")
    assert list(collect([base.parent / "far" / "x.csv", "../far/x.csv"], base)) == ["results/x.csv"]


def test_two_files_of_one_name_are_both_kept_as_results(base: Path) -> None:
    """The second is numbered, and stays in the folder of results."""
    for folder in ("one", "two"):
        (base.parent / folder).mkdir()
        (base.parent / folder / "x.csv").write_text(folder)
    found = collect([base.parent / "one" / "x.csv", base.parent / "two" / "x.csv"], base)
    assert list(found) == ["results/x.csv", "results/x 2.csv"]


def test_links_in_a_folder_lead_nowhere(base: Path) -> None:
    (base.parent / "secret.txt").write_text("secret")
    (base / "out" / "link.txt").symlink_to(base.parent / "secret.txt")
    assert "results/out/link.txt" not in collect(["out"], base)


@pytest.mark.parametrize("name", ["a\nb.csv", "a\\b.csv", "CON", "Zürich.csv", "a:b.csv", " .csv", "x" * 200])
def test_every_name_becomes_one_that_openbis_takes(base: Path, name: str) -> None:
    (base / name).write_text("x")
    [stored] = collect([name], base)
    assert stored.startswith("results/")
    assert str(relative_path(stored)) == stored


def test_what_is_not_there_is_said(base: Path) -> None:
    with pytest.raises(NotFound, match=r"nowhere\.csv"):
        collect(["nowhere.csv"], base)


def test_what_is_no_file_is_said(base: Path) -> None:
    os.mkfifo(base / "pipe")
    with pytest.raises(InvalidInput, match="pipe"):
        collect(["pipe"], base)
