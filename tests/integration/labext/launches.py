"""Launches as the service gives them."""

from __future__ import annotations

import itertools
import secrets
from typing import Any

import nbformat

from openbis_nb.models import Identity
from openbis_nb.notebooks import identity as identity_block

_numbers = itertools.count(1)
OWNER = "20260101000000000-1"


def new_id() -> str:
    return f"launch-{next(_numbers)}-{secrets.token_hex(4)}"


def content(
    server: str, *, directory: str = "growth/plates", file_name: str = "Growth.ipynb", **other: Any
) -> dict[str, Any]:
    """A rebuilt notebook with its identity, and what is to be remembered of it."""
    notebook_id = secrets.token_hex(16)
    identity = Identity(
        server=server,
        notebook_id=notebook_id,
        name=file_name.removesuffix(".ipynb"),
        owner_kind="experiment",
        owner_perm_id=OWNER,
        owner_identifier="/LAB/GROWTH/EXP1",
    )
    notebook = identity_block.write(blank("1 + 1"), identity)
    remembered = {
        "server": server,
        "notebook_id": notebook_id,
        "name": identity.name,
        "owner": OWNER,
        "owner_kind": "experiment",
        "owner_identifier": "/LAB/GROWTH/EXP1",
        "inputs": [],
    }
    return {
        "directory": directory,
        "file_name": file_name,
        "notebook": notebook,
        "kernel": "python3",
        "remember": remembered,
        "path": None,
        **other,
    }


def blank(*sources: str) -> nbformat.NotebookNode:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return notebook
