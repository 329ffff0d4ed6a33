"""openBIS as this kernel may use it now: one connection, and the newest session of this account.

A log-in anywhere on this account (`openbis-nb login` in a terminal, or at the hub) reaches a running kernel
at its next use, without a restart (U-01, design D5).
"""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from .. import assemble
from ..at_hub.hub import Hub
from ..openbis import blocking
from ..openbis.blocking import BlockingOpenBIS, Relay
from ..openbis.connection import Server
from ..openbis.secrets import Secret
from ..settings import Settings
from ..workflows.workplace import Workplace

__all__ = ["LiveOpenBIS"]

T = TypeVar("T")


class LiveOpenBIS:
    """The sync face of one kernel.

    Args:
        settings: With the address of openBIS.

    Raises:
        ConfigurationProblem: no address of openBIS is set.
        NotLoggedIn: there is no session: log in at the hub, or with `openbis-nb login`.
        OpenBISFailure: openBIS could not say whose session it is, and never has.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.server: Server = assemble.server(self._settings)
        self._hub = Hub.from_environment(os.environ)
        self._account = assemble.account_session(self._settings, self._hub)
        token, self.note = blocking.run(self._account.current())
        self._stored = self._account.stored()
        self._blocking = BlockingOpenBIS(self.server, token, renew=self._account.renewed)
        # The kernel keeps the last of these to its end, and a cell that runs again makes a new one.
        weakref.finalize(self, self._blocking.abandon).atexit = False
        self._lock = threading.Lock()
        self._workplace = self._workplace_of(self._blocking)

    @property
    def settings(self) -> Settings:
        """Of this account."""
        return self._settings

    def run(
        self, work: Callable[[Workplace], Coroutine[Any, Any, T]], *, relay: Relay[Any] | None = None
    ) -> T:
        """Do *work* at the current workplace, and wait for it; Ctrl-C cancels it and waits for its end.

        Args:
            work: Makes the coroutine of a workplace.
            relay: Its events are shown in the calling thread while waiting.
        """
        return self._blocking.run(work(self.workplace), relay=relay)

    @property
    def workplace(self) -> Workplace:
        """Who and where, as of now."""
        stored = self._account.stored()
        with self._lock:
            if stored is not None and stored != self._stored:
                if stored != self._blocking.client.token:
                    self._take(stored)
                self._stored = stored  # only now: what could not be taken is tried again at the next use
            return self._workplace

    @property
    def token(self) -> Secret:
        """The session that is used now."""
        return self.workplace.client.token

    def renewed(self, ended: Secret) -> Secret | None:
        """Another session than *ended*, which openBIS has refused; ``None`` where there is none.

        Raises:
            NotLoggedIn: it is really over, with the log-in link.
        """
        return blocking.run(self._account.renewed(ended))

    def _take(self, token: Secret) -> None:
        client = self._blocking.client
        before, person = client.token, client.known_person
        client.use(token)
        try:
            self._workplace = self._workplace_of(self._blocking)
        except BaseException:
            client.use(before, person)  # so that the next use tries again
            raise

    def _workplace_of(self, blocking: BlockingOpenBIS) -> Workplace:
        return blocking.run(assemble.workplace(self._settings, blocking.client, self._hub))
