"""The connections of this server, and which of them a notebook is about."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from .. import assemble
from ..at_hub.hub import Hub
from ..connections import Connection, ConnectionBook
from ..errors import ConfigurationProblem, NotLoggedIn, OpenBISFailure, OpenbisNbError, UserMistake
from ..models import Identity
from ..notebooks import document
from ..notebooks import identity as identity_block
from ..settings import Settings
from ..workflows.file_identity import server_of_file
from .live_connection import LiveConnection

__all__ = ["LiveConnections"]

_log = logging.getLogger(__name__)

#: Blocks of files that are remembered, so that a large notebook is read once for each of its states.
_MOST_BLOCKS = 200

_Stamp = tuple[Path, int, int]


@dataclass(slots=True)
class LiveConnections:
    """All connections; under a hub exactly the hub's.

    Args:
        settings: Of this account, as environment and file say them: no connection is chosen yet.
        hub: ``None`` in a plain local Jupyter.
    """

    settings: Settings
    hub: Hub | None
    book: ConnectionBook = field(init=False)
    _live: dict[str, LiveConnection] = field(default_factory=dict)
    _blocks: dict[_Stamp, Identity | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.book = assemble.connections(self.settings)

    def all(self) -> list[LiveConnection]:
        """Every connection, in the order of the book.

        Raises:
            ConfigurationProblem: the list of connections cannot be read.
        """
        return [self.live(one) for one in self._known()]

    def live(self, one: Connection) -> LiveConnection:
        """The connection in use, made at its first."""
        if one.url not in self._live:
            settings = assemble.settings_for(self.settings, one.url)
            self._live[one.url] = LiveConnection(one, settings, self.hub)
        found = self._live[one.url]
        found.connection = one  # it may have got another name
        return found

    def default(self) -> LiveConnection | None:
        """The default one; ``None`` where there is none, or nobody chose. Raises as :meth:`all`."""
        one = self._only() if self.hub is not None else self.book.default()
        return self.live(one) if one is not None else None

    async def of(self, *, path: Path | None = None, server: str = "") -> LiveConnection:
        """The connection to the openBIS that is meant, else the default one.

        Args:
            path: A notebook: the openBIS that its block names, or that we saved it to.
            server: The address itself.

        Raises:
            ConfigurationProblem: no openBIS is known, or nobody chose among several.
        """
        if self.hub is None and (path is not None or server) and len(self._known()) > 1:
            named = server or await asyncio.to_thread(self._named_by, path)
            one = self.book.choose(named) if named else None
            if one is not None:
                return self.live(one)
        default = self.default()
        if default is None:
            raise _nothing_chosen(bool(self._known()))
        return default

    async def keep_alive(self) -> None:
        """Keep the sessions that were used here from ending while work goes on (U-01)."""
        if self.hub is not None:
            return  # which keeps its own
        for live in list(self._live.values()):
            try:
                await live.keep_alive()
            except (NotLoggedIn, OpenBISFailure) as error:
                _log.debug("%s could not be kept alive. %s", live.connection.url, error)

    async def close(self) -> None:
        """Close the connections; what only this server keeps is ended."""
        for live in self._live.values():
            await live.close()
            if self.hub is None:
                try:
                    await live.end_what_was_for_this_server()
                except OpenbisNbError as error:  # such as a keyring that is locked by now
                    _log.info("The session with %s was not ended. %s", live.connection.url, error)

    def _known(self) -> tuple[Connection, ...]:
        if self.hub is not None:
            only = self._only()
            return (only,) if only is not None else ()
        return self.book.all()

    def _only(self) -> Connection | None:
        url = self.settings.url
        return Connection(urlsplit(url).netloc, url) if url else None

    def _named_by(self, path: Path | None) -> str:
        try:
            block = self._block(path) if path is not None else None
        except (OSError, UserMistake):
            return ""  # the work itself says what is wrong with the file
        if path is None:
            return ""
        return server_of_file(assemble.ledger(self.settings), block, path)

    def _block(self, path: Path) -> Identity | None:
        state = path.stat()
        stamp = (path, state.st_mtime_ns, state.st_size)
        if stamp not in self._blocks:
            content = document.read(path, max_size=self.settings.max_notebook_size)
            while len(self._blocks) >= _MOST_BLOCKS:
                self._blocks.pop(next(iter(self._blocks)))
            self._blocks[stamp] = identity_block.read(content)
        return self._blocks[stamp]


def _nothing_chosen(several: bool) -> ConfigurationProblem:
    if several:
        return ConfigurationProblem(
            "Several openBIS servers are known, and none is the default.",
            next_step="Choose one in the menu openBIS, Connections.",
        )
    return ConfigurationProblem(
        "No address of openBIS is set.",
        next_step="Add a connection in the menu openBIS, Connections, or set OPENBIS_URL.",
    )
