"""Single sign-on, imitated: a page that logs a person in without a password and hands the session over.

A real server behind SWITCHaai or another identity provider sets the cookie `openbis` to the session token
and sends the browser on; `getServerPublicInformation` names the page to go to. Here one says who one is.
"""

from __future__ import annotations

import asyncio
import html
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from .authentication import require_login_allowed
from .current import state_of
from .failures import ServerFailure

if TYPE_CHECKING:
    from .state import SandboxState

PATH = "/sandbox/sso"
COOKIE = "openbis"
"""The cookie that holds the session token; the ELN reads it at start."""

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


async def choose(request: web.Request) -> web.Response:
    """The identity provider's page: who are you?"""
    target = html.escape(_target(request, request.query.get("return", "/")), quote=True)
    page = (
        "<html><head><title>Sandbox single sign-on</title></head><body><h1>Who are you?</h1>"
        f'<form method="post" action="{PATH}"><input type="hidden" name="return" value="{target}">'
        '<label>User <input name="user" value="sso.user" autofocus></label> <button>Log in</button></form>'
        "</body></html>\n"
    )
    return web.Response(text=page, content_type="text/html")


async def hand_over(request: web.Request) -> web.Response:
    """Open a session for the person, set the cookie, send the browser back (303)."""
    form = await request.post()
    state = state_of(request)
    try:
        token = await asyncio.to_thread(_open, state, str(form.get("user", "")))
    except ServerFailure as error:
        return web.Response(status=403, text=error.message)
    answer = web.Response(status=303, headers={"Location": _target(request, str(form.get("return", "/")))})
    answer.set_cookie(COOKIE, token, path="/", secure=state.url.startswith("https"), samesite="Lax")
    return answer


def _open(state: SandboxState, user: str) -> str:
    with state.store.read() as db:
        require_login_allowed(db, user)
    return state.sessions.open(user).token


def _target(request: web.Request, wished: str) -> str:
    """Where to go afterwards: a path here, or a page on a loopback host; everything else becomes `/`."""
    parts = urlsplit(wished)
    if parts.scheme in ("http", "https") and parts.hostname in _LOOPBACK:
        return wished
    is_path = not parts.scheme and not parts.netloc and wished.startswith("/") and "\\" not in wished
    return wished if is_path else "/"


ROUTES = [web.get(PATH, choose, allow_head=False), web.post(PATH, hand_over)]
