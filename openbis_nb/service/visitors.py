"""Who asks: the dependencies that every route but a few has.

``Depends(visitor)`` for the API: a hub token (``Authorization: token …``), or a browser's session together
with its ``X-CSRF-Token`` (for reads, too: people's servers share this origin); else 401 or 403 as problem
JSON. ``Depends(event_visitor)`` is the same for an ``EventSource``, which cannot send headers: it takes a
cookie from a page of this origin, so what it shows must be named by something that nobody can guess.
``Depends(page_visitor)`` for pages: a browser without a session is sent through the hub and comes back.
``Depends(frame_visitor)`` (``library.frames``) for what stands inside of our own pages.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fastapi import Request

from ..errors import NotLoggedIn
from ..openbis.client import OpenBIS
from ..openbis.secrets import Secret
from ..workflows.workplace import Workplace
from .browser_sessions import COOKIE, HUB_COOKIE, BrowserSession
from .callers import Caller, OpenBISSession
from .own_requests import check_navigation, check_own_page, check_same_origin
from .service import Service, service_of

__all__ = ["LogInFirst", "Visitor", "cookie_visitor", "event_visitor", "page_visitor", "visitor"]

_AUTHORIZATION = re.compile(r"(?:token|bearer)\s+(\S+)\s*", re.IGNORECASE)


class LogInFirst(NotLoggedIn):
    """A browser without a session asks for a page: it is sent through the hub."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A person with the token that they came with.

    Args:
        hub_name: Their name at the hub.
        by_token: Whether they sent a hub token themselves (a script, or their own server), not a cookie.
        csrf: For ``<meta name="csrf-token">``; empty when *by_token*.
    """

    hub_name: str
    by_token: bool
    csrf: str
    _caller: Caller = field(repr=False)
    _service: Service = field(repr=False)

    @property
    def hub_token(self) -> Secret:
        """For calls of the hub's API in the person's name."""
        return self._caller.token

    async def session(self) -> OpenBISSession:
        """Their openBIS session.

        Raises:
            NotLoggedIn: it is over; ``extra["login_url"]`` leads to where the hub sends people then.
            Forbidden: their token may not read it.
            HubFailure: the hub cannot be asked.
        """
        return await self._service.callers.openbis_session(self._caller)

    async def openbis_user(self) -> str:
        """Their user id in openBIS' spelling. Raises what :meth:`session` does."""
        return (await self.session()).user_id

    @asynccontextmanager
    async def openbis(self) -> AsyncIterator[OpenBIS]:
        """openBIS with their session, on the connections that the whole service shares.

        Raises:
            NotLoggedIn: the session is over; also when openBIS says so inside the block.
            Forbidden, HubFailure: as :meth:`session`.
        """
        session = await self.session()
        try:
            yield self._service.openbis(session.token, self._renewed)
        except NotLoggedIn as error:
            if "login_url" in error.extra:  # the hub has said it
                raise
            self._service.callers.forget_session(self._caller)
            raise NotLoggedIn(
                "openBIS refuses the session that the hub has for you.",
                next_step="Log in at the hub again; running kernels go on.",
                extra={"login_url": f"{self._service.place.hub_url}login?again=1"},
            ) from error

    async def _renewed(self, _: Secret) -> Secret:
        """The session that the hub has now: a new log-in there has ended the one that is remembered here."""
        return (await self._service.callers.another_session(self._caller)).token

    @asynccontextmanager
    async def workplace(self) -> AsyncIterator[Workplace]:
        """What the workflows take, with their session. Ledger, cache and outbox are a scratch folder's.

        Raises:
            NotLoggedIn, Forbidden, HubFailure: as :meth:`openbis`.
        """
        async with self.openbis() as client:
            yield self._service.workplace(client)


async def visitor(request: Request) -> Visitor:
    """The caller of the API.

    Raises:
        NotLoggedIn: there is no session or token, or it is over.
        Forbidden: not allowed here, or not from a page of ours.
        HubFailure: the hub cannot be asked.
    """
    service = service_of(request)
    token = _token(request.headers)
    if token is not None:
        return await _by_token(service, token)
    session = _session(service, request)
    check_own_page(request.headers, session.csrf, service.place.public_origin)
    return await _by_cookie(service, session, request)


async def event_visitor(request: Request) -> Visitor:
    """The caller of a stream of events. Raises what :func:`visitor` does."""
    service = service_of(request)
    token = _token(request.headers)
    if token is not None:
        return await _by_token(service, token)
    session = _session(service, request)
    if "Sec-Fetch-Site" in request.headers or "Origin" in request.headers:
        check_same_origin(request.headers, service.place.public_origin)
    return await _by_cookie(service, session, request)


async def page_visitor(request: Request) -> Visitor:
    """The person who looks at a page.

    Raises:
        LogInFirst: the browser has no session yet.
        Forbidden: not allowed here, or nobody would see the page.
        HubFailure: the hub cannot be asked.
    """
    check_navigation(request.headers)
    try:
        return await cookie_visitor(request)
    except NotLoggedIn as error:
        raise LogInFirst(error.message, next_step=error.next_step) from error


async def cookie_visitor(request: Request) -> Visitor:
    """The person of a browser's session. No dependency: what shows that the request is meant comes first.

    Raises:
        NotLoggedIn: there is no session, or it is over.
        Forbidden, HubFailure: as :func:`page_visitor`.
    """
    service = service_of(request)
    return await _by_cookie(service, _session(service, request), request)


async def _by_token(service: Service, token: Secret) -> Visitor:
    caller = await service.callers.identify(token)
    return Visitor(caller.hub_name, True, "", caller, service)


async def _by_cookie(service: Service, session: BrowserSession, request: Request) -> Visitor:
    try:
        caller = await service.callers.identify(session.token)
    except NotLoggedIn:
        service.browsers.end(request.cookies.get(COOKIE, ""))
        raise
    return Visitor(caller.hub_name, False, session.csrf, caller, service)


def _session(service: Service, request: Request) -> BrowserSession:
    session = service.browsers.find(request.cookies.get(COOKIE, ""), request.cookies.get(HUB_COOKIE, ""))
    if session is None:
        raise NotLoggedIn(
            "You are not logged in.",
            next_step="Load the page again; scripts send user name and token of openBIS by HTTP basic, "
            "or `Authorization: token …` with a token of the hub.",
        )
    return session


def _token(headers: Mapping[str, str]) -> Secret | None:
    value = headers.get("Authorization")
    if value is None:
        return None
    found = _AUTHORIZATION.fullmatch(value)
    if found is None:
        raise NotLoggedIn(
            "This call takes a token of the hub, and the Authorization header holds something else.",
            next_step="Send `Authorization: token …`; an openBIS token is for the calls of the library.",
        )
    return Secret(found[1])
