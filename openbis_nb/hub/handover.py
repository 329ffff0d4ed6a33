"""The two POSTs of a log-in without a password: a page of openBIS' origin hands a session over, and a person
confirms a log-in that nothing else vouches for (design D4)."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from jupyterhub.handlers import BaseHandler
from tornado import web
from tornado.httputil import url_concat

from ..errors import OpenbisNbError
from ..identifiers import openbis_user_id
from ..models import Person
from ..openbis.secrets import Secret
from .arrival import origin_of
from .failures import as_http_error
from .login_page import CONFIRMATION, LoginPage
from .sessions import Confirmed
from .tickets import Ticket

if TYPE_CHECKING:
    from .authenticator import OpenBISAuthenticator

__all__ = ["Confirm", "HandOver", "handlers"]

_TOO_OLD = "This page is too old. Start again in openBIS."


class HandOver(BaseHandler):
    """``POST /hub/openbis/handover`` with ``token`` and ``next`` as a form: a ticket, and 303 to its landing.

    A change of person is judged at the landing: a POST from another site carries no log-in cookie.
    """

    authenticator: OpenBISAuthenticator

    def check_xsrf_cookie(self) -> None:
        """In its place: the browser's word, which no page can forge, that a listed origin posted it."""
        if origin_of(self.request.headers.get("Origin", "")) not in self.authenticator.origins:
            raise web.HTTPError(403, "This page may not hand a session over.")

    async def post(self) -> None:
        """Mint a ticket for the session that this very request brings."""
        session = Secret(self.get_body_argument("token", ""))
        try:
            person = await self.authenticator.whoami(session)
        except OpenbisNbError as error:
            raise as_http_error(error) from error
        ticket = Ticket(session, person.user_id, self.get_body_argument("next", ""))
        number = self.authenticator.tickets.mint(ticket)
        self.set_header("Cache-Control", "no-store")
        self.redirect(url_concat(self.settings["login_url"], {"ticket": number}), status=303)


class Confirm(LoginPage):
    """``/hub/openbis/confirm``: the page that asks "log in as …?", and its button."""

    async def get(self) -> None:
        """Ask. What is asked stands in a cookie of this browser, not in the address."""
        number = self.get_cookie(CONFIRMATION) or ""
        ticket = self.authenticator.confirmations.peek(number)
        if ticket is None:
            raise web.HTTPError(403, _TOO_OLD)
        person = await self._whose(ticket)
        now = self.get_current_user_cookie()
        before = openbis_user_id(now.name) if now is not None else ""
        page = self.render_template("openbis_confirm.html", person=person, before=before, number=number)
        self.finish(await page)

    async def post(self) -> None:
        """Log in as the page said."""
        number = self.get_body_argument("number", "")
        cookie = self.get_cookie(CONFIRMATION) or ""
        ticket = self.authenticator.confirmations.redeem(number)
        if ticket is None or not hmac.compare_digest(cookie.encode(), number.encode()):
            raise web.HTTPError(403, _TOO_OLD)
        await self.enter(Confirmed(ticket.session, await self._whose(ticket)), ticket.next_url)

    async def _whose(self, ticket: Ticket) -> Person:
        try:
            return await self.authenticator.whoami(ticket.session)
        except OpenbisNbError as error:
            raise as_http_error(error) from error


handlers: list[tuple[str, type[web.RequestHandler]]] = [
    (r"/openbis/handover", HandOver),
    (r"/openbis/confirm", Confirm),
]
