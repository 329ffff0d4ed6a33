"""The API's own description: ``api/v1/openapi.json``, for who may use it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from .api_document import document
from .visitors import Visitor, visitor

__all__ = ["TEXT", "router"]

TEXT = """
Notebooks of openBIS: launched into a person's own server at a JupyterHub, found in the library, scripted.

**Log-in.** Scripts send a token of the hub: `Authorization: token …`, with the scopes
`access:services!service=openbis` and `custom:openbis-session`, and `servers!user` where a server is to be
started. The library (`notebooks`, `versions`, `compare`, `lineage`, `impact`, `storage`, `superseded`,
`trash`, `rights`) also takes HTTP basic: the openBIS user name, and as the password a session or personal
access token of openBIS. Pages of the service use a cookie with `X-CSRF-Token`.

**Rights** are those of openBIS. What openBIS hides from the caller is not there: 404, and absent from lists
and counts. What it denies is 403, with the role that it takes in `role`.

**Errors** are problem JSON (RFC 9457) with `code` and `next_step`. `X-Request-ID` is taken over and given
back; the log has it.

**Writes** take an `Idempotency-Key`: for a day, a repeat with the same key does nothing new, also when the
service was killed in the middle. They take `If-Match` with an ETag that a read has given: 412 if it is not
that state any more. Nothing is ever replaced: a rename, a restored version, other content are new versions.

**Lists** answer `entries`, `matchingItemCount`, `totalItemCount` and a `cursor` for the next page; a count
is null where it is not known.

**Limits.** 429 with `Retry-After` after too many requests in a minute. JSON up to 1 MiB, notebooks up to
what the admin allows (413), a notebook with all its versions likewise (422, `storage-limit`).
"""

router = APIRouter(prefix="/api/v1", tags=["description"])


@router.get("/openapi.json", summary="This description")
async def openapi(request: Request, _: Annotated[Visitor, Depends(visitor)]) -> dict[str, Any]:
    """OpenAPI 3.1."""
    return document(request.app)
