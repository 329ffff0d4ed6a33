"""``OpenBISAuthenticator``: JupyterHub's people are openBIS' people.

Set it up by ``configure.configure``. Who somebody is comes from openBIS, never from a token's text; whether
they may come in is decided by ``rules`` before a token is made for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jupyterhub.auth import Authenticator
from tornado import web
from traitlets import Bool, Set, Unicode

from ..errors import ConfigurationProblem, Forbidden, OpenbisNbError
from ..identifiers import hub_user_name, normalise_identifier
from ..models import Person
from ..openbis.client import OpenBIS
from . import login_page, rules, sessions
from .failures import as_http_error
from .keeper import OpenBISKeeper, settle, spare
from .membership import gather_facts
from .pages import COMMON
from .rules import RuleSettings

__all__ = ["OpenBISAuthenticator"]


class OpenBISAuthenticator(OpenBISKeeper, Authenticator):
    """Log-in with an openBIS password, session token or personal access token."""

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
        self.rule_settings = self._rule_settings()
        rules.check(self.rule_settings, self.allowed_users)
        if self.auto_login:
            raise ConfigurationProblem(
                "auto_login takes no notice of a fresh session, and lets any page log its visitors in.",
                next_step="Remove Authenticator.auto_login; set sso_page and password_form instead.",
            )

    # Log-in

    async def authenticate(self, handler: Any, data: Mapping[str, Any]) -> dict[str, Any]:
        """A person and what to keep for them.

        Args:
            handler: The request's.
            data: ``username`` and ``password``, or ``token``, or ``confirmed``; with ``again`` to have a new
                token in any case.

        Raises:
            web.HTTPError: 403 with the reason; 503 when openBIS cannot be asked.
        """
        try:
            async with self.proven(data) as (client, person, by_password):
                admin = await self._admit(client, person)
                name = hub_user_name(person.user_id)
                earlier = await self.session_of(handler.find_user(name))
                usable = None if data.get("again") else earlier
                kept = await self.keep(client, person, name, opened_by_hub=by_password, earlier=usable)
                if earlier is not None and earlier.token != kept.token:
                    await sessions.end(client, earlier)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        return {"name": name, "admin": admin, "auth_state": kept.to_auth_state()}

    def check_allowed(self, username: str, authentication: Any = None) -> bool:
        """:meth:`authenticate` has decided already: a token is made only for who may come in."""
        return authentication is not None

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

    # Afterwards

    async def refresh_user(self, user: Any, handler: Any = None) -> bool:
        """Whether openBIS still takes the person's session; that openBIS is away does not end it."""
        settle(handler)
        session = await self.session_of(user)
        if session is None:
            return False
        active = await self.is_alive(user.name, session)
        if not active:
            # An earlier good answer would count for five minutes more: the spawn page would only say 403.
            user._auth_refreshed = None
        return active or spare(handler, user)

    async def end_session(self, user: Any) -> None:
        """At log-out: end the session if the hub began it and no server of the person needs it."""
        session = await self.session_of(user)
        if session is None or any(spawner.active for spawner in user.spawners.values()):
            return
        async with OpenBIS(self.server) as client:
            if await sessions.end(client, session):
                await self.put(user, None)

    # Pages

    def get_handlers(self, app: Any) -> list[tuple[str, type[web.RequestHandler]]]:
        """Our pages, in place of JupyterHub's own at the same paths."""
        return [*login_page.handlers, *COMMON]

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
