"""How a command line gets a session through JupyterHub: browser, consent, code, session (RFC 8252, 7636).

The other side is ``openbis_nb.hub.command_line``. No token stands in any address, and the code is worth
nothing without the verifier, which never leaves this process but for the hub.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import secrets
import sys
import webbrowser
from dataclasses import dataclass
from types import TracebackType
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
import click
from aiohttp import web

from ..errors import (
    CertificateProblem,
    ConfigurationProblem,
    InvalidInput,
    NotLoggedIn,
    OpenBISTimeout,
    OpenBISUnreachable,
    UnexpectedAnswer,
)
from ..hub.grants import challenge_of, new_verifier, short_code
from ..openbis.secrets import Secret
from ..openbis.tls import tls_context
from ..settings import Settings, parse_url
from .terminal import Terminal

__all__ = ["Loopback", "WebSession", "session_from_hub"]

#: Seconds that a person has to log in and to allow it.
PATIENCE = 600.0
_PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>openBIS notebooks</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem}}
h1{{font-size:1.4rem;border-bottom:3px solid #037bc8;padding-bottom:.5rem}}</style></head>
<body><h1>{title}</h1><p>{text}</p></body></html>"""
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


async def session_from_hub(
    terminal: Terminal, settings: Settings, hub_url: str, *, browser: bool
) -> WebSession:
    """Let a person log in at the hub and allow this command line; the session.

    Args:
        terminal: Where the code is asked for.
        settings: For TLS and time-outs.
        hub_url: Address of JupyterHub, with its base path.
        browser: Open one here; else the person copies the code.

    Raises:
        NotLoggedIn: it was refused, or nobody answered in time.
        ConfigurationProblem: the hub would be reached by plain http from another machine.
        OpenBISFailure: the hub does not answer.
    """
    _check(hub_url, settings)
    verifier, state = new_verifier(), secrets.token_urlsafe(24)
    wish = {"challenge": challenge_of(verifier), "state": state}
    shown = short_code(wish["challenge"])
    page = f"{hub_url}/hub/openbis/command-line?"
    if not browser:
        _say(f"Open this address in a browser, on any computer:\n\n  {page}{urlencode(wish)}\n")
        _say(f"It must show the code {shown}. Allow it there, and copy the long code from there to here.")
        code = _read_code(terminal)
    else:
        async with Loopback(state) as loopback:
            address = page + urlencode(wish | {"port": loopback.port})
            _say(f"Your browser opens this address:\n\n  {address}\n")
            _say(f"It must show the code {shown}. Allow it there. Without a browser here: --no-browser.")
            await asyncio.to_thread(webbrowser.open, address)
            code = await loopback.code()
    return await _exchange(settings, hub_url, code, verifier)


def _say(text: str) -> None:
    """Also with ``--json``: without the address and the code nobody could go on."""
    click.echo(text, err=True)


def _check(hub_url: str, settings: Settings) -> None:
    parts = urlsplit(hub_url)
    loopback = parts.hostname in ("localhost", "127.0.0.1", "::1")
    if parts.scheme != "https" and not loopback and not settings.allow_http:
        raise ConfigurationProblem(
            f"{parts.hostname} would be reached by http://, which shows the session to the network.",
            next_step="Use the https:// address of JupyterHub.",
        )


def _read_code(terminal: Terminal) -> str:
    if sys.stdin.isatty():
        return str(terminal.ask("Code")).strip()
    code = sys.stdin.readline().strip()
    if not code:
        raise InvalidInput("Standard input holds no code.", next_step="Pipe the code in, on one line.")
    return code


class Loopback:
    """A listener on this computer for the browser's one visit.

    Args:
        state: What that visit must bring, so that no other page's visit counts.
    """

    def __init__(self, state: str) -> None:
        self._state = state
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
                f"Nobody allowed it within {PATIENCE / 60:.0f} minutes.", next_step="Run the command again."
            ) from error

    async def _visit(self, request: web.Request) -> web.Response:
        brought = request.query
        if not hmac.compare_digest(brought.get("state", "").encode(), self._state.encode()):
            return _page("Not for this command line", "Run openbis-nb login --web again.", status=400)
        if self._code.done():
            return _page("Done already", "You can close this page.")
        if brought.get("error") or not brought.get("code"):
            refused = NotLoggedIn("It was not allowed in the browser.", next_step="Run the command again.")
            self._code.set_exception(refused)
            return _page("Not allowed", "The command line got nothing. You can close this page.")
        self._code.set_result(brought["code"])
        return _page("Back to the terminal", "The command line is logged in. You can close this page.")


def _page(title: str, text: str, status: int = 200) -> web.Response:
    body = _PAGE.format(title=title, text=text)
    answer = web.Response(text=body, content_type="text/html", status=status, headers=_HEADERS)
    answer.force_close()  # nothing more is to come, and the command does not wait for the browser
    return answer


async def _exchange(settings: Settings, hub_url: str, code: str, verifier: str) -> WebSession:
    url = f"{hub_url}/hub/api/openbis/command-line"
    timeout = aiohttp.ClientTimeout(total=settings.request_timeout)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as client,
            client.post(
                url,
                json={"code": code, "verifier": verifier},
                ssl=tls_context(settings.ca_bundle),
                allow_redirects=False,
            ) as answer,
        ):
            status, said = answer.status, await _json(answer)
    except aiohttp.ClientConnectorCertificateError as error:
        raise CertificateProblem(f"The certificate of {hub_url} could not be verified.") from error
    except TimeoutError as error:
        raise OpenBISTimeout(f"JupyterHub at {hub_url} did not answer in time.") from error
    except aiohttp.ClientError as error:
        raise OpenBISUnreachable(f"JupyterHub at {hub_url} cannot be reached.") from error
    return _session(hub_url, status, said)


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    with contextlib.suppress(ValueError, UnicodeDecodeError):
        said = await answer.json(content_type=None)
        if isinstance(said, dict):
            return said
    return {}


def _session(hub_url: str, status: int, said: dict[str, Any]) -> WebSession:
    if status == 403:
        message = str(said.get("message") or "The hub does not take this code.")
        raise NotLoggedIn(message, next_step="Run the command again.")
    token, server = said.get("token"), said.get("server")
    if status != 200 or not isinstance(token, str) or not isinstance(server, str) or not token:
        raise UnexpectedAnswer(
            f"{hub_url} answered {status}, and with no session.",
            next_step="Check that this is the address of a JupyterHub with openbis-nb, with its base path.",
        )
    return WebSession(parse_url(server), Secret(token), str(said.get("note") or ""))
