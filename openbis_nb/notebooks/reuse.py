"""The notebook of a stored version as the beginning of a new one (pure).

What a person wrote stays: cells, their tags, parameters, attachments. What a run left goes: outputs, counts,
times, states of widgets.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from . import document, eln_notebook

__all__ = ["as_template", "with_kernel"]

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])

#: What runs and viewers leave in the metadata of a cell.
_OF_A_RUN = frozenset({"execution", "ExecuteTime", "papermill", "trusted", "collapsed", "scrolled"})
#: … and in that of a notebook; a signature would be of other content.
_OF_THE_FILE = frozenset({"papermill", "widgets", "signature", "orig_nbformat"})
#: For a notebook that names no kernel, as some that scripts made.
_PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}


def as_template(notebook: NotebookT, notebook_id: str, parents: Sequence[str]) -> NotebookT:
    """A copy of *notebook* without what a run left in it, for a notebook of its own.

    Args:
        notebook: Of format 4.5.
        notebook_id: The new one: cell ids derive from it (design D7).
        parents: For a notebook of the ELN, whose own cells save: what they would name as parents. They would
            save under *notebook_id*, too.
    """
    made = copy.deepcopy(notebook)
    for number, cell in enumerate(made["cells"]):
        cell["id"] = document.cell_id(notebook_id, number)
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
        for key in _OF_A_RUN & cell["metadata"].keys():
            del cell["metadata"][key]
    for key in _OF_THE_FILE & made["metadata"].keys():
        del made["metadata"][key]
    return eln_notebook.with_parents(eln_notebook.with_history_id(made, notebook_id), parents)


def with_kernel(notebook: NotebookT) -> NotebookT:
    """A copy of *notebook* that names a kernel: Python's, where it names none and no other language."""
    made = copy.deepcopy(notebook)
    metadata = made["metadata"]
    language = metadata.get("language_info")
    named = language.get("name") if isinstance(language, Mapping) else None
    if not isinstance(metadata.get("kernelspec"), Mapping) and named in (None, "python"):
        metadata["kernelspec"] = dict(_PYTHON)
    return made
