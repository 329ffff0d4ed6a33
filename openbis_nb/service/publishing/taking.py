"""Taking a snapshot: one version, fetched with the session of the person who publishes it (design D13).

What a plan has shown is what is stored: both come from the same rendering.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ...errors import TooLarge
from ...models import Checkpoint
from ...notebooks import publishing
from ...notebooks.publishing import Prepared
from ...openbis import checkpoints
from ...units import human_size
from ..library.query import Viewer
from . import store
from .model import Code, Snapshot

if TYPE_CHECKING:
    from ..service import Service

__all__ = ["Taken", "new_id", "prepare", "taken"]


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot that is not stored yet, with its bytes."""

    snapshot: Snapshot
    page: bytes
    outputs: bytes


async def prepare(here: Service, viewer: Viewer, perm_id: str, code: Code) -> Prepared:
    """What would be published of a version that openBIS has just shown to the viewer.

    Raises:
        NotFound: no notebook in it.
        InvalidNotebook, TooLarge: it cannot be shown, or is over the admin's limit.
        TooFast: the viewer waits for many already.
        NotLoggedIn, Forbidden, DataNotAvailable, TransferFailed, OpenBISFailure: it cannot be fetched.
    """

    async def make() -> bytes:
        async with viewer.openbis() as client:
            content = await checkpoints.read(client, perm_id, max_bytes=here.core.max_notebook_size)
        return await here.renderings.in_child(
            publishing.prepared,
            content,
            code="shown" if code == "shown" else "left-out",
            patterns=here.core.redact_patterns,
        )

    patterns = hashlib.sha256("\0".join(here.core.redact_patterns).encode(errors="replace")).hexdigest()
    kind = f"publish {code} {patterns}"
    made = publishing.unpack(await here.renderings.html(kind, perm_id, make, who=await viewer.openbis_user()))
    size, most = len(made.page) + len(made.outputs), here.settings.snapshot_limit
    if size > most:
        raise TooLarge(
            f"The page would take {human_size(size)}; the admin allows {human_size(most)}.",
            next_step="Save a version with smaller outputs, and publish that.",
        )
    return made


def taken(version: Checkpoint, author: str, code: Code, made: Prepared, who: str, now: datetime) -> Taken:
    """A new snapshot.

    Args:
        version: Of what.
        author: Of the notebook.
        code: Whether the code is in it.
        made: Its bytes.
        who: User id of the person whose session fetched it.
        now: The time.
    """
    return Taken(
        Snapshot(
            id=new_id(),
            notebook_id=version.notebook_id,
            version=version.perm_id,
            version_name=version.name,
            saved_at=version.registered_at,
            saved_by=version.registrator,
            author=author,
            code=code,
            made_by=who,
            made_at=now,
            digest=hashlib.sha256(made.page).hexdigest(),
            size=len(made.page) + len(made.outputs),
            outputs=hashlib.sha256(made.outputs).hexdigest(),
            contents=store.contents(made.told),
        ),
        made.page,
        made.outputs,
    )


def new_id() -> str:
    """For a snapshot, a page or what else stands in our tables."""
    return uuid.uuid4().hex
