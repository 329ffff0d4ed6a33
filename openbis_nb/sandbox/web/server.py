"""The sandbox as a server: in a thread of this process (tests), or as the whole process (command line)."""

from __future__ import annotations

import asyncio
import signal
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

from aiohttp import web

from ..state import SandboxState
from .app import build_app
from .current import CURRENT

WORKERS = 16
"""Calls that run at the same time; more wait."""
SHUTDOWN_SECONDS = 1.0
"""How long calls under way may go on when the server stops; once more as long until they are cancelled."""
_BACKLOG = 512  # pybis opens a connection for each call


class SandboxServer:
    """One listening server over a state. ``url`` and ``port`` are known once it has started."""

    def __init__(self, state: SandboxState, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        self._app = build_app(state)
        self._runner: web.AppRunner | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._end = asyncio.Event()
        self.port = 0

    @property
    def state(self) -> SandboxState:
        """What is served now."""
        return self._app[CURRENT].state

    @property
    def url(self) -> str:
        """scheme://host:port, without a slash at the end."""
        if self.state.config.public_url:
            return self.state.config.public_url.rstrip("/")
        host = self.state.config.host
        shown = "127.0.0.1" if host in ("", "0.0.0.0") else host  # noqa: S104
        shown = f"[{shown}]" if ":" in shown else shown
        return f"{'https' if self._tls else 'http'}://{shown}:{self.port}"

    def swap(self, state: SandboxState) -> SandboxState:
        """Serve another state from now on; the old one is handed back, still open."""
        old = self.state
        _announce(state, self.url)
        self._app[CURRENT].state = state
        return old

    async def open(self) -> None:
        """Begin to listen, in the running loop. Raises OSError when the port is taken."""
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(WORKERS, thread_name_prefix="sandbox"))
        runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        config = self.state.config
        site = web.TCPSite(runner, config.host, config.port, ssl_context=self._tls, backlog=_BACKLOG)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self.port = int(runner.addresses[0][1])
        _announce(self.state, self.url)

    async def close(self) -> None:
        """Stop listening, let calls under way end, close every connection."""
        runner, self._runner = self._runner, None
        if runner is None:
            return
        for site in list(runner.sites):
            await site.stop()
        connections = runner.server.connections if runner.server else []
        transports = [one.transport for one in connections if one.transport is not None]
        await runner.cleanup()
        for transport in transports:
            # A TLS connection would wait for the client to say goodbye; Python 3.11 fails when it is over.
            with suppress(AttributeError):
                transport.abort()
        for _ in range(2):
            await asyncio.sleep(0)  # let the loop close the sockets

    def start(self) -> None:
        """Run in a thread of its own; returns when the port listens. Raises OSError when it is taken."""
        ready: Future[None] = Future()
        self._thread = threading.Thread(
            target=self._serve, args=(ready,), name="openbis-sandbox", daemon=True
        )
        self._thread.start()
        try:
            ready.result()
        except Exception:
            self._thread.join()
            self._thread = None
            raise

    def stop(self) -> None:
        """End what ``start`` began; returns when the thread is over."""
        if self._thread is None or self._loop is None:
            return
        self.state.stopping.set()
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._thread = None

    def _serve(self, ready: Future[None]) -> None:
        async def main() -> None:
            self._loop = asyncio.get_running_loop()
            try:
                await self.open()
            except BaseException as error:
                ready.set_exception(error)
                return
            ready.set_result(None)
            await self._end.wait()
            await self.close()

        asyncio.run(main())

    def run(self, on_ready: Callable[[], None]) -> None:
        """Serve in this thread until SIGTERM or SIGINT; ``on_ready`` is called when the port listens."""

        async def main() -> None:
            end = asyncio.Event()
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, end.set)
            await self.open()
            on_ready()
            await end.wait()
            self.state.stopping.set()
            await self.close()

        asyncio.run(main())


def _announce(state: SandboxState, url: str) -> None:
    state.url = url
    state.download_url = state.download_url or url
