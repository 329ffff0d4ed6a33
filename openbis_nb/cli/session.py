"""``openbis-nb login``, ``logout``, ``whoami``."""

from __future__ import annotations

import sys

import click

from .. import assemble, credentials
from ..assemble import server
from ..errors import InvalidInput
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from ..settings import Settings
from .command import command
from .connection import connect, send_waiting
from .terminal import Terminal

__all__ = ["login", "logout", "whoami"]


@command(
    examples=[
        "openbis-nb login --url https://openbis.example.org --user alice",
        "openbis-nb login --user alice --password-stdin < password.txt",
        "printenv MY_OPENBIS_TOKEN | openbis-nb login --token-stdin",
    ]
)
@click.option("--user", metavar="USER", help="User id in openBIS; asked for when not given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--token-stdin", is_flag=True, help="Read a session or personal access token instead.")
async def login(
    terminal: Terminal, settings: Settings, user: str | None, password_stdin: bool, token_stdin: bool
) -> None:
    """Log in to openBIS and keep the session for this computer account.

    The password is asked for without echo and never stored. The session is kept in a file that only
    this account can read.
    """
    if token_stdin and (password_stdin or user):
        raise InvalidInput("--token-stdin goes with neither --user nor --password-stdin.")
    async with OpenBIS(server(settings)) as openbis:
        if token_stdin:
            openbis.use(_from_stdin("token"))
        else:
            user = user or _ask(terminal, "User id in openBIS", hide=False, instead="--user")
            password = _from_stdin("password") if password_stdin else _password(terminal, user)
            await openbis.login(user, password)
        person = await openbis.whoami()
        files = credentials.store_token(openbis.server.url, settings.state_dir, openbis.token)
        await send_waiting(await assemble.workplace(settings, openbis), terminal)
    terminal.result(
        {"server": settings.url, "person": person, "stored_in": files},
        [f"Logged in to {settings.url} as {person.display_name} ({person.user_id})."],
    )


def _password(terminal: Terminal, user: str) -> Secret:
    return Secret(_ask(terminal, f"Password of {user}", hide=True, instead="--password-stdin"))


def _ask(terminal: Terminal, question: str, *, hide: bool, instead: str) -> str:
    if not sys.stdin.isatty():
        raise InvalidInput(f"{question}: there is no terminal to ask on.", next_step=f"Give {instead}.")
    answer: str = terminal.ask(question, hide=hide)
    return answer


def _from_stdin(what: str) -> Secret:
    text = sys.stdin.readline().rstrip("\r\n")
    if not text:
        raise InvalidInput(f"Standard input holds no {what}.", next_step=f"Pipe the {what} in, on one line.")
    return Secret(text)


@command(examples=["openbis-nb logout", "openbis-nb logout --url https://openbis.example.org"])
async def logout(terminal: Terminal, settings: Settings) -> None:
    """End the session and forget it.

    A personal access token is only forgotten: it stays valid until it is revoked in openBIS.
    """
    here = server(settings)
    # Forgotten first: whatever openBIS answers, the session is no longer usable from here.
    token = credentials.forget_token(here.url, settings.state_dir)
    ended = token is not None and not token.is_personal_access_token
    if token is not None and ended:
        async with OpenBIS(here) as openbis:
            openbis.use(token)
            await openbis.logout()
    told = (
        f"You were not logged in to {here.url}."
        if token is None
        else f"Logged out of {here.url}."
        if ended
        else f"The personal access token for {here.url} is forgotten here; revoke it in openBIS to end it."
    )
    terminal.result({"server": here.url, "was_logged_in": token is not None, "ended": ended}, [told])


@command(examples=["openbis-nb whoami", "openbis-nb whoami --json"])
async def whoami(terminal: Terminal, settings: Settings) -> None:
    """Say who is logged in, and where."""
    async with connect(settings) as openbis:
        person = await openbis.whoami()
        information = await openbis.server_information()
    terminal.result(
        {
            "server": settings.url,
            "person": person,
            "openbis_version": information.openbis_version,
            "api_version": information.api_version,
        },
        [
            f"{person.display_name} ({person.user_id}) at {settings.url}, "
            f"openBIS {information.openbis_version or 'of unknown version'} (API {information.api_version})"
        ],
    )
