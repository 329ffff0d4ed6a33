"""What all families of calls share: the server, the transport, and the token of the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

from ..errors import NotLoggedIn, UnexpectedAnswer
from ..models import DataSet, DataSetType, Person, ServerInformation
from .connection import Server
from .protocol import fetching
from .protocol.ids import Json
from .protocol.replies import Reply
from .records import DataStore
from .secrets import Secret
from .transport import Transport

__all__ = ["Calls", "Renew", "person_of"]

T = TypeVar("T")
#: Gives another session than the one that openBIS has just refused, or ``None``; may raise ``NotLoggedIn``
#: with a better next step.
Renew = Callable[[Secret], Awaitable[Secret | None]]

#: Objects of one page, where all are wanted.
_PAGE = 500


class Calls:
    """Base of all families of calls; ``client.OpenBIS`` is the whole."""

    def __init__(
        self,
        server: Server,
        token: Secret | str | None = None,
        *,
        transport: Transport | None = None,
        renew: Renew | None = None,
        types: dict[str, DataSetType] | None = None,
    ) -> None:
        self.server = server
        self.transport = transport or Transport(server)
        self._shares_transport = transport is not None
        self._token = Secret(token) if isinstance(token, str) else token
        self._renew, self._renewing = renew, asyncio.Lock()
        self._person: Person | None = None
        self._information: ServerInformation | None = None
        self._types: dict[str, DataSetType] = {} if types is None else types
        self._data_stores: tuple[DataStore, ...] = ()
        self._store_urls: dict[str, str] = {}

    @property
    def token(self) -> Secret:
        """The session token or personal access token in use.

        Raises:
            NotLoggedIn: there is none.
        """
        if not self._token:
            raise NotLoggedIn("There is no openBIS session.")
        return self._token

    @property
    def has_session(self) -> bool:
        """Whether there is a token; not whether openBIS still takes it."""
        return bool(self._token)

    async def with_session(self, work: Callable[[Secret], Awaitable[T]]) -> T:
        """Do *work* with the session; once more with a renewed one when openBIS says that it is over.

        What was refused for that was not carried out, so even a call that creates may be repeated. An upload
        lies in the workspace of its session (contract 5.2): there, *work* is all of it.

        Raises:
            NotLoggedIn: there is no session, or no other one.
        """
        token = self.token
        try:
            return await work(token)
        except NotLoggedIn:
            renewed = await self._renewed(token)
            if renewed is None:
                raise
        return await work(renewed)

    async def _renewed(self, ended: Secret) -> Secret | None:
        """Another session of the same person, asked for once however many calls failed at the same time."""
        async with self._renewing:
            if self._token and self._token != ended:
                return self._token
            fresh = await self._renew(ended) if self._renew is not None else None
            if not fresh or fresh == ended:
                return None
            # Caches and outbox of who holds this client are one person's.
            if self._person is not None:
                person = await person_of(self.transport, fresh)
                if person.user_id != self._person.user_id:
                    return None
            self._token = fresh
            return fresh

    async def _call(self, method: str, *params: Any, safe: bool = True) -> Reply:
        return Reply(
            await self.with_session(
                lambda token: self.transport.application(method, token, *params, safe=safe)
            )
        )

    async def _search(
        self, method: str, criteria: Json, options: Json, *, offset: int = 0, limit: int = _PAGE
    ) -> tuple[Reply, list[Json], int]:
        paged = fetching.page(options, offset=offset, limit=limit) if "from" not in options else options
        reply = await self._call(method, criteria, paged)
        return reply, *reply.search()

    async def _search_all(
        self, method: str, criteria: Json, options: Json
    ) -> AsyncIterator[tuple[Reply, Json]]:
        """All objects of a search, page by page, while they are consumed."""
        offset, total = 0, 1
        while offset < total:
            reply, found, total = await self._search(method, criteria, options, offset=offset)
            for entry in found:
                yield reply, entry
            if not found:
                return
            offset += len(found)

    def _remember(self, data_set: DataSet) -> DataSet:
        """Note where the bytes of *data_set* lie, so that no call has to ask for it."""
        if data_set.download_url:
            self._store_urls[data_set.perm_id] = data_set.download_url
        return data_set


async def person_of(transport: Transport, token: Secret) -> Person:
    """Whose session it is.

    Raises:
        NotLoggedIn: it is over.
    """
    reply = Reply(await transport.application("getSessionInformation", token))
    information = reply.get(reply.result)
    if information is None:
        raise NotLoggedIn("The openBIS session is over.")
    person = reply.person(information.get("person"))
    user_id = str(information.get("userName") or "")
    if person is None and not user_id:
        raise UnexpectedAnswer("openBIS did not say whose session this is.")
    return person or Person(user_id)
