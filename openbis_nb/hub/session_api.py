"""``GET /hub/api/openbis/session``: a person's current openBIS session, for their own servers (design D5).

Guarded by the scope ``custom:openbis-session``, answered only to a token of the person: never to a cookie,
since every person's server shares the hub's origin, and never to a service's own token. A running kernel
asks again after its session ended, so a fresh log-in reaches it without a restart.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.user import User
from tornado import web

from .sessions import HubSession

if TYPE_CHECKING:
    from .authenticator import OpenBISAuthenticator

__all__ = ["SCOPE", "SessionApi", "handlers"]

SCOPE = "custom:openbis-session"


class SessionApi(APIHandler):
    """The caller's own session as JSON: server, user_id, token, valid_until (ISO 8601, or null), note."""

    authenticator: OpenBISAuthenticator
    _accept_cookie_auth = False

    def set_default_headers(self) -> None:
        """Never kept by anything in between."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def get(self) -> None:
        """The session; 403 without the scope, 401 with a log-in link when it is over."""
        user: Any = self.current_user
        if not isinstance(user, User) or SCOPE not in self.parsed_scopes:
            raise web.HTTPError(403, f"A token of a person with the scope {SCOPE} is needed.")
        session = HubSession.from_auth_state(await user.get_auth_state())
        if session is None or self.authenticator.is_over(user.name):
            self.set_status(401)
            self.finish(
                {
                    "status": 401,
                    "code": "not-logged-in",
                    "message": "The openBIS session is over. Log in at the hub; the kernel goes on.",
                    "login_url": self.settings["login_url"],
                }
            )
            return
        self.finish(
            {
                "server": session.server,
                "user_id": session.user_id,
                "token": session.token.reveal(),
                "valid_until": session.valid_until.isoformat() if session.valid_until else None,
                "note": session.advice(datetime.now(UTC)),
            }
        )


handlers: list[tuple[str, type[web.RequestHandler]]] = [(r"/api/openbis/session", SessionApi)]
