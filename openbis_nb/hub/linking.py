"""openBIS at a hub with another authenticator (OIDC, LDAP, PAM …): it stays, and people link their account.

Who somebody is at the hub is that authenticator's word; which openBIS account is theirs is openBIS' word,
given once, by a session or password that the person brings. Names are never compared, let alone guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import entry_points
from typing import Any

from jupyterhub.auth import Authenticator
from traitlets.utils.importstring import import_item

from ..errors import ConfigurationProblem, OpenbisNbError
from ..openbis.client import OpenBIS
from . import link_pages, sessions
from .keeper import OpenBISKeeper, settle
from .pages import COMMON
from .sessions import HubSession

__all__ = ["LinksOpenBIS", "with_openbis"]

_GROUP = "jupyterhub.authenticators"


def with_openbis(authenticator: type[Authenticator] | str) -> type[Authenticator]:
    """The class of an authenticator whose people can link an openBIS account.

    Its own settings keep their names; those of openBIS are ``c.OpenBISKeeper.…``.

    Args:
        authenticator: A class, a name that JupyterHub knows (``"pam"``, ``"generic-oauth"``), or a path
            (``"package.module.Class"``).

    Raises:
        ConfigurationProblem: there is none of that name, or it is ours already.
    """
    base = _class_of(authenticator) if isinstance(authenticator, str) else authenticator
    if not issubclass(base, Authenticator) or issubclass(base, OpenBISKeeper):
        raise ConfigurationProblem(
            f"{base.__name__} is no other authenticator that openBIS accounts could be linked to.",
            next_step="Give the class of the authenticator that the hub had before, e.g. 'pam'.",
        )
    return type(f"{base.__name__}WithOpenBIS", (LinksOpenBIS, base), {})


def _class_of(name: str) -> type[Authenticator]:
    known = {entry.name.lower(): entry for entry in entry_points(group=_GROUP)}
    try:
        entry = known.get(name.lower())
        found: type[Authenticator] = entry.load() if entry else import_item(name)
    except (ImportError, AttributeError, ValueError) as error:
        raise ConfigurationProblem(
            f"link_to {name!r}: there is no such authenticator here ({error}).",
            next_step=f"Install it, or use one of: {', '.join(sorted(known))}.",
        ) from error
    return found


class LinksOpenBIS(OpenBISKeeper):
    """To be mixed into an authenticator by :func:`with_openbis`."""

    logs_in = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The shipped configurations set allow_all there; without effect it narrows nothing.
        ignored = sorted(set(self.config.get("OpenBISAuthenticator", {})) - {"allow_all"})
        if ignored:
            raise ConfigurationProblem(
                f"With link_to, another authenticator decides who may come in, and OpenBISAuthenticator."
                f"{', OpenBISAuthenticator.'.join(ignored)} would have no effect.",
                next_step="Remove them, or write those that c.OpenBISKeeper has as c.OpenBISKeeper.….",
            )

    def token_name_for(self, hub_name: str) -> str:
        """With the hub's name of the person: two of them may have linked one openBIS account, and a new link
        revokes the tokens of its own name only."""
        return f"{self.token_name}: {hub_name}"

    # What the other authenticator keeps stays, and so does what we keep

    async def get_authenticated_user(self, handler: Any, data: Any) -> Any:
        """The other authenticator's answer; the link goes on."""
        model = await super().get_authenticated_user(handler, data)
        user = handler.find_user(model["name"]) if model and handler is not None else None
        if user is None:
            return model
        earlier = await user.get_auth_state()
        return {**model, "auth_state": sessions.carry_over(model.get("auth_state"), earlier)}

    async def refresh_user(self, user: Any, handler: Any = None, **more: Any) -> Any:
        """The other authenticator's answer; the link goes on. A dead openBIS session ends no log-in here."""
        settle(handler)
        fresh = await super().refresh_user(user, handler, **more)
        if not isinstance(fresh, Mapping):
            return fresh
        earlier = await user.get_auth_state()
        return {**fresh, "auth_state": sessions.carry_over(fresh.get("auth_state"), earlier)}

    # Linking

    async def link(self, user: Any, data: Mapping[str, Any]) -> HubSession:
        """Link the openBIS account that *data* proves (see :meth:`OpenBISKeeper.identify`) to *user*.

        That somebody else at the hub has linked it too is allowed, and written to the log.

        Raises:
            NotLoggedIn, Forbidden: openBIS does not confirm it; what was linked stays.
            OpenBISFailure: openBIS could not be asked.
        """
        async with self.proven(data) as (client, person, by_password):
            others = await self._also_linked_by(client, user.name)
            earlier = await self.session_of(user)
            usable = None if data.get("again") else earlier
            session = await self.keep(client, person, user.name, opened_by_hub=by_password, earlier=usable)
            await self.put(user, session)
            if earlier is not None and earlier.token != session.token:
                await sessions.end(client, earlier)
        self.log.info("Audit: %s linked the openBIS account %s.", user.name, person.user_id)
        if others:
            self.log.warning(
                "Audit: the openBIS account %s, linked by %s, is linked by %s as well.",
                person.user_id,
                user.name,
                ", ".join(others),
            )
        return session

    async def unlink(self, user: Any) -> HubSession | None:
        """Forget what is kept for *user*; what that was.

        A session that the hub began is ended. A token of the hub stays valid at openBIS (contract 2.6).
        """
        session = await self.session_of(user)
        if session is None:
            return None
        await self.put(user, None)
        async with OpenBIS(self.server) as client:
            await sessions.end(client, session)
        self.log.info("Audit: %s unlinked the openBIS account %s.", user.name, session.user_id)
        return session

    async def _also_linked_by(self, client: OpenBIS, hub_name: str) -> list[str]:
        """Others at this hub who hold tokens of the same account, as far as openBIS lists them."""
        try:
            names = {token.session_name for token in await client.personal_access_tokens()}
        except OpenbisNbError as error:
            self.log.info("openBIS does not say who else linked this account: %s", error.message)
            return []
        ours = f"{self.token_name}: "
        return sorted({name.removeprefix(ours) for name in names if name.startswith(ours)} - {hub_name})

    def get_handlers(self, app: Any) -> list[tuple[Any, ...]]:
        """Ours, and the other authenticator's, whose log-in page also takes what brings a session. The first
        at a path counts."""
        theirs = super().get_handlers(app)
        return [*link_pages.handlers(theirs), *COMMON, *theirs]
