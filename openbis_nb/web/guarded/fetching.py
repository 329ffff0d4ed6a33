"""One file from an address that a person named (table row 92): judged, pinned, limited, without a token."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from ...errors import CertificateProblem, ForbiddenAddress, NothingSuitable, UpstreamFailure, UpstreamTimeout
from .addresses import Target, target_of
from .body import Progress, read_body
from .pinned import Resolver, connector_to, judged_addresses
from .rules import GuardRules

__all__ = ["NOTEBOOK_TYPES", "Fetched", "Progress", "Resolver", "fetch"]

#: Content types in which hosts give a notebook; the second but one is that of object stores.
NOTEBOOK_TYPES = frozenset(
    {
        "application/json",
        "application/x-ipynb+json",
        "application/octet-stream",
        "binary/octet-stream",
        "text/plain",
    }
)
_WEB_PAGES = ("text/html", "application/xhtml+xml")
_MOVED = (301, 302, 303, 307, 308)
#: Characters: a signed address of an object store has many.
_LONGEST_REDIRECT = 8192
_NOT_FOR_EVERYBODY = (401, 403, 407)
_TOO_FAST = 429
_log = logging.getLogger(__name__)
_HEADERS = {"User-Agent": "openbis-nb", "Accept": "*/*", "Accept-Encoding": "gzip"}


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
        InvalidInput: it has no scheme, or is too long.
        ForbiddenAddress: it, or what it redirects to, is never fetched from here.
        NothingSuitable: nothing is there, or something of another type.
        TooLarge: over ``rules.max_bytes``.
        CertificateProblem: TLS could not be verified.
        UpstreamTimeout: not done within ``rules.timeout``.
        UpstreamFailure: the host fails, or cannot be reached.
    """
    target = target_of(url, rules)
    try:
        async with asyncio.timeout(rules.timeout):
            return await _followed(target, url, rules, accept, progress, resolver)
    except TimeoutError as error:
        raise UpstreamTimeout(
            f"{target.netloc} did not send everything in time ({rules.timeout:g} seconds at most)."
        ) from error


async def _followed(
    target: Target,
    asked: str,
    rules: GuardRules,
    accept: Collection[str],
    progress: Progress | None,
    resolver: Resolver | None,
) -> Fetched:
    passed: list[str] = []
    while True:
        addresses = await judged_addresses(target, resolver)
        with _translated(target):
            async with (
                _session(target, addresses, rules) as session,
                session.get(URL(target.url, encoded=True), allow_redirects=False) as response,
            ):
                if response.status not in _MOVED:
                    kind = _checked_type(response, target, accept)
                    content = await read_body(response, rules.max_bytes, progress)
                    _log.info("Fetched %d bytes from %s", len(content), target.netloc)
                    return Fetched(target.url, asked, content, kind, tuple(passed))
                location = response.headers.get("Location", "")
        passed.append(target.url)
        target = _next(target, location, passed, rules)


def _next(target: Target, location: str, passed: list[str], rules: GuardRules) -> Target:
    """Where a redirect leads; it is judged like the first address."""
    if not location:
        raise UpstreamFailure(f"{target.netloc} redirects without saying where to.")
    try:
        further = target_of(urljoin(target.url, location.strip()), rules, longest=_LONGEST_REDIRECT)
    except ValueError as error:  # urljoin's
        raise ForbiddenAddress(f"{target.netloc} redirects to an address that cannot be read.") from error
    except ForbiddenAddress as error:
        raise ForbiddenAddress(
            f"{target.netloc} redirects to an address that is refused. {error.message}", extra=error.extra
        ) from error
    if target.scheme == "https" and further.scheme == "http":
        raise ForbiddenAddress(f"{target.netloc} redirects to an address without encryption.")
    if further.inside and not target.inside:
        raise ForbiddenAddress(
            f"{target.netloc} redirects to {further.netloc}, a host of the own network.",
            next_step="Give the address of that host itself, if you know what is there.",
        )
    if further.url in passed:
        raise UpstreamFailure(f"{target.netloc} redirects in a circle.", next_step="Give the final address.")
    if len(passed) > rules.max_redirects:
        raise UpstreamFailure(
            f"{target.netloc} redirects more than {rules.max_redirects} times.",
            next_step="Give the final address.",
        )
    return further


def _session(target: Target, addresses: Collection[str], rules: GuardRules) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector_to(target, addresses, rules),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=rules.connect_timeout),
    )


def _checked_type(response: aiohttp.ClientResponse, target: Target, accept: Collection[str]) -> str:
    """The content type of an answer that may be read.

    Raises:
        NothingSuitable: it is a refusal, or of another type.
        UpstreamFailure: the host fails.
    """
    status = response.status
    if status >= 500:
        raise UpstreamFailure(f"{target.netloc} answered with HTTP {status}.")
    if status == _TOO_FAST:
        raise UpstreamFailure(f"{target.netloc} asks for a pause: it was asked too often (HTTP 429).")
    if status in _NOT_FOR_EVERYBODY:
        raise NothingSuitable(f"{target.netloc} shows this to nobody who is not logged in (HTTP {status}).")
    if status != 200:
        raise NothingSuitable(f"There is nothing at this address: {target.netloc} answered HTTP {status}.")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in _WEB_PAGES and kind not in accept:
        raise NothingSuitable(
            "At this address is a web page, not the file itself.",
            next_step="Give the address of the raw file, as a button such as Raw or Download does. A page "
            "may also ask for a log-in: then the file is not public.",
        )
    if kind and kind not in accept:
        raise NothingSuitable(
            f"At this address is something else: {kind[:100]}.",
            next_step="Give the address of the file itself.",
        )
    return kind


@contextmanager
def _translated(target: Target) -> Iterator[None]:
    try:
        yield
    except TimeoutError:
        raise
    except (aiohttp.ClientConnectorCertificateError, ssl.SSLError) as error:
        raise _certificate(target) from error
    except aiohttp.ClientConnectorSSLError as error:
        raise UpstreamFailure(f"{target.netloc} does not speak TLS as it must.") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise UpstreamFailure(
            f"{target.netloc} cannot be reached, or stopped in the middle.", detail=type(error).__name__
        ) from error


def _certificate(target: Target) -> CertificateProblem:
    return CertificateProblem(
        f"The certificate of {target.netloc} could not be verified.",
        next_step="Tell who runs that host. For a host of the own network the admin can set "
        "OPENBIS_NB_CA_BUNDLE to the certificate of its CA.",
    )
