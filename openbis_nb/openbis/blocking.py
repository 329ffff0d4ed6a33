"""The sync face (design D1): one daemon thread with its own event loop, shared by the process.

It works in a cell (whose thread already runs a loop), in a worker thread, and beside a top-level
``await``. Ctrl-C cancels the work and waits until it has ended. Progress is shown from the calling
thread only, since a notebook's displays belong to the thread that runs the cell.

::

    openbis = BlockingOpenBIS(server, token)
    me = openbis.run(openbis.client.whoami())
    paths = openbis.run(download(openbis.client, files, cache, progress=relay), relay=relay)
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import queue
import threading
import weakref
from collections.abc import Callable, Coroutine
from types import TracebackType
from typing import Any, Generic, TypeVar

from .client import OpenBIS, Renew
from .connection import Server
from .secrets import Secret

__all__ = ["BlockingOpenBIS", "Relay", "run"]

T = TypeVar("T")
E = TypeVar("E")

#: How often the waiting thread looks at progress and at Ctrl-C, in seconds.
_TICK = 0.1


class Relay(Generic[E]):
    """Carries progress events from the loop's thread to *show*, which runs in the calling thread."""

    def __init__(self, show: Callable[[E], None]) -> None:
        self._show = show
        self._events: queue.SimpleQueue[E] = queue.SimpleQueue()

    def __call__(self, event: E) -> None:
        """Take an event; from any thread."""
        self._events.put(event)

    def deliver(self) -> None:
        """Show what has come; in the calling thread."""
        with contextlib.suppress(queue.Empty):
            while True:
                self._show(self._events.get_nowait())


class _LoopThread:
    """The daemon thread. A forked child has none of its parent's threads, so it gets its own."""

    def __init__(self) -> None:
        self.pid = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="openbis-nb", daemon=True)
        self.thread.start()


_lock = threading.Lock()
_current: _LoopThread | None = None


def _loop_thread() -> _LoopThread:
    global _current
    with _lock:
        if _current is None or _current.pid != os.getpid():
            _current = _LoopThread()
        return _current


def run(work: Coroutine[Any, Any, T], *, relay: Relay[Any] | None = None) -> T:
    """Run *work* in the loop's thread, wait for it, and give its result or raise its error.

    Args:
        work: A coroutine; clients used in it must be used through this function only.
        relay: Its events are shown here, in the calling thread, while waiting.

    Raises:
        KeyboardInterrupt: Ctrl-C; the work was cancelled and has ended when this is raised.
        RuntimeError: called from the loop's own thread, where it would wait for itself.
    """
    worker = _loop_thread()
    if threading.current_thread() is worker.thread:
        work.close()
        raise RuntimeError("The blocking face was called inside its own event loop; use `await` there.")
    job = _Job(work, worker.loop)
    try:  # before it is started: Ctrl-C may come at any moment
        job.start()
        while not job.ended.wait(_TICK):
            _deliver(relay)
        _deliver(relay)
    except BaseException:  # KeyboardInterrupt, or what showing the progress raised
        job.cancel()
        job.ended.wait()
        raise
    return job.result()


def _deliver(relay: Relay[Any] | None) -> None:
    if relay is not None:
        relay.deliver()


class _Job(Generic[T]):
    """One coroutine in the loop's thread; ``ended`` is set when it is really over."""

    def __init__(self, work: Coroutine[Any, Any, T], loop: asyncio.AbstractEventLoop) -> None:
        self.ended = threading.Event()
        self._work, self._loop = work, loop
        self._task: asyncio.Task[T] | None = None

    def start(self) -> None:
        """Begin, in the loop's thread."""
        self._loop.call_soon_threadsafe(self._begin)

    def cancel(self) -> None:
        """Ask it to end, whether or not it has begun; ``ended`` is set when it has."""
        self._loop.call_soon_threadsafe(self._end)

    def _begin(self) -> None:
        self._task = self._loop.create_task(self._work)
        self._task.add_done_callback(lambda _: self.ended.set())

    def _end(self) -> None:
        if self._task is not None:  # calls into a loop keep their order
            self._task.cancel()
        else:
            self._work.close()
            self.ended.set()

    def result(self) -> T:
        """What it gave or raised, once it has ended."""
        if self._task is None:
            raise AssertionError("asked for its result before it ended")
        return self._task.result()


#: Clients that the end of the process closes, so that nothing is said of unclosed connections.
_clients: weakref.WeakSet[BlockingOpenBIS] = weakref.WeakSet()


@atexit.register
def _close_all() -> None:
    if _current is not None and _current.pid == os.getpid():  # a forked child leaves its parent's alone
        for openbis in list(_clients):
            openbis.close()


#: Tasks that nobody waits for; the loop itself keeps only weak references.
_closing: set[asyncio.Task[None]] = set()


def _close_soon(loop: asyncio.AbstractEventLoop, client: OpenBIS) -> None:
    task = loop.create_task(client.close())
    _closing.add(task)
    task.add_done_callback(_closing.discard)


class BlockingOpenBIS:
    """A client for code without an event loop: ``openbis.run(openbis.client.whoami())``.

    Args:
        server: Where it is.
        token: Session token or personal access token; else ``run(client.login(…))``.
        renew: Gives another session when openBIS says that it is over.
    """

    def __init__(
        self, server: Server, token: Secret | str | None = None, *, renew: Renew | None = None
    ) -> None:
        self.client = OpenBIS(server, token, renew=renew)
        _clients.add(self)

    def run(self, work: Coroutine[Any, Any, T], *, relay: Relay[Any] | None = None) -> T:
        """Run a coroutine that uses :attr:`client`; see :func:`run`."""
        return run(work, relay=relay)

    def close(self) -> None:
        """Close the connections; the session at openBIS stays."""
        run(self.client.close())

    def abandon(self) -> None:
        """Have the connections closed soon, without waiting: for finalizers, which may run in any thread."""
        loop = _loop_thread().loop
        loop.call_soon_threadsafe(_close_soon, loop, self.client)

    def __enter__(self) -> BlockingOpenBIS:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Blocking{self.client!r}"
