"""The openBIS servers of this person: listed, added, removed, chosen; log-in stands in ``log_in_routes``.

========================== ======================================================================
``GET connections``        each with the state of its session; where sessions can be kept
``POST connections``       ``{"name", "url"}``: a new one
``DELETE connections/<n>`` log out there, and forget it
``POST connections/<n>/use`` make it the default
========================== ======================================================================

Under a hub there is exactly the hub's connection, and nothing to change.
"""

from __future__ import annotations

import asyncio
from typing import Any

from tornado import web

from .. import assemble, keyring_home
from ..errors import ConfigurationProblem, Conflict, InvalidInput
from ..setting_values import parse_url
from .asking import check_names, text
from .handlers import Api
from .live_connection import LiveConnection
from .session_document import session_document

__all__ = ["ROUTES", "ConnectionApi"]

#: Seconds for which the list waits for a server that does not answer.
_PATIENCE = 5.0


class ConnectionApi(Api):
    """A route about connections."""

    def check_may_change(self) -> None:
        """Refuse where the connection is the hub's.

        Raises:
            Conflict: it is.
        """
        if self.desk.hub is not None:
            raise Conflict(
                "This server belongs to a JupyterHub, whose openBIS it uses.",
                next_step="Log in and out at the hub.",
            )

    def named(self, name: str) -> LiveConnection:
        """The connection of this name.

        Raises:
            NotFound: there is none.
        """
        return self.desk.connections.live(self.desk.connections.book.get(name))

    async def document(self, live: LiveConnection) -> dict[str, Any]:
        """A connection with the state of its session, whatever is wrong with it."""
        connections = self.desk.connections
        default = connections.default()
        known: dict[str, Any] = {"name": live.connection.name, "server": live.connection.url}
        known |= {"home": None, "user_id": None, "display_name": None}
        try:
            async with asyncio.timeout(_PATIENCE):
                known |= await session_document(live, self.desk.keeper)
        except TimeoutError:
            known |= {"state": "unknown", "message": "openBIS does not answer.", "next_step": ""}
        except ConfigurationProblem as error:
            known |= {"state": "unknown", "message": error.message, "next_step": error.next_step}
        configured = self.desk.hub is not None or connections.book.is_configured(live.connection)
        return known | {"default": live is default, "configured": configured}

    async def answer_all(self, status: int = 200) -> None:
        """The whole list: whoever changed something shows it next."""
        connections = self.desk.connections
        found = await asyncio.gather(*(self.document(live) for live in connections.all()))
        usable = self.desk.hub is None and await asyncio.to_thread(keyring_home.is_usable)
        self.answer(
            {
                "connections": found,
                "homes": ["memory", *(["keyring"] if usable else []), "file"],
                "hub_url": self.desk.settings.hub_url,
                "under_hub": self.desk.hub is not None,
            },
            status,
        )


class ConnectionsRoute(ConnectionApi):
    """All connections."""

    @web.authenticated
    async def get(self) -> None:
        """With the state of each session."""
        await self.answer_all()

    @web.authenticated
    async def post(self) -> None:
        """``{"name", "url"}``; without a name it is called as its host."""
        self.check_may_change()
        body = self.body()
        check_names(body, {"name", "url"})
        try:
            url = parse_url((text(body, "url") or "").strip())
        except ValueError as error:
            raise InvalidInput(
                "That is not an address of openBIS.",
                next_step="Give it as in the browser, such as https://openbis.example.org",
                extra={"field": "url"},
            ) from error
        # Refused now what could never be spoken to, such as plain http to another machine.
        assemble.server(assemble.settings_for(self.desk.settings, url))
        self.desk.connections.book.add(text(body, "name") or "", url)
        await self.answer_all(201)


class ConnectionRoute(ConnectionApi):
    """One connection."""

    @web.authenticated
    async def delete(self, name: str) -> None:
        """Log out there, and forget it."""
        self.check_may_change()
        live = self.named(name)
        book = self.desk.connections.book
        if book.is_configured(live.connection):
            book.remove(name)  # which says why it cannot be
        await live.log_out()
        if any(one.name == name for one in book.all()):  # it may have been there for its session only
            book.remove(name)
        await self.answer_all()


class UseRoute(ConnectionApi):
    """Which one is the default."""

    @web.authenticated
    async def post(self, name: str) -> None:
        """For notebooks that name no openBIS, or one that there is no connection to."""
        self.check_may_change()
        self.desk.connections.book.use(name)
        await self.answer_all()


ROUTES = [
    (r"/openbis/api/v1/connections", ConnectionsRoute),
    (r"/openbis/api/v1/connections/([^/]+)", ConnectionRoute),
    (r"/openbis/api/v1/connections/([^/]+)/use", UseRoute),
]
