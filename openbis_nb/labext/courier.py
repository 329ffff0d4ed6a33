"""What waits in the outbox is sent by itself once openBIS can take it: after a log-in, or when it is back.

Whoever saved may have gone home by then. A version that openBIS refused waits for its person's decision.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from ..errors import NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..openbis.secrets import Secret
from ..workflows.outbox_entry import OutboxEntry
from ..workflows.save_result import SaveResult
from ..workflows.sending import flush
from ..workflows.workplace import Workplace

__all__ = ["Courier"]

_log = logging.getLogger(__name__)

#: Longest pause between two tries while openBIS does not take anything, in seconds.
_LONGEST_PAUSE = 900.0


@dataclass(slots=True)
class Courier:
    """Sends versions from the outbox, oldest first, each once.

    Args:
        waiting: The versions in the outbox; may block.
        workplace: The workplace for the openBIS at an address.
        every: Seconds between two looks, at most.
        sent: Told of each version that was sent.
    """

    waiting: Callable[[], Sequence[OutboxEntry]]
    workplace: Callable[[str], Awaitable[Workplace]]
    every: float
    sent: Callable[[SaveResult], Awaitable[None]]
    _poked: asyncio.Event = field(default_factory=asyncio.Event)
    #: Server → the session with which nothing could be sent, tries so far, rounds to leave out.
    _failed: dict[str, _Failed] = field(default_factory=dict)

    def poke(self) -> None:
        """Look now: somebody has a live session."""
        self._poked.set()

    async def carry_on(self) -> None:
        """Look again and again until cancelled."""
        while True:
            try:
                await self._round()
            except Exception:
                _log.exception("What waits in the outbox could not be sent.")  # and soon again
            try:
                await asyncio.wait_for(self._poked.wait(), self.every)
            except TimeoutError:
                continue
            self._poked.clear()

    async def _round(self) -> None:
        entries = await asyncio.to_thread(self.waiting)
        for server in dict.fromkeys(entry.server for entry in entries if entry.state != "refused"):
            try:
                await self._send(server)
            except NotLoggedIn as error:
                _log.debug("The outbox waits for a log-in. %s", error)
            except OpenbisNbError as error:
                _log.info("The outbox waits. %s", error)

    async def _send(self, server: str) -> None:
        workplace = await self.workplace(server)
        token = workplace.client.token
        failed = self._failed.get(server)
        if failed is not None and failed.token == token and failed.still_pauses():
            return
        before = await asyncio.to_thread(self._left, server)
        try:
            results = await flush(workplace)
        except (NotLoggedIn, OpenBISFailure):
            self._note_failure(server, token)
            raise
        for result in results:
            _log.info("%r was sent from the outbox: %s.", result.name, result.perm_id)
            await self.sent(result)
        if before and not results:
            self._note_failure(server, token)
        else:
            self._failed.pop(server, None)

    def _left(self, server: str) -> int:
        return sum(entry.server == server and entry.state != "refused" for entry in self.waiting())

    def _note_failure(self, server: str, token: Secret) -> None:
        before = self._failed.get(server)
        tries = before.tries + 1 if before is not None and before.token == token else 1
        pauses = min(2**tries, int(_LONGEST_PAUSE / self.every) + 1) - 1
        self._failed[server] = _Failed(token, tries, pauses)


@dataclass(slots=True)
class _Failed:
    token: Secret
    tries: int
    pauses: int

    def still_pauses(self) -> bool:
        self.pauses -= 1
        return self.pauses >= 0
