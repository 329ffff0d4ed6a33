"""A stored version as a notebook file again: to go on with it, or as the beginning of another
(N-24, O-27, O-28).

*continue*: the same notebook. Its identity block says which version it goes on from, so that the author's
next save is the next version, and that of anybody else a fork that remembers where it comes from
(``standing``). *template*: a new notebook with the cells of the version, without what a run left in them.

Owner and inputs are what openBIS holds of the version, so versions that the ELN or plain pybis stored can be
opened, too. What the stored file says of itself is believed only where it agrees with openBIS on which
notebook it is.
"""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from ...errors import DataNotAvailable, InvalidInput, NotFound
from ...models import DataSet, Entity, Identity
from ...notebooks import document, eln_notebook, reuse, web_origin
from ...notebooks import identity as identity_block
from ...openbis import checkpoints
from ...openbis.availability import Availability, of_data_set
from ...openbis.checkpoints import notebook_id_of
from ...openbis.client import OpenBIS
from ...openbis.together import together
from ..ledger import LedgerEntry
from ..original_inputs import original_inputs
from ..workplace import Workplace
from .continuing import that_takes
from .model import Notebook
from .reading import read_notebook

if TYPE_CHECKING:
    from nbformat import NotebookNode

__all__ = ["Mode", "Reopened", "Reopening", "find_version", "readable", "reopen"]

Mode = Literal["continue", "template"]


@dataclass(frozen=True, slots=True)
class Reopening:
    """What a person asks for.

    Args:
        version: PermId of the data set.
        mode: What becomes of it.
        name: Of a new notebook; ``None``: that of the version.
        owner: Of a new notebook: identifier or permId of an experiment or object; ``None``: where the version
            is stored.
        inputs: Of a new notebook: permIds of data sets; ``None``: those of the version.
    """

    version: str
    mode: Mode
    name: str | None = None
    owner: str | None = None
    inputs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reopened:
    """A notebook that is ready to be written.

    Args:
        notebook: With its identity block.
        identity: What that says.
        remember: What the person's own machine may believe of it without a question at the first save;
            ``None``: somebody else wrote it, so the block is a stranger's claim (design section 2).
    """

    notebook: NotebookNode
    identity: Identity
    remember: LedgerEntry | None


async def find_version(client: OpenBIS, perm_id: str) -> DataSet:
    """The data set of a version whose files can be read now; one round trip.

    Raises:
        NotFound: there is none that the person sees.
        DataNotAvailable: its files are in the archive, or not in openBIS at all.
    """
    return readable((await client.data_sets([perm_id])).get(perm_id))


def readable(found: DataSet | None) -> DataSet:
    """:func:`find_version` of a data set that was asked for already; ``None``: openBIS showed none."""
    if found is None or found.owner is None:
        raise NotFound("There is no such version that you may see.", next_step="Check the permId.")
    state = of_data_set(found)
    if state is not Availability.AVAILABLE:
        archived = state in (Availability.ARCHIVED, Availability.COMING_BACK)
        raise DataNotAvailable(
            f"The files of this version cannot be read now: it is {state.value}.",
            next_step="Bring it back from the archive in openBIS, and open it again."
            if archived
            else "Choose another version.",
        )
    return found


async def reopen(workplace: Workplace, asked: Reopening) -> Reopened:
    """Make the notebook that *asked* describes; nothing is written.

    Three or four round trips in a row; more only for a copy that the ELN made of a copy.

    Raises:
        NotFound: the version, the owner or an input is not there or not visible; or it holds no notebook.
        DataNotAvailable: the version is archived.
        TooLarge, InvalidNotebook: what is stored there cannot be opened.
        InvalidInput: it cannot be continued, as it has no notebook id; or the owner is a space or project.
        EntityFrozen, Forbidden: nothing could be saved in the owner that was chosen.
    """
    source = await find_version(workplace.client, asked.version)
    if asked.mode == "continue":
        return await _continued(workplace, source)
    return await _as_template(workplace, source, asked)


async def _continued(workplace: Workplace, source: DataSet) -> Reopened:
    notebook_id = notebook_id_of(source)
    if notebook_id is None:
        raise InvalidInput(
            f"Data set {source.perm_id} is no version of a notebook: it has no history id.",
            next_step="Use it as a template; that makes a notebook of its own.",
        )
    async with together() as group:
        reading = group.create_task(_read(workplace, source.perm_id))
        judging = group.create_task(read_notebook(workplace.client, notebook_id, co_authors=False))
        who = group.create_task(workplace.client.whoami())
    stored, notebook = reading.result(), judging.result()
    said = _own_block(workplace, stored, notebook_id)
    identity = Identity(
        server=workplace.server,
        notebook_id=notebook_id,
        # An earlier version may have an earlier name: saved under that, it would rename the notebook.
        name=_name(notebook.name, source, said),
        **_stored_in(source.owner),
        inputs=await _inputs(workplace, source, stored, said),
        template_slug=said.template_slug if said else None,
        template_version=said.template_version if said else None,
        checkpoint_id=source.perm_id,
        saved_at=_utc(source.registered_at),
        saved_by=source.registrator.user_id if source.registrator else None,
        imported_from=web_origin.read(stored),
    )
    written = identity_block.write(reuse.with_kernel(stored), identity)
    if identity_block.read(written) is None:
        raise InvalidInput(
            "This notebook cannot be continued: "
            + (identity_block.problem(written) or "its block cannot be used."),
            next_step="Use it as a template; that makes a notebook of its own.",
        )
    trusted = await _may_write(workplace.client, notebook, source.perm_id, who.result().user_id)
    return Reopened(written, identity, LedgerEntry.of(identity) if trusted else None)


async def _as_template(workplace: Workplace, source: DataSet, asked: Reopening) -> Reopened:
    async with together() as group:
        reading = group.create_task(_read(workplace, source.perm_id))
        owning = group.create_task(_owner(workplace, source, asked.owner))
        chosen = group.create_task(_chosen(workplace.client, asked.inputs or ()))
    stored, owner = reading.result(), owning.result()
    origin = notebook_id_of(source)
    said = _own_block(workplace, stored, origin)
    inputs = chosen.result()
    if asked.inputs is None:
        inputs = tuple(await workplace.client.data_sets(await _inputs(workplace, source, stored, said)))
    identity = Identity(
        server=workplace.server,
        notebook_id=uuid.uuid4().hex,
        name=_name(asked.name or source.name, source, said),
        **_stored_in(owner),
        inputs=inputs,
        template_slug=said.template_slug if said else None,
        template_version=said.template_version if said else None,
        origin_notebook=origin,
        origin_id=source.perm_id,
        imported_from=web_origin.read(stored),
    )
    made = reuse.as_template(stored, identity.notebook_id, (*inputs, source.perm_id))
    written = identity_block.write(reuse.with_kernel(made), identity)
    if identity_block.read(written) is None:  # a notebook id that no block can hold; the rest is ours
        identity = replace(identity, origin_notebook=None, origin_id=None)
        written = identity_block.write(written, identity)
    return Reopened(written, identity, LedgerEntry.of(identity))


async def _read(workplace: Workplace, perm_id: str) -> NotebookNode:
    limit = workplace.limits.max_notebook
    content = await checkpoints.read(workplace.client, perm_id, max_bytes=limit)
    return await asyncio.to_thread(document.loads, content, name="The stored notebook", max_size=limit)


def _own_block(workplace: Workplace, stored: NotebookNode, notebook_id: str | None) -> Identity | None:
    """The identity block that was stored with the version, if it is of this notebook; a file that somebody
    uploaded may have any."""
    said = identity_block.read(stored)
    if said is None or said.notebook_id != notebook_id or not workplace.is_own_server(said.server):
        return None
    return said


async def _inputs(
    workplace: Workplace, source: DataSet, stored: NotebookNode, said: Identity | None
) -> tuple[str, ...]:
    """What the version was made from: what its block declares, and its parents."""
    eln = eln_notebook.read(stored)
    declared = said.inputs if said is not None else ()
    mentioned = {*declared, *(eln.data_sets if eln is not None else ())}
    return tuple(dict.fromkeys((*declared, *await original_inputs(workplace, source, mentioned))))


async def _owner(workplace: Workplace, source: DataSet, wanted: str | None) -> Entity:
    """Where a new notebook is to be stored. What a person chooses must take it; who only looks may look, and
    chooses when they save."""
    if wanted is None:
        assert source.owner is not None  # find_version
        return source.owner
    return await that_takes(workplace, await workplace.client.entity(wanted))


async def _chosen(client: OpenBIS, inputs: tuple[str, ...]) -> tuple[str, ...]:
    found = await client.data_sets(inputs)
    missing = [perm_id for perm_id in inputs if perm_id not in found]
    if missing:
        raise NotFound(f"There is no data set {', '.join(missing)} that you may see.")
    return tuple(found)


async def _may_write(client: OpenBIS, notebook: Notebook, perm_id: str, person: str) -> bool:
    """Whether a version is this person's own, or counts in a notebook that they may go on with."""
    version = next((one for one in notebook.versions if one.perm_id == perm_id), None)
    if version is None or version.registrator == person:
        return version is not None
    if not version.counts:
        return False
    return person == notebook.author or person in await checkpoints.co_authors(client, notebook.counting)


def _name(name: str, source: DataSet, said: Identity | None) -> str:
    return identity_block.clean_name(name or (said.name if said else "") or source.perm_id)


def _stored_in(owner: Entity | None) -> dict[str, Any]:
    assert owner is not None  # find_version
    return {
        "owner_kind": owner.kind,
        "owner_perm_id": owner.perm_id,
        "owner_identifier": owner.identifier,
    }


def _utc(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
