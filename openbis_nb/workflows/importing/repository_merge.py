"""One file that was changed on both sides: lines of both, and of the same lines the person's (U-15)."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import nbformat

from ...errors import disk_problem
from .git import Git, GitFailed

__all__ = ["MOST_MERGED", "Merged", "merge"]

#: Larger files are not merged: the person's stays.
MOST_MERGED = 16 * 2**20


@dataclass(frozen=True, slots=True)
class Merged:
    """Args:
    content: What the file holds now.
    whole: Whether everything that the repository changed is in it.
    """

    content: bytes
    whole: bool


def merge(git: Git, name: str, base: bytes, mine: bytes, theirs: bytes) -> Merged:
    """Merge line by line; where both changed the same lines, mine stay.

    What cannot be merged by lines (no text, or a notebook that would be none afterwards) stays as *mine* is.

    Args:
        git: Any.
        name: Of the file.
        base: What both come from.
        mine: The person's.
        theirs: The repository's.

    Raises:
        OpenbisNbError: the disk is full.
    """
    kept = Merged(mine, whole=False)
    if any(b"\0" in content or len(content) > MOST_MERGED for content in (base, mine, theirs)):
        return kept
    try:
        with tempfile.TemporaryDirectory(prefix="openbis-nb-") as folder:
            files = [Path(folder, side) for side in ("mine", "base", "theirs")]
            for file, content in zip(files, (mine, base, theirs), strict=True):
                file.write_bytes(content)
            merged = git.ask("merge-file", "-p", "--ours", *map(str, files))
            # Without a favourite git ends with the number of clashes.
            whole = _is_whole(lambda: git.ask("merge-file", "-p", *map(str, files)))
    except OSError as error:
        raise disk_problem(error, f"{name} could not be merged") from error
    except GitFailed:
        return kept
    if name.endswith(".ipynb") and _is_notebook(mine) and not _is_notebook(merged):
        return kept
    return Merged(merged, whole)


def _is_whole(ask: Callable[[], bytes]) -> bool:
    with suppress(GitFailed):
        ask()
        return True
    return False


def _is_notebook(content: bytes) -> bool:
    try:
        notebook = nbformat.reads(content.decode(), as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
    except Exception:  # each version of a notebook is wrong in its own way
        return False
    cells = [cell.get("id") for cell in notebook.get("cells", ())]
    named = [one for one in cells if one is not None]
    return len(named) == len(set(named))
