"""What can be asked of a server before anybody is logged in."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlsplit

import certifi

from ..errors import CertificateProblem, OpenBISUnreachable
from .client import OpenBIS
from .connection import Server

__all__ = ["certificate_end", "public_information"]


async def public_information(client: OpenBIS) -> Mapping[str, str]:
    """``getServerPublicInformation``: needs no session (contract 2.1).

    Raises:
        OpenBISFailure: the server cannot be reached, or is no openBIS.
    """
    answer = await client.transport.application("getServerPublicInformation")
    return answer if isinstance(answer, dict) else {}


async def certificate_end(server: Server) -> datetime | None:
    """When the server's certificate runs out; ``None`` for plain http.

    Raises:
        CertificateProblem: it cannot be verified.
        OpenBISUnreachable: no connection.
    """
    parts = urlsplit(server.url)
    if parts.scheme != "https":
        return None
    context = ssl.create_default_context(cafile=certifi.where())
    if server.ca_bundle is not None:
        context.load_verify_locations(cafile=server.ca_bundle)
    try:
        async with asyncio.timeout(server.request_timeout):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or 443, ssl=context)
    except ssl.SSLError as error:
        raise CertificateProblem(f"The certificate of {server.host} could not be verified.") from error
    except OSError as error:  # a time-out among them
        raise OpenBISUnreachable(f"No connection to {server.host}.") from error
    try:
        certificate = writer.get_extra_info("peercert") or {}
    finally:
        writer.transport.abort()  # nothing was sent, so there is no farewell to wait for
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
