"""What all families of calls share: the server, the transport, and the token of the session."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from ..errors import NotLoggedIn
from ..models import DataSet, DataSetType, Person, ServerInformation
from .connection import Server
from .protocol import fetching
from .protocol.ids import Json
from .protocol.replies import Reply
from .records import DataStore
from .secrets import Secret
from .transport import Transport

__all__ = ["Calls"]

#: Objects of one page, where all are wanted.
_PAGE = 500


class Calls:
    """Base of all families of calls; ``client.OpenBIS`` is the whole."""

    def __init__(
        self, server: Server, token: Secret | str | None = None, *, transport: Transport | None = None
    ) -> None:
        self.server = server
        self.transport = transport or Transport(server)
        self._shares_transport = transport is not None
        self._token = Secret(token) if isinstance(token, str) else token
        self._person: Person | None = None
        self._information: ServerInformation | None = None
        self._types: dict[str, DataSetType] = {}
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

    async def _call(self, method: str, *params: Any, safe: bool = True) -> Reply:
        return Reply(await self.transport.application(method, self.token, *params, safe=safe))

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
