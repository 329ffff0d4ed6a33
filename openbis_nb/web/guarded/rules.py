"""What an admin allows to be fetched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["GuardRules"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardRules:
    """The limits of a fetch; ``assemble.guard_rules`` makes them of the settings.

    Args:
        allowed_hosts: Hosts of the own network that an admin named: ``host`` and ``host:port`` for https,
            ``http://host`` and ``http://host:port`` for http. Only these may have an address inside.
        max_bytes: Largest content, unpacked.
        timeout: Longest time for everything: names, redirects and the content. In seconds.
        connect_timeout: Longest time for one connection, in seconds.
        max_redirects: More than these are not followed.
        ca_bundle: PEM file with a further CA to trust.
    """

    allowed_hosts: tuple[str, ...] = ()
    max_bytes: int = 64 * 2**20
    timeout: float = 60.0
    connect_timeout: float = 15.0
    max_redirects: int = 5
    ca_bundle: Path | None = None
