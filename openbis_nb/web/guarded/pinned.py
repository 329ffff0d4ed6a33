"""Connections that go to the very IP addresses that were judged, whatever the name means by then."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from ...errors import ForbiddenAddress, NothingSuitable, UpstreamFailure
from ...openbis.tls import tls_context
from .addresses import Target, check_ip
from .rules import GuardRules

__all__ = ["Resolver", "ask_for_addresses", "connector_to", "judged_addresses"]

#: Host and port → IP addresses as text; raises ``OSError`` where there are none.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]
#: Threads of their own: one that waits for a name server cannot be stopped, and must hold up nothing else.
_ASKING = ThreadPoolExecutor(max_workers=8, thread_name_prefix="names")


async def ask_for_addresses(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as the operating system finds them."""
    ask = partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    found = await asyncio.get_running_loop().run_in_executor(_ASKING, ask)
    return list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))


async def judged_addresses(target: Target, resolver: Resolver | None) -> tuple[str, ...]:
    """The addresses of a target's host, all of which may be connected to.

    Raises:
        ForbiddenAddress: one of them may not: then none is.
        NothingSuitable: there is no such host.
        UpstreamFailure: nobody could say.
    """
    try:
        found = await (resolver or ask_for_addresses)(target.host, target.port)
    except UnicodeError as error:
        raise ForbiddenAddress("The address has no host that can be read.") from error
    except OSError as error:
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise UpstreamFailure(f"Nobody says at the moment where {target.host} is.") from error
        raise NothingSuitable(
            f"There is no host {target.host}.", next_step="Check the spelling of the address."
        ) from error
    if not found:
        raise NothingSuitable(f"There is no host {target.host}.", next_step="Check the spelling.")
    for address in found:
        check_ip(target, address)
        if not target.inside and _is_own(address, target.port):
            raise ForbiddenAddress(
                f"{target.host} is not fetched from here: that is this machine itself.",
                extra={"reason": "loopback"},
            )
    return tuple(found)


def connector_to(target: Target, addresses: Collection[str], rules: GuardRules) -> aiohttp.TCPConnector:
    """A connector that reaches *addresses* only: for the host of *target*, and for nothing else."""
    return aiohttp.TCPConnector(
        ssl=tls_context(rules.ca_bundle),
        resolver=_Pinned(target, addresses),
        use_dns_cache=False,
        force_close=True,
        socket_factory=_only(addresses),
    )


class _Pinned(AbstractResolver):
    """Answers with what was judged, and asks nobody."""

    def __init__(self, target: Target, addresses: Collection[str]) -> None:
        self._target, self._addresses = target, addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if host != self._target.host:
            raise OSError(f"{host} was not judged")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is open."""


def _only(addresses: Collection[str]) -> Callable[[Any], socket.socket]:
    """Sockets for the judged addresses: a last look at what is really about to be connected to."""

    def make(info: Any) -> socket.socket:
        family, kind, protocol, _, address = info
        if address[0] not in addresses:
            raise OSError("an address that was not judged")
        return socket.socket(family, kind, protocol)

    return make


def _is_own(address: str, port: int) -> bool:
    """Whether a public address is one of this machine; nothing is sent to find out.

    Behind its firewall a machine listens to itself where it does not listen to the world.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as asked:
            asked.connect((address, port))
            return bool(asked.getsockname()[0] == address)
    except OSError:
        return False  # no way leads there
