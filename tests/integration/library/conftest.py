"""The laboratory of the workflows, for the library: people who write notebooks, and pybis as the witness."""

from __future__ import annotations

import json
import uuid
import zlib
from dataclasses import replace
from typing import Any

import nbformat

from openbis_nb.models import Checkpoint, Entity
from openbis_nb.openbis import checkpoints
from openbis_nb.openbis.checkpoints import CheckpointDraft
from openbis_nb.sandbox import DEMO_EXPERIMENT
from openbis_nb.workflows.library.composing import NewVersion, compose
from openbis_nb.workflows.library.continuing import continue_from, read_base
from openbis_nb.workflows.library.model import Notebook
from openbis_nb.workflows.library.reading import read_notebook
from openbis_nb.workflows.library.writing import Written
from openbis_nb.workflows.workplace import Workplace

from ..workflows.conftest import Lab, alice, bob, lab, olga, ursula

__all__ = ["Lab", "a_notebook", "alice", "bob", "content", "fresh", "lab", "olga", "ursula"]

PILOT = "/BIOLAB/GROWTH/GROWTH_PILOT"


def content(*sources: str, block: dict[str, Any] | None = None) -> bytes:
    """A notebook file with these code cells, and an identity block if one is given."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    if block is not None:
        notebook.metadata["openbis"] = block
    return json.dumps(notebook).encode()


async def owner(workplace: Workplace, identifier: str = DEMO_EXPERIMENT) -> Entity:
    return await workplace.client.entity(identifier)


async def a_notebook(workplace: Workplace, name: str = "Growth", place: str = DEMO_EXPERIMENT) -> Notebook:
    """A notebook of that person with one version."""
    new = NewVersion(
        notebook_id=uuid.uuid4().hex,
        owner=await owner(workplace, place),
        name=name,
        notes="",
        type_code=workplace.data_set_type,
        content=content("x = 1"),
    )
    return await fresh(workplace, await stored(workplace, new))


async def next_version(
    workplace: Workplace, notebook: Notebook, name: str, *, co_authors: tuple[str, ...] = ()
) -> Notebook:
    """A further version with the same content, written by that person; the notebook as they see it then."""
    assert notebook.owner is not None
    base = await read_base(workplace.client, notebook.newest.perm_id, same_content=True)
    same = content("x = 1")
    new = await continue_from(
        workplace, notebook.owner, notebook.notebook_id, same, base, name=name, notes=None
    )
    return await fresh(workplace, await stored(workplace, replace(new, co_authors=co_authors)))


async def stored(workplace: Workplace, new: NewVersion) -> Checkpoint:
    """What the library would store, but for the page: rendering takes a second of each test."""
    me = (await workplace.client.whoami()).user_id
    save_id = str(uuid.uuid4())
    made = compose(workplace, new, save_id=save_id, saved_at="2026-11-21T12:00:00Z", person=me)
    record = made.provenance.to_json()
    draft = CheckpointDraft(
        type_code=new.type_code,
        owner=new.owner,
        name=made.name,
        notes=made.notes,
        notebook_id=new.notebook_id,
        files={made.file_name: made.file, "provenance.json": record},
        save_id=save_id,
        provenance_crc32=zlib.crc32(record),
        parents=new.parents,
    )
    return await checkpoints.write(workplace.client, draft)


async def fresh(workplace: Workplace, of: Written | Notebook | Checkpoint) -> Notebook:
    """The notebook as that person sees it now."""
    found = of.checkpoint if isinstance(of, Written) else of
    return await read_notebook(workplace.client, found.notebook_id)


async def stolen(workplace: Workplace, notebook: Notebook, place: str = DEMO_EXPERIMENT) -> Checkpoint:
    """A data set with the notebook's id that somebody else stores, as anybody with pybis can."""
    record = b'{"schema": 1}'
    draft = CheckpointDraft(
        type_code="ANALYSIS_NOTEBOOK",
        owner=await owner(workplace, place),
        name="Stolen",
        notes="",
        notebook_id=notebook.notebook_id,
        files={"a.ipynb": content("x = 2"), "provenance.json": record},
        save_id="s",
        provenance_crc32=zlib.crc32(record),
    )
    return await checkpoints.write(workplace.client, draft)
