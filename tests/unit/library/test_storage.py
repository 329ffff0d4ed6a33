"""Sums of what notebooks take, and which versions newer ones have superseded."""

from __future__ import annotations

from openbis_nb.models import Checkpoint, Entity
from openbis_nb.workflows.library.model import Notebook
from openbis_nb.workflows.library.storage import by_notebook, by_space, superseded


def notebook(
    notebook_id: str, *sizes: int | None, space: str = "LAB", forks: tuple[int, ...] = ()
) -> Notebook:
    owner = Entity("experiment", "20260101000000000-1", f"/{space}/P/E", "E")
    return Notebook(
        notebook_id,
        tuple(
            Checkpoint(f"{notebook_id}-{n}", notebook_id, size=size, owner=owner, counts=n not in forks)
            for n, size in enumerate(sizes)
        ),
    )


def perm_ids(of: Notebook, keep: int = 1) -> list[str]:
    return [version.perm_id for version in superseded(of, keep=keep)]


def test_first_and_newest_stay() -> None:
    """The first version says who the author is, and gives the notebook its number (P-30)."""
    assert perm_ids(notebook("a", 1)) == perm_ids(notebook("a", 1, 1)) == []
    assert perm_ids(notebook("a", 1, 1, 1, 1)) == ["a-1", "a-2"]
    assert perm_ids(notebook("a", 1, 1, 1, 1), keep=2) == ["a-1"]
    assert perm_ids(notebook("a", 1, 1, 1, 1), keep=9) == []


def test_a_version_that_does_not_count_neither_supersedes_nor_is_superseded() -> None:
    assert perm_ids(notebook("a", 1, 1, 1, 1, forks=(1, 3))) == []


def test_sums_are_of_all_versions_and_largest_comes_first() -> None:
    """What openBIS does not know the size of yet adds nothing."""
    notebooks = [notebook("a", 1, 2, 3), notebook("b", 100, None, space="OTHER"), notebook("c", 10, 5, 5, 10)]
    assert [(one.notebook.notebook_id, one.size, one.superseded_size) for one in by_notebook(notebooks)] == [
        ("b", 100, 0),
        ("c", 30, 10),
        ("a", 6, 2),
    ]
    other, lab = by_space(notebooks)
    assert (other.space, other.notebooks, other.versions, other.size) == ("OTHER", 1, 2, 100)
    assert (lab.space, lab.notebooks, lab.versions, lab.size) == ("LAB", 2, 7, 36)
    assert (lab.superseded, lab.superseded_size) == (3, 12)
