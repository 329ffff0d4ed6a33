"""Marks by which the ELN says what it copied from a notebook of ours, in "Use … as Template" (pure).

The ELN replaces the first source line of every cell, of whatever type, that has one of its ``code_cell_id``
(contract 8.7): ``resultDatasetParents`` by the data set that was copied, ``resultDatasetHistoryId`` by a new
id unless "Keep History" is ticked. Our code needs no such lines, so two Markdown headings bear the marks.
What they said stands in their metadata and is put back when the copy arrives.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ..identifiers import is_perm_id
from . import identity

__all__ = ["OwnCopy", "as_before", "mark", "read_copy"]

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])

_PARENTS, _HISTORY = "resultDatasetParents", "resultDatasetHistoryId"
#: In the metadata of a marked cell: its first line.
_LINE = "openbis_first_line"
_WRITTEN = {
    _PARENTS: re.compile(r'resultDatasetParents=\["(?P<value>[0-9-]+)"\]'),
    _HISTORY: re.compile(r"resultDatasetHistoryId='(?P<value>[A-Za-z0-9][A-Za-z0-9._:-]{7,99})'"),
}


@dataclass(frozen=True, slots=True)
class OwnCopy:
    """A copy that the ELN made of a notebook of ours. ``history_id``: the new one; ``None``: Keep History."""

    data_set: str
    history_id: str | None


def mark(cells: Sequence[MutableMapping[str, Any]]) -> None:
    """Mark the last two Markdown headings of *cells*, in place; with fewer, none."""
    headings = [cell for cell in cells if cell["cell_type"] == "markdown" and cell["source"].startswith("#")]
    for key, cell in zip((_PARENTS, _HISTORY), headings[-2:] if len(headings) > 1 else (), strict=False):
        cell["metadata"] |= {"code_cell_id": key, _LINE: cell["source"].partition("\n")[0]}


def read_copy(notebook: Mapping[str, Any]) -> OwnCopy | None:
    """What the ELN wrote into the marks; ``None`` if *notebook* is no copy of ours. Never raises."""
    if identity.read(notebook) is None:
        return None
    found = {key: match["value"] for cell in notebook["cells"] for key, match in _written(cell)}
    if not is_perm_id(found.get(_PARENTS, "")):
        return None
    return OwnCopy(found[_PARENTS], found.get(_HISTORY))


def as_before(notebook: NotebookT) -> NotebookT:
    """A copy of *notebook* whose marked headings say again what they said."""
    restored = copy.deepcopy(notebook)  # the ELN took the end of the line, too
    for cell in restored["cells"]:
        line = cell["metadata"].get(_LINE)
        for _, match in _written(cell):
            rest = cell["source"][match.end() :]
            cell["source"] = f"{line}\n{rest}" if rest else line
    return restored


def _written(cell: Mapping[str, Any]) -> list[tuple[str, re.Match[str]]]:
    """Key and value that the ELN wrote into a cell; empty for any other cell."""
    key, line = cell["metadata"].get("code_cell_id"), cell["metadata"].get(_LINE)
    if cell["cell_type"] != "markdown" or not isinstance(line, str) or key not in (_PARENTS, _HISTORY):
        return []
    match = _WRITTEN[key].match(cell["source"])
    return [(key, match)] if match else []
