"""Log-ins through a JupyterHub that are going on in this server, one for each connection."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from ..errors import InvalidInput, NotLoggedIn
from ..web.hub_log_in import PATIENCE, HubLogIn, Loopback, WebSession

__all__ = ["Begun", "HubLogIns"]

_LONGEST_CODE = 200


@dataclass(slots=True)
class Begun:
    """A log-in that waits for its person.

    Args:
        log_in: With the secret half.
        by_browser: The browser runs on this computer and brings the code itself; else the person copies it.
    """

    log_in: HubLogIn
    by_browser: bool
    address: asyncio.Future[str] = field(default_factory=asyncio.Future)
    _code: asyncio.Future[str] = field(default_factory=asyncio.Future)

    async def session(self) -> WebSession:
        """The session, once the person has allowed it.

        Raises:
            NotLoggedIn: it was refused, given up, or nobody came in time.
            OpenBISFailure: the hub does not answer.
        """
        return await self.log_in.exchange(await self._brought() if self.by_browser else await self._copied())

    def bring(self, code: str) -> None:
        """The code that the hub's page has shown.

        Raises:
            InvalidInput: it cannot be one.
        """
        code = code.strip()
        if not code or len(code) > _LONGEST_CODE or not code.isprintable():
            raise InvalidInput(
                "That is no code.", next_step="Copy the whole code from the page of JupyterHub."
            )
        if not self._code.done():
            self._code.set_result(code)

    def give_up(self) -> None:
        """Nobody waits for it any more."""
        if not self._code.done():
            self._code.set_exception(NotLoggedIn("This log-in was given up.", next_step="Log in again."))

    async def _brought(self) -> str:
        async with Loopback(self.log_in.state, "JupyterLab") as loopback:
            self.address.set_result(self.log_in.address(loopback.port))
            visit = asyncio.create_task(loopback.code())
            try:
                await asyncio.wait([visit, self._code], return_when=asyncio.FIRST_COMPLETED)
                return self._code.result() if self._code.done() else visit.result()
            finally:
                visit.cancel()
                await asyncio.gather(visit, return_exceptions=True)

    async def _copied(self) -> str:
        self.address.set_result(self.log_in.address())
        try:
            return await asyncio.wait_for(self._code, PATIENCE)
        except TimeoutError as error:
            raise NotLoggedIn("Nobody brought a code in time.", next_step="Log in again.") from error


class HubLogIns:
    """The ones that wait, by name of their connection."""

    def __init__(self) -> None:
        self._begun: dict[str, Begun] = {}

    @contextlib.contextmanager
    def waiting(self, name: str, begun: Begun) -> Iterator[None]:
        """Let it be found until its end; one that waited before is given up."""
        if before := self._begun.get(name):
            before.give_up()
        self._begun[name] = begun
        try:
            yield
        finally:
            if self._begun.get(name) is begun:
                del self._begun[name]

    def get(self, name: str) -> Begun:
        """The one that waits for this connection.

        Raises:
            NotLoggedIn: none does.
        """
        if name not in self._begun:
            raise NotLoggedIn("No log-in waits for this code.", next_step="Log in again.")
        return self._begun[name]
