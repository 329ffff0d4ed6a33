"""``openbis-nb login --web``: a person allows a command line in the browser, and it fetches the session.

The program opens ``/hub/openbis/command-line?challenge=…&state=…&port=…``; after the consent the browser goes
to ``http://127.0.0.1:<port>/?code=…&state=…``, or shows the code for a computer without a browser; the
program posts code and verifier to ``/hub/api/openbis/command-line`` and gets the session. No address ever
holds a token, and the browser is sent nowhere but to the person's own computer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jupyterhub.apihandlers.base import APIHandler
from jupyterhub.handlers import BaseHandler
from tornado import web
from tornado.httputil import url_concat

from ..web.grants import Grant, is_challenge, is_state, short_code
from .landing import ACCOUNT
from .session_api import as_json

if TYPE_CHECKING:
    from .keeper import OpenBISKeeper

__all__ = ["CommandLine", "Exchange", "handlers"]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the program asks with; *port* is ``None`` where the code is copied by hand."""

    challenge: str
    state: str
    port: int | None

    @classmethod
    def of(cls, handler: BaseHandler) -> Wish:
        """Read off a request.

        Raises:
            web.HTTPError: 400 when a part is missing or can't be right.
        """
        challenge, state = handler.get_argument("challenge", ""), handler.get_argument("state", "")
        port = handler.get_argument("port", "")
        if not (is_challenge(challenge) and is_state(state) and (not port or _is_port(port))):
            raise web.HTTPError(400, "This link is incomplete. Run `openbis-nb login --web` again.")
        return cls(challenge, state, int(port) if port else None)


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 1024 <= int(text[:6]) <= 65535


class CommandLine(BaseHandler):
    """The page that asks "may the command line act as you?"."""

    authenticator: OpenBISKeeper

    def set_default_headers(self) -> None:
        """No copy of the page anywhere, and no address of it sent on."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "no-referrer")

    @web.authenticated
    async def get(self) -> None:
        """Ask."""
        await self._show(Wish.of(self))

    @web.authenticated
    async def post(self) -> None:
        """The answer: a code for the program, or the refusal."""
        wish = Wish.of(self)
        if self.get_body_argument("answer", "") != "allow":
            if wish.port:
                self._send(wish, {"error": "access_denied"})
            else:
                await self._show(wish, refused=True)
            return
        user = self.current_user
        session = await self.authenticator.session_of(user)
        if session is None or not await self.authenticator.is_alive(user.name, session):
            await self._show(wish)
            return
        self.log.info("Audit: %s allowed a command line to act as %s.", user.name, session.user_id)
        code = self.authenticator.grants.mint(Grant(user.name, wish.challenge))
        if wish.port:
            self._send(wish, {"code": code})
        else:
            await self._show(wish, code=code)

    def _send(self, wish: Wish, said: dict[str, str]) -> None:
        self.redirect(url_concat(f"http://127.0.0.1:{wish.port}/", {**said, "state": wish.state}), status=303)

    async def _show(self, wish: Wish, *, code: str = "", refused: bool = False) -> None:
        user = self.current_user
        session = await self.authenticator.session_of(user)
        alive = session is not None and await self.authenticator.is_alive(user.name, session)
        html = await self.render_template(
            "openbis_command_line.html",
            wish=wish,
            short_code=short_code(wish.challenge),
            session=session if alive else None,
            account=f"{self.hub.base_url}{ACCOUNT}",
            action=f"{self.hub.base_url}openbis/command-line",
            openbis_url=self.authenticator.public_url,
            code=code,
            refused=refused,
        )
        self.finish(html)


class Exchange(APIHandler):
    """``POST {"code", "verifier"}`` → the session as JSON. No cookie and no token counts, only the code."""

    authenticator: OpenBISKeeper
    _accept_cookie_auth = False
    _accept_token_auth = False

    def check_xsrf_cookie(self) -> None:
        """Not needed: nothing here rests on what a browser sends by itself."""

    def set_default_headers(self) -> None:
        """Never kept by anything in between."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")

    async def post(self) -> None:
        """The session of who allowed it; 403 for a code that is unknown, used, over or of another program."""
        body: Any = self.get_json_body()
        body = body if isinstance(body, dict) else {}
        code, verifier = str(body.get("code", "")), str(body.get("verifier", ""))
        grant = self.authenticator.grants.redeem(code)  # an attempt uses it up
        user = self.find_user(grant.hub_name) if grant is not None and grant.fits(verifier) else None
        session = await self.authenticator.session_of(user) if user is not None else None
        if session is None:
            self.set_status(403)
            message = "This code is unknown, was used before, or is more than a minute old."
            self.finish({"status": 403, "code": "not-logged-in", "message": message})
            return
        # The program runs elsewhere: it reaches openBIS as people's browsers do.
        self.finish({**as_json(self.authenticator, session), "server": self.authenticator.public_url})


handlers: list[tuple[str, type[web.RequestHandler]]] = [
    (r"/openbis/command-line", CommandLine),
    (r"/api/openbis/command-line", Exchange),
]
