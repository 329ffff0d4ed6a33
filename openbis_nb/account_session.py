"""The openBIS session of this account: the one that the hub keeps, else the one that `login` stored.

Where a process runs under a hub, the hub is asked when the session is first needed and again when openBIS
says that it is over; in between what is kept on this account says what is current (design D5, U-01, U-02).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from . import credentials
from .at_hub.hub import Hub
from .at_hub.session import KeptSession, ask, over
from .errors import ConfigurationProblem, HubFailure, NotLoggedIn
from .notebooks.identity import same_server
from .openbis.secrets import Secret
from .session_homes import SessionHomes

__all__ = ["AccountSession"]

_log = logging.getLogger(__name__)

#: Longest wait for the hub, in seconds.
_TIMEOUT = 10.0


@dataclass(frozen=True, slots=True)
class AccountSession:
    """Where the session for one openBIS comes from.

    Args:
        url: Address of openBIS.
        homes: Where it is kept on this account.
        hub: ``None`` where there is none.
        aliases: Other addresses of the same openBIS.
        ca_bundle: A further CA to trust, for the hub.
    """

    url: str
    homes: SessionHomes
    hub: Hub | None = None
    aliases: tuple[str, ...] = ()
    ca_bundle: Path | None = None

    def is_for(self, server: str) -> bool:
        """Whether an address is that of our openBIS: no session goes anywhere else."""
        return any(same_server(server, known) for known in (self.url, *self.aliases))

    def stored(self) -> Secret | None:
        """What is kept on this account now.

        Raises:
            ConfigurationProblem: it is there and cannot be read.
        """
        return self.homes.load(self.url)

    def require_stored(self) -> Secret:
        """Like :meth:`stored`.

        Raises:
            NotLoggedIn: nothing is stored.
            ConfigurationProblem: no address of openBIS, or what is kept cannot be read.
        """
        return self.homes.require(self.url)

    async def ask_hub(self, *, refused: bool = False) -> KeptSession | None:
        """What the hub keeps, stored for all on this account; ``None`` without a hub.

        Args:
            refused: openBIS has just refused what the hub gave before.

        Raises:
            NotLoggedIn: the hub says that it is over; the next step is the log-in link.
            HubFailure: the hub did not answer, or keeps a session of another openBIS.
        """
        if self.hub is None:
            return None
        kept = await ask(self.hub, patience=_TIMEOUT, ca_bundle=self.ca_bundle, refused=refused)
        if not self.is_for(kept.server):
            raise HubFailure(
                f"The hub's session is for {kept.server}, and OPENBIS_URL is {self.url}.",
                next_step="Unset OPENBIS_URL, or log in to the other one with `openbis-nb login`.",
            )
        try:
            await asyncio.to_thread(credentials.keep_token, self.url, self.homes.state_dir, kept.token)
        except ConfigurationProblem as error:  # it can be used all the same
            _log.warning("%s %s", error.message, error.next_step)
        return kept

    async def current(self) -> tuple[Secret, str]:
        """The session, and what its person should know of it (may be empty).

        Raises:
            NotLoggedIn: there is none.
            ConfigurationProblem: no address of openBIS, or what is kept cannot be read.
        """
        try:
            kept = await self.ask_hub()
        except (NotLoggedIn, HubFailure) as error:
            # One that was stored by hand may be alive; if it is not, openBIS says so, and we ask again.
            stored = self.stored()
            if stored is None:
                raise _as_log_in(error) from error
            return stored, ""
        return (kept.token, kept.note) if kept is not None else (self.require_stored(), "")

    async def renewed(self, ended: Secret) -> Secret | None:
        """Another session than *ended*, which openBIS has just refused; ``None`` where there is none.

        Raises:
            NotLoggedIn: it is really over, with the log-in link of the hub.
        """
        problem: NotLoggedIn | None = None
        try:
            kept = await self.ask_hub(refused=True)
            if kept is not None and kept.token != ended:
                return kept.token
        except (NotLoggedIn, HubFailure) as error:
            problem = _as_log_in(error)
        stored = next((kept.token for kept in self.homes.all(self.url) if kept.token != ended), None)
        if stored is not None:
            self.homes.drop_ended(self.url, ended)
            return stored
        if problem is not None:
            raise problem
        if self.hub is not None:
            raise over(self.hub)
        if self.homes.jupyter_dir is not None:
            raise NotLoggedIn(
                "The openBIS session is over.",
                next_step="Log in with the menu openBIS of JupyterLab, or run openbis-nb login, and repeat; "
                "nothing is lost.",
            )
        return None


def _as_log_in(error: NotLoggedIn | HubFailure) -> NotLoggedIn:
    """Whoever saves keeps the version then: a hub that is away loses nothing."""
    if isinstance(error, NotLoggedIn):
        return error
    return NotLoggedIn(
        f"The openBIS session is over, and no other one could be had. {error.message}",
        next_step=error.next_step,
    )
