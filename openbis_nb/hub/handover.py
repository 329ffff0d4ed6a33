"""``POST /hub/openbis/handover``: a page of openBIS' origin hands a session over (design D4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyterhub.handlers import BaseHandler
from tornado import web
from tornado.httputil import url_concat

from ..errors import OpenbisNbError
from ..openbis.secrets import Secret
from .arrival import origin_of
from .failures import as_http_error
from .tickets import Ticket

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["HandOver", "handlers"]


class HandOver(BaseHandler):
    """``token`` and ``next`` as a form: a ticket, and 303 to its landing.

    A change of person is judged at the landing: a POST from another site carries no log-in cookie.
    """

    authenticator: OpenBISKeeper

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
        self.redirect(url_concat(f"{self.hub.base_url}login", {"ticket": number}), status=303)


handlers: list[tuple[str, type[web.RequestHandler]]] = [(r"/openbis/handover", HandOver)]
