"""The client of our own service: its API ``api/v1`` as the command line and scripts use it.

Errors of the service come back as the errors they were (problem JSON, RFC 9457). What reads is repeated when
the way to the service fails, and so is what writes: each write carries an idempotency key, by which the
service knows a repeat. TLS is verified, redirects are not followed, and no token stands in an address.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
import uuid
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

import aiohttp
from yarl import URL

from ..at_hub.calls import error_of
from ..errors import (
    CertificateProblem,
    ConfigurationProblem,
    HubFailure,
    HubTimeout,
    NotLoggedIn,
    OpenbisNbError,
)
from ..openbis.secrets import scrub_loggers
from ..openbis.tls import tls_context
from .access import Access
from .repeating import may_pass, pause, wait_asked_for
from .wire import CHUNK, Query, pairs, parsed, pieces, whole

__all__ = ["ServiceClient"]

_WHO = "The library's service"
_CONNECT_TIMEOUT = 20.0
#: Entries of a list in one answer.
_PAGE = 200

_log = logging.getLogger(__name__)
scrub_loggers("aiohttp.client", "aiohttp.internal")


class ServiceClient:
    """Calls of one person; belongs to one event loop. Use it with ``async with``.

    Every method raises what the service says (:class:`~openbis_nb.errors.NotFound`,
    :class:`~openbis_nb.errors.Forbidden` …), :class:`~openbis_nb.errors.HubFailure` and
    :class:`~openbis_nb.errors.HubTimeout` when it is away, and
    :class:`~openbis_nb.errors.CertificateProblem`.

    Args:
        access: Where, and who.
        say: Is told, for people, that a call is repeated.
    """

    def __init__(self, access: Access, say: Callable[[str], None] | None = None) -> None:
        self.access = access
        self._say = say
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> ServiceClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, path: str, **query: Any) -> Any:
        """Read.

        Args:
            path: Below ``api/v1/``.
            query: Parameters.
        """
        return (await self._ask("GET", path, query=query))[0]

    async def get_with_etag(self, path: str, **query: Any) -> tuple[Any, str]:
        """Like :meth:`get`, with the ``ETag`` of what was read; empty where it has none."""
        return await self._ask("GET", path, query=query)

    async def pages(self, path: str, *, most: int, **query: Any) -> AsyncIterator[dict[str, Any]]:
        """A list, page by page (N-65), with at most *most* entries in all; at least one page.

        Args:
            path: Below ``api/v1/``.
            most: No further page is asked for then; from 1 on.
            query: Parameters, without ``cursor`` and ``limit``.
        """
        cursor: str | None = None
        while True:
            page = await self.get(path, **{**query, "cursor": cursor, "limit": min(most, _PAGE)})
            page["entries"] = page["entries"][:most]
            yield page
            most -= len(page["entries"])
            cursor = page.get("cursor")
            if most <= 0 or not cursor or not page["entries"]:
                return

    async def change(
        self, verb: str, path: str, body: Any = None, *, etag: str = "", query: Query | None = None
    ) -> Any:
        """Write; the service makes a repeat of this very call one write.

        Args:
            verb: POST, PATCH or DELETE.
            path: Below ``api/v1/``.
            body: Sent as JSON.
            etag: Of what was read before: it must not have changed since.
            query: Parameters.
        """
        data = None if body is None else (lambda: json.dumps(body).encode())
        headers = self._of_a_write(etag) | ({"Content-Type": "application/json"} if data else {})
        return (await self._ask(verb, path, query=query or {}, headers=headers, data=data))[0]

    async def send_file(self, path: str, file: Path, query: Query | None = None) -> Any:
        """POST a notebook file, streamed from the disk; a repeat makes no second version.

        Args:
            path: Below ``api/v1/``.
            file: An ``.ipynb`` file.
            query: Parameters.
        """
        headers = self._of_a_write("") | {
            "Content-Type": "application/x-ipynb+json",
            "Content-Length": str((await asyncio.to_thread(file.stat)).st_size),
        }
        return (await self._ask("POST", path, query=query or {}, headers=headers, data=lambda: pieces(file)))[
            0
        ]

    @asynccontextmanager
    async def open(self, path: str, **query: Any) -> AsyncIterator[tuple[AsyncIterator[bytes], int]]:
        """Read something large: its bytes as they come, and how many they are (0: not known).

        Args:
            path: Below ``api/v1/``.
            query: Parameters.
        """
        async with self._exchange("GET", path, query, {}, None) as response:
            yield self._pieces_of(response), response.content_length or 0

    async def _pieces_of(self, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        with self._translated():  # here, since a lost connection is an OSError, as a full disk is
            async for piece in response.content.iter_chunked(CHUNK):
                yield piece

    async def _ask(
        self,
        verb: str,
        path: str,
        *,
        query: Query,
        headers: Mapping[str, str] | None = None,
        data: Callable[[], Any] | None = None,
    ) -> tuple[Any, str]:
        """JSON and ETag; made again while that may help."""
        sent = headers or {}
        safe = verb == "GET" or "Idempotency-Key" in sent
        left, tries = self.access.retry_for, 0
        while True:
            tries += 1
            try:
                async with self._exchange(verb, path, query, sent, data) as response:
                    return self._document(await whole(response)), response.headers.get("ETag", "")
            except OpenbisNbError as error:
                asked_for = wait_asked_for(error.extra.get(_WAIT))
                wait = pause(tries, asked_for)
                if wait > left or not may_pass(error, safe=safe, wait=asked_for):
                    raise
                self._tell(f"{error.message} Trying again in {wait:g} s.")
            left -= wait
            await asyncio.sleep(wait)

    def _tell(self, sentence: str) -> None:
        _log.info("%s", sentence)
        if self._say is not None:
            self._say(sentence)

    @staticmethod
    def _of_a_write(etag: str) -> dict[str, str]:
        return {"Idempotency-Key": uuid.uuid4().hex} | ({"If-Match": etag} if etag else {})

    @asynccontextmanager
    async def _exchange(
        self, verb: str, path: str, query: Query, headers: Mapping[str, str], data: Callable[[], Any] | None
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        url = URL(f"{self.access.url}api/v1/{path}").with_query(pairs(query))
        with self._translated():
            async with self._open_session().request(
                verb, url, headers=headers, data=data() if data else None, allow_redirects=False
            ) as response:
                if not 200 <= response.status < 300:
                    raise await self._failure(response)
                yield response

    @contextmanager
    def _translated(self) -> Iterator[None]:
        host = self.access.host
        try:
            yield
        except TimeoutError as error:
            raise HubTimeout(f"{_WHO} at {host} said nothing for {self.access.silence:g} seconds.") from error
        except (aiohttp.ClientConnectorCertificateError, ssl.SSLError) as error:
            raise CertificateProblem(f"The certificate of {host} could not be verified.") from error
        except aiohttp.ClientError as error:
            raise HubFailure(
                f"{_WHO} at {host} cannot be reached.",
                next_step="Check OPENBIS_NB_SERVICE_URL and the network, and try again.",
                detail=type(error).__name__,
            ) from error

    def _document(self, data: bytes) -> Any:
        """The JSON of an answer that says that all is well; ``{}`` for an empty one."""
        found = parsed(data) if data else {}
        if found is None:
            raise self._stranger(200)
        return found

    def _stranger(self, status: int) -> ConfigurationProblem:
        return ConfigurationProblem(
            f"At {self.access.host} something else than the library answers (HTTP {status}).",
            next_step="Check OPENBIS_NB_SERVICE_URL: it is the address of the launcher page.",
        )

    async def _failure(self, response: aiohttp.ClientResponse) -> OpenbisNbError:
        document = parsed(await whole(response))
        answer = response.status, document if isinstance(document, dict) else {}
        error = error_of(answer, who=_WHO)
        if response.status == 401 and not isinstance(error, NotLoggedIn):
            error = NotLoggedIn(f"{_WHO} at {self.access.host} does not know this session.")
        elif type(error) is HubFailure and response.status < 500:
            error = self._stranger(response.status)
        if (wait := wait_asked_for(response.headers.get("Retry-After"))) is not None:
            error.extra[_WAIT] = int(wait)
        return error

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None:
            limits = aiohttp.ClientTimeout(
                total=None,
                sock_connect=min(self.access.silence, _CONNECT_TIMEOUT),
                sock_read=self.access.silence,
            )
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(ssl=tls_context(self.access.ca_bundle)),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=limits,
                headers={
                    "Authorization": self.access.who.authorization(),
                    "Accept": "application/json, application/problem+json",
                    "User-Agent": "openbis-nb",
                },
            )
        return self._session


#: Under this name an error carries how many seconds the service asked to wait.
_WAIT = "retry_after"
