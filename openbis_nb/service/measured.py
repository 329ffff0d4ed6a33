"""Connections to openBIS that say how long each call took."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ..openbis.connection import Server
from ..openbis.transport import Transport

__all__ = ["MeasuredTransport"]


class MeasuredTransport(Transport):
    """A transport whose calls of the application server are timed.

    Args:
        server: Where openBIS is.
        observe: Is told the seconds of each call, also of one that fails.
    """

    def __init__(self, server: Server, observe: Callable[[float], None]) -> None:
        super().__init__(server)
        self._observe = observe

    async def application(self, method: str, *params: Any, safe: bool = True) -> Any:
        """As in :class:`Transport`."""
        begun = time.monotonic()
        try:
            return await super().application(method, *params, safe=safe)
        finally:
            self._observe(time.monotonic() - begun)
