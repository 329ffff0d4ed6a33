"""How a person's program gets a session through JupyterHub: browser, consent, code (RFC 8252, 7636).

The other side is ``openbis_nb.hub.command_line``. No token stands in any address, and the code is worth
nothing without the verifier, which never leaves this process but for the hub.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp import web

from ..errors import (
    CertificateProblem,
    ConfigurationProblem,
    NotLoggedIn,
    OpenBISTimeout,
    OpenBISUnreachable,
    UnexpectedAnswer,
)
from ..openbis.secrets import Secret
from ..openbis.tls import tls_context
from ..origins import origin_of
from .grants import challenge_of, new_verifier, short_code

__all__ = ["PATIENCE", "HubLogIn", "Loopback", "WebSession"]

#: Seconds that a person has to log in and to allow it.
PATIENCE = 600.0
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>openBIS notebooks</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}}
h1{{font-size:1.4rem;border-bottom:3px solid #037bc8;padding-bottom:.5rem}}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>"""
_AGAIN = "Log in again."
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class WebSession:
    """What the hub gave: the address of its openBIS, the session there, and a word about it."""

    server: str
    token: Secret
    note: str = ""


@dataclass(frozen=True, slots=True)
class HubLogIn:
    """One log-in at a hub, by a program that keeps its secret half.

    Args:
        hub_url: Address of JupyterHub, with its base path.
        patience: Longest wait for an answer of the hub, in seconds.
        ca_bundle: A further CA to trust.
        allow_http: The hub may be reached by plain http from another machine.

    Raises:
        ConfigurationProblem: that is not allowed.
    """

    hub_url: str
    patience: float
    ca_bundle: Path | None = None
    allow_http: bool = False
    state: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    _verifier: str = field(default_factory=new_verifier, repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.hub_url)
        loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme != "https" and not loopback and not self.allow_http:
            raise ConfigurationProblem(
                f"{parts.hostname} would be reached by http://, which shows the session to the network.",
                next_step="Use the https:// address of JupyterHub.",
            )

    @property
    def shown_code(self) -> str:
        """What the hub's page must show, too."""
        return short_code(challenge_of(self._verifier))

    def address(self, port: int | None = None) -> str:
        """The page that the person opens.

        Args:
            port: Where the browser brings the code to, on its own computer; ``None``: the page shows it.
        """
        wish = {"challenge": challenge_of(self._verifier), "state": self.state}
        return f"{self.hub_url}/hub/openbis/command-line?" + urlencode(
            wish if port is None else {**wish, "port": str(port)}
        )

    async def exchange(self, code: str) -> WebSession:
        """The session, for the code that the person's consent gave.

        Raises:
            NotLoggedIn: the hub does not take the code.
            OpenBISFailure: the hub does not answer.
        """
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=self.patience), trust_env=False
                ) as client,
                client.post(
                    f"{self.hub_url}/hub/api/openbis/command-line",
                    json={"code": code, "verifier": self._verifier},
                    ssl=tls_context(self.ca_bundle),
                    allow_redirects=False,
                ) as answer,
            ):
                status, said = answer.status, await _json(answer)
        except aiohttp.ClientConnectorCertificateError as error:
            raise CertificateProblem(f"The certificate of {self.hub_url} could not be verified.") from error
        except TimeoutError as error:
            raise OpenBISTimeout(f"JupyterHub at {self.hub_url} did not answer in time.") from error
        except aiohttp.ClientError as error:
            raise OpenBISUnreachable(f"JupyterHub at {self.hub_url} cannot be reached.") from error
        return _session(self.hub_url, status, said)


class Loopback:
    """A listener on this computer for the browser's one visit.

    Args:
        state: What that visit must bring, so that no other page's visit counts.
        back_to: Where the person goes on, as its page says it: "the terminal".
    """

    def __init__(self, state: str, back_to: str = "the terminal") -> None:
        self._state, self._back_to = state, back_to
        self._code: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        application = web.Application()
        application.router.add_get("/", self._visit)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Loopback:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    @property
    def port(self) -> int:
        """Where it listens, on 127.0.0.1."""
        return int(self._runner.addresses[0][1])

    async def code(self) -> str:
        """The code, once the browser has brought it.

        Raises:
            NotLoggedIn: the person refused, or nobody came in time.
        """
        try:
            return await asyncio.wait_for(self._code, PATIENCE)
        except TimeoutError as error:
            raise NotLoggedIn(
                f"Nobody allowed it within {PATIENCE / 60:.0f} minutes.", next_step=_AGAIN
            ) from error

    async def _visit(self, request: web.Request) -> web.Response:
        brought = request.query
        if not hmac.compare_digest(brought.get("state", "").encode(), self._state.encode()):
            return _page("Not for this log-in", f"Begin again in {self._back_to}.", status=400)
        if self._code.done():
            return _page("Done already", "You can close this page.")
        if brought.get("error") or not brought.get("code"):
            refused = NotLoggedIn("It was not allowed in the browser.", next_step=_AGAIN)
            self._code.set_exception(refused)
            return _page("Not allowed", "It got nothing. You can close this page.")
        self._code.set_result(brought["code"])
        return _page(f"Back to {self._back_to}", "You are logged in there. You can close this page.")


def _page(title: str, text: str, status: int = 200) -> web.Response:
    body = _PAGE.format(title=title, text=text)
    answer = web.Response(text=body, content_type="text/html", status=status, headers=_HEADERS)
    answer.force_close()  # nothing more is to come, and the command does not wait for the browser
    return answer


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    with contextlib.suppress(ValueError, UnicodeDecodeError):
        said = await answer.json(content_type=None)
        if isinstance(said, dict):
            return said
    return {}


def _session(hub_url: str, status: int, said: dict[str, Any]) -> WebSession:
    if status == 403:
        message = str(said.get("message") or "The hub does not take this code.")
        raise NotLoggedIn(message, next_step=_AGAIN)
    token, server = said.get("token"), said.get("server")
    known = isinstance(token, str) and token and isinstance(server, str) and origin_of(server)
    if status != 200 or not known:
        raise UnexpectedAnswer(
            f"{hub_url} answered {status}, and with no session.",
            next_step="Check that this is the address of a JupyterHub with openbis-nb, with its base path.",
        )
    return WebSession(origin_of(str(server)), Secret(str(token)), str(said.get("note") or ""))
