"""One file from an address that a person named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from .rules import GuardRules

__all__ = ["NOTEBOOK_TYPES", "Fetched", "Progress", "Resolver", "fetch"]

#: Content types in which hosts give a notebook.
NOTEBOOK_TYPES = frozenset(
    {"application/json", "application/octet-stream", "application/x-ipynb+json", "text/plain"}
)

#: Bytes that have come, and how many there will be (0: nobody knows).
Progress = Callable[[int, int], None]
#: Host and port → IP addresses as text; raises ``OSError`` where there are none.
Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came.

    Args:
        url: Where it was found, after the redirects.
        asked: What was asked for.
        content: The bytes, unpacked.
        content_type: In lower case, without parameters; empty where the host says none.
        redirects: Addresses on the way, the first one included; empty without redirects.
    """

    url: str
    asked: str
    content: bytes = field(repr=False)
    content_type: str
    redirects: tuple[str, ...] = ()


async def fetch(
    url: str,
    rules: GuardRules,
    *,
    accept: Collection[str] = NOTEBOOK_TYPES,
    progress: Progress | None = None,
    resolver: Resolver | None = None,
) -> Fetched:
    """Fetch *url*, without any cookie, token or proxy.

    Args:
        url: ``https://…``; ``http://…`` is taken, too.
        rules: What is allowed.
        accept: Content types that are taken.
        progress: Is told how far it is.
        resolver: Another way to ask for the addresses of a name.

    Raises:
        ForbiddenAddress: it, or what it redirects to, is never fetched from here; or is no address.
        NothingSuitable: nothing is there, or something of another type.
        TooLarge: over ``rules.max_bytes``.
        CertificateProblem: TLS could not be verified.
        UpstreamTimeout: not done within ``rules.timeout``.
        UpstreamFailure: the host fails, or cannot be reached.
    """
    raise NotImplementedError
