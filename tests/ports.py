"""Ports for servers that must be told one before they start."""

from __future__ import annotations

import itertools
import os
import random
import socket

__all__ = ["free_port"]

#: Below those that systems give to connections by themselves (Linux from 32768, others from 49152), which may
#: take a port between the look and the start of its server.
_FIRST, _LAST = 10_000, 32_000
_begin = random.Random(os.getpid()).randrange(_FIRST, _LAST)
_numbers = itertools.count(_begin)


def free_port() -> int:
    """A port of 127.0.0.1 on which nobody listens: another one each time, and in each process."""
    for number in itertools.islice(_numbers, _LAST - _FIRST):
        port = _FIRST + number % (_LAST - _FIRST)
        with socket.socket() as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("Somebody listens on every port.")
