"""What visitors without a log-in are answered: it names nobody, sets no cookie, and is kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import datetime
from html import escape
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from ...errors import OpenbisNbError
from ..middleware import EMBEDDABLE
from ..pages.rendering import public_page
from ..service import Service, service_of
from .embedding import ANYWHERE, ancestors
from .link_model import Shown

__all__ = ["BareRoute", "PageRoute", "around", "bare", "date_of"]

#: For search engines, on every answer.
_HEADERS = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Cache-Control": "no-store"}
_INERT = (
    "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors "
)
_NOWHERE = "This link leads nowhere"
_WHY = "It may be mistyped, have ended, or have been taken back. Ask who gave it to you for another one."
_NOT_NOW = "This page cannot be shown now"
_STYLE = (
    ":root { color-scheme: light dark } body { font: 16px/1.6 system-ui, sans-serif; margin: 2rem; "
    "max-width: 40rem } h1 { font-size: 1.3rem }"
)


def around(here: Service, shown: Shown, embed: str) -> Response:
    """The page: our thin frame, and in it what *embed*, an address of ours, shows."""
    values = {"title": shown.title, "author": shown.author, "date": date_of(shown.made_at), "embed": embed}
    html = public_page("public.html", here, **values)
    return HTMLResponse(html, headers=_HEADERS)


def bare(request: Request, html: bytes | str, sites: tuple[str, ...], status: int = 200) -> Response:
    """What stands in a frame of ours, or of a site that the link names: inert, and without an origin."""
    request.scope["state"][EMBEDDABLE] = True
    policy = _INERT + ancestors(sites)
    return HTMLResponse(
        html,
        status,
        headers=_HEADERS
        | {"Content-Security-Policy": policy, "Cross-Origin-Resource-Policy": "cross-origin"},
    )


def date_of(moment: datetime) -> str:
    """A day as people write it: ``21 November 2026``."""
    return f"{moment.day} {moment:%B %Y}"


class PageRoute(APIRoute):
    """A route whose failures are pages for people who know nothing of openBIS."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except OpenbisNbError as error:
                request.state.failure = error.code
                title, text = _said(error)
                html = public_page("public_problem.html", service_of(request), title=title, text=text)
                return HTMLResponse(html, error.status, headers=_HEADERS | _wait(error))

        return answer


class BareRoute(APIRoute):
    """The same for what stands in somebody's frame: whoever asks, it may be framed, and says no more."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except OpenbisNbError as error:
                request.state.failure = error.code
                response = bare(request, _sorry(*_said(error)), (ANYWHERE,), error.status)
                response.headers.update(_wait(error))
                return response

        return answer


def _said(error: OpenbisNbError) -> tuple[str, str]:
    """Title and text. Nothing of what the service knows."""
    if error.status == 404:
        return _NOWHERE, _WHY
    if error.status == 429:
        return _NOT_NOW, "There were too many requests from your network. Try again in a minute."
    return _NOT_NOW, "Try again in a few minutes."


def _wait(error: OpenbisNbError) -> dict[str, str]:
    wait = error.extra.get("retry_after")
    return {"Retry-After": str(wait)} if wait else {}


def _sorry(title: str, text: str) -> str:
    return (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><main><h1>{escape(title)}</h1>"
        f"<p>{escape(text)}</p></main></body></html>"
    )
