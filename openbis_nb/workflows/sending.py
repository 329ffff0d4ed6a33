"""Sending a version from the outbox: checked, completed, written once.

A version whose last answer was lost is looked for first, and is nothing but that until it is found or
its call is certainly over: no error on the way may make it look as if it had never been tried.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..errors import Conflict, NoSpace, NotLoggedIn, OpenBISFailure, OpenbisNbError, SaveUndecided
from ..models import Checkpoint, Entity, EntityKind
from ..notebooks import provenance
from ..notebooks.context import eln_link_to_data_set
from ..openbis import checkpoints
from ..openbis.checkpoints import CheckpointDraft
from .checking import Checked, check
from .completing import complete
from .ledger import LedgerEntry, StoredAs
from .outbox_entry import OutboxEntry
from .save_result import SaveResult
from .workplace import Workplace

__all__ = ["deliver", "flush", "send"]

Say = Callable[[str], None]


async def send(
    workplace: Workplace, save_id: str, *, owner: str | None = None, say: Say | None = None
) -> SaveResult:
    """Send one waiting version.

    Args:
        workplace: Whose outbox.
        save_id: Which version.
        owner: Identifier or permId of another owner, chosen because the first one does not take it.
        say: Told what is being done, for people.

    Raises:
        NotFound: no such version.
        Conflict: another owner for a version that may already be stored with the first one.
        OpenbisNbError: why it could not be sent; the version stays, with the reason.
    """
    entry = workplace.outbox.get(save_id)
    if owner is not None:
        _check_may_choose(entry)
        entity = await workplace.client.entity(owner)
        entry = workplace.outbox.update(
            replace(
                entry,
                owner_perm_id=entity.perm_id,
                owner_identifier=entity.identifier,
                owner_kind=entity.kind,
            )
        )
    return await deliver(workplace, entry, say=say)


def _check_may_choose(entry: OutboxEntry) -> None:
    if entry.state == "undecided":
        raise Conflict(
            f"{entry.name!r} may already be stored in {entry.owner_identifier}: the answer was lost.",
            next_step=f"First run `openbis-nb outbox send {entry.save_id}` without --owner: it looks there.",
        )


async def flush(workplace: Workplace, *, say: Say | None = None) -> list[SaveResult]:
    """Send what waits for this server and person, oldest first; what openBIS refuses stays, marked.

    A version that was kept while nobody was logged in is this person's, if nobody else has ever logged in on
    this account; else a person must say whose it is, by sending it.
    """
    person = (await workplace.client.whoami()).user_id
    theirs = {person} if workplace.ledger.people(workplace.server) - {person} else {person, ""}
    results = []
    for entry in workplace.outbox.entries(server=workplace.server):
        if entry.person not in theirs or entry.state == "refused":
            continue  # somebody else's, or a person must decide first
        try:
            results.append(await deliver(workplace, entry, say=say))
        except (OpenBISFailure, NotLoggedIn):
            break  # openBIS is away again
        except OpenbisNbError:
            continue  # marked with its reason; the next one may do
    return results


async def deliver(
    workplace: Workplace, entry: OutboxEntry, *, checked: Checked | None = None, say: Say | None = None
) -> SaveResult:
    """Check (unless *checked*), complete and write one version; on success it leaves the outbox.

    Raises:
        OpenbisNbError: the version stays in the outbox, marked with state and reason.
    """
    with workplace.outbox.sending(entry) as current:
        try:
            ready = current
            if current.state != "undecided":
                checked = checked or await check(workplace, current, current.size)
                if not current.person:
                    whose = replace(current, person=checked.person.user_id)
                    current = workplace.outbox.update(whose)
                ready = complete(workplace, current, checked)
            written = await _write(workplace, ready, say)
        except OpenbisNbError as error:
            latest = workplace.outbox.get(current.save_id)
            workplace.outbox.update(replace(latest, **_outcome(error, current, latest)))
            error.extra.setdefault("outbox", current.save_id)
            raise
        return _done(workplace, ready, written)


def _outcome(error: OpenbisNbError, before: OutboxEntry, latest: OutboxEntry) -> dict[str, Any]:
    """What a failed try leaves of a version.

    Args:
        error: Why it failed. ``checkpoints.write`` names the two that say that openBIS may have it.
        before: The version before this try.
        latest: The version now; another ``last_try_at`` says that this try came as far as registering.
    """
    only_looked = before.state == "undecided" and latest.last_try_at == before.last_try_at
    if isinstance(error, SaveUndecided) or (only_looked and not isinstance(error, Conflict)):
        return {"state": "undecided", "reason": error.message}  # and the time of the try stays
    again = isinstance(error, (OpenBISFailure, NotLoggedIn, NoSpace))
    return {"state": "waiting" if again else "refused", "reason": error.message, "last_try_at": None}


async def _write(workplace: Workplace, entry: OutboxEntry, say: Say | None) -> Checkpoint:
    record = entry.file(provenance.FILE_NAME)
    assert record is not None  # complete() wrote it
    if say is not None:
        say(f"sending {len(entry.files)} files to {entry.owner_identifier}")
    draft = CheckpointDraft(
        type_code=entry.data_set_type,
        owner=_owner_of(entry),
        name=entry.name,
        notes=entry.notes,
        notebook_id=entry.notebook_id,
        parents=entry.parents,
        properties=entry.properties,
        files={file.path: entry.path_of(file.path) for file in entry.files},
        save_id=entry.save_id,
        provenance_crc32=record.crc32,
        last_try_at=datetime.fromisoformat(entry.last_try_at) if entry.last_try_at else None,
    )

    def register() -> None:
        # From here on until openBIS answers, nobody can know: a crash must find that written down.
        began = datetime.now(UTC).isoformat()
        workplace.outbox.update(replace(entry, state="undecided", last_try_at=began))

    return await checkpoints.write(
        workplace.client, draft, before_register=register, patience=workplace.patience
    )


def _owner_of(entry: OutboxEntry) -> Entity:
    """The owner as the checks found it; openBIS itself judges once more."""
    kind: EntityKind = "experiment" if entry.owner_kind == "experiment" else "object"
    return Entity(
        kind, entry.owner_perm_id, entry.owner_identifier, entry.owner_identifier.rsplit("/", 1)[-1]
    )


def _done(workplace: Workplace, entry: OutboxEntry, written: Checkpoint) -> SaveResult:
    workplace.ledger.remember(
        LedgerEntry(
            server=entry.server,
            notebook_id=entry.notebook_id,
            name=entry.name,
            owner=entry.owner_perm_id,
            owner_kind=_owner_of(entry).kind,
            owner_identifier=entry.owner_identifier,
            inputs=tuple(dict.fromkeys((*entry.declared, *entry.attached))),
            checkpoint_id=written.perm_id,
            digest=entry.digest,
            core=entry.core,
            saved_at=json.loads(entry.path_of(provenance.FILE_NAME).read_text(encoding="utf-8"))["saved_at"],
        ),
    )
    stored = StoredAs(written.perm_id, entry.data_set_type, entry.properties)
    workplace.ledger.note_stored_as(entry.server, entry.notebook_id, stored)
    if entry.source is not None:
        workplace.ledger.place(
            entry.server,
            entry.notebook_id,
            Path(entry.source),
            block_id=entry.source_block,
            checkpoint_id=written.perm_id,
        )
    result = SaveResult(
        state="saved",
        perm_id=written.perm_id,
        save_id=entry.save_id,
        notebook_id=entry.notebook_id,
        owner=entry.owner_identifier,
        name=entry.name,
        files=tuple(file.path for file in entry.files),
        parents=entry.parents,
        unused=entry.unused,
        never_attached=tuple(p for p in entry.declared if p not in entry.attached),
        redactions=entry.redactions,
        told=entry.told,
        link=eln_link_to_data_set(workplace.links, written.perm_id),
        page=workplace.library_page(entry.notebook_id),
        fork_of=entry.fork_of,
        digest=entry.digest,
        saved_by=entry.person,
    )
    workplace.outbox.remove(entry)
    return result
