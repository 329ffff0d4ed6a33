"""One openBIS as this server uses it: the session that counts now, one client, log-in and log-out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from .. import assemble
from ..account_session import AccountSession
from ..at_hub.hub import Hub
from ..connections import Connection
from ..errors import Conflict, OpenBISFailure
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from ..session_homes import Home, Kept, SessionHomes
from ..settings import Settings
from ..workflows.workplace import Workplace

__all__ = ["LiveConnection"]

#: Longest that a log-out waits for openBIS, in seconds: here it is forgotten in any case.
_GOODBYE = 5.0


@dataclass(slots=True)
class LiveConnection:
    """A connection in use.

    Args:
        connection: Its name and address.
        settings: With that address.
        hub: ``None`` in a plain local Jupyter.
    """

    connection: Connection
    settings: Settings
    hub: Hub | None
    account: AccountSession = field(init=False)
    _client: OpenBIS | None = None
    #: What a hub has given is the hub's: it is forgotten here, and never ended at openBIS.
    _of_a_hub: Secret | None = None
    _taking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self.account = assemble.account_session(self.settings, self.hub)

    async def workplace(self) -> Workplace:
        """Who and where, with the session as of now.

        Raises:
            NotLoggedIn: there is no session, or it is over.
            ConfigurationProblem: no address of openBIS is set, or a home of sessions does not open.
        """
        async with self._taking:
            server = assemble.server(self.settings)
            kept = await asyncio.to_thread(self._kept)
            token = kept.token if kept is not None else (await self.account.current())[0]
            if self._client is None:
                self._client = OpenBIS(server, token, renew=self.account.renewed)
            elif token != self._client.token:
                self._client.use(token)
            return await assemble.workplace(self.settings, self._client, self.hub)

    async def home(self) -> Home | None:
        """Where the session lives; ``None`` where there is none.

        Raises:
            ConfigurationProblem: a home does not open.
        """
        kept = await asyncio.to_thread(self._kept)
        return kept.home if kept is not None else None

    async def log_in(self, user: str, password: Secret, home: Home) -> None:
        """Begin a session by password, and keep it; the password is used once.

        Args:
            user: In openBIS.
            password: Theirs.
            home: ``memory``, ``keyring`` or ``file``.

        Raises:
            NotLoggedIn: openBIS does not know this user and password.
            OpenBISFailure: openBIS does not answer.
            ConfigurationProblem: the session cannot be kept there; it is ended again then.
        """
        async with OpenBIS(assemble.server(self.settings)) as openbis:
            await openbis.login(user, password)
            try:
                await self._keep(openbis, home)
            except BaseException:
                await _end(openbis)
                raise

    async def take(self, server: str, token: Secret, home: Home) -> None:
        """Keep a session that a hub has given.

        Args:
            server: Which openBIS it is for.
            token: The session; it is the hub's, and stays its.
            home: As in :meth:`log_in`.

        Raises:
            Conflict: it is for another openBIS.
            NotLoggedIn: openBIS does not take it.
            OpenBISFailure: openBIS does not answer.
        """
        if not self.account.is_for(server):
            raise Conflict(
                f"That hub works with {server}, and this connection is to {self.settings.url}.",
                next_step=f"Add a connection to {server}, and log in there.",
            )
        self._of_a_hub = token
        async with OpenBIS(assemble.server(self.settings), token) as openbis:
            await self._keep(openbis, home)

    async def log_out(self) -> bool:
        """Forget every session of this openBIS on this account, and end them there.

        A personal access token, and what a hub has given, are only forgotten.

        Returns:
            Whether openBIS has ended them all.

        Raises:
            ConfigurationProblem: a home does not open.
        """
        tokens = await asyncio.to_thread(_forget_all, self.account.homes, self.settings.url)
        async with self._taking:
            await self.close()
        ended = True
        for token in tokens:
            if not self._is_ours(token):
                ended = False
                continue
            async with OpenBIS(assemble.server(self.settings), token) as openbis:
                ended = await _end(openbis) and ended
        return ended

    async def end_what_was_for_this_server(self) -> None:
        """End the session that only this Jupyter server keeps: nobody could use it any more."""
        kept = await asyncio.to_thread(self._kept)
        if kept is not None and kept.home == "memory" and self._is_ours(kept.token):
            async with OpenBIS(assemble.server(self.settings), kept.token) as openbis:
                await _end(openbis)

    async def keep_alive(self) -> None:
        """Tell openBIS that the session is in use, if there is one: it ends after hours without a call (2.4).

        Raises:
            NotLoggedIn: it is over already.
            OpenBISFailure: openBIS does not answer.
        """
        if self._client is not None:
            await (await self.workplace()).client.check_session()

    async def close(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _keep(self, openbis: OpenBIS, home: Home) -> None:
        await openbis.check_session()
        await asyncio.to_thread(self.account.homes.store, self.settings.url, openbis.token, home)

    def _is_ours(self, token: Secret) -> bool:
        return not token.is_personal_access_token and token != self._of_a_hub

    def _kept(self) -> Kept | None:
        homes = self.account.homes
        homes.hand_to_kernels(self.settings.url)
        return homes.find(self.settings.url)


def _forget_all(homes: SessionHomes, url: str) -> list[Secret]:
    """What pybis has stored itself comes to light once ours is gone, and is a log-in as well."""
    found: list[Secret] = []
    while removed := homes.forget(url):
        found += removed
    return found


async def _end(openbis: OpenBIS) -> bool:
    try:
        async with asyncio.timeout(_GOODBYE):
            await openbis.logout()
    except (OpenBISFailure, TimeoutError):
        return False
    return True
