"""``OpenBISAuthenticator``: JupyterHub's people are openBIS' people.

Set it up by ``configure.configure``. Who somebody is comes from openBIS, never from a token's text; whether
they may come in is decided by ``rules`` before a token is made for them.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from jupyterhub.auth import Authenticator
from tornado import web
from traitlets import Bool, Float, Set, Unicode

from ..errors import Forbidden, NotLoggedIn, OpenBISFailure, OpenbisNbError
from ..identifiers import hub_user_name, normalise_identifier
from ..models import Person
from ..openbis.client import OpenBIS, Secret, Server
from ..openbis.health import public_information
from . import deployment, handover, login_page, rules, session_api, sessions
from .arrival import origin_of
from .failures import as_http_error
from .membership import gather_facts
from .rules import RuleSettings
from .sessions import Confirmed, HubSession
from .tickets import Tickets

__all__ = ["OpenBISAuthenticator"]

#: Seconds for which the answer about single sign-on is kept, so that the log-in page does not wait.
_SSO_REMEMBERED = 300.0
#: Seconds that a person has for the page that asks "log in as …?".
_CONFIRMATION_LIFE = 300.0
#: Longest token that is taken to openBIS; real ones have about 80 characters.
_MAX_TOKEN = 1024


class OpenBISAuthenticator(Authenticator):
    """Log-in with an openBIS password, session token or personal access token."""

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
    password_form = Bool(True, help="Offer user name and password on the log-in page.").tag(config=True)
    link_login = Bool(
        True, help="Allow /hub/login?token=…, as an unmodified ELN opens it; off: tickets only."
    ).tag(config=True)
    sso_page = Unicode(
        help="Page on openBIS' origin that posts the session to the hub; gets ?next=. "
        "Default: the single sign-on link that openBIS names."
    ).tag(config=True)
    allowed_origins = Set(
        Unicode(), help="Origins whose pages may log people in; default: that of openBIS."
    ).tag(config=True)
    notebook_landing = Unicode(
        "openbis/open", help="Takes the place of the classic `notebooks` in links of the ELN."
    ).tag(config=True)
    allowed_openbis_users = Set(Unicode(), help="openBIS user ids that may come in.").tag(config=True)
    allowed_groups = Set(Unicode(), help="Authorization groups whose members may come in.").tag(config=True)
    allowed_spaces = Set(Unicode(), help="Who has any role in one of these spaces.").tag(config=True)
    allowed_projects = Set(Unicode(), help="Who has any role in one of these projects.").tag(config=True)
    blocked_openbis_users = Set(Unicode(), help="openBIS user ids that may not come in.").tag(config=True)
    admin_openbis_users = Set(Unicode(), help="openBIS user ids that are admins of the hub.").tag(config=True)
    admin_groups = Set(Unicode(), help="Groups whose members are admins of the hub.").tag(config=True)
    instance_admins_are_admins = Bool(
        False, help="Make admins of the openBIS instance admins of the hub, who can act as anybody."
    ).tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.server = Server(
            self.openbis_url,
            ca_bundle=Path(self.ca_bundle) if self.ca_bundle else None,
            allow_http=self.allow_http,
            request_timeout=self.request_timeout,
        )
        self.public_url: str = self.openbis_public_url or self.server.url
        self.origins = frozenset(map(origin_of, self.allowed_origins or {self.public_url})) - {""}
        self.rule_settings = self._rule_settings()
        rules.check(self.rule_settings, self.allowed_users)
        deployment.check(self, self.parent)
        self.tickets = Tickets()
        self.confirmations = Tickets(life=_CONFIRMATION_LIFE)
        self._over: set[str] = set()
        self._single_sign_on: tuple[float, Mapping[str, str]] = (-_SSO_REMEMBERED, {})

    # Log-in

    async def authenticate(self, handler: Any, data: Mapping[str, Any]) -> dict[str, Any]:
        """A person and what to keep for them.

        Args:
            handler: The request's.
            data: ``username`` and ``password``, or ``token``, or ``confirmed``.

        Raises:
            web.HTTPError: 403 with the reason; 503 when openBIS cannot be asked.
        """
        try:
            async with OpenBIS(self.server) as client:
                person, by_password = await self._identify(client, data)
                try:
                    admin = await self._admit(client, person)
                    kept = await sessions.keep(
                        client,
                        person,
                        name=self.token_name,
                        life=timedelta(seconds=self.token_life),
                        opened_by_hub=by_password,
                    )
                except BaseException:
                    if by_password and client.has_session:  # of five; nobody else would ever end it
                        await asyncio.shield(client.logout())
                    raise
                name = hub_user_name(person.user_id)
                await self._end_replaced(client, handler.find_user(name), kept)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        self._over.discard(name)
        return {"name": name, "admin": admin, "auth_state": kept.to_auth_state()}

    def check_allowed(self, username: str, authentication: Any = None) -> bool:
        """:meth:`authenticate` has decided already: a token is made only for who may come in."""
        return authentication is not None

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

    async def _identify(self, client: OpenBIS, data: Mapping[str, Any]) -> tuple[Person, bool]:
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

    async def _admit(self, client: OpenBIS, person: Person) -> bool | None:
        """Whether the person is an admin of the hub (``None``: as before).

        Raises:
            Forbidden: the person may not come in.
        """
        name, settings = hub_user_name(person.user_id), self.rule_settings
        facts = await gather_facts(client, person, settings)
        listed = name in self.allowed_users and person.user_id not in settings.blocked_openbis_users
        if not (rules.allow_rule(settings, facts) or listed) or not self.check_blocked_users(name):
            raise Forbidden(
                f"{person.display_name} ({person.user_id}) may not use this JupyterHub.",
                next_step="Ask its admin to let you in.",
            )
        asked = settings.admin_openbis_users or settings.admin_groups or settings.instance_admins_are_admins
        if not asked:
            return None
        return rules.admin_rule(settings, facts) is not None or name in self.admin_users

    async def _end_replaced(self, client: OpenBIS, user: Any, kept: HubSession) -> None:
        """End the session that the hub opened at an earlier log-in, now that there is another."""
        earlier = HubSession.from_auth_state(await user.get_auth_state()) if user is not None else None
        if earlier is not None and earlier.token != kept.token:
            await sessions.end(client, earlier)

    # Afterwards

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:
        """Whether openBIS still takes the person's session; that openBIS is away does not end it."""
        # JupyterHub 6.1.1 reads this of every handler, and sets it only on those that came by a token:
        # a dead session would be an AttributeError, and answer 500.
        if handler is not None and not hasattr(handler, "_token_authenticated"):
            handler._token_authenticated = False
        session = HubSession.from_auth_state(await user.get_auth_state())
        if session is None:
            return False
        async with OpenBIS(self.server, session.token) as client:
            try:
                active = await client.is_session_active()
            except OpenBISFailure as error:
                self.log.warning("The session of %s could not be checked: %s", user.name, error.message)
                return True
        if active:
            self._over.discard(user.name)
        else:
            self._over.add(user.name)
            # An earlier good answer would count for five minutes more: the spawn page would only say 403.
            user._auth_refreshed = None
        return active

    def is_over(self, hub_name: str) -> bool:
        """Whether the last :meth:`refresh_user` found the person's session dead."""
        return hub_name in self._over

    async def end_session(self, user: Any) -> None:
        """At log-out: end the session if the hub began it and no server of the person needs it."""
        session = HubSession.from_auth_state(await user.get_auth_state())
        if session is None or any(spawner.active for spawner in user.spawners.values()):
            return
        async with OpenBIS(self.server) as client:
            if await sessions.end(client, session):
                await user.save_auth_state(None)

    # The log-in page

    async def ask_single_sign_on(self) -> None:
        """Ask openBIS for its single sign-on link, at most every five minutes."""
        asked, _ = self._single_sign_on
        if time.monotonic() - asked < _SSO_REMEMBERED:
            return
        async with OpenBIS(self.server) as client:
            try:
                self._single_sign_on = (time.monotonic(), await public_information(client))
            except OpenbisNbError as error:
                self.log.warning("openBIS was not asked for single sign-on: %s", error.message)

    @property
    def single_sign_on(self) -> tuple[str, str] | None:
        """Address and label of the single sign-on button, as far as known; ``None`` without one."""
        _, told = self._single_sign_on
        link = self.sso_page or told.get("authentication-service.switch-aai.link") or ""
        label = told.get("authentication-service.switch-aai.label") or "Single sign-on"
        # It becomes a link on our page: nothing but an address may stand there.
        return (link, label) if origin_of(link) else None

    def get_handlers(self, app: Any) -> list[tuple[str, type[web.RequestHandler]]]:
        """Our pages, in place of JupyterHub's own at the same paths."""
        return [*login_page.handlers, *handover.handlers, *session_api.handlers]

    def _rule_settings(self) -> RuleSettings:
        return RuleSettings(
            allow_all=self.allow_all,
            allowed_openbis_users=frozenset(self.allowed_openbis_users),
            allowed_groups=frozenset(code.upper() for code in self.allowed_groups),
            allowed_spaces=frozenset(map(normalise_identifier, self.allowed_spaces)),
            allowed_projects=frozenset(map(normalise_identifier, self.allowed_projects)),
            blocked_openbis_users=frozenset(self.blocked_openbis_users),
            admin_openbis_users=frozenset(self.admin_openbis_users),
            admin_groups=frozenset(code.upper() for code in self.admin_groups),
            instance_admins_are_admins=self.instance_admins_are_admins,
        )
