"""From what the ELN posted to the notebook that a person's server writes (design D4).

A new notebook of the ELN is made anew from a template of ours, with the same owner, inputs and history id.
A copy, and whatever a person or a plugin of the ELN put something into, keeps all its cells and gets an
identity block. What cannot be read stays as it is, with a note on top that says why.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ...errors import InvalidTemplate, NotFound
from ...models import DataSet, Entity, Identity, LaunchRequest
from ...notebooks import document, eln_marks, eln_notebook, identity, markdown
from ...notebooks.eln_marks import OwnCopy
from ...notebooks.eln_notebook import ElnNotebook
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ...workflows.ledger import LedgerEntry
from ...workflows.original_inputs import original_inputs
from ...workflows.workplace import Workplace
from ..launches.kinds import Made, made_from

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["make"]

_HOW_TO = (
    "It works as before: run its cells in order. A notebook with the current template comes from "
    "**More… → New Jupyter notebook** in the ELN."
)


async def make(workplace: Workplace, received: bytes, file_name: str, template: str | None) -> Made:
    """What is to be written as *file_name*.

    Args:
        workplace: With the person's session; its ledger is not touched.
        received: What the ELN posted.
        file_name: As the ELN was told.
        template: Slug of the template for new notebooks; ``None``: everything stays as it is.

    Raises:
        InvalidNotebook, TooLarge: it is no notebook.
        NotFound, Forbidden, EntityFrozen: of a new notebook: nothing could be saved there later.
        NotLoggedIn, OpenBISFailure: openBIS could not be asked.
    """
    limit = workplace.limits.max_notebook
    notebook, said = await asyncio.to_thread(_read, received, file_name, limit)
    if template is None:
        return Made(notebook)
    name = identity.clean_name(file_name.removesuffix(".ipynb"))
    if said is None:
        copied = eln_marks.read_copy(notebook)
        return await _copy_of_ours(workplace, notebook, copied, name) if copied else Made(notebook)
    if said.unread:
        return _with_note(notebook, f"{_listed(said.unread)} could not be read")
    if said.is_new:
        reason = _unusable(workplace, template, said)
        return (
            _with_note(notebook, reason)
            if reason
            else await _rebuilt(workplace, said, name, template, received)
        )
    try:
        source = await _copied_version(workplace.client, said)
        if source is not None:
            return await _copy(workplace, notebook, said, source, name)
        return await _as_posted(workplace, notebook, said, name)
    except NotFound as error:
        return _with_note(notebook, error.message.rstrip("."))


def _read(received: bytes, file_name: str, limit: int) -> tuple[NotebookNode, ElnNotebook | None]:
    notebook = document.loads(received, name=file_name, max_size=limit)
    return notebook, eln_notebook.read(notebook)


async def _rebuilt(
    workplace: Workplace, said: ElnNotebook, name: str, template: str, received: bytes
) -> Made:
    """Ours in place of the ELN's. What it says is the person's own choice only if the ELN's page must have
    made it just now: a copy of a prepared notebook may look the same, and is a stranger's claim."""
    assert said.owner_identifier is not None
    request = LaunchRequest(
        place=said.owner_identifier,
        kind=said.owner_kind,
        inputs=said.parents,
        only_inputs=True,
        template=template,
        name=name,
        notebook_id=said.history_id,
    )
    async with together() as group:
        copied = group.create_task(_may_be_copied(workplace.client, said.parents))
        made = await made_from(workplace, request)
    own = _as_the_eln_writes(received) and not copied.result()
    return made if own else replace(made, remember=None)


def _as_the_eln_writes(received: bytes) -> bool:
    """Whether each source is a list of lines: any other is left as its author wrote it by the ELN's copy."""
    return all(isinstance(cell.get("source"), list) for cell in json.loads(received)["cells"])


async def _may_be_copied(client: OpenBIS, parents: Sequence[str]) -> bool:
    return len(parents) == 1 and await _holds_notebook(client, parents[0])


async def _holds_notebook(client: OpenBIS, perm_id: str) -> bool:
    files = await client.files_of([perm_id])
    return any(file.name.lower().endswith(".ipynb") for file in files.get(perm_id, ()))


async def _copy(
    workplace: Workplace, notebook: NotebookNode, said: ElnNotebook, source: DataSet, name: str
) -> Made:
    """The person's cells stay; owner and inputs are those that openBIS has of the version copied (O-28)."""
    owner = source.owner
    if owner is None:
        raise NotFound(f"The owner of the data set {source.perm_id} cannot be seen.")
    inputs = await original_inputs(workplace, source, said.data_sets)
    block = _block(workplace, said, owner, inputs, name)
    written = identity.write(eln_notebook.with_parents(notebook, (*inputs, source.perm_id)), block)
    return await _claimed(workplace, written, block, source)


async def _claimed(workplace: Workplace, notebook: NotebookNode, block: Identity, source: DataSet) -> Made:
    """Remembered only of one's own version: of another's, the block is a stranger's claim, to be confirmed at
    the first save."""
    me = await workplace.client.whoami()
    own = source.registrator is not None and source.registrator.user_id == me.user_id
    return Made(notebook, LedgerEntry.of(block) if own else None)


async def _copy_of_ours(workplace: Workplace, notebook: NotebookNode, copied: OwnCopy, name: str) -> Made:
    """A notebook that we made, copied by the ELN: a new one with its content, or a continuation (O-27)."""
    before = eln_marks.as_before(notebook)
    block = identity.read(before)
    assert block is not None
    source = (await workplace.client.data_sets([copied.data_set])).get(copied.data_set)
    if source is None or source.owner is None:
        return Made(before)
    block = replace(
        block,
        server=workplace.server,
        notebook_id=copied.history_id or block.notebook_id,
        name=name,
        **_stored_in(source.owner),
        inputs=await original_inputs(workplace, source, block.inputs),
        checkpoint_id=None,
    )
    return await _claimed(workplace, identity.write(before, block), block, source)


async def _as_posted(workplace: Workplace, notebook: NotebookNode, said: ElnNotebook, name: str) -> Made:
    """A new notebook with cells of a plugin: they stay. Owner and inputs are to be confirmed."""
    assert said.owner_identifier is not None
    owner = await workplace.client.entity(said.owner_identifier, said.owner_kind)
    block = _block(workplace, said, owner, said.parents, name)
    return Made(identity.write(notebook, block))


async def _copied_version(client: OpenBIS, said: ElnNotebook) -> DataSet | None:
    """The data set that was copied: the one parent, if a notebook lies in it."""
    if said.copied is None:
        return None
    found = (await client.data_sets([said.copied])).get(said.copied)
    if found is None:
        raise NotFound(f"The data set {said.copied} that it was copied from cannot be seen.")
    return found if await _holds_notebook(client, said.copied) else None


def _unusable(workplace: Workplace, template: str, said: ElnNotebook) -> str:
    """Why the template that an admin chose cannot take the place of the ELN's notebook; empty if it can."""
    try:
        known = workplace.templates.get(template)
    except (NotFound, InvalidTemplate) as error:
        return f"the template {template} cannot be used ({error.message})"
    if known.entity_kinds and said.owner_kind not in known.entity_kinds:
        return f"the template {template} is not made for an {said.owner_kind}"
    return ""


def _block(
    workplace: Workplace, said: ElnNotebook, owner: Entity, inputs: Sequence[str], name: str
) -> Identity:
    assert said.history_id is not None
    return Identity(
        server=workplace.server,
        notebook_id=said.history_id,
        name=name,
        **_stored_in(owner),
        inputs=tuple(inputs),
    )


def _stored_in(owner: Entity) -> dict[str, Any]:
    return {
        "owner_kind": owner.kind,
        "owner_perm_id": owner.perm_id,
        "owner_identifier": owner.identifier,
    }


def _with_note(notebook: NotebookNode, reason: str) -> Made:
    text = f"**This notebook is as the ELN sent it:** {markdown.escape(reason)}. {_HOW_TO}"
    return Made(eln_notebook.with_note(notebook, text))


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
