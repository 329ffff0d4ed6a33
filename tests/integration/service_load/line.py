"""A line to a server that can be cut and held: what a network, or a server that is down, does to a client."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from .loop_thread import LoopThread

__all__ = ["Line"]

_PIECE = 2**16


class Line:
    """Passes bytes between its own port of the loopback and another one; runs in a thread of its own.

    Args:
        target: The port of the server.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._held = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._loop = LoopThread("line")
        self._listener = self._loop.run(self._listen(0))
        self.port = int(self._listener.sockets[0].getsockname()[1])

    def cut(self) -> None:
        """Every connection breaks, and no new one is taken: the server is down."""
        self._loop.run(self._stop_listening())

    def hold(self) -> None:
        """Connections are taken, and nothing is passed on: not even TLS gets anywhere."""
        self._held = True
        self._loop.run(self._break())

    def mend(self) -> None:
        """As at first."""
        self._held = False
        self._loop.run(self._break())
        if not self._listener.is_serving():
            self._listener = self._loop.run(self._listen(self.port))

    def close(self) -> None:
        """Cut for good."""
        self.cut()
        self._loop.close()

    async def _listen(self, port: int) -> asyncio.Server:
        return await asyncio.start_server(self._pass, "127.0.0.1", port, backlog=512)

    async def _stop_listening(self) -> None:
        self._listener.close()
        await self._break()

    async def _break(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()
        await asyncio.sleep(0)

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            if self._held:
                await _until_gone(reader)
                return
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(back)
            try:
                await asyncio.gather(_pump(reader, back), _pump(there, writer))
            finally:
                self._writers.discard(back)
                back.transport.abort()
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


async def _until_gone(reader: asyncio.StreamReader) -> None:
    with suppress(ConnectionError):
        while await reader.read(_PIECE):
            pass


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while piece := await reader.read(_PIECE):
            writer.write(piece)
            await writer.drain()
    writer.close()
