"""``/hub/login`` and ``/hub/logout`` where openBIS logs people in: the form, and the landing of links."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from tornado import web
from tornado.httputil import url_concat

from ..errors import OpenbisNbError
from ..identifiers import hub_user_name, openbis_user_id
from .arrival import Arrival, Verdict, judge
from .failures import FAILED_LINK, as_http_error, link_failure
from .landing import Landing
from .next_target import next_target
from .sessions import Confirmed

if TYPE_CHECKING:
    from .authenticator import OpenBISAuthenticator

__all__ = ["Confirm", "LoginPage", "handlers"]


class LoginPage(Landing, LoginHandler):
    """The form, also for who is logged in (``?again=1``); with ``?token=`` or ``?ticket=`` the landing."""

    authenticator: OpenBISAuthenticator

    async def get(self) -> None:
        """The form, or a log-in by link."""
        await self.authenticator.ask_single_sign_on()
        if self.brings_a_session:
            await self._land_or_say_why()
        elif self.current_user is not None and self.get_argument("again", ""):
            self.finish(await self._render(username=openbis_user_id(self.current_user.name)))
        else:
            await super().get()

    async def post(self) -> None:
        """Log-in by the form; a failure shows the form again with the reason."""
        await self.authenticator.ask_single_sign_on()
        await super().post()

    async def _land_or_say_why(self) -> None:
        try:
            await self._land()
        except web.HTTPError as error:
            reason = link_failure(error)
            if reason is None:
                raise
            # To an address without the token: what is shown here would stay in the browser's history.
            said = {"failed": reason, "next": self.get_argument("next", "")}
            self.redirect(url_concat(self.settings["login_url"], said))

    async def _land(self) -> None:
        try:
            ticket = await self.ticket()
            person = await self.authenticator.whoami(ticket.session)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        # Who the cookie names, whether or not that person's openBIS session is alive.
        before = self.get_current_user_cookie()
        verdict = judge(
            Arrival.of(self.request.headers),
            self.authenticator.origins,
            now=before.name if before else None,
            then=hub_user_name(person.user_id),
        )
        if verdict is Verdict.ADMIT:
            await self.enter(Confirmed(ticket.session, person), ticket.next_url)
            return
        self.ask_first(ticket, "openbis/confirm")

    async def enter(self, confirmed: Confirmed, next_url: str) -> None:
        """Log in and go where *next_url* leads, if it is the person's own; else to their server."""
        renews = self.is_account(next_url)
        user = await self.login_user({"confirmed": confirmed, "again": renews})
        if user is None:
            raise web.HTTPError(403, "The log-in was refused.")
        self._jupyterhub_user = user
        self.redirect(self.start_first(user, next_target(next_url, self.own(user)) or user.url))

    def get_next_url(self, user: Any = None, default: str | None = None) -> str:
        """JupyterHub's, but the ELN's links to notebooks are understood here too."""
        target = next_target(self.get_argument("next", ""), self.own(user)) if user else None
        if target:
            return self.start_first(user, target)
        leads = str(super().get_next_url(user, default))
        # What no header can hold (a line break) would be an error after the log-in.
        return leads if leads.isprintable() else f"{self.hub.base_url}home"

    def append_query_parameters(self, url: str, exclude: Any = None) -> str:
        """Nothing of a log-in's address goes on to where it leads."""
        return url

    def set_login_cookie(self, user: Any) -> None:
        """A change of person ends what the browser still holds of the one before."""
        before = self.get_current_user_cookie()
        if before is not None and before.id != user.id:
            self.clear_login_cookie()
            self.set_session_cookie()
        super().set_login_cookie(user)

    def render_template(self, name: str, sync: bool = False, **namespace: Any) -> Any:
        """A failed log-in is told on the log-in page, not on an error page."""
        if name == "error.html":
            error = namespace.get("message") or namespace.get("status_message", "")
            typed = self.get_body_argument("username", "") if self.request.method == "POST" else ""
            return self._render(login_error=error, username=typed, sync=sync)
        return super().render_template(name, sync=sync, **namespace)

    def _render(self, login_error: str | None = None, username: str | None = None, sync: bool = False) -> Any:
        after = self.get_argument("next", "")
        link = self.authenticator.single_sign_on
        if link and self.authenticator.sso_page and after:
            link = (str(url_concat(link[0], {"next": after})), link[1])
        return self.render_template(
            "openbis_login.html",
            sync=sync,
            action=url_concat(self.settings["login_url"], {"next": after} if after else {}),
            login_error=login_error or FAILED_LINK.get(self.get_argument("failed", "")),
            username=username or "",
            password_form=self.authenticator.password_form,
            single_sign_on=link,
            openbis_url=self.authenticator.public_url,
            again=self.get_current_user_cookie() is not None and bool(self.get_argument("again", "")),
        )


class Confirm(LoginPage):
    """``/hub/openbis/confirm``: the page that asks "log in as …?", and its button."""

    async def get(self) -> None:
        """Ask."""
        number, ticket = self.asked()
        now = self.get_current_user_cookie()
        page = self.render_template(
            "openbis_confirm.html",
            person=await self.whose(ticket),
            before=openbis_user_id(now.name) if now is not None else "",
            number=number,
        )
        self.finish(await page)

    async def post(self) -> None:
        """Log in as the page said."""
        ticket = self.answered()
        await self.enter(Confirmed(ticket.session, await self.whose(ticket)), ticket.next_url)


class Logout(LogoutHandler):
    """Log-out ends what the hub itself began at openBIS, unless a running server lives on it."""

    authenticator: OpenBISAuthenticator

    async def default_handle_logout(self) -> None:
        """First the session at openBIS, while it is known whose it is."""
        user = self.current_user
        await super().default_handle_logout()
        if user is not None:
            await self.authenticator.end_session(user)


handlers: list[tuple[str, type[web.RequestHandler]]] = [
    (r"/login", LoginPage),
    (r"/openbis/confirm", Confirm),
    (r"/logout", Logout),
]
