"""A version put together by ``composing`` becomes one data set: also when it is tried again."""

from __future__ import annotations

import asyncio
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from ...errors import SaveUndecided
from ...models import Checkpoint
from ...notebooks import provenance
from ...notebooks.export import page_html
from ...notebooks.provenance import Provenance
from ...openbis import checkpoints
from ...openbis.checkpoints import CheckpointDraft
from ...openbis.client import OpenBIS
from ...openbis.creation import BeforeRegister
from ..workplace import Workplace
from .composing import Composed, NewVersion, compose
from .reading import read_provenance

__all__ = ["Attempt", "Written", "find_written", "register"]

#: How many of a person's newest versions are looked through for one that a lost try made.
_LOOK_THROUGH = 20
_AGAIN = "Repeat the very same request in a few minutes: it looks first, and never saves twice."


@dataclass(frozen=True, slots=True)
class Attempt:
    """One wish to write a version, however often it is tried.

    Write it down before the first try, and the time in ``before_register``; give both again on a repeat.

    Args:
        save_id: Made once; stands in ``provenance.json``.
        saved_at: ISO 8601 in UTC.
        last_try_at: When an earlier try began that may have reached openBIS (aware); ``None`` says that
            there certainly was none.
    """

    save_id: str
    saved_at: str
    last_try_at: datetime | None = None

    @classmethod
    def new(cls) -> Attempt:
        """A first one, now."""
        now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        return cls(str(uuid.uuid4()), now)

    @property
    def notebook_id(self) -> str:
        """The id of a notebook that this attempt makes: the same on a repeat."""
        return uuid.uuid5(uuid.NAMESPACE_URL, f"openbis-nb:notebook:{self.save_id}").hex


@dataclass(frozen=True, slots=True)
class Written:
    """A version that is stored.

    Args:
        checkpoint: The version.
        told: Sentences for the person.
        missing: Inputs of the base version that openBIS did not take as parents any more.
        fork_of: PermId of the version that it is a fork of.
        redactions: What was removed and where, never the secret.
    """

    checkpoint: Checkpoint
    told: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    fork_of: str | None = None
    redactions: tuple[str, ...] = ()


async def find_written(client: OpenBIS, notebook_ids: Sequence[str], attempt: Attempt) -> Written | None:
    """The version that an earlier try of *attempt* made; ``None`` where there is none to be seen.

    Looked for by its save id, which only that try can have written: whatever else has changed since (a parent
    in the trash, a newer version) makes no second data set.

    Args:
        client: With the session of the same person.
        notebook_ids: Under which it may have been stored.
        attempt: With the time of the try.
    """
    if attempt.last_try_at is None:
        return None
    me = (await client.whoami()).user_id
    for notebook_id in notebook_ids:
        versions = await checkpoints.versions(client, notebook_id)
        own = [version for version in versions if version.registrator == me]
        for version in reversed(own[-_LOOK_THROUGH:]):
            record = await read_provenance(client, version.perm_id)
            if record is not None and record.save_id == attempt.save_id:
                return Written(version, _told(record), record.missing, _origin(record))
    return None


async def register(
    workplace: Workplace,
    new: NewVersion,
    attempt: Attempt,
    *,
    before_register: BeforeRegister | None = None,
) -> Written:
    """Redact, render in the limited process, and store.

    Raises:
        SaveUndecided: whether it is stored is not known; repeat with the same attempt.
        InvalidNotebook, TooLarge, InvalidProperties, Forbidden, EntityFrozen, NotFound, OpenBISRefused,
            OpenBISFailure, NotLoggedIn: it is not stored.
    """
    client = workplace.client
    me = (await client.whoami()).user_id
    composed = await asyncio.to_thread(
        compose, workplace, new, save_id=attempt.save_id, saved_at=attempt.saved_at, person=me
    )
    page, remark = await asyncio.to_thread(page_html, composed.notebook, title=composed.name)
    draft = _draft(new, composed, page, attempt)
    try:
        stored = await checkpoints.write(
            client, draft, before_register=before_register, patience=workplace.patience
        )
    except SaveUndecided as error:
        error.next_step = _AGAIN
        raise
    told = _told(composed.provenance) + ((remark,) if remark else ())
    if composed.report:
        told += (composed.report.summary(),)
    removed = tuple(f"{item.count} x {item.kind} in {item.place}" for item in composed.report.removed)
    return Written(stored, told, new.missing, _origin(composed.provenance), removed)


def _draft(new: NewVersion, composed: Composed, page: str, attempt: Attempt) -> CheckpointDraft:
    record = composed.provenance.to_json()
    return CheckpointDraft(
        type_code=new.type_code,
        owner=new.owner,
        name=composed.name,
        notes=composed.notes,
        notebook_id=new.notebook_id,
        files={
            composed.file_name: composed.file,
            f"{composed.file_name}.html": page.encode(),
            provenance.FILE_NAME: record,
        },
        save_id=attempt.save_id,
        provenance_crc32=zlib.crc32(record),
        parents=new.parents,
        properties=new.properties,
        last_try_at=attempt.last_try_at,
    )


def _told(record: Provenance) -> tuple[str, ...]:
    if not record.missing:
        return ()
    more = f" and {len(record.missing) - 5} more" if len(record.missing) > 5 else ""
    named = ", ".join(record.missing[:5]) + more
    return (
        f"The input {named} could not be made a parent: it is in the trash, deleted, frozen, or not visible "
        f"to you. It stays named in {provenance.FILE_NAME}.",
    )


def _origin(record: Provenance) -> str | None:
    return record.forked_from.checkpoint_id if record.forked_from else None
