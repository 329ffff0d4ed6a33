"""A save that is repeated is the same save: what an earlier try left in the outbox is sent, not made anew.

openBIS was away, a cell was interrupted, a process died: the version of that try lies in the outbox,
complete. Saved again, the same content must become one data set, and older content of the same file must
come before newer (design section 6).
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError
from .outbox_entry import OutboxEntry
from .save_result import SaveResult
from .sending import Say, deliver
from .workplace import Workplace

__all__ = ["earlier_try", "forget_refused", "send_earlier"]


async def send_earlier(workplace: Workplace, source: Path, *, say: Say | None = None) -> list[SaveResult]:
    """Send what waits of this file, oldest first; what cannot be sent now stays, marked with the reason."""
    sent = []
    for entry in await _of_file(workplace, source):
        if entry.state == "refused":
            continue  # a person must decide first
        try:
            sent.append(await deliver(workplace, entry, say=say))
        except (OpenBISFailure, NotLoggedIn):
            break  # openBIS is away: the new version waits behind this one
        except OpenbisNbError:
            continue
    return sent


async def earlier_try(workplace: Workplace, entry: OutboxEntry) -> OutboxEntry | None:
    """The version in the outbox that *entry*, just made and not kept, would be a double of."""
    for kept in await _of_file(workplace, Path(entry.source or "")):
        same_owner = kept.owner_perm_id == entry.owner_perm_id or (
            kept.owner_identifier.upper() == entry.owner_identifier.upper()
        )
        same_wish = (kept.digest, kept.as_new, kept.takeover) == (entry.digest, entry.as_new, entry.takeover)
        if same_wish and same_owner:
            return kept
    return None


async def forget_refused(workplace: Workplace, source: Path, content: str) -> None:
    """After a save: what was refused, with this very content, is stored now in the way the person chose."""
    for kept in await _of_file(workplace, source):
        if kept.state == "refused" and kept.content == content:
            workplace.outbox.remove(kept)


async def _of_file(workplace: Workplace, source: Path) -> list[OutboxEntry]:
    waiting = workplace.outbox.entries(server=workplace.server)
    path = await asyncio.to_thread(source.resolve)
    of_file = [entry for entry in waiting if entry.source == str(path)]
    if not of_file:
        return []  # as nearly always: nobody needs to be asked who this is
    try:
        person = await workplace.client.whoami()
    except (OpenBISFailure, NotLoggedIn):
        return []
    return [entry for entry in of_file if entry.person == person.user_id]
