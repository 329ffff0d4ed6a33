"""``OpenBISKeeper``: where openBIS is, and the sessions that the hub keeps for its people (design D5).

Both kinds of hub have one: where openBIS itself logs people in (``authenticator``), and where another
authenticator does, and people link their openBIS account (``linking``).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets import Bool, Float, Set, Unicode
from traitlets.config import LoggingConfigurable

from ..errors import Forbidden, NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..models import Person
from ..openbis.client import OpenBIS, Secret, Server
from ..openbis.health import public_information
from ..openbis.records import PersonalAccessToken
from ..openbis.secrets import WEB_SERVER_LOGGERS, scrub_loggers
from ..web.grants import GRANT_LIFE, Grant
from . import deployment, sessions
from .arrival import origin_of
from .sessions import Confirmed, HubSession
from .tickets import Ticket, Tickets

__all__ = ["OpenBISKeeper", "settle", "spare"]

#: Seconds for which the answer about single sign-on is kept, so that the log-in page does not wait.
_SSO_REMEMBERED = 300.0
#: Seconds that the log-in page waits for it where there is another way in; and before it is asked for again.
_SSO_PATIENCE, _SSO_PAUSE = 1.0, 30.0
#: Seconds that a person has for the page that asks "log in as …?", or for a log-in before it.
_CONFIRMATION_LIFE = 300.0
#: Longest token that is taken to openBIS; real ones have about 80 characters.
_MAX_TOKEN = 1024


@dataclass(frozen=True, slots=True)
class _Checked:
    token: Secret
    when: float
    alive: bool


class OpenBISKeeper(LoggingConfigurable):
    """Settings and sessions that every hub with openBIS has; a part of its authenticator."""

    openbis_url = Unicode(help="Address of openBIS for the hub: scheme, host, port.").tag(config=True)
    openbis_public_url = Unicode(help="Address of openBIS in people's browsers; default: openbis_url.").tag(
        config=True
    )
    ca_bundle = Unicode(help="PEM file with the CA that signed openBIS' certificate.").tag(config=True)
    allow_http = Bool(False, help="Allow http:// to an openBIS that is not on this machine.").tag(config=True)
    request_timeout = Float(15.0, help="Longest wait for an answer of openBIS (in seconds).").tag(config=True)
    token_name = Unicode(
        "openbis-nb at JupyterHub", help="Name of the hub's tokens at openBIS; another one for each hub."
    ).tag(config=True)
    token_life = Float(
        7 * 24 * 3600.0, help="Life of the hub's tokens (in seconds); openBIS may shorten it."
    ).tag(config=True)
    warn_before = Float(
        24 * 3600.0, help="People are told so long before their openBIS session ends (in seconds)."
    ).tag(config=True)
    password_form = Bool(True, help="Offer user name and password of openBIS.").tag(config=True)
    link_login = Bool(
        True, help="Allow /hub/login?token=…, as an unmodified ELN opens it; off: tickets only."
    ).tag(config=True)
    sso_page = Unicode(
        help="Page on openBIS' origin that posts the session to the hub; gets ?next=. "
        "Default: the single sign-on link that openBIS names."
    ).tag(config=True)
    allowed_origins = Set(
        Unicode(), help="Origins whose pages may hand sessions over; default: that of openBIS."
    ).tag(config=True)
    notebook_landing = Unicode(
        "openbis/open", help="Takes the place of the classic `notebooks` in links of the ELN."
    ).tag(config=True)

    #: Whether people log in with openBIS; else another authenticator does, and they link their account.
    logs_in = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The ELN puts its session into addresses; JupyterHub logs that of a request that fails as it is.
        scrub_loggers(self.log.name, *WEB_SERVER_LOGGERS)
        self.server = Server(
            self.openbis_url,
            ca_bundle=Path(self.ca_bundle) if self.ca_bundle else None,
            allow_http=self.allow_http,
            request_timeout=self.request_timeout,
        )
        self.public_url: str = self.openbis_public_url or self.server.url
        self.origins = frozenset(map(origin_of, self.allowed_origins or {self.public_url})) - {""}
        deployment.check(self, self.parent)
        self.tickets: Tickets[Ticket] = Tickets()
        self.confirmations: Tickets[Ticket] = Tickets(life=_CONFIRMATION_LIFE)
        self.grants: Tickets[Grant] = Tickets(life=GRANT_LIFE)
        self._checked: dict[str, _Checked] = {}
        self._single_sign_on: Mapping[str, str] = {}
        self._ask_single_sign_on_at = -math.inf
        self._asking: asyncio.Task[None] | None = None

    # Whose session it is

    async def whoami(self, session: Secret) -> Person:
        """Whose session it is.

        Raises:
            NotLoggedIn: it is over, or cannot be a token.
            OpenBISFailure: openBIS could not say.
        """
        text = session.reveal()
        if not 0 < len(text) <= _MAX_TOKEN or not text.isprintable() or " " in text:
            raise NotLoggedIn("That is no openBIS session.")
        async with OpenBIS(self.server, session) as client:
            return await client.whoami()

    async def identify(self, client: OpenBIS, data: Mapping[str, Any]) -> tuple[Person, bool]:
        """The person that *data* proves, and whether the hub began a session for that; *client* holds it.

        Args:
            client: Without a session.
            data: ``username`` and ``password``, or ``token``, or ``confirmed``.

        Raises:
            NotLoggedIn: wrong user, password or token.
            Forbidden: openBIS does not let the person in, or passwords are not offered.
        """
        confirmed = data.get("confirmed")
        if isinstance(confirmed, Confirmed):
            client.use(confirmed.session, confirmed.person)
            return confirmed.person, False
        if data.get("token"):
            session = Secret(str(data["token"]).strip())
            client.use(session, await self.whoami(session))
            return await client.whoami(), False
        if not self.password_form:
            raise Forbidden("Log-in by password is switched off.", next_step="Use the button above.")
        await client.login(str(data.get("username") or ""), Secret(str(data.get("password") or "")))
        return await client.whoami(), True

    @asynccontextmanager
    async def proven(self, data: Mapping[str, Any]) -> AsyncIterator[tuple[OpenBIS, Person, bool]]:
        """Like :meth:`identify`, with the client; a session begun for it ends if what follows fails."""
        async with OpenBIS(self.server) as client:
            person, by_password = await self.identify(client, data)
            try:
                yield client, person, by_password
            except BaseException:
                if by_password and client.has_session:  # of five; nobody else would ever end it
                    begun = HubSession(client.server.url, person.user_id, client.token, opened_by_hub=True)
                    await asyncio.shield(sessions.end(client, begun))
                raise

    # What is kept

    def token_name_for(self, hub_name: str) -> str:
        """The name at openBIS of the tokens that the hub makes for one of its people."""
        return str(self.token_name)

    async def keep(
        self, client: OpenBIS, person: Person, name: str, *, opened_by_hub: bool, earlier: HubSession | None
    ) -> HubSession:
        """What to keep of *client*'s session for the hub's user *name*; see :func:`sessions.keep`."""
        self._checked.pop(name, None)
        return await sessions.keep(
            client,
            person,
            name=self.token_name_for(name),
            life=timedelta(seconds=self.token_life),
            opened_by_hub=opened_by_hub,
            earlier=earlier,
        )

    async def session_of(self, user: Any) -> HubSession | None:
        """The session that is kept for a user of the hub, dead or alive; ``None`` also without a user."""
        return HubSession.from_auth_state(await user.get_auth_state()) if user is not None else None

    async def put(self, user: Any, session: HubSession | None) -> None:
        """Keep *session* for a user of the hub, or none any more; what else is kept for them stays."""
        state = dict(await user.get_auth_state() or {})
        state = sessions.without(state) | (session.to_auth_state() if session else {})
        await user.save_auth_state(state or None)

    async def is_alive(self, name: str, session: HubSession, *, age: float = 0.0) -> bool:
        """Whether openBIS takes the session of the hub's user *name*; that openBIS is away does not end it.

        Args:
            name: At the hub.
            session: What is kept for them.
            age: An answer that was given so many seconds ago will do.
        """
        known = self._checked.get(name)
        if known and known.token == session.token and time.monotonic() - known.when < age:
            return known.alive
        async with OpenBIS(self.server, session.token) as client:
            try:
                alive = await client.is_session_active()
            except OpenBISFailure as error:
                self.log.warning("The session of %s could not be checked: %s", name, error.message)
                alive = True
        self._checked[name] = _Checked(session.token, time.monotonic(), alive)
        return alive

    async def tokens_of(self, session: HubSession) -> list[PersonalAccessToken] | None:
        """The hub's tokens of that person at openBIS, oldest first; ``None`` where openBIS does not say.

        Whether a personal access token may list tokens is not known of every openBIS (contract 2.6).
        """
        async with OpenBIS(self.server, session.token) as client:
            try:
                tokens = await client.personal_access_tokens()
            except OpenbisNbError as error:
                self.log.info("openBIS does not list the tokens of %s: %s", session.user_id, error.message)
                return None
        return [token for token in tokens if self.is_ours(token.session_name)]

    def is_ours(self, token_name: str) -> bool:
        """Whether a token of that name at openBIS was made by this hub."""
        return token_name == self.token_name or token_name.startswith(f"{self.token_name}: ")

    # Single sign-on

    async def ask_single_sign_on(self) -> None:
        """Ask openBIS for its single sign-on link, at most every five minutes.

        A page with another way in waits a second for it; the question goes on, for the next page.
        """
        asking = self._asking
        if asking is None or asking.done():
            if time.monotonic() < self._ask_single_sign_on_at:
                return
            asking = self._asking = asyncio.create_task(self._ask_single_sign_on())
        another_way = self.password_form or self.single_sign_on
        await asyncio.wait({asking}, timeout=_SSO_PATIENCE if another_way else None)

    async def _ask_single_sign_on(self) -> None:
        pause = _SSO_PAUSE
        async with OpenBIS(self.server) as client:
            try:
                self._single_sign_on = await public_information(client)
                pause = _SSO_REMEMBERED
            except OpenbisNbError as error:
                self.log.warning("openBIS was not asked for single sign-on: %s", error.message)
        self._ask_single_sign_on_at = time.monotonic() + pause

    @property
    def single_sign_on(self) -> tuple[str, str] | None:
        """Address and label of the single sign-on button, as far as known; ``None`` without one."""
        told = self._single_sign_on
        link = self.sso_page or told.get("authentication-service.switch-aai.link") or ""
        label = told.get("authentication-service.switch-aai.label") or "Single sign-on"
        # It becomes a link on our page: nothing but an address may stand there.
        return (link, label) if origin_of(link) else None


def settle(handler: Any) -> None:
    """To be called before a refresh that may fail: JupyterHub 6.1.1 then reads ``_token_authenticated`` of
    the handler, and sets it only on one that came by a token; else it is an AttributeError, and answer 500.
    """
    if handler is not None and not hasattr(handler, "_token_authenticated"):
        handler._token_authenticated = False


def spare(handler: Any, user: Any) -> bool:
    """Whether a refresh of *user* that failed must not end this call.

    JupyterHub before 6.1 refuses every call by a token then, those of the person's running server, too;
    later ones do so only with ``auth_refresh_strict``. It must not take the person for fresh, either, or the
    log-in page would not let them log in again.
    """
    if hasattr(Authenticator, "auth_refresh_strict") or not getattr(handler, "_token_authenticated", False):
        return False
    asyncio.get_running_loop().call_soon(setattr, user, "_auth_refreshed", None)
    return True
