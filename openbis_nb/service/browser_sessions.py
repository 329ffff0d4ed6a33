"""Browsers that came by the hub's OAuth: a random id in a cookie, everything else in memory only.

After a restart of the service a browser goes through the hub once more, without a question to the person.
A session is bound to the hub's own ``jupyterhub-session-id`` cookie: the hub clears that at a log-out, and
makes a new one when somebody else logs in, so either ends the session here at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..openbis.secrets import Secret

__all__ = ["COOKIE", "HUB_COOKIE", "BrowserSession", "BrowserSessions"]

COOKIE = "openbis-nb-session"
HUB_COOKIE = "jupyterhub-session-id"
#: Seconds without a request after which a browser goes through the hub once more.
_IDLE = 12 * 3600.0
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser. ``csrf`` is what its pages send along to show that a request is theirs."""

    token: Secret
    csrf: str
    hub_cookie: str


class BrowserSessions:
    """All browsers of this service.

    Args:
        clock: Seconds that only grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: dict[str, tuple[float, BrowserSession]] = {}

    def begin(self, token: Secret, hub_cookie: str) -> str:
        """A new session; the value of its cookie.

        Args:
            token: The browser's OAuth token.
            hub_cookie: Value of :data:`HUB_COOKIE` at this time.
        """
        while len(self._sessions) >= _MOST:
            self._sessions.pop(next(iter(self._sessions)))
        number = secrets.token_urlsafe(32)
        session = BrowserSession(token, secrets.token_urlsafe(32), _hash(hub_cookie))
        self._sessions[number] = (self._clock() + _IDLE, session)
        return number

    def find(self, number: str, hub_cookie: str) -> BrowserSession | None:
        """The session of a browser with these two cookies; ``None`` if it is over or was never there."""
        until, session = self._sessions.pop(number, (0.0, None))
        if session is None or self._clock() >= until:
            return None
        if not hmac.compare_digest(session.hub_cookie, _hash(hub_cookie)):
            return None
        self._sessions[number] = (self._clock() + _IDLE, session)  # the one used last stands last
        return session

    def end(self, number: str) -> None:
        """Forget a session."""
        self._sessions.pop(number, None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
