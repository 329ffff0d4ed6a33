"""Versions as others store them: with pybis, which knows nothing of us."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pybis

from openbis_nb.sandbox import DEMO_EXPERIMENT, Sandbox

from .launches import blank

__all__ = ["hostile", "person", "store"]


def person(sandbox: Sandbox, user: str) -> pybis.Openbis:
    """Somebody at openBIS itself."""
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login(user, sandbox.users[user])
    return openbis


def store(
    openbis: pybis.Openbis,
    folder: Path,
    content: nbformat.NotebookNode | bytes,
    *,
    notebook_id: str = "",
    name: str = "Growth",
    owner: str = DEMO_EXPERIMENT,
    parents: Sequence[str] = (),
    provenance: Mapping[str, Any] | None = None,
) -> tuple[str, str]:
    """A version; notebook id and permId."""
    notebook_id = notebook_id or secrets.token_hex(16)
    made = folder / secrets.token_hex(4)
    made.mkdir(parents=True)
    file = made / "notebook.ipynb"
    file.write_bytes(content if isinstance(content, bytes) else nbformat.writes(content).encode())
    files = [file]
    if provenance is not None:
        files.append(made / "provenance.json")
        files[-1].write_text(json.dumps(provenance))
    new = openbis.new_dataset(
        type="ANALYSIS_NOTEBOOK",
        experiment=owner,
        files=[str(one) for one in files],
        parents=list(parents),
        props={"$name": name, "$history_id": notebook_id},
    )
    new.save()
    return notebook_id, str(new.permId)


def hostile(*sources: str) -> nbformat.NotebookNode:
    """A notebook whose outputs and texts act, where they are let."""
    notebook = blank(*(sources or ("1",)))
    markup = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    notebook.cells[0]["outputs"] = [
        nbformat.v4.new_output("display_data", {"text/html": markup}),
        nbformat.v4.new_output("display_data", {"application/javascript": "alert(1)"}),
    ]
    notebook.cells.append(nbformat.v4.new_markdown_cell(markup))
    return notebook
