"""``openbis-nb login --web``: what the terminal says and asks while a person logs in at JupyterHub."""

from __future__ import annotations

import asyncio
import sys
import webbrowser

import click

from ..errors import InvalidInput
from ..settings import Settings
from ..web.hub_log_in import HubLogIn, Loopback, WebSession
from .terminal import Terminal

__all__ = ["session_from_hub"]


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
    log_in = HubLogIn(hub_url, settings.request_timeout, settings.ca_bundle, settings.allow_http)
    shown = log_in.shown_code
    if not browser:
        _say(f"Open this address in a browser, on any computer:\n\n  {log_in.address()}\n")
        _say(f"It must show the code {shown}. Allow it there, and copy the long code from there to here.")
        code = _read_code(terminal)
    else:
        async with Loopback(log_in.state) as loopback:
            address = log_in.address(loopback.port)
            _say(f"Your browser opens this address:\n\n  {address}\n")
            _say(f"It must show the code {shown}. Allow it there. Without a browser here: --no-browser.")
            await asyncio.to_thread(webbrowser.open, address)
            code = await loopback.code()
    return await log_in.exchange(code)


def _say(text: str) -> None:
    """Also with ``--json``: without the address and the code nobody could go on."""
    click.echo(text, err=True)


def _read_code(terminal: Terminal) -> str:
    if sys.stdin.isatty():
        return str(terminal.ask("Code")).strip()
    code = sys.stdin.readline().strip()
    if not code:
        raise InvalidInput("Standard input holds no code.", next_step="Pipe the code in, on one line.")
    return code
