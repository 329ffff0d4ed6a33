"""``/hub/login`` and ``/hub/logout``: the form, and the landing of links with a token or a ticket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jupyterhub.handlers.login import LoginHandler, LogoutHandler
from tornado import web
from tornado.httputil import HTTPServerRequest, url_concat

from ..errors import NotLoggedIn, OpenbisNbError
from ..identifiers import hub_user_name, openbis_user_id
from ..openbis.secrets import Secret
from .arrival import Arrival, Verdict, judge
from .failures import FAILED_LINK, as_http_error, link_failure
from .next_target import Own, next_target
from .sessions import Confirmed
from .tickets import Ticket

if TYPE_CHECKING:
    from .authenticator import OpenBISAuthenticator

__all__ = ["CONFIRMATION", "LoginPage", "handlers"]

_IN_QUERY = ("token", "ticket")
#: Cookie that ties the page "log in as …?" to the browser that got it.
CONFIRMATION = "openbis-confirmation"


class LoginPage(LoginHandler):
    """The form; with ``?token=`` (the ELN's way, contract 8.6) or ``?ticket=`` (ours) the landing."""

    authenticator: OpenBISAuthenticator

    def initialize(self) -> None:
        """Take secrets out of the request before anything can log it: an uncaught error logs the URL."""
        self._brought = take_out(self.request)

    def set_default_headers(self) -> None:
        """No copy of the page anywhere, and no address of it sent on."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    async def get(self) -> None:
        """The form, or a log-in by link."""
        await self.authenticator.ask_single_sign_on()
        if not ("ticket" in self._brought or ("token" in self._brought and self.authenticator.link_login)):
            await super().get()
            return
        try:
            await self._land()
        except web.HTTPError as error:
            reason = link_failure(error)
            if reason is None:
                raise
            # To an address without the token: what is shown here would stay in the browser's history.
            said = {"failed": reason, "next": self.get_argument("next", "")}
            self.redirect(url_concat(self.settings["login_url"], said))

    async def post(self) -> None:
        """Log-in by the form; a failure shows the form again with the reason."""
        await self.authenticator.ask_single_sign_on()
        await super().post()

    async def _land(self) -> None:
        if judge(Arrival.of(self.request.headers), (), now=None, then="") is Verdict.REFUSE:
            raise web.HTTPError(403, "A log-in by link is only possible by going to its address.")
        try:
            ticket = await self._ticket()
            person = await self.authenticator.whoami(ticket.session)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        # Who the cookie names, whether or not that person's openBIS session is alive.
        before = self.get_current_user_cookie()
        name = hub_user_name(person.user_id)
        verdict = judge(
            Arrival.of(self.request.headers),
            self.authenticator.origins,
            now=before.name if before else None,
            then=name,
        )
        if verdict is Verdict.ADMIT:
            await self.enter(Confirmed(ticket.session, person), ticket.next_url)
            return
        self._ask_first(ticket)

    def _ask_first(self, ticket: Ticket) -> None:
        """To the page that asks. JupyterHub's XSRF token of somebody not logged in is bound to address and
        browser type only, which a whole institute may share: a cookie binds the question to this browser."""
        page = f"{self.hub.base_url}openbis/confirm"
        number = self.authenticator.confirmations.mint(ticket)
        self._set_cookie(CONFIRMATION, number, encrypted=False, path=page, samesite="Lax")
        self.redirect(page)

    async def _ticket(self) -> Ticket:
        if "ticket" in self._brought:
            ticket = self.authenticator.tickets.redeem(self._brought["ticket"].reveal())
            if ticket is None:
                raise NotLoggedIn("This link was used before, or is more than half a minute old.")
            return ticket
        session = self._brought["token"]
        person = await self.authenticator.whoami(session)
        return Ticket(session, person.user_id, self.get_argument("next", ""))

    async def enter(self, confirmed: Confirmed, next_url: str) -> None:
        """Log in and go where *next_url* leads, if it is the person's own; else to their server."""
        user = await self.login_user({"confirmed": confirmed})
        if user is None:
            raise web.HTTPError(403, "The log-in was refused.")
        self._jupyterhub_user = user
        self.redirect(self._start_first(user, next_target(next_url, self._own(user)) or user.url))

    def get_next_url(self, user: Any = None, default: str | None = None) -> str:
        """JupyterHub's, but the ELN's links to notebooks are understood here too."""
        target = next_target(self.get_argument("next", ""), self._own(user)) if user else None
        return self._start_first(user, target) if target else str(super().get_next_url(user, default))

    def append_query_parameters(self, url: str, exclude: Any = None) -> str:
        """Nothing of a log-in's address goes on to where it leads."""
        return url

    def _own(self, user: Any) -> Own:
        return Own(
            user.name,
            openbis_user_id(user.name),
            base_url=self.base_url,
            notebook_landing=self.authenticator.notebook_landing,
        )

    def _start_first(self, user: Any, target: str) -> str:
        """By way of the spawn page when the server is down: its own address would answer 424."""
        if not target.startswith(user.url) or (user.spawner and user.spawner.ready):
            return target
        return str(url_concat(f"{self.hub.base_url}spawn/{quote(user.name)}", {"next": target}))

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
            return self._render(login_error=error, sync=sync)
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
        )


class Logout(LogoutHandler):
    """Log-out ends what the hub itself began at openBIS, unless a running server lives on it."""

    authenticator: OpenBISAuthenticator

    async def default_handle_logout(self) -> None:
        """First the session at openBIS, while it is known whose it is."""
        user = self.current_user
        await super().default_handle_logout()
        if user is not None:
            await self.authenticator.end_session(user)


def take_out(request: HTTPServerRequest) -> dict[str, Secret]:
    """Remove secrets from a request's address and give them: from then on nothing can log them."""
    brought = {}
    for name in _IN_QUERY:
        values = request.query_arguments.pop(name, [])
        if values:
            brought[name] = Secret(values[-1].decode(errors="replace"))
            rest = request.arguments.get(name, [])[len(values) :]  # those of the query stand first
            if rest:
                request.arguments[name] = rest
            else:
                request.arguments.pop(name, None)
    if brought:
        kept = [part for part in request.query.split("&") if part.partition("=")[0] not in _IN_QUERY]
        request.query = "&".join(kept)
        request.uri = f"{request.path}?{request.query}" if request.query else request.path
    return brought


handlers: list[tuple[str, type[web.RequestHandler]]] = [(r"/login", LoginPage), (r"/logout", Logout)]
