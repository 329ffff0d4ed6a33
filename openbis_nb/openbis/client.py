"""``OpenBIS``: everything that we ask of openBIS, async and typed.

::

    async with OpenBIS(Server("https://openbis.example.org")) as openbis:
        await openbis.login("alice", password)
        experiment = await openbis.entity("/LAB/GROWTH/EXP1")
        data_sets = await openbis.data_sets_of(experiment)
        files = await openbis.files_of(data_set.perm_id for data_set in data_sets)

Moving bytes is apart: ``files.download``, ``creation.create_data_set``, ``checkpoints.write`` take a client.
"""

from __future__ import annotations

from types import TracebackType

from ._calls import Renew
from .browsing import BrowseCalls
from .changing import ChangeCalls
from .connection import Server
from .notebook_search import NotebookSearchCalls
from .secrets import Secret
from .sessions import SessionCalls

__all__ = ["OpenBIS", "Renew", "Secret", "Server"]


class OpenBIS(SessionCalls, BrowseCalls, NotebookSearchCalls, ChangeCalls):
    """One openBIS server seen by one session.

    Belongs to the event loop in which it is first used; ``blocking.BlockingOpenBIS`` is the face for
    code without one. Leaving the ``async with`` closes the connections and leaves the session alive.

    Every call may raise :class:`~openbis_nb.errors.NotLoggedIn` (the session is over),
    :class:`~openbis_nb.errors.OpenBISUnreachable`, :class:`~openbis_nb.errors.OpenBISTimeout` and
    :class:`~openbis_nb.errors.UnexpectedAnswer`; docstrings name what is particular.

    Args:
        server: Where it is.
        token: Session token or personal access token; else :meth:`login` or :meth:`use`.
        transport: Connections that several clients share, e.g. of all people of a service; who made them
            closes them. They carry no session.
        renew: Gives another session when openBIS says that this one is over: then the call is made once more.
        types: Definitions of data-set types that several clients share: they are the same for everybody, and
            filled in by the first who asks.
    """

    async def __aenter__(self) -> OpenBIS:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections, unless they are shared; the session at openBIS stays."""
        if not self._shares_transport:
            await self.transport.close()

    def __repr__(self) -> str:
        return f"OpenBIS({self.server.url!r}, session={'yes' if self._token else 'none'})"
