"""One notebook for somebody who is not logged in (P-02, P-35): the stored bytes of its published page.

Only where the admin allows links for the world. ``?share_key=`` opens what somebody switched on with
``share_key_enabled`` or ``world_readable``; the ``fid`` alone only what is world readable, where the admin
allows that, too. Everything else is answered as if there were no such thing: 401. Who sends anything that
says who they are is answered by their own rights alone.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from ...errors import NotFound
from ..own_address import origin_for
from ..own_requests import CSRF_HEADER
from ..people import PROXY_HEADER
from ..publishing.link_model import Shown
from ..service import Service, service_of
from .addresses import BASE, Addresses, standing_headers
from .answering import as_html, json_answer
from .asking import Route
from .resource import Facts, resource

__all__ = ["PublicRoute"]

_CREDENTIALS = ("Authorization", PROXY_HEADER, CSRF_HEADER)
_HTML = "/html"


class PublicRoute(Route):
    """``/{fid}`` and ``/{fid}/html``: for people, and for everybody who has a key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            service = service_of(request)
            if service.public_links.enabled and not any(name in request.headers for name in _CREDENTIALS):
                try:
                    return await _public(request, service)
                except NotFound:
                    pass  # as for any notebook: log in
            return await handle(request)

        return answer


async def _public(request: Request, service: Service) -> Response:
    """Raises:
    NotFound: nothing is public by this address.
    TooFast: asked too often.
    """
    fid, key = request.path_params["fid"], request.query_params.get("share_key", "")
    address = request.client.host if request.client else ""
    shown = await service.public_links.open_fid(fid, key, address)
    if request.url.path.endswith(_HTML):
        response = as_html(await service.publications.bytes_of(shown.digest))
    else:
        response = json_answer(
            _told(shown, Addresses(origin_for(request, service), service.place.prefix, fid))
        )
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers.update(standing_headers(request.url.path.removeprefix(service.place.prefix + BASE)))
    return response


def _told(shown: Shown, addresses: Addresses) -> dict[str, Any]:
    """The resource, with nothing that openBIS alone knows: no place, people, inputs, and not the file."""
    facts = Facts(
        fid=addresses.fid,
        author=addresses.fid.rpartition(":")[0],  # whoever asks has written it
        name=shown.title,
        owner=None,
        created=None,
        modified=shown.made_at,
        permission="read",
        world_readable=shown.kind == "world-readable",
    )
    return resource(facts, addresses)
