"""Who asks this API and for which notebook: what every route depends on."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Path, Request, Response
from fastapi.routing import APIRoute

from ...models import Entity
from ...openbis.client import OpenBIS
from ..own_address import origin_for
from ..people import Asker, person
from ..service import Service, service_of
from .addresses import BASE, METHODS, Addresses, standing_headers
from .parents import owner_of
from .said import Where, check_platform

__all__ = ["Asking", "Fid", "Here", "Route", "at", "new_router"]

_Endpoint = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class _Asking:
    """One request of a person."""

    person: Asker
    service: Service
    origin: str

    def addresses(self, fid: str) -> Addresses:
        """Where a notebook is found."""
        return Addresses(self.origin, self.service.place.prefix, fid)

    @property
    def max_notebook(self) -> int:
        """The largest notebook that is read, in bytes."""
        return self.service.core.max_notebook_size

    async def owner(self, client: OpenBIS, where: Where) -> Entity:
        """The owner that is meant. Raises what :func:`parents.owner_of` does."""
        user_id = await self.person.openbis_user()
        return await owner_of(client, where, user_id, self.service.settings.default_owner)


async def _asking(request: Request, caller: Annotated[Asker, Depends(person)]) -> _Asking:
    """Raises:
    NotLoggedIn, Forbidden, HubFailure, OpenBISFailure: as ``people.person``.
    InvalidInput: a program does not say what it is (P-32); browsers need not.
    """
    if caller.by_token:
        check_platform(request.headers)
    service = service_of(request)
    return _Asking(caller, service, origin_for(request, service))


def _fid(fid: Annotated[str, Path(max_length=300)]) -> str:
    if f"/{fid}" in METHODS:  # an address of its own, which does not know this method
        raise HTTPException(405)
    return fid


Here = Annotated[_Asking, Depends(_asking)]
Fid = Annotated[str, Depends(_fid)]
Asking = _Asking


class Route(APIRoute):
    """Puts ``Allow`` and ``Vary`` on what is answered (P-15)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            response = await handle(request)
            prefix = service_of(request).place.prefix
            response.headers.update(standing_headers(request.url.path.removeprefix(prefix + BASE)))
            return response

        return answer


def new_router(kind: type[APIRoute] = Route) -> APIRouter:
    """A router for addresses below the service's prefix; they stand in the hand-written reference."""
    return APIRouter(prefix=f"/{BASE}", route_class=kind, include_in_schema=False)


def at(router: APIRouter, path: str, *methods: str) -> Callable[[_Endpoint], _Endpoint]:
    """Register a route; see ``slashes`` for those who write a slash at its end."""

    def register(endpoint: _Endpoint) -> _Endpoint:
        router.add_api_route(path, endpoint, methods=list(methods), response_class=Response)
        return endpoint

    return register
