"""HTTP to openBIS: the one place that opens a connection.

Every exchange has a time-out; redirects are never followed; only what is safe to repeat is repeated;
errors leave as ours, rebuilt without URLs, because the data store takes the token as ``sessionID`` in
the query (contract 4.3, 5.2; design D16).
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import quote

import aiohttp
from yarl import URL

from ..errors import (
    CertificateProblem,
    NotLoggedIn,
    OpenbisNbError,
    OpenBISUnreachable,
    UnexpectedAnswer,
)
from . import failures
from .connection import Server
from .secrets import Secret, scrub, scrub_loggers
from .tls import tls_context

__all__ = ["Stats", "Transport"]

_AS_PATH = "/openbis/openbis/rmi-application-server-v3.json"
_DSS_PATH = "/datastore_server/rmi-data-store-server-v3.json"
_CONNECT_TIMEOUT = 20.0
#: Tries of a call that is safe to repeat.
_TRIES = 3
_READ_BUFFER = 2**20
#: Before these releases Python kept a TLS connection, closed after a time-out, open for half a minute;
#: aiohttp ends it when it is asked to.
_LINGERING_TLS = sys.version_info < (3, 12, 7) or (3, 13) <= sys.version_info < (3, 13, 1)

_log = logging.getLogger(__name__)


scrub_loggers("aiohttp.client", "aiohttp.internal")


@dataclass(slots=True)
class Stats:
    """What went over the wire, for budgets: requests (retries included), and bytes of calls and files."""

    round_trips: int = 0
    bytes_sent: int = 0
    bytes_received: int = 0
    #: The server's clock, as the last answer's Date header says it.
    date: str = ""


class Transport:
    """The connections of one client to one server; belongs to one event loop."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.stats = Stats()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Transport:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections. The openBIS session lives on."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def application(self, method: str, *params: Any, safe: bool = True) -> Any:
        """Call a method of the application server's V3 API and give its ``result``.

        Args:
            method: Name in the V3 API.
            params: Positional parameters; the first is usually the token.
            safe: Whether it may be repeated when its answer is lost. False for all that creates.
        """
        return await self._call(self.server.url + _AS_PATH, method, params, safe=safe)

    async def data_store(
        self, url: str, method: str, *params: Any, safe: bool = True, patience: float | None = None
    ) -> Any:
        """Call a method of a data store's V3 API; *url* as :meth:`Server.data_store_url` gives it.

        Args:
            url: Base address of the data store.
            method: Name in the V3 API.
            params: Positional parameters; the first is usually the token.
            safe: Whether it may be repeated when its answer is lost.
            patience: Longest wait in seconds, where the server's own default is too short.
        """
        return await self._call(url + _DSS_PATH, method, params, safe=safe, patience=patience)

    async def post_bytes(self, url: str, body: Mapping[str, Any]) -> tuple[bytes, str]:
        """One step of the fast download (4.4): a JSON body out, bytes and their content type back."""
        data = json.dumps(body).encode()
        async with self._exchange("POST", URL(url), data=data, transfer=True) as response:
            return await response.read(), response.content_type

    async def upload_part(
        self,
        url: str,
        token: Secret,
        query: Mapping[str, str],
        body: bytes | AsyncIterator[bytes],
        size: int,
    ) -> Any:
        """One part of a file into the session workspace (5.2); gives the answer's JSON.

        Args:
            url: Base address of the data store.
            token: Goes into the query as ``sessionID``: the servlet knows no other way.
            query: The other parameters.
            body: The bytes of this part.
            size: How many they are.
        """
        target = URL(f"{url}/datastore_server/session_workspace_file_upload")
        target = target.with_query({**query, "sessionID": token.reveal()})
        headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
        self.stats.bytes_sent += size
        async with self._exchange("POST", target, data=body, headers=headers, transfer=True) as response:
            return _json(await response.read(), self.server.host)

    @asynccontextmanager
    async def open_file(
        self, url: str, token: Secret, perm_id: str, path: str, *, offset: int = 0
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """GET one file of a data set (4.3), streamed.

        With *offset* a range is asked for; real data stores ignore that and send the whole file with
        200, so only a 206 means that the bytes begin at *offset*.
        """
        parts = "/".join(quote(part, safe="") for part in path.split("/"))
        query = f"sessionID={quote(token.reveal(), safe='')}"
        target = URL(f"{url}/datastore_server/{quote(perm_id, safe='')}/{parts}?{query}", encoded=True)
        headers = {"Accept-Encoding": "identity"}
        if offset:
            headers["Range"] = f"bytes={offset}-"
        async with self._exchange("GET", target, headers=headers, transfer=True) as response:
            yield response

    async def _call(
        self, url: str, method: str, params: tuple[Any, ...], *, safe: bool, patience: float | None = None
    ) -> Any:
        if any(isinstance(param, Secret) and not param for param in params):
            raise NotLoggedIn("There is no openBIS session.")
        plain = [param.reveal() if isinstance(param, Secret) else param for param in params]
        request = {"method": method, "params": plain, "id": "1", "jsonrpc": "2.0"}
        data = json.dumps(request).encode()
        for tries in range(1, _TRIES + 1):
            try:
                return await self._call_once(url, method, data, patience)
            except OpenBISUnreachable as error:
                if not safe or tries == _TRIES or isinstance(error, CertificateProblem):
                    raise
                _log.info("%s: %s Trying again.", method, error.message)
            await asyncio.sleep(self.server.pause(tries))
        raise AssertionError("unreachable: the last try returns or raises")

    async def _call_once(self, url: str, method: str, data: bytes, patience: float | None) -> Any:
        headers = {"Content-Type": "application/json"}
        self.stats.bytes_sent += len(data)
        async with self._exchange(
            "POST", URL(url), data=data, headers=headers, patience=patience
        ) as response:
            body = await response.read()
        self.stats.bytes_received += len(body)
        answer = _json(body, self.server.host)
        if not isinstance(answer, dict):
            raise UnexpectedAnswer(f"{self.server.host} did not answer as openBIS does.")
        if answer.get("error") is not None:
            raise failures.from_error_object(answer["error"], doing=method)
        return answer.get("result")

    @asynccontextmanager
    async def _exchange(
        self, verb: str, url: URL, *, transfer: bool = False, patience: float | None = None, **options: Any
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request. Everything that the network does wrong inside leaves as an error of ours."""
        limit = patience or (self.server.transfer_timeout if transfer else self.server.request_timeout)
        timeout = aiohttp.ClientTimeout(
            total=None if transfer else limit,
            sock_connect=min(limit, _CONNECT_TIMEOUT),
            sock_read=limit,
        )
        self.stats.round_trips += 1
        failure: tuple[OpenbisNbError, BaseException] | None = None
        try:
            async with self._open_session().request(
                verb, url, timeout=timeout, allow_redirects=False, **options
            ) as response:
                self.stats.date = response.headers.get("Date", "")
                if response.status not in (200, 206):
                    raise await _failure_of(response, self.server.host)
                yield response
        except (aiohttp.ClientError, ssl.SSLError, ConnectionError, TimeoutError) as error:
            failure = failures.from_network(error, self.server.host, timeout=limit)
        if failure is not None:
            problem, cause = failure
            try:
                raise problem from cause
            finally:
                problem.__context__ = None  # the original may hold the URL, and with it the token

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            context = tls_context(self.server.ca_bundle)
            # Room for a JSON call beside the transfers; connections are kept for the next request.
            connector = aiohttp.TCPConnector(
                limit=self.server.parallel + 4, ssl=context, enable_cleanup_closed=_LINGERING_TLS
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_READ_BUFFER,
                headers={"User-Agent": "openbis-nb"},
            )
        return self._session


async def _failure_of(response: aiohttp.ClientResponse, host: str) -> OpenbisNbError:
    body = (await response.content.read(64 * 1024)).decode(errors="replace")
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return failures.from_status(response.status, host, body)
    if isinstance(answer, dict) and answer.get("error"):
        return failures.from_error_object(answer["error"], doing=f"HTTP {response.status}")
    return failures.from_status(response.status, host, body)


def _json(body: bytes, host: str) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnexpectedAnswer(
            f"{host} answered with something that is not openBIS' JSON.", detail=scrub(repr(body[:200]))
        ) from error
