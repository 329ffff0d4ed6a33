"""What openBIS must say yes to before a version is sent: owner, rights, type, properties, parents, author.

All questions go out at once; a warm session asks three (design section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import EntityInTrash, InvalidInput, InvalidProperties, NotFound, NotLoggedIn, UserMistake
from ..models import Checkpoint, DataSet, Entity, Identity, Person
from ..notebooks import identity as identity_block
from ..openbis import checkpoints
from ..openbis.together import together
from .claims import check_claims
from .outbox_entry import OutboxEntry
from .owner import check_may_add, check_not_frozen
from .parents import check_parents
from .standing import Standing, decide
from .workplace import Workplace

__all__ = ["ASK_RIGHTS_FROM", "Checked", "check"]

#: From this size on, in bytes, the right to write is asked for before the upload. A smaller version is
#: refused by openBIS as fast as the question is answered, and nothing is lost by trying.
ASK_RIGHTS_FROM = 10 * 2**20


@dataclass(frozen=True, slots=True)
class Checked:
    """What the checks found: who saves, where, and under whose notebook."""

    person: Person
    owner: Entity
    standing: Standing
    versions: tuple[Checkpoint, ...]
    told: tuple[str, ...] = ()


async def check(workplace: Workplace, entry: OutboxEntry, size: int) -> Checked:
    """Ask openBIS whether *entry* can be saved as it is.

    Args:
        workplace: Who and where.
        entry: The version.
        size: Bytes of all its files.

    Raises:
        NeedsConfirmation: the notebook's block claims what nobody here wrote.
        EntityInTrash, EntityFrozen, NotFound, Forbidden: the owner or a parent does not take it.
        InvalidProperties: the type asks for something else.
        OpenBISFailure, NotLoggedIn: openBIS could not be asked.
    """
    identity = identity_block.read({"metadata": {"openbis": entry.block}}) if entry.block else None
    async with together() as group:
        who = group.create_task(workplace.client.whoami())
        where = group.create_task(_owner_or_why_not(workplace, entry))
        known = group.create_task(_versions_and_parents(workplace, identity, entry.parents))
        group.create_task(_check_properties(workplace, entry))
    person, owner, (versions, parents) = who.result(), where.result(), known.result()
    if identity is not None:
        check_claims(
            workplace,
            identity,
            person=person.user_id,
            versions=versions,
            owner_given=entry.owner_perm_id != identity.owner_perm_id,
            confirmed=entry.confirmed,
        )
    if isinstance(owner, UserMistake):
        raise owner  # only now: a claim that nobody confirmed must not be kept for later
    check_not_frozen(owner)
    if size >= ASK_RIGHTS_FROM:
        await check_may_add(workplace, owner)
    await _check_parents(workplace, entry.parents, parents)
    standing = decide(
        identity,
        versions,
        person.user_id,
        owner.perm_id,
        co_authors=await _co_authors(workplace, versions, person.user_id),
        as_new=entry.as_new,
    )
    return Checked(person, owner, standing, tuple(versions), _moved(entry, owner))


async def _check_properties(workplace: Workplace, entry: OutboxEntry) -> None:
    try:
        await checkpoints.check_properties(workplace.client, entry.data_set_type, entry.properties)
    except NotFound as error:
        raise InvalidProperties(error.message, next_step="Name a data-set type of this openBIS.") from error


async def _owner_or_why_not(workplace: Workplace, entry: OutboxEntry) -> Entity | UserMistake:
    try:
        return await _owner(workplace, entry)
    except NotLoggedIn:
        raise
    except UserMistake as error:
        return error


async def _owner(workplace: Workplace, entry: OutboxEntry) -> Entity:
    """The owner by its permId: where it has been moved to does not matter (O-11)."""
    wanted = entry.owner_perm_id or entry.owner_identifier
    kind = next((kind for kind in ("experiment", "object") if kind == entry.owner_kind), None)
    try:
        owner = await workplace.client.entity(wanted, kind)
    except NotFound:
        if wanted in await workplace.client.in_trash([wanted]):
            raise EntityInTrash(f"{entry.owner_identifier} lies in the trash.") from None
        raise NotFound(
            f"{entry.owner_identifier} is not there, or you may no longer see it.",
            next_step="Restore it, ask for the right to see it, or save to another entity with owner=…",
        ) from None
    if not owner.can_own_data_sets:
        raise InvalidInput(
            f"{owner.identifier} is a {owner.kind}; a notebook is stored in an experiment or object.",
            next_step="Name an experiment or object as the owner.",
        )
    return owner


def _moved(entry: OutboxEntry, owner: Entity) -> tuple[str, ...]:
    known_as = entry.owner_identifier.upper()
    if known_as and known_as not in (owner.identifier.upper(), owner.perm_id.upper()):
        return (f"{entry.owner_identifier} has moved: it is {owner.identifier} now.",)
    return ()


async def _versions_and_parents(
    workplace: Workplace, identity: Identity | None, parents: Sequence[str]
) -> tuple[Sequence[Checkpoint], dict[str, DataSet]]:
    if identity is None or not workplace.is_own_server(identity.server):
        return (), await workplace.client.data_sets(parents)
    return await checkpoints.versions_and_inputs(workplace.client, identity.notebook_id, parents)


async def _co_authors(workplace: Workplace, versions: Sequence[Checkpoint], person: str) -> Sequence[str]:
    counting = [version for version in versions if version.counts]
    if not counting or counting[0].registrator == person:
        return ()  # the author needs nobody's leave, and we need no further call
    return await checkpoints.co_authors(workplace.client, counting)


async def _check_parents(workplace: Workplace, parents: Sequence[str], visible: dict[str, DataSet]) -> None:
    gone = [perm_id for perm_id in parents if perm_id not in visible]
    trashed = await workplace.client.in_trash(gone) if gone else frozenset[str]()
    check_parents(parents, visible, trashed)
