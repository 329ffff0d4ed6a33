"""From an entity to a notebook that is ready to run (O-07 to O-14, U-05, U-29).

At most four round trips, however many inputs: the entity; its rights and data sets side by side; all
file lists in one call.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import InvalidInput, NotFound, disk_problem
from ..models import DataFile, DataSet, Entity, LaunchRequest
from ..notebooks import document
from ..notebooks.context import NotebookContext, summarise
from ..notebooks.parameters import check_values
from ..notebooks.render import render
from ..notebooks.template import Template
from ..openbis.together import together
from .ledger import Ledger, LedgerEntry
from .owner import check_may_add, check_not_frozen
from .workplace import Workplace

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["LeftOut", "PreparedNotebook", "owner_in", "owners_below", "prepare", "remember", "write_notebook"]

# What a data set of the owner is not, when nobody named it: an input.
_NOT_INPUTS = frozenset({"ELN_PREVIEW"})
#: With more inputs a notebook is rendered in a thread, so that a service goes on answering.
_RENDERED_BESIDE = 100


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A data set that did not become an input, and why: one sentence."""

    data_set: DataSet
    reason: str


@dataclass(frozen=True, slots=True)
class PreparedNotebook:
    """A notebook, rendered but not written, and what went into it."""

    notebook: NotebookNode
    notebook_id: str
    name: str
    owner: Entity
    inputs: tuple[DataSet, ...]
    left_out: tuple[LeftOut, ...]
    template: Template

    def remembered(self, server: str) -> LedgerEntry:
        """What the person's own machine notes of it: its claims need no confirmation at a save.

        Args:
            server: Address of openBIS, as the identity block names it.
        """
        return LedgerEntry(
            server=server,
            notebook_id=self.notebook_id,
            name=self.name,
            owner=self.owner.perm_id,
            owner_kind=self.owner.kind,
            owner_identifier=self.owner.identifier,
            inputs=tuple(data_set.perm_id for data_set in self.inputs),
        )


async def prepare(workplace: Workplace, request: LaunchRequest) -> PreparedNotebook:
    """Make the notebook that *request* asks for; nothing is written.

    Raises:
        NotFound: an entity, data set or template that is not there or not visible.
        InvalidInput: a space or project without an owner; ``extra["candidates"]`` lists owners.
        InvalidParameter: a parameter that is unknown or out of its limits.
        EntityFrozen, Forbidden: nothing could be saved there later, so it is said now.
    """
    template = workplace.templates.get(request.template)
    check_values(template.parameters, request.parameters)  # before the first call
    owner, place = await _owner_and_place(workplace, request)
    _check_template_suits(template, owner)
    check_not_frozen(owner)
    async with together() as group:
        group.create_task(check_may_add(workplace, owner))
        asked = group.create_task(_candidates(workplace, request, _with_data(place, owner)))
        who = group.create_task(workplace.client.whoami())
    candidates, person = asked.result(), who.result()
    files = await workplace.client.files_of([d.perm_id for d in candidates if d.readable])
    inputs, left_out = _choose(workplace, request, candidates, files)
    context = NotebookContext(
        server=workplace.server,
        link_url=workplace.links,
        notebook_id=request.notebook_id or uuid.uuid4().hex,
        name=request.name or f"{template.title} - {owner.label} - {datetime.now(UTC):%Y-%m-%d}",
        owner=owner,
        place=place,
        person=person,
        created_at=datetime.now(UTC),
        inputs=tuple(summarise(d, files.get(d.perm_id)) for d in inputs),
    )
    if len(inputs) > _RENDERED_BESIDE:
        notebook = await asyncio.to_thread(render, template, context, request.parameters)
    else:
        notebook = render(template, context, request.parameters)
    return PreparedNotebook(
        notebook=notebook,
        notebook_id=context.notebook_id,
        name=context.name,
        owner=owner,
        inputs=inputs,
        left_out=left_out,
        template=template,
    )


def write_notebook(workplace: Workplace, prepared: PreparedNotebook, folder: Path) -> Path:
    """Write the notebook into *folder*, beside what is there, and remember that it is ours.

    Returns:
        The new file: ``<name>.ipynb``, else ``<name> 2.ipynb`` … (O-15); nothing is overwritten.
    """
    try:
        path = document.write_new(folder, prepared.name, prepared.notebook)
    except OSError as error:
        raise disk_problem(error, f"The notebook could not be written into {folder}") from error
    entry = prepared.remembered(workplace.server)
    remember(workplace.ledger, entry, path, block_id=prepared.notebook_id)
    return path


def remember(ledger: Ledger, entry: LedgerEntry, path: Path, *, block_id: str) -> None:
    """Note that we wrote this notebook into the file *path*: its claims need no confirmation at a save.

    Args:
        ledger: Of this person.
        entry: What was written.
        path: The file.
        block_id: The notebook id in the file's identity block, ``""`` without one.
    """
    ledger.learn(entry)
    ledger.place(entry.server, entry.notebook_id, path, block_id=block_id)


async def owners_below(workplace: Workplace, place: Entity, *, limit: int = 50) -> list[Entity]:
    """Experiments and objects in a space or project that could own a notebook, at most *limit*."""
    found: list[Entity] = []
    waiting = [place]
    while waiting:
        async for child in workplace.client.children(waiting.pop(0)):
            if isinstance(child, DataSet):
                continue
            if child.can_own_data_sets:
                found.append(child)
            elif child.kind == "project":
                waiting.append(child)
            if len(found) == limit:
                return found
    return found


async def owner_in(workplace: Workplace, place: str) -> Entity:
    """The owner that *place* stands for: itself, or the only experiment or object in a space or project.

    Raises:
        NotFound: there is no such entity that this person may see.
        InvalidInput: it holds several, or none; ``extra["candidates"]`` lists them.
    """
    entity = await workplace.client.entity(place)
    if entity.can_own_data_sets:
        return entity
    candidates = await owners_below(workplace, entity)
    if len(candidates) != 1:
        raise _owner_is_missing(entity, candidates)
    return candidates[0]


async def _owner_and_place(workplace: Workplace, request: LaunchRequest) -> tuple[Entity, Entity | None]:
    """Both asked at once, where the owner is another entity."""
    named = request.owner or request.place
    if named == request.place:
        place = await workplace.client.entity(request.place, request.kind)
        if not place.can_own_data_sets:
            raise _owner_is_missing(place, await owners_below(workplace, place))
        return place, None
    async with together() as group:
        asked = group.create_task(workplace.client.entity(request.place, request.kind))
        owner = await workplace.client.entity(named)
    place = asked.result()
    if not owner.can_own_data_sets:
        raise InvalidInput(f"{owner.identifier} is a {owner.kind}; it cannot own a notebook (O-09).")
    return owner, None if place.perm_id == owner.perm_id else place


def _owner_is_missing(place: Entity, candidates: Sequence[Entity]) -> InvalidInput:
    return InvalidInput(
        f"{place.identifier} is a {place.kind}; a notebook is stored in an experiment or object.",
        next_step="Name one of these as the owner: "
        + (", ".join(c.identifier for c in candidates[:10]) or "there is none yet; make one in the ELN"),
        extra={"candidates": [c.identifier for c in candidates]},
    )


def _check_template_suits(template: Template, owner: Entity) -> None:
    if template.entity_kinds and owner.kind not in template.entity_kinds:
        raise InvalidInput(
            f"The template {template.slug!r} is made for {' and '.join(template.entity_kinds)}s; "
            f"{owner.identifier} is an {owner.kind}.",
            next_step="`openbis-nb templates list` shows all templates.",
        )


def _with_data(place: Entity | None, owner: Entity) -> Entity:
    """Whose data sets are taken up: those of the entity that the launch began at (O-10)."""
    return place if place is not None and place.can_own_data_sets else owner


async def _candidates(workplace: Workplace, request: LaunchRequest, entity: Entity) -> list[DataSet]:
    if not request.inputs and not request.only_inputs:
        return await workplace.client.data_sets_of(
            entity, with_parents=request.with_parents, with_children=request.with_children
        )
    found = await workplace.client.data_sets(request.inputs)
    missing = [perm_id for perm_id in request.inputs if perm_id not in found]
    if missing:
        raise NotFound(f"There is no data set {', '.join(missing)} that you may see.")
    return [found[perm_id] for perm_id in dict.fromkeys(request.inputs)]


def _choose(
    workplace: Workplace,
    request: LaunchRequest,
    candidates: list[DataSet],
    files: dict[str, list[DataFile]],
) -> tuple[tuple[DataSet, ...], tuple[LeftOut, ...]]:
    """Named inputs are all taken; others only when they can be read now and fit the limit."""
    if request.inputs or request.only_inputs:
        return tuple(candidates), ()
    taken: list[DataSet] = []
    left_out: list[LeftOut] = []
    total = 0
    for data_set in candidates:
        size = sum(file.size for file in files.get(data_set.perm_id, ())) or data_set.size or 0
        reason = _why_not(workplace, data_set)
        if reason is None and not request.all_inputs and total + size > workplace.limits.auto_inputs:
            reason = "over the size limit; take it with --input or --all-inputs"
        if reason is None:
            taken.append(data_set)
            total += size
        else:
            left_out.append(LeftOut(data_set, reason))
    return tuple(taken), tuple(left_out)


def _why_not(workplace: Workplace, data_set: DataSet) -> str | None:
    if data_set.type_code in _NOT_INPUTS | {workplace.data_set_type}:
        return "a saved notebook or preview, not data; take it with --input"
    if not data_set.readable:
        state = data_set.status if data_set.kind == "PHYSICAL" else data_set.kind
        return f"not available now ({state}); take it with --input"
    return None
