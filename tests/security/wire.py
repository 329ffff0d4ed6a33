"""What this process does at the wire, seen by Python's own audit events: no function of ours is replaced."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Wire", "watched"]


@dataclass
class Wire:
    """TCP addresses that were about to be connected to, and names that the system was asked for.

    Args:
        only_loopback: Any other connection is refused before a byte is sent.
    """

    only_loopback: bool
    connected: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def see(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "socket.getaddrinfo":
            self.asked.append(str(arguments[0]))
        elif event == "socket.connect" and arguments[0].family in (socket.AF_INET, socket.AF_INET6):
            host = str(arguments[1][0])
            if arguments[0].type == socket.SOCK_STREAM:
                self.connected.append(host)
            if self.only_loopback and host not in ("127.0.0.1", "::1"):
                raise ConnectionRefusedError(f"no test connects to {host}")


_watching: list[Wire] = []
_installed = False


@contextmanager
def watched() -> Iterator[Wire]:
    """Watch this process; what is not on this machine cannot be connected to meanwhile."""
    global _installed
    if not _installed:  # a hook cannot be taken off again
        sys.addaudithook(_hook)
        _installed = True
    wire = Wire(only_loopback=True)
    _watching.append(wire)
    try:
        yield wire
    finally:
        _watching.remove(wire)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.getaddrinfo"):
        for wire in tuple(_watching):
            wire.see(event, arguments)
