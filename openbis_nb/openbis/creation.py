"""One data set per save, even when the last answer is lost (issue: "never a second data set").

``createUploadedDataSet`` cannot be repeated blindly: it may have been carried out although its answer never
came. What can be known decides:

* openBIS answered: it is done, or refused and certainly not done.
* The call never arrived (no connection, HTTP 503): the same upload id may be used again. If openBIS then
  says "No uploaded files found", it did take them: look on.
* The answer was lost: look for the data set, again and again for a while. Not found: nobody can know
  whether the call is still at work, so :class:`~openbis_nb.errors.SaveUndecided`, and the caller keeps
  everything for a later try, which looks first and sends again only when the first call must be over.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path

from ..errors import (
    Conflict,
    NotLoggedIn,
    OpenBISFailure,
    OpenbisNbError,
    OpenBISRefused,
    OpenBISTimeout,
    OpenBISUnreachable,
    SaveUndecided,
    TransferFailed,
    UnexpectedAnswer,
)
from ..models import Entity
from . import properties as property_rules
from .client import OpenBIS, Secret
from .failures import never_arrived
from .protocol import changes
from .protocol.replies import Reply
from .upload import TOP_FOLDER, Upload, measure, send

__all__ = ["BeforeRegister", "NewDataSet", "Patience", "create_data_set", "find_earlier"]

#: Finds the data set of an earlier try of the same save, by what only that save can have written.
Finder = Callable[[], Awaitable[str | None]]
#: Told right before the one call that cannot be repeated blindly; awaited where it gives something to await.
BeforeRegister = Callable[[], Awaitable[None] | None]

_TRIES = 3
_NO_FILES = "No uploaded files found"
#: Least speed at which a data store takes an upload into its store, for time-outs, in bytes per second.
_SLOWEST = 10 * 2**20

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDataSet:
    """What is to be registered: property codes in the server's spelling, files as for ``upload.send``."""

    type_code: str
    owner: Entity
    files: Mapping[str, Path | bytes]
    properties: Mapping[str, str] = field(default_factory=dict)
    parents: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to look for a data set whose answer was lost.

    Args:
        looks: Waits before each look, in seconds.
        over_after: After this time a call whose answer was lost is certainly over, in seconds; for
            large uploads longer, see :meth:`is_over`.
    """

    looks: tuple[float, ...] = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
    over_after: float = 900.0

    def within(self, seconds: float) -> Patience:
        """The same, but the last look is over after so many seconds."""
        begun = [0.0, *accumulate(self.looks)]
        looks = (min(wait, seconds - then) for wait, then in zip(self.looks, begun, strict=False))
        return replace(self, looks=tuple(wait for wait in looks if wait > 0))

    def is_over(self, began: datetime, size: int) -> bool:
        """Whether a call that began then, with *size* bytes, must have ended by now.

        Generous: a front server gives up after a minute or two, openBIS' own transactions later.
        """
        longest = timedelta(seconds=self.over_after + size / _SLOWEST if self.over_after else 0)
        return datetime.now(UTC) - began >= longest


async def find_earlier(
    client: OpenBIS, new: Mapping[str, Path | bytes], find: Finder, began: datetime, patience: Patience
) -> str | None:
    """The data set of an earlier try; ``None`` says that there is none and that try is certainly over.

    Args:
        client: With a session.
        new: The files of the save.
        find: Looks for it.
        began: When the earlier try began (aware).
        patience: When that try is over.

    Raises:
        SaveUndecided: openBIS could not be asked, or the try may still be at work.
        Conflict: it is there, with other bytes than were sent.
    """
    try:
        found = await find()
    except (OpenBISFailure, NotLoggedIn) as error:
        raise _undecided(error.message) from error
    sent = await measure(new)
    if found is not None:
        await _compare(client, found, sent)
        return found
    if not patience.is_over(began, sum(size for size, _ in sent.values())):
        raise _undecided("The earlier try may still be at work in openBIS.")
    return None


async def create_data_set(
    client: OpenBIS,
    new: NewDataSet,
    find: Finder | None = None,
    *,
    before_register: BeforeRegister | None = None,
    on_bytes: Callable[[int], None] | None = None,
    patience: Patience | None = None,
) -> str:
    """Register a data set with its files, once; give its permId.

    Every error but :class:`SaveUndecided` and :class:`Conflict` means that nothing was registered.

    Args:
        client: With a session.
        new: What.
        find: Looks for what a call with a lost answer made; without it a lost answer stays undecided.
        before_register: Told right before the one call that cannot be repeated blindly: the moment to
            write down the time, for :func:`find_earlier`.
        on_bytes: Told the number of bytes each time a part has arrived.
        patience: How long to look after a lost answer.

    Raises:
        InvalidProperties: found before a byte is sent.
        TransferFailed: files could not be uploaded.
        SaveUndecided: whether it was registered cannot be known yet.
        Conflict: openBIS stored other bytes than were sent; the permId is in ``extra``.
        Forbidden, NotFound, EntityFrozen, OpenBISRefused: openBIS says no.
    """
    property_rules.check(await client.data_set_type(new.type_code), new.properties)

    async def store(_: Secret) -> tuple[str, Upload]:
        upload = await _send(client, new, on_bytes)
        noted = before_register() if before_register is not None else None
        if noted is not None:
            await noted
        return await _register(client, new, upload, find, patience or Patience()), upload

    # The files lie in the workspace of one session, so a renewed one begins again with them.
    perm_id, upload = await client.with_session(store)
    await _compare(client, perm_id, upload.files)
    return perm_id


async def _send(client: OpenBIS, new: NewDataSet, on_bytes: Callable[[int], None] | None) -> Upload:
    """Upload the files.

    Raises:
        NotLoggedIn: also where the session's end showed as an error of the data store's disk: its
            workspace goes while other parts are on their way.
    """
    try:
        return await send(client, new.files, on_bytes=on_bytes)
    except (UnexpectedAnswer, TransferFailed) as error:
        with contextlib.suppress(OpenBISFailure):
            if not await client.is_session_active():
                raise NotLoggedIn("The openBIS session ended during the upload.") from error
        raise


async def _register(
    client: OpenBIS, new: NewDataSet, upload: Upload, find: Finder | None, patience: Patience
) -> str:
    creation = changes.data_set_creation(
        type_code=new.type_code,
        owner=new.owner,
        properties=new.properties,
        parents=new.parents,
        upload_id=upload.id,
    )
    for tries in range(1, _TRIES + 1):
        try:
            return await _register_once(client, creation, upload.size)
        except OpenBISRefused as error:
            if tries == 1 or _NO_FILES not in error.message:
                raise
            return await _look(find, patience, error)
        except (OpenBISUnreachable, OpenBISTimeout, UnexpectedAnswer) as error:
            if not never_arrived(error):
                return await _look(find, patience, error)
            if tries == _TRIES:
                raise
            _log.info("createUploadedDataSet did not arrive. %s Trying again.", error.message)
        await asyncio.sleep(client.server.pause(tries + 2))
    raise AssertionError("unreachable: the last try returns or raises")


async def _register_once(client: OpenBIS, creation: dict[str, object], size: int) -> str:
    store = await client.data_store_url()
    patience = client.server.request_timeout + size / _SLOWEST
    result = await client.transport.data_store(
        store, "createUploadedDataSet", client.token, creation, safe=False, patience=patience
    )
    perm_id = Reply(result).text(result, "permId")
    if not perm_id:
        raise UnexpectedAnswer("openBIS did not say which data set it made.")
    return perm_id


async def _look(find: Finder | None, patience: Patience, lost: OpenbisNbError) -> str:
    """Look for what a call with a lost answer may have made."""
    for pause in patience.looks if find is not None else ():
        await asyncio.sleep(pause)
        try:
            found = await find() if find is not None else None
        except OpenbisNbError as error:  # openBIS is away: it cannot be known yet, and may be soon
            _log.info("Looking for the version: %s", error.message)
            continue
        if found is not None:
            return found
    raise _undecided(lost.message) from lost


def _undecided(reason: str) -> SaveUndecided:
    return SaveUndecided(
        f"Whether openBIS has stored the version is not known: its answer was lost. {reason}"
    )


async def _compare(client: OpenBIS, perm_id: str, sent: Mapping[str, tuple[int, int]]) -> None:
    """Compare what openBIS lists with what was sent, byte counts and checksums."""
    wanted = {f"original/{TOP_FOLDER}/{path}": facts for path, facts in sent.items()}
    try:
        listed = await _listed(client, perm_id)
    except (OpenBISFailure, NotLoggedIn) as error:
        raise SaveUndecided(
            f"openBIS stored the version as {perm_id}, and could not be asked whether it is complete."
        ) from error
    wrong = [path for path, facts in wanted.items() if not _same(facts, listed.get(path))]
    if wrong or len(listed) != len(wanted):
        named = f" ({', '.join(sorted(wrong)[:5])})" if wrong else ""
        raise Conflict(
            f"openBIS stored data set {perm_id} with other files than were sent{named}.",
            next_step="Save again, and ask a power user of the space to delete that data set.",
            extra={"perm_id": perm_id},
        )


async def _listed(client: OpenBIS, perm_id: str) -> dict[str, tuple[int, int | None]]:
    for pause in (1, 4, 0):  # a data store may list the files a moment after it took them
        files = (await client.files_of([perm_id]))[perm_id]
        if files:
            return {file.path: (file.size, file.crc32) for file in files}
        await asyncio.sleep(client.server.retry_pause * pause)
    return {}


def _same(sent: tuple[int, int], listed: tuple[int, int | None] | None) -> bool:
    return listed is not None and listed[0] == sent[0] and listed[1] in (None, sent[1])
