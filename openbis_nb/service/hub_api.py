"""The few calls of JupyterHub's API that the service makes, nearly all with the caller's own token.

Facts: a token that is not known answers 403 (or 401); the session handler of ours answers 401 when the
openBIS session is over, and 403 without the scope (``openbis_nb.hub.session_api``).
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp

from ..errors import Forbidden, HubFailure, HubTimeout, NotLoggedIn
from ..openbis.secrets import Secret
from .place import Place

__all__ = ["HubApi"]

_CONNECT_TIMEOUT = 5.0
#: For calls that are answered at once. Starts of servers last minutes: nobody waits for the end of those.
_CONNECTIONS = 64
_UNLIMITED = 0  # as aiohttp says it


class HubApi:
    """The hub, as seen from the service. One for the process; belongs to one event loop.

    Args:
        place: Where the hub is.
        timeout: Longest wait for an answer, in seconds.
        observe: Is told how long each call took, in seconds.
    """

    def __init__(
        self, place: Place, timeout: float, observe: Callable[[float], None] = lambda _: None
    ) -> None:
        self._place, self._timeout, self._observe = place, timeout, observe
        self._sessions: dict[int, aiohttp.ClientSession] = {}

    async def close(self) -> None:
        """Close the connections."""
        for session in self._sessions.values():
            await session.close()

    async def user(self, token: Secret) -> Mapping[str, Any] | None:
        """Whose token it is, as the hub's model; ``None`` if the hub does not know it."""
        async with self._call("GET", "/user", token) as answer:
            if answer.status in (401, 403):
                return None
            return await _document(answer)

    async def openbis_session(self, token: Secret, *, refused: bool = False) -> Mapping[str, Any]:
        """The openBIS session of the token's person.

        Args:
            token: Of the person.
            refused: openBIS has just refused the session that the hub gave; it looks again then.

        Raises:
            NotLoggedIn: it is over, or no openBIS account is linked; ``extra["login_url"]`` is where to go.
            Forbidden: the token may not read it.
        """
        query = {"refused": "1"} if refused else {}
        async with self._call("GET", "/openbis/session", token, params=query) as answer:
            if answer.status == 401:
                raise self._over(await _document(answer, any_status=True))
            if answer.status == 403:
                raise Forbidden(
                    "This token may not read your openBIS session.",
                    next_step="Use a token with the scope custom:openbis-session.",
                )
            return await _document(answer)

    def _over(self, said: Mapping[str, Any]) -> NotLoggedIn:
        """As the hub says it: on a hub with a log-in of its own, the way leads to the account page."""
        log_in = {"login_url": str(said.get("login_url") or f"{self._place.hub_url}login")}
        if said.get("code") == "not-linked":
            return NotLoggedIn(
                "No openBIS account is linked to your account at the hub.",
                next_step='Link yours on the hub\'s page "openBIS account".',
                extra=log_in,
            )
        return NotLoggedIn(
            "Your openBIS session is over.",
            next_step="Log in at the hub again; running kernels go on.",
            extra=log_in,
        )

    async def token_for_code(self, code: str, verifier: str) -> Secret:
        """The OAuth token of a browser that comes back from the hub.

        Raises:
            NotLoggedIn: the code is used, over, or somebody else's.
        """
        form = {
            "client_id": self._place.client_id,
            "client_secret": self._place.api_token.reveal(),
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._place.callback,
            "code_verifier": verifier,
        }
        async with self._call("POST", "/oauth2/token", None, data=form) as answer:
            if 400 <= answer.status < 500:
                raise NotLoggedIn("The log-in took too long, or was used already.", next_step="Try again.")
            document = await _document(answer)
        return Secret(str(document.get("access_token") or ""))

    async def server(self, token: Secret, hub_name: str) -> Mapping[str, Any]:
        """The model of the person's default server; empty while there is none.

        Raises:
            Forbidden: the token may not see it.
        """
        async with self._call("GET", f"/users/{quote(hub_name, safe='')}", token) as answer:
            _check_allowed(answer)
            servers = (await _document(answer)).get("servers")
        server = servers.get("") if isinstance(servers, Mapping) else None
        return server if isinstance(server, Mapping) else {}

    async def start_server(self, token: Secret, hub_name: str, options: Mapping[str, Any]) -> tuple[int, str]:
        """Ask for the person's default server: HTTP status (201, 202: it starts), and why the hub refuses.

        Raises:
            Forbidden: the token may not start it.
        """
        path = f"/users/{quote(hub_name, safe='')}/server"
        async with self._call(
            "POST", path, token, connections=_UNLIMITED, json={"user_options": dict(options)}
        ) as answer:
            _check_allowed(answer)
            if answer.status in (201, 202):
                return answer.status, ""
            document = await _document(answer, any_status=True)
        return answer.status, str(document.get("message") or "")

    async def progress(self, token: Secret, hub_name: str, limit: float) -> AsyncGenerator[Mapping[str, Any]]:
        """The events of a server that starts: ``progress`` (0 to 100), ``message``, ``ready``, ``failed``.

        Args:
            token: Of the person.
            hub_name: Whose server.
            limit: Longest duration of the whole, in seconds.
        """
        path = f"/users/{quote(hub_name, safe='')}/server/progress"
        async with self._call("GET", path, token, limit=limit, connections=_UNLIMITED) as answer:
            if answer.status == 404:  # the hub has not heard of this person's server yet
                return
            _check_allowed(answer)
            if answer.status != 200:  # it is not starting: it is up, or has failed
                return
            async for line in answer.content:
                event = _event(line)
                if event is not None:
                    yield event

    async def is_up(self) -> bool:
        """Whether the hub answers at all.

        Raises:
            HubFailure: it does not.
        """
        async with self._call("GET", "/", None) as answer:
            await _document(answer)
        return True

    @asynccontextmanager
    async def _call(
        self,
        verb: str,
        path: str,
        token: Secret | None,
        *,
        limit: float | None = None,
        connections: int = _CONNECTIONS,
        **options: Any,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        headers = {"Authorization": f"token {token.reveal()}"} if token is not None else {}
        timeout = aiohttp.ClientTimeout(
            total=limit or self._timeout, sock_connect=min(self._timeout, _CONNECT_TIMEOUT)
        )
        begun = time.monotonic()
        try:
            async with self._open(connections).request(
                verb,
                self._place.api_url + path,
                headers=headers,
                timeout=timeout,
                allow_redirects=False,
                **options,
            ) as answer:
                self._observe(time.monotonic() - begun)
                yield answer
        except TimeoutError as error:
            raise HubTimeout(
                f"JupyterHub did not answer within {limit or self._timeout:g} seconds."
            ) from error
        except aiohttp.ClientError as error:
            raise HubFailure("JupyterHub cannot be reached.") from error

    def _open(self, connections: int) -> aiohttp.ClientSession:
        session = self._sessions.get(connections)
        if session is None:
            session = self._sessions[connections] = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=connections), cookie_jar=aiohttp.DummyCookieJar()
            )
        return session


def _check_allowed(answer: aiohttp.ClientResponse) -> None:
    if answer.status in (401, 403, 404):
        raise Forbidden(
            "JupyterHub does not let this token see or start your server.",
            next_step="Log in at the hub again; if it lasts, tell its admin.",
        )


async def _document(answer: aiohttp.ClientResponse, any_status: bool = False) -> Mapping[str, Any]:
    if answer.status >= 500 and not any_status:
        raise HubFailure(f"JupyterHub failed (HTTP {answer.status}).")
    try:
        document = json.loads(await answer.read())
    except ValueError:
        document = None
    if any_status:
        return document if isinstance(document, dict) else {}
    if answer.status not in (200, 201) or not isinstance(document, dict):
        raise HubFailure(f"JupyterHub gave an answer that was not expected (HTTP {answer.status}).")
    return document


def _event(line: bytes) -> Mapping[str, Any] | None:
    if not line.startswith(b"data:"):
        return None
    try:
        event = json.loads(line.removeprefix(b"data:"))
    except ValueError:
        return None
    return event if isinstance(event, dict) else None
