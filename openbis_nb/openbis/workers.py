"""Work that would hold up the event loop, in a thread that never outlives its caller."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

__all__ = ["in_thread"]

T = TypeVar("T")


async def in_thread(work: Callable[..., T], *args: object) -> T:
    """Run *work* in a worker thread and give its result.

    Unlike ``asyncio.to_thread`` a cancelled call waits until the thread has ended, so that nobody closes
    a file under it.
    """
    future = asyncio.get_running_loop().run_in_executor(None, work, *args)
    try:
        return await asyncio.shield(future)
    except asyncio.CancelledError:
        while not future.done():
            try:
                await asyncio.wait([future])
            except asyncio.CancelledError:  # asked again; the answer is the same
                continue
        if not future.cancelled():
            future.exception()  # looked at: it is not news once the call is cancelled
        raise
