"""``GET /hub/api/openbis/session``: a person's current openBIS session, for their own servers (design D5).

Guarded by the scope ``custom:openbis-session``, answered only to a token of the person: never to a cookie,
since every person's server shares the hub's origin, and never to a service's own token. A running kernel
asks again after its session ended, so a fresh log-in reaches it without a restart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.user import User
from tornado import web
from tornado.httputil import url_concat

from .account import advice_about
from .landing import ACCOUNT
from .sessions import HubSession

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["SCOPE", "SessionApi", "as_json", "handlers"]

SCOPE = "custom:openbis-session"
#: Seconds for which an answer of openBIS about the session will do, where the hub sets no such time.
_FRESH = 300.0


def as_json(keeper: OpenBISKeeper, session: HubSession) -> dict[str, Any]:
    """What a program gets: server, user_id, token, valid_until (ISO 8601, or null), note."""
    return {
        "server": session.server,
        "user_id": session.user_id,
        "token": session.token.reveal(),
        "valid_until": session.valid_until.isoformat() if session.valid_until else None,
        "note": advice_about(keeper, session),
    }


class SessionApi(APIHandler):
    """The caller's own session as JSON."""

    authenticator: OpenBISKeeper
    _accept_cookie_auth = False

    def set_default_headers(self) -> None:
        """Never kept by anything in between."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def get(self) -> None:
        """The session; 403 without the scope; 401 with a link for people when there is none or it is over.

        With ``?refused=1`` openBIS is asked now: it has just refused what the caller had from here.
        """
        user: Any = self.current_user
        if not isinstance(user, User) or SCOPE not in self.parsed_scopes:
            raise web.HTTPError(403, f"A token of a person with the scope {SCOPE} is needed.")
        keeper = self.authenticator
        session = await keeper.session_of(user)
        age = 0.0 if self.get_argument("refused", "") else keeper.auth_refresh_age or _FRESH
        if session is not None and await keeper.is_alive(user.name, session, age=age):
            self.finish(as_json(keeper, session))
            return
        self.set_status(401)
        self.finish({"status": 401, **self._why_not(session)})

    def _why_not(self, session: HubSession | None) -> dict[str, str]:
        if self.authenticator.logs_in:
            message = "The openBIS session is over. Log in at the hub; the kernel goes on."
            # Also for who is logged in at the hub, as most are whose session is over.
            again = url_concat(self.settings["login_url"], {"again": "1"})
            return {"code": "not-logged-in", "message": message, "login_url": again}
        code, happened = (
            ("not-logged-in", "The openBIS session is over.")
            if session is not None
            else ("not-linked", "No openBIS account is linked.")
        )
        message = f'{happened} Link yours on the hub\'s page "openBIS account"; the kernel goes on.'
        return {"code": code, "message": message, "login_url": f"{self.hub.base_url}{ACCOUNT}"}


handlers: list[tuple[str, type[web.RequestHandler]]] = [(r"/api/openbis/session", SessionApi)]
