"""``openbis-nb login``: by password, by a token, or through JupyterHub in the browser."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from .. import assemble
from ..assemble import server
from ..errors import ConfigurationProblem, InvalidInput
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from ..settings import Settings, load
from .command import command
from .connection import send_waiting
from .terminal import Terminal

__all__ = ["login"]


@command(
    examples=[
        "openbis-nb login --url https://openbis.example.org --user alice",
        "openbis-nb login --user alice --password-stdin < password.txt",
        "printenv MY_OPENBIS_TOKEN | openbis-nb login --token-stdin",
        "openbis-nb login --web --hub https://jupyterhub.example.org",
        "openbis-nb login --web --no-browser    # on another computer, by SSH",
    ]
)
@click.option("--user", metavar="USER", help="User id in openBIS; asked for when not given.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--token-stdin", is_flag=True, help="Read a session or personal access token instead.")
@click.option("--web", is_flag=True, help="Log in at JupyterHub in the browser: for single sign-on.")
@click.option("--hub", metavar="URL", help="Address of JupyterHub, for --web; default: OPENBIS_NB_HUB_URL.")
@click.option(
    "--no-browser", is_flag=True, help="With --web: say the address, and ask for the code it shows."
)
async def login(
    terminal: Terminal,
    settings: Settings,
    user: str | None,
    password_stdin: bool,
    token_stdin: bool,
    web: bool,
    hub: str | None,
    no_browser: bool,
) -> None:
    """Log in to openBIS and keep the session for this computer account.

    The password is asked for without echo and never stored. The session is kept in a file that only
    this account can read. With --web, a page of JupyterHub asks whether this command line may act as
    you; what it then gets is the hub's own session of yours, and ends when the hub renews that.
    """
    if token_stdin and (password_stdin or user):
        raise InvalidInput("--token-stdin goes with neither --user nor --password-stdin.")
    if web and (token_stdin or password_stdin or user):
        raise InvalidInput("--web goes with none of --user, --password-stdin and --token-stdin.")
    if (hub or no_browser) and not web:
        raise InvalidInput("--hub and --no-browser go with --web only.")
    given: Secret | None = None
    if web:
        settings, given = await _from_hub(terminal, settings, hub, browser=not no_browser)
    async with OpenBIS(server(settings)) as openbis:
        if given is not None:
            openbis.use(given)
        elif token_stdin:
            openbis.use(_from_stdin("token"))
        else:
            user = user or _ask(terminal, "User id in openBIS", hide=False, instead="--user")
            password = _from_stdin("password") if password_stdin else _password(terminal, user)
            await openbis.login(user, password)
        person = await openbis.whoami()
        stored = assemble.homes(settings).store(openbis.server.url, openbis.token)
        await send_waiting(await assemble.workplace(settings, openbis), terminal)
    terminal.result(
        {"server": settings.url, "person": person, "stored_in": stored},
        [f"Logged in to {settings.url} as {person.display_name} ({person.user_id})."],
    )


async def _from_hub(
    terminal: Terminal, settings: Settings, hub: str | None, *, browser: bool
) -> tuple[Settings, Secret]:
    """The session that a person allows at the hub, and settings that name that hub's openBIS.

    Raises:
        ConfigurationProblem: no hub is named, or its openBIS is not the one that is asked for.
    """
    from .web_login import session_from_hub  # brings a small web server, which other log-ins do not need

    hub_url = load(hub_url=hub).hub_url
    if not hub_url:
        raise ConfigurationProblem(
            "No address of JupyterHub is set.",
            next_step="Give --hub https://jupyterhub.example.org, or set OPENBIS_NB_HUB_URL.",
        )
    session = await session_from_hub(terminal, settings, hub_url, browser=browser)
    if session.note:
        terminal.note(session.note)
    # What the frame filled in because a session is stored for it was not asked for.
    asked = click.get_current_context().params.get("url") or load().url
    if not asked:
        return replace(settings, url=session.server), session.token
    if session.server not in (settings.url, settings.public_url, *settings.server_aliases):
        raise ConfigurationProblem(
            f"{hub_url} works with {session.server}, but {settings.url} is asked for.",
            next_step=f"Give --url {session.server}; if both are one, name it in OPENBIS_NB_SERVER_ALIASES.",
        )
    return settings, session.token


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
