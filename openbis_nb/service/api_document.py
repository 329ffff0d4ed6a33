"""The OpenAPI document as callers need it: what FastAPI makes of the routes, with what it cannot know.

Errors are problem JSON and nothing else, and callers log in in one of three ways. The same document is served
at ``api/v1/openapi.json`` and stands in ``docs/reference/openapi.json``, where CI compares it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from ..errors import (
    ChangedMeanwhile,
    Conflict,
    Forbidden,
    InvalidInput,
    NotFound,
    NotLoggedIn,
    OpenbisNbError,
    OpenBISTimeout,
    OpenBISUnreachable,
    StorageLimit,
    StoreFailure,
    TooFast,
    TooLarge,
)

__all__ = ["document", "operation_id"]

_PROBLEM = "application/problem+json"
_METHODS = ("get", "post", "put", "patch", "delete")
#: One example of each status; the text is made up.
_EXAMPLES: dict[int, OpenbisNbError] = {
    400: InvalidInput("The request is not understood: query.limit: Input should be at most 200."),
    401: NotLoggedIn("You are not logged in.", next_step="Send `Authorization: token …`."),
    403: Forbidden(
        "You may not trash it: that takes the role POWER_USER in its project or space.",
        extra={"role": "POWER_USER"},
    ),
    404: NotFound("openBIS shows you no such notebook.", next_step="Check the id, and your rights."),
    409: Conflict("The notebook is not in the trash.", next_step="Put it into the trash first."),
    412: ChangedMeanwhile("Somebody has changed this notebook since you read it."),
    413: TooLarge("The request is larger than 1048576 bytes.", next_step="Send less."),
    422: StorageLimit("The notebook is 80 MB; one may take 50 MB here."),
    429: TooFast("That are more than 120 changes in a minute.", extra={"retry_after": 12}),
    502: OpenBISUnreachable("openBIS does not answer."),
    503: StoreFailure("The database of the service cannot be used at the moment."),
    504: OpenBISTimeout("openBIS did not answer within 20 seconds."),
}
_MEANINGS = {
    400: "A value that cannot be right.",
    401: "No session or token, or it is over.",
    403: "Not allowed; `role` names the one that it takes in openBIS. Or not from a page of ours.",
    404: "Not there, or hidden from the caller.",
    409: "The world is not as the request assumes.",
    412: "`If-Match` names a state that is over.",
    413: "Larger than a setting allows.",
    422: "No notebook, over a limit, or openBIS refuses; `code` says which.",
    429: "Too many at once, or in a minute.",
    502: "openBIS or the hub failed, or it is not known yet whether a version was stored.",
    503: "The service's database failed; nothing was changed.",
    504: "openBIS or the hub did not answer in time.",
}
#: What any operation may answer.
_ALWAYS = frozenset({400, 401, 403, 404, 409, 502, 503, 504})
_SCHEMES: dict[str, Any] = {
    "hub token": {
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "`token …`: a token of the hub with the scopes `access:services!service=openbis` and "
        "`custom:openbis-session`.",
    },
    "openBIS token": {
        "type": "http",
        "scheme": "basic",
        "description": "openBIS user name, and as the password a session or personal access token of "
        "openBIS. For the library, without an account at the hub; also in `plotly-authorization`.",
    },
    "browser": {
        "type": "apiKey",
        "in": "header",
        "name": "X-CSRF-Token",
        "description": "Pages of the service, together with their cookie.",
    },
}


def operation_id(route: APIRoute) -> str:
    """The name of an operation; the same wherever the service stands."""
    tag = str(route.tags[0]) if route.tags else "service"
    return f"{tag}-{route.name}".replace(" ", "-").replace("_", "-")


def document(app: FastAPI) -> dict[str, Any]:
    """The document of *app*, made once."""
    if not app.openapi_schema:
        made = FastAPI.openapi(app)
        for path, operation in _operations(made):
            _complete(operation, is_api="/api/v1/" in path)
        schemas = made.get("components", {}).get("schemas", {})
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        components = made.setdefault("components", {})
        components["responses"] = {str(status): _problem(status) for status in _EXAMPLES}
        components["securitySchemes"] = _SCHEMES
        made["security"] = [{name: []} for name in _SCHEMES]
        app.openapi_schema = made
    return app.openapi_schema


def _operations(made: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            if method in _METHODS:
                yield path, operation


def _complete(operation: dict[str, Any], *, is_api: bool) -> None:
    answers = operation["responses"]
    validation = answers.get("422", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if str(validation.get("$ref", "")).endswith("/HTTPValidationError"):
        del answers["422"]  # FastAPI's own; ours is 400
    if not is_api:
        return
    statuses = {int(status) for status in answers if int(status) >= 400} | _ALWAYS
    answers.update({str(status): {"$ref": f"#/components/responses/{status}"} for status in sorted(statuses)})


def _problem(status: int) -> dict[str, Any]:
    """The answer of a failure; the same for all operations."""
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _EXAMPLES[status].problem()}
    told: dict[str, Any] = {"description": _MEANINGS[status], "content": {_PROBLEM: content}}
    if status == 429:
        told["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    return told
