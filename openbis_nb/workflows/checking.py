"""What openBIS must say yes to before a version is sent: owner, rights, type, properties, parents, author.

All questions go out at once; a warm session asks three (design section 5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import (
    EntityFrozen,
    EntityInTrash,
    Forbidden,
    InvalidProperties,
    NotFound,
    NotLoggedIn,
    UserMistake,
)
from ..models import Checkpoint, DataSet, Entity, Identity, Person
from ..notebooks import identity as identity_block
from ..openbis import checkpoints
from ..openbis.authorship import space_admins
from ..openbis.together import together
from .claims import check_claims
from .fields import all_at_once, of_field
from .outbox_entry import OutboxEntry
from .owner import check_can_own, check_may_add, check_not_frozen
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
        fitting = group.create_task(_properties_or_why_not(workplace, entry))
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
    co_authors = await _co_authors(workplace, versions, person.user_id)
    counting = [version for version in versions if version.counts]
    is_writer = bool(counting) and person.user_id in (counting[0].registrator, *co_authors)
    home = _new_home(entry, identity, counting) if is_writer else None
    told: tuple[str, ...] = ()
    if home is not None:
        owner, told = home, (f"The notebook has been moved to {home.identifier}; it is stored there.",)
    elif isinstance(owner, Entity):
        told = _moved(entry, owner)
    # Only now: a claim that nobody confirmed must not be kept for later.
    owner = await _taking_it(workplace, entry, owner, parents, fitting.result(), size)
    takes_over = entry.takeover and not entry.as_new and bool(counting) and not is_writer
    if takes_over:
        await _check_may_take_over(workplace, person, counting[0])
    standing = decide(
        identity,
        versions,
        person.user_id,
        owner.perm_id,
        co_authors=co_authors,
        as_new=entry.as_new,
        takeover=takes_over,
    )
    return Checked(person, owner, standing, tuple(versions), told)


async def _taking_it(
    workplace: Workplace,
    entry: OutboxEntry,
    owner: Entity | UserMistake,
    parents: dict[str, DataSet],
    properties: InvalidProperties | None,
    size: int,
) -> Entity:
    """The owner, if it, the parents and the type take the version; all that is wrong is said at once (O-71).

    Raises:
        UserMistake: the first that is wrong; the rest in its ``fields``.
    """
    # Of several the first decides what becomes of the version: with such properties nobody would take it.
    wrong: list[UserMistake] = [properties] if properties is not None else []
    try:
        if isinstance(owner, UserMistake):
            raise owner
        check_not_frozen(owner)
        if size >= ASK_RIGHTS_FROM:
            await check_may_add(workplace, owner)
    except NotLoggedIn:
        raise
    except UserMistake as error:
        wrong.append(of_field(error, "owner"))
    try:
        await _check_parents(workplace, entry.parents, parents)
    except (EntityInTrash, EntityFrozen) as error:
        wrong.append(error)
    if (problem := all_at_once(wrong)) is not None:
        raise problem
    assert isinstance(owner, Entity)  # else there was a problem
    return owner


async def _properties_or_why_not(workplace: Workplace, entry: OutboxEntry) -> InvalidProperties | None:
    try:
        await checkpoints.check_properties(workplace.client, entry.data_set_type, entry.properties)
    except NotFound as error:
        problem = InvalidProperties(error.message, next_step="Name a data-set type of this openBIS.")
        return of_field(problem, "data_set_type")
    except InvalidProperties as error:
        by_code = error.extra.get("properties", {})
        error.extra["fields"] = {f"properties.{code}": said for code, said in by_code.items()}
        return error if by_code else of_field(error, "data_set_type")
    return None


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
    check_can_own(owner)
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


def _new_home(entry: OutboxEntry, identity: Identity | None, counting: Sequence[Checkpoint]) -> Entity | None:
    """Where the versions of this notebook have been moved to, if the file was saved as one of them."""
    if identity is None or entry.as_new or entry.owner_perm_id != identity.owner_perm_id:
        return None
    home = counting[0].owner if counting else None
    was_one = identity.checkpoint_id in [version.perm_id for version in counting]
    return home if home is not None and was_one and home.perm_id != entry.owner_perm_id else None


async def _check_may_take_over(workplace: Workplace, person: Person, first: Checkpoint) -> None:
    """Raises:
    Forbidden: openBIS does not know the person as an admin of the notebook's space.
    """
    admins = await space_admins(workplace.client, first.owner) if first.owner is not None else frozenset()
    if person.user_id not in admins:
        raise Forbidden(
            f"You may not take over the notebook of {first.registrator}: "
            "that takes the role ADMIN in its space.",
            next_step="Save it without taking it over: then it is your own notebook, linked to this one.",
            extra={"role": "ADMIN"},
        )


async def _check_parents(workplace: Workplace, parents: Sequence[str], visible: dict[str, DataSet]) -> None:
    gone = [perm_id for perm_id in parents if perm_id not in visible]
    trashed = await workplace.client.in_trash(gone) if gone else frozenset[str]()
    check_parents(parents, visible, trashed)
