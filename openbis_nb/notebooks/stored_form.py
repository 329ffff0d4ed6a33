"""A notebook as it is stored: without what the save itself leaves on screen (F-08).

While a cell saves, its number is not known yet, and below it stands that it is waiting; after a run in the
background something else stands there, and nothing when the button was pressed. None of that is of the
notebook. What else the cell shows stays.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any, TypeVar

from .digest import saving_cells
from .streams import joined_streams

__all__ = ["SAVE_OUTPUT", "as_stored"]

#: Metadata of outputs that a save shows.
SAVE_OUTPUT: Mapping[str, Any] = {"openbis_nb": {"shows": "save"}}
_KEY = "openbis_nb"

NotebookT = TypeVar("NotebookT", bound=Mapping[str, Any])


def as_stored(notebook: NotebookT) -> NotebookT:
    """A copy of *notebook* for the data set."""
    made = copy.deepcopy(notebook)
    saving = saving_cells(made)
    for cell in made["cells"]:
        if cell["cell_type"] != "code":
            continue
        kept = [output for output in cell["outputs"] if not _is_of_a_save(output)]
        cell["outputs"] = joined_streams(kept)  # as JupyterLab has them, whoever ran it
        if cell.get("id") in saving:
            cell["execution_count"] = None
    return made


def _is_of_a_save(output: Mapping[str, Any]) -> bool:
    said = output.get("metadata") or {}
    return isinstance(said, Mapping) and said.get(_KEY) == SAVE_OUTPUT[_KEY]
