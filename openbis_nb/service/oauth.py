"""How a browser gets its session: by the hub's OAuth, with PKCE, without a question to the person.

What has to come back with the browser (state, verifier, the page it wanted) waits in a cookie of its own for
ten minutes, so nothing is kept for browsers that never return, and a restart in between does no harm.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from ..errors import NotLoggedIn
from .browser_sessions import COOKIE, HUB_COOKIE
from .place import Place
from .service import service_of

__all__ = ["router", "send_through_the_hub"]

_STATE_COOKIE = "openbis-nb-oauth-"
_STATE_LIFE = 600
#: Of the address to come back to; in its cookie it is a third longer, and browsers keep 4096 bytes. A badge's
#: holds an address of up to 2048 characters itself (B-25).
_LONGEST_TARGET = 2800

router = APIRouter()


def send_through_the_hub(request: Request) -> Response:
    """Send a browser to the hub, to come back to the page that it asked for."""
    place = service_of(request).place
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    query = {
        "client_id": place.client_id,
        "redirect_uri": place.callback,
        "response_type": "code",
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    answer = RedirectResponse(f"{place.hub_url}api/oauth2/authorize?{urlencode(query)}", 302)
    target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    value = json.dumps([verifier, target if len(target) <= _LONGEST_TARGET else place.prefix])
    answer.set_cookie(
        _cookie_of(state),
        base64.urlsafe_b64encode(value.encode()).decode().rstrip("="),
        max_age=_STATE_LIFE,
        path=place.prefix + "oauth_callback",
        httponly=True,
        secure=_is_https(request, place),
        samesite="lax",
    )
    return answer


@router.get("/oauth_callback", include_in_schema=False)
async def come_back(
    request: Request, code: Annotated[str, Query()] = "", state: Annotated[str, Query()] = ""
) -> Response:
    """The browser comes back from the hub: it gets its session, and the page it wanted.

    Raises:
        NotLoggedIn: the hub gave no code, or too much time has passed.
        Forbidden: the person may not use this service.
        HubFailure: the hub cannot be asked.
    """
    service = service_of(request)
    place = service.place
    kept = _kept(request.cookies.get(_cookie_of(state), ""))
    if kept is None or not code:
        raise NotLoggedIn(
            "The log-in did not begin in this browser, or took too long.",
            next_step=f"Open {place.prefix} again.",
        )
    verifier, target = kept
    token = await service.hub.token_for_code(code, verifier)
    await service.callers.identify(token)  # may it come in?
    service.browsers.end(request.cookies.get(COOKIE, ""))
    number = service.browsers.begin(token, request.cookies.get(HUB_COOKIE, ""))
    answer = RedirectResponse(_own(target, place), 302)
    answer.delete_cookie(_cookie_of(state), path=place.prefix + "oauth_callback")
    secure = _is_https(request, place)
    answer.set_cookie(COOKIE, number, path=place.prefix, httponly=True, secure=secure, samesite="lax")
    return answer


def _is_https(request: Request, place: Place) -> bool:
    """Whether this browser came by https: by the hub's public address, or else by what the proxies say, the
    first of which met the browser. Who makes that up gets a cookie of their own that they cannot use."""
    return place.secure or request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip() == "https"


def _cookie_of(state: str) -> str:
    """Each log-in has a cookie of its own, so that two tabs do not disturb each other."""
    return _STATE_COOKIE + hashlib.sha256(state.encode(errors="replace")).hexdigest()[:16]


def _kept(cookie: str) -> tuple[str, str] | None:
    try:
        verifier, target = json.loads(base64.urlsafe_b64decode(cookie + "=" * (-len(cookie) % 4)))
    except (ValueError, TypeError):
        return None
    return (verifier, target) if isinstance(verifier, str) and isinstance(target, str) else None


def _own(target: str, place: Place) -> str:
    """The page to go to; a cookie is a stranger's input."""
    own = target.startswith(place.prefix) and target.isprintable() and "\\" not in target
    # A query may hold dots, as the address of a notebook in a badge.
    return target if own and ".." not in target.partition("?")[0] else place.prefix
