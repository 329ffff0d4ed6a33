"""What a save dialog shows: everything that a save would do, before it is done (U-33, N-22 to N-31, N-40).

The same steps as a save up to the point where something would be written: read, find out which notebook it
is, redact, ask openBIS. Two round trips; one more for a file from nowhere whose owner is chosen.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import Conflict, NeedsConfirmation, NotFound, NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..models import Checkpoint, DataSet, DataSetType, Entity, Identity
from ..notebooks import document
from ..openbis import checkpoints
from ..openbis.together import together
from .adopting import OwnNotebook, own_notebooks
from .claims import check_claims
from .copied import copied_or_renamed
from .drafting import make_draft
from .fields import of_field
from .file_identity import identity_of_file
from .outbox_entry import OutboxEntry
from .owner import check_can_own
from .result_candidates import Candidate, candidates
from .save_modes import Mode, modes_of
from .save_request import SaveRequest
from .workplace import Workplace

__all__ = ["PlanRequest", "SavePlan", "plan"]

Types = Callable[[Workplace], Coroutine[Any, Any, Sequence[DataSetType]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What is asked.

    Args:
        path: The notebook file.
        owner: Identifier or permId that the person has chosen; ``None``: the notebook's.
        files: Result files that the person has ticked: they are searched for secrets, too.
        came_here: When the file was written by a launch, where that is known.
    """

    path: Path
    owner: str | None = None
    files: Sequence[Path] = ()
    came_here: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePlan:
    """What a save would do.

    ``entry`` is the version as this machine alone would make it; ``known`` are its inputs and the version
    that it follows, as openBIS shows them; ``away`` says why openBIS could not be asked.
    """

    entry: OutboxEntry
    identity: Identity | None
    modes: tuple[Mode, ...]
    size: int
    results: Sequence[Candidate]
    results_cut: bool
    warnings: tuple[str, ...] = ()
    claims: Sequence[dict[str, str]] = ()
    author: str | None = None
    person: str | None = None
    owner: Entity | None = None
    own: Sequence[OwnNotebook] = ()
    newest: Checkpoint | None = None
    known: dict[str, DataSet] = field(default_factory=dict)
    types: Sequence[DataSetType] = ()
    away: OpenbisNbError | None = None


async def plan(workplace: Workplace, asked: PlanRequest, types: Types) -> SavePlan:
    """Say what a save would do.

    Args:
        workplace: Who and where; without a session it is said what this machine knows.
        asked: Of what.
        types: Gives the data-set types of this openBIS.

    Raises:
        NotFound, InvalidInput: the owner that the person names cannot be one; a ticked file is not there.
        InvalidNotebook, TooLarge: it cannot be saved at all.
    """
    local, is_copy = await asyncio.to_thread(_locally, workplace, asked)
    try:
        return await _asked(workplace, asked, local, is_copy, types)
    except (OpenBISFailure, NotLoggedIn) as error:
        return replace(local, away=error)


def _locally(workplace: Workplace, asked: PlanRequest) -> tuple[SavePlan, bool]:
    limit = workplace.limits.max_notebook
    notebook = document.read(asked.path, max_size=limit)
    identity = identity_of_file(workplace, notebook, asked.path)
    request = SaveRequest(path=asked.path, owner=asked.owner, files=asked.files)
    warnings, is_copy = _warnings(workplace, identity, request)
    with tempfile.TemporaryDirectory(prefix="openbis-nb-plan-", ignore_cleanup_errors=True) as folder:
        entry = make_draft(workplace, request, notebook, identity, (), Path(folder)).entry
    saved = workplace.ledger.get(workplace.server, identity.notebook_id) if identity else None
    last = saved.saved_at if saved is not None else identity.saved_at if identity is not None else None
    since = datetime.fromisoformat(last) if last else asked.came_here
    results, cut = candidates(asked.path, since, now=datetime.now(UTC))
    person = workplace.client.known_person.user_id if workplace.client.known_person else None
    local = SavePlan(
        entry=entry,
        identity=identity,
        modes=modes_of(_ours(workplace, identity), (), person or "", is_copy=is_copy),
        size=asked.path.stat().st_size,
        results=results,
        results_cut=cut,
        warnings=warnings,
        person=person,
        author=person if identity is None else None,
        owner=_said_owner(_ours(workplace, identity)) if asked.owner is None else None,
    )
    return local, is_copy


def _warnings(
    workplace: Workplace, identity: Identity | None, request: SaveRequest
) -> tuple[tuple[str, ...], bool]:
    """What to say of another name, and whether the file is a copy."""
    try:
        return copied_or_renamed(workplace, identity, request), False
    except Conflict as error:
        return (error.message,), True


async def _asked(
    workplace: Workplace, asked: PlanRequest, local: SavePlan, is_copy: bool, types: Types
) -> SavePlan:
    client, identity = workplace.client, local.identity
    inputs = (*local.entry.declared, *local.entry.attached)
    async with together() as group:
        who = group.create_task(client.whoami())
        where = group.create_task(_owner(workplace, asked.owner, identity))
        with_versions = group.create_task(_versions(workplace, identity, inputs))
        of_types = group.create_task(types(workplace))
    person, (owner, no_owner) = who.result().user_id, where.result()
    versions, known = with_versions.result()
    counting = [version for version in versions if version.counts]
    co_authors: Sequence[str] = ()
    if counting and counting[0].registrator != person:
        co_authors = await checkpoints.co_authors(client, counting)
    from_nowhere = _ours(workplace, identity) is None
    own = await own_notebooks(workplace, owner) if from_nowhere and owner is not None else []
    claims, said = _claims(workplace, identity, asked.owner is not None, person, versions)
    return replace(
        local,
        modes=modes_of(
            _ours(workplace, identity),
            versions,
            person,
            co_authors=co_authors,
            is_copy=is_copy,
            may_choose=bool(own),
        ),
        warnings=(*local.warnings, *no_owner, *said),
        claims=claims,
        author=counting[0].registrator if counting else person,
        person=person,
        owner=counting[0].owner if counting and asked.owner is None else owner,
        own=own,
        newest=counting[-1] if counting else None,
        known=known,
        types=of_types.result(),
    )


async def _owner(
    workplace: Workplace, wanted: str | None, identity: Identity | None
) -> tuple[Entity | None, tuple[str, ...]]:
    """Where it is to be stored; and, if the notebook's own place is gone, a sentence that says so."""
    try:
        if wanted is not None:
            entity = await workplace.client.entity(wanted)
            check_can_own(entity)
            return entity, ()
        if (ours := _ours(workplace, identity)) is not None:
            return await workplace.client.entity(ours.owner_perm_id, ours.owner_kind), ()
    except (NotLoggedIn, OpenBISFailure):
        raise
    except OpenbisNbError as error:
        if wanted is not None:
            raise of_field(error, "owner") from None
        if not isinstance(error, NotFound):
            raise
        gone = identity.owner_identifier if identity is not None else ""
        return None, (
            f"{gone} is not there, or you may no longer see it: choose where to store the notebook.",
        )
    return None, ()


async def _versions(
    workplace: Workplace, identity: Identity | None, inputs: Sequence[str]
) -> tuple[Sequence[Checkpoint], dict[str, DataSet]]:
    if (ours := _ours(workplace, identity)) is None:
        return (), await workplace.client.data_sets(inputs)
    wanted = (*inputs, *([ours.checkpoint_id] if ours.checkpoint_id else ()))
    return await checkpoints.versions_and_inputs(workplace.client, ours.notebook_id, wanted)


def _claims(
    workplace: Workplace,
    identity: Identity | None,
    owner_given: bool,
    person: str,
    versions: Sequence[Checkpoint],
) -> tuple[Sequence[dict[str, str]], tuple[str, ...]]:
    """What a person has to confirm before this can be saved."""
    if identity is None:
        return (), ()
    try:
        check_claims(workplace, identity, person=person, versions=versions, owner_given=owner_given)
    except NeedsConfirmation as error:
        return error.extra["claims"], (error.message,)
    return (), ()


def _ours(workplace: Workplace, identity: Identity | None) -> Identity | None:
    """A notebook of another openBIS is one from nowhere."""
    return identity if identity is not None and workplace.is_own_server(identity.server) else None


def _said_owner(identity: Identity | None) -> Entity | None:
    if identity is None:
        return None
    code = identity.owner_identifier.rsplit("/", 1)[-1]
    return Entity(identity.owner_kind, identity.owner_perm_id, identity.owner_identifier, code)
