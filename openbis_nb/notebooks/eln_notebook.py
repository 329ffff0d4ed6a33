"""The notebook that the stock ELN generates, read without running a line of it (contract 8.5, 8.7).

It is a stranger's input: whoever knows the format can send anything, and a copy holds what its author wrote.
So values are taken by strict patterns from the cells that the ELN marks (O-21) and from the lines it writes,
and a notebook counts as untouched only if each of its lines is one that the ELN itself writes: only such a
notebook may be replaced by ours, since nothing of a person can be lost with it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from ..errors import InvalidIdentifier
from ..identifiers import is_perm_id, normalise_identifier
from . import document
from .literals import to_literal

__all__ = ["ElnNotebook", "read", "renamed", "with_history_id", "with_note", "with_parents"]

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])

_MAX_PARENTS = 10_000
_MAX_IDENTIFIER = 500  # characters

_FILE_NAME, _PARENTS, _HISTORY = "fileName", "resultDatasetParents", "resultDatasetHistoryId"
_TEXT = r"(?:'[^'\n]*'|\"[^\"\n]*\")"
# What the ELN puts behind `key=`. It escapes nothing, so a name ends at a quote behind `.ipynb`.
_VALUES = {
    _FILE_NAME: re.compile(rf"(?:(?P<quote>['\"])[^\n]*?\.ipynb(?P=quote)|{_TEXT})", re.IGNORECASE),
    _PARENTS: re.compile(r"\[[^\[\]\n]*\]"),
    _HISTORY: re.compile(_TEXT),
}
# Nothing more of an expression; the ELN itself glues the rest of a cell to what it replaces (8.7).
_END = r"(?=[ \t]*(?:\Z|[\n#;])|[A-Za-z_])"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{7,99}")  # what an identity block takes as a notebook id
_ITEM = re.compile(r"""\s*(?:'([^'"\\\s]+)'|"([^'"\\\s]+)")\s*""")
_OWNER = re.compile(
    r"owner\s*=\s*o\.get_(experiment|collection|object|sample)\(\s*(['\"])([^'\"\\\n]+)\2\s*\)\s*,?"
)
_DATA_SET = re.compile(r"ds\d{1,5} = o\.get_dataset\('([0-9-]+)'\)")
_KINDS: dict[str, Literal["experiment", "object"]] = {
    "experiment": "experiment", "collection": "experiment", "object": "object", "sample": "object",
}  # fmt: skip

# Every line that the ELN writes into a code cell, whatever it fills in (contract 8.5).
_LINES = re.compile(
    "|".join(
        (
            rf"fileName={_VALUES[_FILE_NAME].pattern}",
            rf"resultDatasetParents={_VALUES[_PARENTS].pattern}",
            rf"resultDataset(?:HistoryId|Name|Notes)={_TEXT}",
            r"from pybis import Openbis",
            r"o = Openbis\(\)",
            r"# Use this code to reconnect\b[^\n]*",
            r'sessionToken = "write your session token here"',
            r"o\.set_token\(token=sessionToken\)",
            r"s\d+ = o\.get_(?:experiment|object)\('[^'\n]*'\)",
            r"ds\d+ = o\.get_dataset\('[^'\n]*'\)",
            r"d?s\d+(?:\.attrs)?",
            r'ds\d+\.get_files\(start_folder="/"\)',
            r"ds\d+\.download\(files=ds\d+\.file_list, destination='\./', wait_until_finished=True\)",
            r"from nbconvert import HTMLExporter",
            r"import (?:codecs|nbformat)",
            r"exporter = HTMLExporter\(\)",
            r"output_notebook = nbformat\.read\(fileName, as_version=4\)",
            r"output, resources = exporter\.from_notebook_node\(output_notebook\)",
            r"codecs\.open\(fileName \+ '\.html', 'w', encoding='utf-8'\)\.write\(output\)",
            r"owner= ?o\.get_(?:experiment|object)\('[^'\n]*'\),?",
            r"owner",
            r"ds_new = o\.new_dataset\(",
            r"type='ANALYSIS_NOTEBOOK',",
            r"(?:sample|experiment)= ?o\.get_(?:experiment|object)\('[^'\n]*'\),",
            r"parents=resultDatasetParents,",
            r"files = \[fileName, fileName \+ '\.html'\],",
            r"props=\{[^{}:\n]*: resultDatasetName, [^{}:\n]*: resultDatasetNotes, [^{}:\n]*: "
            r"resultDatasetHistoryId ?\}\)",
            r"ds_new\.save\(\)",
        )
    )
)
# How its markdown cells begin; each is one line.
_MARKDOWN = re.compile(
    r"(?:# Jupyter notebook title, modify me!|Variables used by other parts|Description :"
    r"|## Connect to openBIS|## openBIS session refresh|## Datasets Information|## Datasets Download"
    r"|## Process your data here|## Saving the results|Dataset [0-9-]+( Owner)?:|The next cell stores a copy"
    r"|Sets the owner of the result dataset|Creates the result dataset)[^\n]*"
)


@dataclass(frozen=True, slots=True)
class ElnNotebook:
    """What a notebook of the ELN says of itself; nothing of it is checked against openBIS.

    ``parents`` is what the last cell would make parents of a saved version; ``data_sets`` are those that its
    cells fetch. They are the same in a new notebook; in a copy, ``parents`` is the one data set that was
    copied (O-28). ``untouched``: every line is the ELN's own, and nothing has been run.
    """

    file_name: str | None
    parents: tuple[str, ...]
    history_id: str | None
    owner_kind: Literal["experiment", "object"] | None
    owner_identifier: str | None
    data_sets: tuple[str, ...]
    untouched: bool
    unread: tuple[str, ...] = ()
    """What should be there but could not be read: words for a sentence to a person."""

    @property
    def is_new(self) -> bool:
        """Whether the ELN has just generated it: ours may take its place without a loss."""
        return self.untouched and not self.unread and self.parents == self.data_sets

    @property
    def copied(self) -> str | None:
        """PermId of the data set that it was copied from, by the ELN's "Use Jupyter Notebook as Template"."""
        return self.parents[0] if len(self.parents) == 1 and self.parents != self.data_sets else None


def read(notebook: Mapping[str, Any]) -> ElnNotebook | None:
    """What the ELN says in *notebook*; ``None`` if it is none of the ELN's. Never raises.

    Args:
        notebook: From :func:`~openbis_nb.notebooks.document.loads`.
    """
    if notebook["metadata"].get("autogenerated_by_openbis") is not True:
        return None
    file_name, parents, history = (_value(notebook, key) for key in (_FILE_NAME, _PARENTS, _HISTORY))
    if file_name is parents is history is None:
        return None
    listed = None if parents is None else _perm_ids(parents)
    history_id = _without_quotes(history)
    known_id = history_id if history_id is not None and _ID.fullmatch(history_id) else None
    kind, identifier = _owner(notebook)
    found = {"the data sets": listed, "the history id": known_id, "the owner": identifier}
    return ElnNotebook(
        file_name=_without_quotes(file_name),
        parents=listed or (),
        history_id=known_id,
        owner_kind=kind,
        owner_identifier=identifier,
        data_sets=tuple(dict.fromkeys(perm_id for perm_id in _fetched(notebook) if is_perm_id(perm_id))),
        untouched=_untouched(notebook),
        unread=tuple(what for what, value in found.items() if value is None),
    )


def renamed(notebook: NotebookT, file_name: str) -> NotebookT:
    """A copy of *notebook* whose cell ``fileName`` says *file_name*, where it has that cell.

    The ELN's cells save the file of that name, so after a conflict of names they would save the older one.
    """
    return _with_value(notebook, _FILE_NAME, file_name)


def with_parents(notebook: NotebookT, parents: Sequence[str]) -> NotebookT:
    """A copy of *notebook* whose own cells would save with these parents."""
    return _with_value(notebook, _PARENTS, list(parents))


def with_history_id(notebook: NotebookT, notebook_id: str) -> NotebookT:
    """A copy of *notebook* whose own cells would save as a version of this notebook id."""
    return _with_value(notebook, _HISTORY, notebook_id)


def with_note(notebook: NotebookT, text: str) -> NotebookT:
    """A copy of *notebook* with a Markdown cell on top.

    Args:
        notebook: Of format 4.5.
        text: Markdown, escaped already where it quotes somebody.
    """
    changed = copy.deepcopy(notebook)
    cell = {"cell_type": "markdown", "id": document.cell_id(text, 0), "metadata": {}, "source": text}
    changed["cells"].insert(0, document.new([cell], {})["cells"][0])
    return changed


def _with_value(notebook: NotebookT, key: str, value: Any) -> NotebookT:
    """A copy of *notebook* with another value in the cell that the ELN marks so, in the ELN's own form.

    What else stands in the cell stays. The ELN itself replaces the first line without the end of the line
    (8.7), so a following line may stand glued to the value: it gets a line of its own again.
    """
    changed = copy.deepcopy(notebook)
    for cell in _code_cells(changed):
        if _key(cell) == key and (found := _assigned(cell, key)) is not None:
            rest = cell["source"][found.end() :]
            glue = "\n" if rest[:1].strip() and not rest.startswith(("#", ";")) else ""
            cell["source"] = f"{key}={to_literal(value, 'python')}{glue}{rest}"
    return changed


def _code_cells(notebook: Mapping[str, Any]) -> Iterator[Any]:
    return (cell for cell in notebook["cells"] if cell["cell_type"] == "code")


def _key(cell: Mapping[str, Any]) -> str:
    key = cell["metadata"].get("code_cell_id")
    return key if isinstance(key, str) else ""


def _assigned(cell: Mapping[str, Any], key: str) -> re.Match[str] | None:
    """``key=value`` at the beginning of a marked cell."""
    pattern = _VALUES.get(key)
    return (
        re.match(rf"\s*{key}\s*=\s*(?P<value>{pattern.pattern}){_END}", cell["source"]) if pattern else None
    )


def _value(notebook: Mapping[str, Any], key: str) -> str | None:
    """The text behind ``key=`` in the one cell marked so; ``""`` if there are several, or no plain value."""
    cells = [cell for cell in _code_cells(notebook) if _key(cell) == key]
    if not cells:
        return None
    found = _assigned(cells[0], key)
    return found["value"] if found is not None and len(cells) == 1 else ""


def _without_quotes(text: str | None) -> str | None:
    return text[1:-1] if text else None


def _perm_ids(text: str) -> tuple[str, ...] | None:
    """The permIds of a flat list of texts; ``None`` if it is anything else."""
    inner = text[1:-1].strip()
    if not text or not inner:
        return () if text else None
    matches = [_ITEM.fullmatch(item) for item in inner.removesuffix(",").split(",", _MAX_PARENTS)]
    found = [match[1] or match[2] for match in matches if match]
    if len(found) < len(matches) or len(found) > _MAX_PARENTS or not all(map(is_perm_id, found)):
        return None
    return tuple(dict.fromkeys(found))


def _lines(notebook: Mapping[str, Any]) -> Iterator[str]:
    for cell in _code_cells(notebook):
        yield from (line.rstrip() for line in cell["source"].split("\n") if line.strip())


def _owner(notebook: Mapping[str, Any]) -> tuple[Literal["experiment", "object"] | None, str | None]:
    """Kind and identifier in the one line ``owner= …``; nothing if there are several that differ."""
    lines = {line for line in _lines(notebook) if re.match(r"owner\s*=", line)}
    match = _OWNER.fullmatch(lines.pop()) if len(lines) == 1 else None
    if match is None or len(match[3]) > _MAX_IDENTIFIER:
        return None, None
    try:
        return _KINDS[match[1]], normalise_identifier(match[3])
    except InvalidIdentifier:
        return None, None


def _fetched(notebook: Mapping[str, Any]) -> Iterator[str]:
    return (match[1] for line in _lines(notebook) if (match := _DATA_SET.fullmatch(line)))


def _untouched(notebook: Mapping[str, Any]) -> bool:
    if "openbis" in notebook["metadata"]:
        return False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            if cell["outputs"] or cell["execution_count"] is not None:
                return False
        elif cell["cell_type"] != "markdown" or cell.get("attachments") or not _is_heading(cell["source"]):
            return False
    return all(_LINES.fullmatch(line) for line in _lines(notebook))


def _is_heading(source: str) -> bool:
    text = source.strip()
    return not text or _MARKDOWN.fullmatch(text) is not None
