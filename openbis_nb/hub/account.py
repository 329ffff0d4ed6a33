"""``/hub/openbis/account``: whose openBIS session the hub holds, until when; and the home page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from jupyterhub.handlers.pages import HomeHandler
from tornado import web
from tornado.httputil import url_concat

from ..openbis.records import PersonalAccessToken
from .failures import FAILED_LINK
from .landing import ACCOUNT, Landing
from .sessions import HubSession

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["AccountPage", "TokenRow", "handlers", "token_rows"]

#: Seconds for which an answer about the session will do on a page.
_FRESH = 10.0


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of the hub at openBIS, as the page shows it; never the token itself."""

    name: str
    valid_from: datetime | None
    valid_until: datetime | None
    last_used: datetime | None
    in_use: bool


def token_rows(
    session: HubSession, listed: list[PersonalAccessToken] | None, name: str
) -> tuple[TokenRow, ...]:
    """The hub's tokens: as openBIS *listed* them, else the one that the hub itself knows of.

    Args:
        session: What is kept for the person.
        listed: ``None`` where openBIS did not say.
        name: What the hub calls its tokens for this person.
    """
    if listed is not None:
        return tuple(
            TokenRow(
                token.session_name,
                token.valid_from,
                token.valid_until,
                token.last_used,
                token.token == session.token,
            )
            for token in listed
        )
    if not session.made_by_hub:
        return ()
    return (TokenRow(name, session.since, session.valid_until, None, True),)


class AccountPage(Landing):
    """The page, where openBIS logs people in."""

    template = "openbis_account.html"

    @web.authenticated
    async def get(self) -> None:
        """Whose session, until when, and the hub's tokens."""
        await self.show(error=FAILED_LINK.get(self.get_argument("failed", ""), ""))

    async def show(self, *, error: str = "", told: str = "", status: int = 200) -> None:
        """The page with what just happened."""
        keeper, user = self.authenticator, self.current_user
        await keeper.ask_single_sign_on()
        session = await keeper.session_of(user)
        alive = session is not None and await keeper.is_alive(user.name, session, age=_FRESH)
        listed = await keeper.tokens_of(session) if session and alive else None
        name = keeper.token_name_for(user.name)
        page = f"{self.hub.base_url}{ACCOUNT}"
        link = keeper.single_sign_on
        if link and keeper.sso_page:
            link = (str(url_concat(link[0], {"next": page})), link[1])
        self.set_status(status)
        html = await self.render_template(
            self.template,
            session=session,
            alive=alive,
            ends_soon=session is not None and session.ends_soon(*_now_and_before(keeper)),
            listed=listed is not None,
            tokens=token_rows(session, listed, name) if session and alive else (),
            logs_in=keeper.logs_in,
            again=url_concat(self.settings["login_url"], {"again": "1", "next": page}),
            action=page,
            password_form=keeper.password_form,
            single_sign_on=link,
            openbis_url=keeper.public_url,
            told=told,
            error=error,
        )
        self.finish(html)


def advice_about(keeper: OpenBISKeeper, session: HubSession | None) -> str:
    """What a person should know about the session that is kept for them; mostly nothing."""
    if session is None:
        return ""
    return session.advice(*_now_and_before(keeper))


def _now_and_before(keeper: OpenBISKeeper) -> tuple[datetime, timedelta]:
    return datetime.now(UTC), timedelta(seconds=keeper.warn_before)


class Home(HomeHandler):
    """JupyterHub's home page, with a word about the openBIS session where there is something to say."""

    authenticator: OpenBISKeeper

    @web.authenticated
    async def get(self) -> None:
        """The page."""
        keeper = self.authenticator
        session = await keeper.session_of(self.current_user)
        self._said = {
            "openbis_advice": advice_about(keeper, session),
            "openbis_unlinked": session is None and not keeper.logs_in,
        }
        await super().get()

    @property
    def template_namespace(self) -> dict[str, Any]:
        """With what our ``home.html`` reads; its error pages have nothing to say."""
        return {**super().template_namespace, **getattr(self, "_said", {})}


handlers: list[tuple[str, type[web.RequestHandler]]] = [(rf"/{ACCOUNT}", AccountPage), (r"/home", Home)]
