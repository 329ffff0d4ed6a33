"""``openbis-nb logout``, ``whoami``."""

from __future__ import annotations

from .. import assemble
from ..assemble import server
from ..openbis.client import OpenBIS
from ..settings import Settings
from .command import command
from .connection import connect
from .terminal import Terminal

__all__ = ["logout", "whoami"]


@command(examples=["openbis-nb logout", "openbis-nb logout --url https://openbis.example.org"])
async def logout(terminal: Terminal, settings: Settings) -> None:
    """End the session and forget it.

    A personal access token is only forgotten: it stays valid until it is revoked in openBIS.
    """
    here = server(settings)
    # Forgotten first: whatever openBIS answers, the session is no longer usable from here.
    tokens = assemble.homes(settings).forget(here.url)
    to_end = [token for token in tokens if not token.is_personal_access_token]
    async with OpenBIS(here) as openbis:
        for token in to_end:
            openbis.use(token)
            await openbis.logout()
    told = (
        f"You were not logged in to {here.url}."
        if not tokens
        else f"Logged out of {here.url}."
        if to_end
        else f"The personal access token for {here.url} is forgotten here; revoke it in openBIS to end it."
    )
    terminal.result({"server": here.url, "was_logged_in": bool(tokens), "ended": bool(to_end)}, [told])


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
