"""Sending a version from the outbox: checked, completed, written once.

The identity block and ``provenance.json`` are made here, because whose notebook a version belongs to,
and where its owner is now, is known only when openBIS has answered. They are kept with the version, so
that a repeat after a lost answer looks for exactly these bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError, SaveUndecided
from ..models import Checkpoint, Entity, Identity
from ..notebooks import document, provenance
from ..notebooks import identity as identity_block
from ..notebooks.context import eln_link_to_data_set
from ..notebooks.provenance import Forked, Observed, Provenance, ResultFile
from ..openbis import checkpoints
from ..openbis.checkpoints import CheckpointDraft
from .checking import Checked, check
from .ledger import LedgerEntry
from .outbox_entry import OutboxEntry
from .result_files import FOLDER
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
        OpenbisNbError: why it could not be sent; the version stays, with the reason.
    """
    entry = workplace.outbox.get(save_id)
    if owner is not None:
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


async def flush(workplace: Workplace, *, say: Say | None = None) -> list[SaveResult]:
    """Send what waits for this server and person, oldest first; what openBIS refuses stays, marked."""
    person = await workplace.client.whoami()
    results = []
    for entry in workplace.outbox.entries(server=workplace.server, person=person.user_id):
        if entry.state == "refused":
            continue  # a person must decide first
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
            if current.state != "undecided":
                checked = checked or await check(workplace, current, current.size)
                current = _complete(workplace, current, checked)
            owner = checked.owner if checked else await workplace.client.entity(current.owner_perm_id)
            written = await _write(workplace, current, owner, say)
        except OpenbisNbError as error:
            latest = workplace.outbox.get(current.save_id)
            workplace.outbox.update(replace(latest, **_outcome(error)))
            error.extra.setdefault("outbox", current.save_id)
            raise
        return _done(workplace, current, written)


def _outcome(error: OpenbisNbError) -> dict[str, Any]:
    if isinstance(error, SaveUndecided):
        return {"state": "undecided", "reason": error.message}  # and the time of the try stays
    away = isinstance(error, (OpenBISFailure, NotLoggedIn))
    return {"state": "waiting" if away else "refused", "reason": error.message, "last_try_at": None}


def _complete(workplace: Workplace, entry: OutboxEntry, checked: Checked) -> OutboxEntry:
    """Write identity block and provenance for what the checks found."""
    standing = checked.standing
    now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    facts = dict(entry.facts)
    identity = Identity(
        server=workplace.server,
        notebook_id=standing.notebook_id,
        name=entry.name,
        owner_kind=checked.owner.kind,
        owner_perm_id=checked.owner.perm_id,
        owner_identifier=checked.owner.identifier,
        inputs=tuple(dict.fromkeys((*entry.declared, *entry.attached))),
        template_slug=(facts.get("template") or {}).get("slug"),
        template_version=(facts.get("template") or {}).get("version"),
    )
    notebook = document.read(entry.path_of(entry.notebook_file), max_size=workplace.limits.max_notebook * 2)
    record = Provenance(
        save_id=entry.save_id,
        notebook_id=standing.notebook_id,
        name=entry.name,
        saved_at=now,
        saved_by=checked.person.user_id,
        owner={
            "kind": checked.owner.kind,
            "perm_id": checked.owner.perm_id,
            "identifier": checked.owner.identifier,
        },
        declared=entry.declared,
        attached=entry.attached,
        unticked=entry.unused,
        observed=tuple(Observed(**item) for item in facts.get("observed", ())),
        parameters=facts.get("parameters", {}),
        template=facts.get("template"),
        content_digest=entry.digest,
        code_digest=facts.get("code_digest", ""),
        environment=facts.get("environment", {}),
        started_at=facts.get("started_at"),
        forked_from=_origin(entry, checked),
        co_authors=tuple(facts.get("co_authors", ())),
        results=tuple(
            ResultFile(file.path, file.size, file.sha256)
            for file in entry.files
            if file.path.startswith(f"{FOLDER}/")
        ),
        redacted=len(entry.redactions),
    )
    completed = replace(
        entry,
        person=checked.person.user_id,
        notebook_id=standing.notebook_id,
        fork_of=standing.fork_of,
        owner_perm_id=checked.owner.perm_id,
        owner_identifier=checked.owner.identifier,
        owner_kind=checked.owner.kind,
        told=tuple(dict.fromkeys((*entry.told, *checked.told, *standing.told))),
    )
    return workplace.outbox.update(
        completed,
        {
            entry.notebook_file: document.dumps(identity_block.write(notebook, identity)),
            provenance.FILE_NAME: record.to_json(),
        },
    )


def _origin(entry: OutboxEntry, checked: Checked) -> Forked | None:
    if checked.standing.fork_of is None:
        return None
    origin = next(v for v in checked.versions if v.perm_id == checked.standing.fork_of)
    return Forked(origin.notebook_id, origin.perm_id, origin.registrator)


async def _write(workplace: Workplace, entry: OutboxEntry, owner: Entity, say: Say | None) -> Checkpoint:
    record = entry.file(provenance.FILE_NAME)
    assert record is not None  # _complete() wrote it
    if say is not None:
        say(f"sending {len(entry.files)} files to {owner.identifier}")
    draft = CheckpointDraft(
        type_code=entry.data_set_type,
        owner=owner,
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

    return await checkpoints.write(workplace.client, draft, before_register=register)


def _done(workplace: Workplace, entry: OutboxEntry, written: Checkpoint) -> SaveResult:
    workplace.ledger.remember(
        LedgerEntry(
            server=entry.server,
            notebook_id=entry.notebook_id,
            name=entry.name,
            owner=entry.owner_perm_id,
            owner_kind="experiment" if entry.owner_kind == "experiment" else "object",
            owner_identifier=entry.owner_identifier,
            inputs=tuple(dict.fromkeys((*entry.declared, *entry.attached))),
            checkpoint_id=written.perm_id,
            digest=entry.digest,
            saved_at=json.loads(entry.path_of(provenance.FILE_NAME).read_text(encoding="utf-8"))["saved_at"],
        ),
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
        fork_of=entry.fork_of,
        digest=entry.digest,
        saved_by=entry.person,
    )
    workplace.outbox.remove(entry)
    return result
