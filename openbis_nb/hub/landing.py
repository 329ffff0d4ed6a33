"""What every page has that a link with a session leads to, whichever way people log in here."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jupyterhub.handlers import BaseHandler
from tornado import web
from tornado.httputil import HTTPServerRequest, url_concat

from ..errors import NotLoggedIn, OpenbisNbError
from ..identifiers import openbis_user_id
from ..models import Person
from ..openbis.secrets import Secret
from .arrival import Arrival, Verdict, judge
from .failures import as_http_error
from .next_target import Own
from .tickets import Ticket

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["ACCOUNT", "CONFIRMATION", "Landing", "take_out"]

#: The page below the hub's own address that says whose openBIS session it holds.
ACCOUNT = "openbis/account"
_IN_QUERY = ("token", "ticket")
#: Cookie that ties the page "log in as …?" to the browser that got it.
CONFIRMATION = "openbis-confirmation"
_TOO_OLD = "This page is too old. Start again in openBIS."


class Landing(BaseHandler):
    """A page whose address may bring a session: ``?token=`` (the ELN's way, contract 8.6) or ``?ticket=``."""

    authenticator: OpenBISKeeper

    def initialize(self, **settings: Any) -> None:
        """Take secrets out of the request before anything can log it: an uncaught error logs the URL."""
        self._brought = take_out(self.request)
        super().initialize(**settings)

    def set_default_headers(self) -> None:
        """No copy of the page anywhere, and no address of it sent on."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    @property
    def brings_a_session(self) -> bool:
        """Whether the address held a ticket, or a token where that is allowed."""
        return "ticket" in self._brought or ("token" in self._brought and self.authenticator.link_login)

    async def ticket(self) -> Ticket:
        """What the address brought.

        Raises:
            web.HTTPError: 403 for what is no visible navigation.
            NotLoggedIn: the ticket is used or over, or openBIS does not know the session.
            OpenBISFailure: openBIS could not say.
        """
        if judge(Arrival.of(self.request.headers), (), now=None, then="") is Verdict.REFUSE:
            raise web.HTTPError(403, "A log-in by link is only possible by going to its address.")
        if "ticket" in self._brought:
            ticket = self.authenticator.tickets.redeem(self._brought["ticket"].reveal())
            if ticket is None:
                raise NotLoggedIn("This link was used before, or is more than half a minute old.")
            return ticket
        session = self._brought["token"]
        person = await self.authenticator.whoami(session)
        return Ticket(session, person.user_id, self.get_argument("next", ""))

    def ask_first(self, ticket: Ticket, page: str) -> None:
        """To the *page* below the hub's own address that asks.

        JupyterHub's XSRF token of somebody not logged in is bound to address and browser type only, which a
        whole institute may share: a cookie binds the question to this browser.
        """
        address = f"{self.hub.base_url}{page}"
        number = self.authenticator.confirmations.mint(ticket)
        self._set_cookie(CONFIRMATION, number, encrypted=False, path=address, samesite="Lax")
        self.redirect(address)

    def asked(self) -> tuple[str, Ticket]:
        """What is asked: it stands in a cookie of this browser, not in the address.

        Raises:
            web.HTTPError: 403 when it is too old.
        """
        number = self.get_cookie(CONFIRMATION) or ""
        ticket = self.authenticator.confirmations.peek(number)
        if ticket is None:
            raise web.HTTPError(403, _TOO_OLD)
        return number, ticket

    def answered(self) -> Ticket:
        """What the form of the page says yes to; the attempt uses it up.

        Raises:
            web.HTTPError: 403 when it is too old, or another browser's.
        """
        number = self.get_body_argument("number", "")
        cookie = self.get_cookie(CONFIRMATION) or ""
        ticket = self.authenticator.confirmations.redeem(number)
        if ticket is None or not hmac.compare_digest(cookie.encode(), number.encode()):
            raise web.HTTPError(403, _TOO_OLD)
        return ticket

    async def whose(self, ticket: Ticket) -> Person:
        """Whose session it is, as openBIS says now.

        Raises:
            web.HTTPError: with the reason.
        """
        try:
            return await self.authenticator.whoami(ticket.session)
        except OpenbisNbError as error:
            raise as_http_error(error) from error

    def own(self, user: Any, user_id: str | None = None) -> Own:
        """Whose a target has to be; *user_id* is the one that the ELN writes into its links."""
        return Own(
            user.name,
            openbis_user_id(user.name) if user_id is None else user_id,
            base_url=self.base_url,
            notebook_landing=self.authenticator.notebook_landing,
        )

    def is_account(self, target: str | None) -> bool:
        """Whether somebody comes back to the account page, where a new token is what they want."""
        return target == f"{self.hub.base_url}{ACCOUNT}"

    def start_first(self, user: Any, target: str) -> str:
        """By way of the spawn page when the server is down: its own address would answer 424."""
        if not target.startswith(user.url) or (user.spawner and user.spawner.ready):
            return target
        return str(url_concat(f"{self.hub.base_url}spawn/{quote(user.name)}", {"next": target}))


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
