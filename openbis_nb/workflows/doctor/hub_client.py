"""What the doctor asks of a hub, by HTTP as anybody does: from outside, through its proxy."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from ...errors import CertificateProblem, ConfigurationProblem, OpenbisNbError, OpenBISUnreachable
from ...openbis.secrets import Secret
from ...openbis.tls import tls_context
from ...origins import origin_of

__all__ = ["Answer", "HubClient"]

_PATIENCE = 15.0  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer; ``body`` is its JSON, or ``None``."""

    status: int
    headers: Mapping[str, str]
    body: Any


class HubClient:
    """One hub, seen from outside.

    Args:
        url: Where people reach it, with its base path; ``…/hub/`` at the end is cut.
        token: Of an admin, for what only these may see; may be empty.
        ca_bundle: PEM file with a further CA to trust.

    Raises:
        ConfigurationProblem: *url* is no address.
    """

    def __init__(self, url: str, token: Secret, ca_bundle: Path | None = None) -> None:
        parts = urlsplit(url if "//" in url else f"https://{url}")
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise ConfigurationProblem(
                f"{url[:120]!r} is not the address of a hub.",
                next_step="Give it as people type it, e.g. https://jupyterhub.example.org",
            )
        path = parts.path.rstrip("/").removesuffix("/hub")
        self.url = f"{parts.scheme}://{parts.netloc}{path}/"
        self.token = token
        self._ca_bundle = ca_bundle
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> HubClient:
        connector = aiohttp.TCPConnector(ssl=tls_context(self._ca_bundle))
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=aiohttp.ClientTimeout(total=_PATIENCE),
            cookie_jar=aiohttp.DummyCookieJar(),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def ask(
        self,
        path: str,
        *,
        method: str = "GET",
        as_admin: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One request below the hub's address; redirects are not followed.

        Raises:
            OpenBISUnreachable, CertificateProblem: there is no answer.
        """
        assert self._session is not None
        sent = {**(headers or {}), **(self._authorization() if as_admin else {})}
        try:
            async with self._session.request(
                method, self.url + path, headers=sent, allow_redirects=False
            ) as response:
                return Answer(response.status, response.headers, _json(await response.read()))
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            raise self._unreachable(error) from None  # the cause may hold the headers

    async def websocket_opens(self, path: str) -> bool:
        """Whether a websocket to a person's server comes through all proxies.

        With an ``Origin``, as browsers send it: a proxy that forgets the port in ``Host`` fails just there.
        """
        assert self._session is not None
        asked = self._session.ws_connect(
            self.url + path, headers=self._authorization(), origin=origin_of(self.url)
        )
        try:
            async with asyncio.timeout(_PATIENCE), asked:
                return True
        except (aiohttp.ClientError, TimeoutError, ConnectionError):
            return False

    def _authorization(self) -> dict[str, str]:
        return {"Authorization": f"token {self.token.reveal()}"}

    def _unreachable(self, error: BaseException) -> OpenbisNbError:
        host = urlsplit(self.url).netloc
        if isinstance(error, aiohttp.ClientConnectorCertificateError):
            return CertificateProblem(f"The certificate of {host} could not be verified.")
        if isinstance(error, TimeoutError):
            return OpenBISUnreachable(f"{host} did not answer within {_PATIENCE:g} seconds.")
        return OpenBISUnreachable(f"No connection to {host}.")


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
