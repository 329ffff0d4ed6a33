"""Another list of inputs, or another place, for a notebook that a front end has open (design D12).

The file is not touched: what is made here is the identity that the front end writes into the shared document.
The ledger notes it, so that the next save asks no question about what this person has just chosen.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..errors import Conflict, InvalidInput, NotFound, UserMistake
from ..models import Checkpoint, Entity, Identity, WebOrigin
from ..notebooks import document, web_origin
from ..notebooks.identity import MAX_INPUTS, clean_name
from ..openbis import checkpoints
from ..openbis.together import together
from .claims import check_claims
from .ledger import LedgerEntry
from .owner import check_can_own, check_may_add, check_not_frozen
from .workplace import Workplace

__all__ = ["change_inputs", "change_place"]


async def change_inputs(
    workplace: Workplace,
    identity: Identity | None,
    *,
    add: Sequence[str] = (),
    remove: Sequence[str] = (),
    confirmed: bool = False,
) -> Identity | None:
    """The identity with another list of inputs; new ones stand where the first removed one stood.

    What a kernel was given stays a parent of the next version, unless the person unticks it at the save
    (design D10). One round trip, and two more for a notebook that this machine does not know.

    Returns:
        ``None`` for a notebook from nowhere: it has no list yet, and what it was given counts at its save.

    Raises:
        NotFound: openBIS does not show one of *add*.
        Conflict: the notebook is of another openBIS.
        NeedsConfirmation: the notebook claims what neither this person nor this machine wrote.
        InvalidInput: too many.
    """
    shown = await workplace.client.data_sets(add)
    unseen = [perm_id for perm_id in add if perm_id not in shown]
    if unseen:
        raise NotFound(f"openBIS shows you no data set {', '.join(unseen[:5])}.")
    if identity is None:
        return None
    if not workplace.is_own_server(identity.server):
        raise Conflict(
            f"The notebook comes from another openBIS, {identity.server}.",
            next_step="Store it here first (Change place), then attach what it needs.",
        )
    await _confirm(workplace, identity, confirmed=confirmed)
    changed = replace(identity, inputs=_exchanged(identity.inputs, add, remove))
    workplace.ledger.learn(LedgerEntry.of(changed))
    return changed


async def change_place(
    workplace: Workplace,
    identity: Identity | None,
    path: Path,
    owner: str,
    *,
    as_new: bool = False,
    confirmed: bool = False,
) -> Identity:
    """The identity of the notebook stored in *owner*.

    One from nowhere gets a notebook id. One that was never saved moves. One that was saved stays where it is,
    and what is stored elsewhere is a new notebook that remembers where it comes from (N-31).

    Args:
        workplace: Who and where.
        identity: Of the file.
        path: The file, after which one from nowhere is called.
        owner: Identifier or permId of an experiment or object.
        as_new: The person knows that it becomes a new notebook.
        confirmed: The person trusts what the notebook says of itself.

    Raises:
        InvalidInput, EntityFrozen, Forbidden, NotFound: nothing can be stored there by this person.
        Conflict: it was saved elsewhere, and *as_new* was not said; ``extra["as_new"]`` tells it apart.
        NeedsConfirmation: as :func:`change_inputs`.
    """
    place = await workplace.client.entity(owner)
    check_can_own(place)
    check_not_frozen(place)
    await check_may_add(workplace, place)
    changed = _placed(workplace, identity, path, place, as_new=as_new)
    if identity is None:
        limit = workplace.limits.max_notebook
        changed = replace(changed, imported_from=await asyncio.to_thread(_imported_from, path, limit))
    if identity is not None and changed.inputs:
        await _confirm(workplace, identity, owner_given=True, confirmed=confirmed)
    workplace.ledger.learn(LedgerEntry.of(changed))
    return changed


def _placed(
    workplace: Workplace, identity: Identity | None, path: Path, place: Entity, *, as_new: bool
) -> Identity:
    own = identity is not None and workplace.is_own_server(identity.server)
    if identity is None:
        return _at(
            Identity(workplace.server, uuid.uuid4().hex, clean_name(path.stem), place.kind, "", ""), place
        )
    if own and (identity.checkpoint_id is None or identity.owner_perm_id == place.perm_id):
        return _at(identity, place)
    if not as_new:
        raise Conflict(
            f"The notebook is stored in {identity.owner_identifier}"
            f"{'' if own else f' of another openBIS, {identity.server}'}; its versions stay there.",
            next_step=f"Store it in {place.identifier} as a new notebook that remembers where it comes from.",
            extra={"as_new": True},
        )
    fresh = replace(
        identity,
        server=workplace.server,
        notebook_id=uuid.uuid4().hex,
        inputs=identity.inputs if own else (),
        checkpoint_id=None,
        saved_at=None,
        saved_by=None,
        digest=None,
        origin_notebook=identity.notebook_id if own else None,
        origin_id=identity.checkpoint_id if own else None,
    )
    return _at(fresh, place)


def _imported_from(path: Path, max_size: int) -> WebOrigin | None:
    """Where on the web a notebook without an owner came from; a file that cannot be read says nothing."""
    try:
        return web_origin.read(document.read(path, max_size=max_size))
    except UserMistake:
        return None


def _at(identity: Identity, place: Entity) -> Identity:
    return replace(
        identity, owner_kind=place.kind, owner_perm_id=place.perm_id, owner_identifier=place.identifier
    )


async def _confirm(
    workplace: Workplace, identity: Identity, *, owner_given: bool = False, confirmed: bool
) -> None:
    """Ask openBIS for this person's own versions only where this machine knows nothing of the notebook."""
    if confirmed:
        return
    person, versions = "", list[Checkpoint]()
    own = workplace.is_own_server(identity.server)
    if own and workplace.ledger.get(workplace.server, identity.notebook_id) is None:
        async with together() as group:
            who = group.create_task(workplace.client.whoami())
            known = group.create_task(checkpoints.versions(workplace.client, identity.notebook_id))
        person, versions = who.result().user_id, known.result()
    check_claims(workplace, identity, person=person, versions=versions, owner_given=owner_given)


def _exchanged(inputs: Sequence[str], add: Sequence[str], remove: Sequence[str]) -> tuple[str, ...]:
    gone = set(remove)
    place = next((at for at, perm_id in enumerate(inputs) if perm_id in gone), len(inputs))
    kept = [perm_id for perm_id in inputs if perm_id not in gone]
    new = [perm_id for perm_id in dict.fromkeys(add) if perm_id not in kept]
    found = (*kept[:place], *new, *kept[place:])
    if len(found) > MAX_INPUTS:
        raise InvalidInput(f"A notebook names at most {MAX_INPUTS} inputs.")
    return found
