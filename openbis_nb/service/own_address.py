"""Where the service stands in the eyes of who asks."""

from __future__ import annotations

from fastapi import Request

from .service import Service

__all__ = ["origin_for"]


def origin_for(request: Request, service: Service) -> str:
    """``scheme://host[:port]`` of addresses in answers: the hub's public one, else what the caller used."""
    if service.place.public_origin:
        return service.place.public_origin
    said = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip()
    scheme = said if said in ("http", "https") else request.url.scheme
    return f"{scheme}://{request.headers.get('Host', '')}"
