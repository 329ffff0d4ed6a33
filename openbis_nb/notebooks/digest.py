"""Digests that say whether a notebook changed (design D12).

The *content* digest decides "unchanged, no new data set". It leaves out what a save itself changes:
the saving cell's outputs and count, and the identity block's ``checkpoint``; further what no reader
sees: cell ids, time stamps of runs, folded cells. The *code* digest covers the code cells' sources.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from .identity import KEY
from .streams import join_text, joined_streams

__all__ = ["SAVE_TAG", "code_digest", "content_digest", "saving_cells"]

#: The tag of a template's last cell, the one that saves.
SAVE_TAG = "openbis-save"

# Blanks, not line ends: those would be looked through again from each line on.
_SAVE_CALL = re.compile(r"^[ \t\f]*(?:\w+[ \t]*=[ \t]*)?(?:await[ \t]+)?nb\.(?:save|publish)\(", re.MULTILINE)
# Metadata that viewers and runners write beside the content: timing, folding, trust.
_VOLATILE_CELL = {"execution", "collapsed", "scrolled", "ExecuteTime", "jupyter", "trusted", "papermill"}
_VOLATILE_NOTEBOOK = {"signature", "orig_nbformat", "papermill", "language_info", "kernelspec", "widgets"}


def content_digest(notebook: Mapping[str, Any], *, saving: Collection[str] | None = None) -> str:
    """``sha256:…`` over what a reader of the notebook sees.

    Args:
        saving: Ids of the cells that save; ``None`` finds them by :func:`saving_cells`.
    """
    skipped = saving_cells(notebook) if saving is None else set(saving)
    metadata = {k: v for k, v in notebook.get("metadata", {}).items() if k not in _VOLATILE_NOTEBOOK}
    block = metadata.get(KEY)
    if isinstance(block, Mapping):
        metadata[KEY] = {key: value for key, value in block.items() if key != "checkpoint"}
    cells = [_cell(cell, cell.get("id") in skipped) for cell in notebook.get("cells", ())]
    return _sha256({"metadata": metadata, "cells": cells})


def code_digest(notebook: Mapping[str, Any]) -> str:
    """``sha256:…`` over the sources of the code cells, in order: the same code, whatever it gave."""
    return _sha256(
        [
            join_text(cell.get("source"))
            for cell in notebook.get("cells", ())
            if cell.get("cell_type") == "code"
        ]
    )


def saving_cells(notebook: Mapping[str, Any]) -> set[str]:
    """Ids of the cells that save: tagged :data:`SAVE_TAG`, or with ``nb.save(…)`` or ``nb.publish(…)`` at the
    start of a line."""
    found = set()
    for cell in notebook.get("cells", ()):
        if cell.get("cell_type") != "code" or not isinstance(cell.get("id"), str):
            continue
        tags = cell.get("metadata", {}).get("tags") or ()
        if SAVE_TAG in tags or _SAVE_CALL.search(join_text(cell.get("source"))):
            found.add(cell["id"])
    return found


def _cell(cell: Mapping[str, Any], saving: bool) -> dict[str, Any]:
    kept = {key: value for key, value in cell.items() if key != "id"}
    kept["metadata"] = {k: v for k, v in cell.get("metadata", {}).items() if k not in _VOLATILE_CELL}
    kept["source"] = join_text(cell.get("source"))
    if saving:
        kept.pop("outputs", None)
        kept.pop("execution_count", None)
    elif isinstance(outputs := kept.get("outputs"), list):
        kept["outputs"] = joined_streams(outputs)
    return kept


def _sha256(value: Any) -> str:
    # ensure_ascii: lone surrogates have no UTF-8.
    canonical = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"
