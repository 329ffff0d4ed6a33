"""Single sign-on, imitated: a page that logs a person in without a password and hands the session over.

A real server behind SWITCHaai or another identity provider sets the cookie ``openbis`` to the session token
and sends the browser on; ``getServerPublicInformation`` names the page to go to. Here one says who one is,
and only people who have no password may: the page is never a way around one. Where passwords are random,
it asks for a code that is shown at the start.
"""

from __future__ import annotations

import asyncio
import html
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from ..authentication import require_login_allowed
from ..failures import LoginRefused, ServerFailure
from .current import state_of

if TYPE_CHECKING:
    from ..state import SandboxState

PATH = "/sandbox/sso"
COOKIE = "openbis"
"""The cookie that holds the session token; the ELN reads it at start."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


async def choose(request: web.Request) -> web.Response:
    """The identity provider's page: who are you?"""
    target = html.escape(_target(request.query.get("return", "/")), quote=True)
    ask_code = (
        '<label>Code <input name="code" type="password"></label> ' if state_of(request).sso_code else ""
    )
    page = (
        "<html><head><title>Sandbox single sign-on</title></head><body><h1>Who are you?</h1>"
        f'<form method="post" action="{PATH}"><input type="hidden" name="return" value="{target}">'
        f'<label>User <input name="user" value="sso.user" autofocus></label> {ask_code}'
        "<button>Log in</button></form></body></html>\n"
    )
    return web.Response(text=page, content_type="text/html")


async def hand_over(request: web.Request) -> web.Response:
    """Open a session for the person, set the cookie, send the browser back (303)."""
    form = await request.post()
    state = state_of(request)
    try:
        token = await asyncio.to_thread(_open, state, str(form.get("user", "")), str(form.get("code", "")))
    except ServerFailure as error:
        return web.Response(status=403, text=error.message)
    answer = web.Response(status=303, headers={"Location": _target(str(form.get("return", "/")))})
    answer.set_cookie(COOKIE, token, path="/", secure=state.url.startswith("https"), samesite="Lax")
    return answer


def _open(state: SandboxState, user: str, code: str) -> str:
    if not secrets.compare_digest(code.encode(), state.sso_code.encode()):
        raise LoginRefused("The code of the single sign-on page is wrong.")
    with state.store.read() as db:
        row = db.execute("SELECT password FROM persons WHERE user_id = ?", (user,)).fetchone()
        if row is not None and row["password"] is not None:
            raise LoginRefused(f"User '{user}' logs in with a password, not by single sign-on.")
        require_login_allowed(db, user)
    return state.sessions.open(user).token


def _target(wished: str) -> str:
    """Where to go afterwards: a path here, or a page on a loopback host; everything else becomes ``/``."""
    parts = urlsplit(wished)
    if parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK:
        return wished
    is_path = not parts.scheme and not parts.netloc and wished.startswith("/") and "\\" not in wished
    return wished if is_path else "/"


ROUTES = [web.get(PATH, choose, allow_head=False), web.post(PATH, hand_over)]
