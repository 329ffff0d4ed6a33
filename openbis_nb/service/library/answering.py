"""How the library's API answers: shapes with their ETag, files, and what every route declares."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import Depends, Header, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import TypeAdapter

from ..etags import etag_of, is_known
from ..idempotency import HEADER
from ..launches.answers import PROBLEMS
from ..people import Asker, person
from ..rate_limits import limited
from ..service import Service, service_of

__all__ = [
    "KEYED",
    "KEYED_WITH_STATE",
    "KNOWN",
    "ROUTER",
    "UPLOAD",
    "Caller",
    "Here",
    "NotebookRef",
    "VersionId",
    "attachment",
    "tagged",
]

Shape = TypeVar("Shape")

Caller = Annotated[Asker, Depends(person)]
Here = Annotated[Service, Depends(service_of)]
NotebookRef = Annotated[
    str,
    Path(
        max_length=500,
        description="Notebook id, `fid`, or the permId of one of its versions.",
        examples=["2b7e1516-28ae-4d2a-abf7-158809cf4f3c"],
    ),
]
VersionId = Annotated[
    str,
    Path(max_length=64, pattern=r"^[0-9]{8,}-[0-9]+$", description="PermId of its data set.",
         examples=["20261121093000123-40"]),
]  # fmt: skip

EXAMPLE: dict[str, Any] = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
#: What every router of the library has.
ROUTER: dict[str, Any] = {
    "prefix": "/api/v1",
    "responses": PROBLEMS
    | {
        404: PROBLEMS[404] | {"description": "Not there, or hidden from the caller by openBIS."},
        409: PROBLEMS[404] | {"description": "The world is not as the request assumes."},
        422: PROBLEMS[404] | {"description": "No notebook, over a limit, or openBIS refuses; `code` says."},
        429: PROBLEMS[404] | {"description": "Too many requests in a minute."},
    },
    "dependencies": [Depends(limited)],
}


def _takes_key(
    _: Annotated[
        str | None,
        Header(
            alias=HEADER,
            max_length=255,
            description="Made up by the caller for this one request. For a day a repeat with the same key "
            "does nothing new, and is answered with what the first one made; also when its answer was lost.",
        ),
    ] = None,
) -> None:
    """Only for the description: ``idempotency`` reads it."""


def _takes_state(
    _: Annotated[
        str | None,
        Header(
            alias="If-Match",
            max_length=2000,
            description="An ETag of what is to be changed itself, e.g. the notebook or one version: only if "
            "nobody has changed it since, else 412.",
        ),
    ] = None,
) -> None:
    """Only for the description: ``etags`` reads it."""


def _takes_known(
    _: Annotated[
        str | None,
        Header(
            alias="If-None-Match",
            max_length=2000,
            description="An ETag: 304 if that is still what there is.",
        ),
    ] = None,
) -> None:
    """Only for the description: ``etags`` reads it."""


#: What a write declares: that it is done once for each key; and with a state, that it may ask for one.
KEYED: dict[str, Any] = {"dependencies": [Depends(_takes_key)]}
KEYED_WITH_STATE: dict[str, Any] = {
    "dependencies": [Depends(_takes_key), Depends(_takes_state)],
    "responses": {412: PROBLEMS[404]},
}
#: What a read with an ETag declares.
KNOWN: dict[str, Any] = {
    "dependencies": [Depends(_takes_known)],
    "responses": {
        200: {"headers": {"ETag": {"description": "Of this answer.", "schema": {"type": "string"}}}},
        304: {"description": "As the caller knows it."},
    },
}
#: For ``openapi_extra``: the body is a file, read only when it is known who sends it.
UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A notebook, format 4.",
        "content": {"application/x-ipynb+json": {"schema": {"type": "object"}, "example": EXAMPLE}},
    }
}
#: What a person sees of a thing, beside the thing itself.
_NOT_SHOWN = frozenset({"etag", "permissions", "removable"})


def tagged(request: Request, kind: type[Shape], shape: Shape, state: str, status: int = 200) -> Response:
    """*shape* as JSON with its ETag; 304 to a read that knows it.

    Args:
        request: What is answered.
        kind: Type of the shape.
        shape: Has a member ``etag``.
        state: From ``etags.state_of``.
        status: Of the answer.
    """
    key: Any = kind  # mypy takes no type[…] of a type variable for hashable
    told = _adapter(key).dump_python(shape, mode="json")
    etag = etag_of(state, _shown(told))
    if request.method == "GET" and is_known(request.headers, etag):
        return Response(status_code=304, headers={"ETag": etag})
    return JSONResponse(told | {"etag": etag}, status, headers={"ETag": etag})


def attachment(content: bytes, media_type: str, file_name: str, headers: Mapping[str, str]) -> Response:
    """A file; no browser shows it as a page of ours, whatever it holds."""
    disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
    inert = {"Content-Disposition": disposition, "Content-Security-Policy": "sandbox; default-src 'none'"}
    return Response(content, media_type=media_type, headers=inert | dict(headers))


@cache
def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    # Kept: to make one takes longer than all the rest of an answer.
    return TypeAdapter(kind)


def _shown(told: Any) -> Any:
    if isinstance(told, dict):
        return {name: _shown(value) for name, value in told.items() if name not in _NOT_SHOWN}
    return [_shown(one) for one in told] if isinstance(told, list) else told
