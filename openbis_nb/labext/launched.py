"""A launch as the service gives it, checked; and the notebook under the name that its file gets.

The service is trusted to say whose launch it is. What is in a launch came from a browser, so it is checked
here again: the path before anything is touched, the notebook like any other that comes from somewhere.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, get_args

from nbformat import NotebookNode

from ..errors import HubFailure
from ..identifiers import safe_file_name
from ..models import EntityKind
from ..notebook_paths import launch_folder, notebook_file
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..notebooks.literals import assignment
from ..workflows.ledger import LedgerEntry

__all__ = ["Launched", "named", "parse"]

_SUFFIX = ".ipynb"


@dataclass(frozen=True, slots=True)
class Launched:
    """What is to be written.

    Args:
        folder: Below the root of the server.
        file_name: As asked for; another one when that is taken.
        notebook: Valid, of format 4.5.
        kernel: Name of the kernel that it needs.
        any_kernel: Open it also where that kernel is not there: JupyterLab asks for another one.
        entry: What this person's ledger shall remember of it; ``None`` for a notebook from nowhere.
    """

    folder: tuple[str, ...]
    file_name: str
    notebook: NotebookNode
    kernel: str
    any_kernel: bool
    entry: LedgerEntry | None


def parse(content: Mapping[str, Any], *, max_size: int) -> Launched:
    """The launch in the service's answer.

    Args:
        content: The JSON document.
        max_size: Refuse a larger notebook, in bytes.

    Raises:
        UnsafePath: a folder or name that leads elsewhere.
        InvalidNotebook: not a notebook.
        TooLarge: over *max_size*.
        HubFailure: the answer has not the promised form.
    """
    folder, file_name = content.get("directory"), content.get("file_name")
    if not isinstance(folder, str) or not isinstance(file_name, str):
        raise HubFailure("The launch does not say where the notebook is to be written.")
    checked_folder, checked_name = launch_folder(folder), notebook_file(file_name)
    data = json.dumps(content.get("notebook"), ensure_ascii=False).encode("utf-8", "backslashreplace")
    notebook = document.loads(data, name=checked_name, max_size=max_size)
    in_file = notebook.metadata.get("kernelspec", {})
    wanted = in_file.get("name") if isinstance(in_file, Mapping) else None
    return Launched(
        folder=checked_folder,
        file_name=checked_name,
        notebook=notebook,
        kernel=str(wanted or content.get("kernel") or ""),
        any_kernel=content.get("any_kernel") is True,
        entry=_entry(content.get("remember")),
    )


def named(launched: Launched, file_name: str) -> tuple[NotebookNode, LedgerEntry | None]:
    """Notebook and ledger entry for the file name that was free (O-15, contract 8.5).

    The ELN's notebooks say their own file name in the cell ``fileName``. Where the file is called otherwise
    than was asked for, the notebook's name follows, so that two notebooks do not have the same one. What goes
    on from a stored version is no other notebook: it keeps its name.
    """
    notebook = copy.deepcopy(launched.notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.metadata.get("code_cell_id") == "fileName":
            _, _, rest = cell.source.partition("\n")
            cell.source = "\n".join(
                part for part in (assignment("fileName", file_name, "python"), rest) if part
            )
    stem = file_name.removesuffix(_SUFFIX)
    identity = identity_block.read(notebook)
    if file_name == launched.file_name or (identity is not None and identity.checkpoint_id is not None):
        return notebook, launched.entry
    if identity is not None and _is_called(identity.name, launched.file_name):
        notebook = identity_block.write(notebook, replace(identity, name=stem))
    entry = launched.entry
    if entry is not None and _is_called(entry.name, launched.file_name):
        entry = replace(entry, name=stem)
    return notebook, entry


def _is_called(name: str, file_name: str) -> bool:
    return safe_file_name(name, suffix=_SUFFIX) == file_name


def _entry(remember: Any) -> LedgerEntry | None:
    if remember is None:
        return None
    texts = ("server", "notebook_id", "name", "owner", "owner_kind", "owner_identifier")
    inputs = remember.get("inputs", []) if isinstance(remember, Mapping) else None
    if not isinstance(inputs, list) or not all(isinstance(value, str) for value in inputs):
        raise HubFailure("The launch does not say what its notebook is made of.")
    values = {name: remember.get(name) for name in texts}
    if not all(isinstance(value, str) for value in values.values()) or values["owner_kind"] not in get_args(
        EntityKind
    ):
        raise HubFailure("The launch does not say what its notebook is made of.")
    return LedgerEntry(**values, inputs=tuple(inputs))
