"""How often an address that nobody knows anything of may ask: for pages, and for pages that are not there."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable

from ..rate_buckets import RateLimits

__all__ = ["ViewLimits"]

#: Addresses that have a bucket of their own; all others share one.
_MOST = 20_000
_OTHERS = "others"


class ViewLimits:
    """Buckets of addresses, in memory.

    Args:
        views: Requests a minute.
        misses: Requests a minute with a key that opens nothing; who has no more left is answered nothing,
            good keys included.
        clock: Seconds that only grow.
    """

    def __init__(self, views: int, misses: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = RateLimits(views, misses, clock, ("requests", "addresses that lead nowhere"))

    def take(self, address: str) -> None:
        """Count a request.

        Raises:
            TooFast: the address has asked too often, or has missed too often.
        """
        who = self._who(address)
        self._limits.require(who, writes=True)
        self._limits.take(who, writes=False)

    def missed(self, address: str) -> None:
        """Count a key that opened nothing; the next request is refused when there are too many."""
        self._limits.spend(self._who(address), writes=True)

    def _who(self, address: str) -> str:
        network = _network(address)
        return network if self._limits.knows(network) or len(self._limits) < _MOST else _OTHERS


def _network(address: str) -> str:
    """The address; of IPv6 the part that a provider gives to one customer."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return _OTHERS
    if isinstance(known, ipaddress.IPv6Address):
        mapped = known.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)
