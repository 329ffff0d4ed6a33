"""One JSON call to the hub or to our service there, with the server's own token and a time-out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import aiohttp

from ..errors import HubFailure, HubTimeout, OpenbisNbError, TooLarge, kinds_of_error
from ..openbis.secrets import Secret
from ..openbis.tls import tls_context

__all__ = ["Answer", "call", "error_of"]

_CONNECT_TIMEOUT = 5.0
#: Largest answer that is read where the caller names no limit, in bytes.
_MAX_ANSWER = 2**20

_MEMBERS = frozenset(OpenbisNbError("").problem())

#: Status and JSON document; ``{}`` where the answer holds no JSON object.
Answer = tuple[int, dict[str, Any]]


async def call(
    verb: str,
    url: str,
    token: Secret,
    *,
    who: str,
    patience: float,
    body: Any = None,
    query: dict[str, str] | None = None,
    ca_bundle: Path | None = None,
    max_answer: int = _MAX_ANSWER,
) -> Answer:
    """Ask, and give status and document; redirects are not followed, since the token would go along.

    Args:
        verb: HTTP method.
        url: Without a query.
        token: Goes into the header ``Authorization``.
        who: Who is asked, for messages: "The hub".
        patience: Longest wait for the whole answer, in seconds.
        body: Sent as JSON.
        query: Parameters.
        ca_bundle: A further CA to trust.
        max_answer: Largest answer that is read, in bytes.

    Raises:
        HubTimeout: no answer in time.
        HubFailure: no connection.
        TooLarge: the answer is over *max_answer*.
    """
    limit = aiohttp.ClientTimeout(total=patience, sock_connect=min(patience, _CONNECT_TIMEOUT))
    headers = {"Authorization": f"token {token.reveal()}", "Accept": "application/json"}
    connector = aiohttp.TCPConnector(ssl=tls_context(ca_bundle)) if url.startswith("https:") else None
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector, timeout=limit, headers=headers, cookie_jar=aiohttp.DummyCookieJar()
            ) as session,
            session.request(verb, url, json=body, params=query, allow_redirects=False) as response,
        ):
            data = await _read(response, max_answer, who)
            return response.status, _object(data)
    except TimeoutError as error:
        raise HubTimeout(f"{who} did not answer within {patience:g} seconds.") from error
    except aiohttp.ClientError as error:
        raise HubFailure(f"{who} cannot be reached.", detail=type(error).__name__) from error


def error_of(answer: Answer, *, who: str) -> OpenbisNbError:
    """The error that an answer tells: rebuilt from problem JSON of ours, else by its status."""
    status, document = answer
    kinds = {kind.code: kind for kind in kinds_of_error()}
    kind, message = kinds.get(str(document.get("code"))), document.get("detail")
    if kind is not None and isinstance(message, str):
        error = kind.__new__(kind)
        next_step = document.get("next_step")
        extra = {name: value for name, value in document.items() if name not in _MEMBERS}
        told = next_step if isinstance(next_step, str) else None
        OpenbisNbError.__init__(error, message, next_step=told, extra=extra)
        return error
    return HubFailure(f"{who} gave an answer that was not expected (HTTP {status}).")


async def _read(response: aiohttp.ClientResponse, limit: int, who: str) -> bytes:
    data = bytearray()
    async for chunk in response.content.iter_chunked(2**16):
        data += chunk
        if len(data) > limit:
            raise TooLarge(f"{who} sends more than {limit / 2**20:.0f} MB.")
    return bytes(data)


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
