"""The API's own description: ``api/v1/openapi.json``, for who may use it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from .visitors import Visitor, visitor

__all__ = ["TEXT", "router"]

TEXT = """
Notebooks of openBIS, launched into a person's own server at a JupyterHub.

Scripts send a token of the hub: `Authorization: token …`, with the scopes `access:services!service=openbis`
and `custom:openbis-session`, and `servers!user` where a server is to be started. Pages of the service use a
cookie with `X-CSRF-Token`. Errors are problem JSON (RFC 9457) with `code` and `next_step`. `X-Request-ID` is
taken over and given back; the log has it.
"""

router = APIRouter(prefix="/api/v1", tags=["description"])


@router.get("/openapi.json", summary="This description")
async def openapi(request: Request, _: Annotated[Visitor, Depends(visitor)]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    document: dict[str, Any] = request.app.openapi()
    return document
