"""The openBIS session of this server, kept current from the hub (design D5, U-01).

It lies in the 0600 file that kernels of any language, the command line and plain pybis read, so a fresh
log-in at the hub reaches all of them within a minute, without a restart.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass

from ..account_session import AccountSession
from ..at_hub.session import KeptSession
from ..errors import HubFailure, NotLoggedIn, OpenbisNbError

__all__ = ["SessionKeeper"]

_log = logging.getLogger(__name__)

#: Of the time between two looks at the hub, so that servers do not ask all at once.
_SPREAD = 0.2


@dataclass(slots=True)
class SessionKeeper:
    """Asks the hub, and keeps what it says.

    Args:
        every: Seconds between two looks at the hub, at most.
        account: Of this person. Without a hub `openbis-nb login` keeps the session.
    """

    account: AccountSession
    every: float
    session: KeptSession | None = None
    over: NotLoggedIn | None = None

    async def refresh(self) -> None:
        """Ask the hub, and keep its session; without a hub nothing.

        Raises:
            NotLoggedIn: the session is over; the one that is kept stays where it is.
            HubFailure: the hub did not answer.
        """
        try:
            self.session, self.over = await self.account.ask_hub(), None
        except NotLoggedIn as error:
            self.over = error
            raise

    async def refresh_quietly(self) -> None:
        """As :meth:`refresh`; what goes wrong is logged, and nothing else."""
        try:
            await self.refresh()
        except (NotLoggedIn, HubFailure) as error:
            _log.info("%s %s", error.message, error.next_step)
        except OpenbisNbError as error:
            _log.warning("%s %s", error.message, error.next_step)
        except Exception:
            _log.exception("The openBIS session could not be kept current.")  # and in a minute again

    async def keep_current(self) -> None:
        """Refresh now, and again and again until cancelled."""
        while self.account.hub is not None:
            await self.refresh_quietly()
            await asyncio.sleep(self.every * random.uniform(1 - _SPREAD, 1))  # noqa: S311 (not a secret)
