"""The result files that a person chooses to save beside the notebook."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..errors import InvalidInput, NotFound, UserMistake
from ..identifiers import free_name, relative_path, safe_file_name
from .fields import all_at_once, of_field

__all__ = ["FOLDER", "collect"]

#: Where result files lie within a saved version.
FOLDER = "results"


def collect(chosen: Iterable[str | os.PathLike[str]], base: Path) -> dict[str, Path]:
    """Chosen files and folders as ``results/<name>`` → file; nothing is read yet.

    Args:
        chosen: Files, or folders of which every file is taken; relative to *base*.
        base: The notebook's folder. What lies below it keeps its relative path, the rest its name.

    Raises:
        NotFound: a file that is not there.
        InvalidInput: something that is neither a file nor a folder, or cannot be read.
    """
    found: dict[str, Path] = {}
    taken: set[Path] = set()
    wrong: list[UserMistake] = []
    for item in chosen:
        try:
            files = list(_files(base / Path(item)))
        except (NotFound, InvalidInput) as error:
            wrong.append(of_field(error, f"files.{_as_named(Path(item), base)}"))
            continue
        for path in files:
            if path.resolve() not in taken:
                found[free_name(_name(path, base), found)] = path
                taken.add(path.resolve())
    if (problem := all_at_once(wrong)) is not None:
        raise problem
    return found


def _as_named(path: Path, base: Path) -> Path:
    """Relative to the notebook, as a person chose it."""
    return path.relative_to(base) if path.is_relative_to(base) else path


def _files(path: Path) -> Iterator[Path]:
    if not path.exists():
        raise NotFound(
            f"The result file {path.name} is not there.",
            next_step="Check the path; it is relative to the notebook.",
        )
    if path.is_dir():
        # Sorted, so that the same folder gives the same version; links out of it are not followed.
        yield from (p for p in sorted(path.rglob("*")) if p.is_file() and not p.is_symlink())
    elif path.is_file() and os.access(path, os.R_OK):
        yield path
    else:
        raise InvalidInput(f"{path.name} cannot be read as a result file.")


def _name(path: Path, base: Path) -> str:
    try:
        inside = path.resolve().relative_to(base.resolve())
    except ValueError:
        inside = Path(path.name)
    parts = [safe_file_name(part, fallback="file") for part in inside.parts]
    return str(relative_path("/".join([FOLDER, *parts])))
