"""Who a hub token belongs to, and that person's openBIS session: asked of the hub, kept for a minute.

Kept under the token's hash, in memory only. So what the hub takes back (a log-out, a deleted person) holds
here within :data:`REMEMBERED` seconds; a browser's log-out holds at once (``browser_sessions``).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from ..errors import Forbidden, HubFailure, NotLoggedIn
from ..openbis.secrets import Secret
from .hub_api import HubApi
from .place import Place
from .remembered import Remembered

__all__ = ["REMEMBERED", "Caller", "Callers", "OpenBISSession", "fingerprint"]

#: Seconds for which the hub's answer about a token is kept.
REMEMBERED = 60.0


@dataclass(frozen=True, slots=True)
class Caller:
    """A person at the hub, by one of their tokens. ``hub_name`` is the name as the hub writes it."""

    hub_name: str
    token: Secret


@dataclass(frozen=True, slots=True)
class OpenBISSession:
    """A person's session with openBIS. ``user_id`` is in openBIS' spelling, ``note`` for the person."""

    user_id: str
    token: Secret
    note: str = ""


class Callers:
    """Tokens and the people behind them.

    Args:
        hub: Who is asked.
        place: Which scope lets somebody in.
    """

    def __init__(self, hub: HubApi, place: Place) -> None:
        self._hub, self._place = hub, place
        self._people: Remembered[str, str] = Remembered(REMEMBERED)
        self._sessions: Remembered[str, OpenBISSession] = Remembered(REMEMBERED)

    async def identify(self, token: Secret) -> Caller:
        """The person of *token*.

        Raises:
            NotLoggedIn: the hub does not know it.
            Forbidden: it is no person's, or may not come in here.
            HubFailure: the hub cannot be asked.
        """
        name = await self._people.get(fingerprint(token), lambda: self._ask(token))
        return Caller(name, token)

    async def openbis_session(self, caller: Caller) -> OpenBISSession:
        """The person's openBIS session.

        Raises:
            NotLoggedIn: it is over.
            Forbidden: the token may not read it.
            HubFailure: the hub cannot be asked.
        """
        return await self._sessions.get(fingerprint(caller.token), lambda: self._ask_session(caller.token))

    async def another_session(self, caller: Caller) -> OpenBISSession:
        """What the hub has now: openBIS has refused the session that is known here.

        Raises:
            NotLoggedIn, Forbidden, HubFailure: as :meth:`openbis_session`.
        """
        key = fingerprint(caller.token)
        self._sessions.forget(key)
        return await self._sessions.get(key, lambda: self._ask_session(caller.token, refused=True))

    def forget_session(self, caller: Caller) -> None:
        """Ask the hub for the openBIS session anew next time."""
        self._sessions.forget(fingerprint(caller.token))

    def forget(self, token: Secret) -> None:
        """Ask for all anew."""
        self._people.forget(fingerprint(token))
        self._sessions.forget(fingerprint(token))

    async def _ask(self, token: Secret) -> str:
        model = await self._hub.user(token)
        if model is None:
            raise NotLoggedIn("The hub does not know this token.", next_step="Log in at the hub again.")
        if model.get("kind") != "user":
            raise Forbidden("This token is not a person's.", next_step="Use a token of your own.")
        scopes = model.get("scopes")
        if not isinstance(scopes, list) or not {"access:services", self._place.access_scope} & set(scopes):
            raise Forbidden(
                "You may not use this service.",
                next_step=f"Ask the admin of the hub for the scope {self._place.access_scope}.",
            )
        return str(model.get("name") or "")

    async def _ask_session(self, token: Secret, refused: bool = False) -> OpenBISSession:
        answer = await self._hub.openbis_session(token, refused=refused)
        if not answer.get("token") or not answer.get("user_id"):
            raise HubFailure("JupyterHub gave no openBIS session.")
        return OpenBISSession(
            str(answer["user_id"]), Secret(str(answer["token"])), str(answer.get("note") or "")
        )


def fingerprint(token: Secret) -> str:
    """What a token is remembered under."""
    return hashlib.sha256(token.reveal().encode(errors="replace")).hexdigest()
