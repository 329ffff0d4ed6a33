"""Errors as answers: problem JSON (RFC 9457) for the API, a plain page with the same sentences for people."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from starlette.exceptions import HTTPException

from ..errors import InvalidInput, OpenbisNbError
from ..openbis.secrets import scrub
from .middleware import BadBody
from .oauth import send_through_the_hub
from .pages.rendering import problem_page
from .plotly.errors import errors_answer, is_v2
from .service import service_of
from .visitors import LogInFirst

__all__ = ["add_handlers", "answer_with"]

_log = logging.getLogger(__name__)
_MOST_FINDINGS = 10


def add_handlers(app: FastAPI) -> None:
    """Let *app* answer every error as this module says."""
    app.add_exception_handler(LogInFirst, _log_in_first)
    app.add_exception_handler(OpenbisNbError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def answer_with(
    request: Request, problem: Mapping[str, Any], headers: Mapping[str, str] | None = None
) -> Response:
    """The problem as the caller can read it: a page for a browser that asked for one, else JSON; below
    ``v2/`` in the form that its clients know."""
    status = int(problem["status"])
    request.state.failure = str(problem["code"])
    path, prefix = request.url.path, service_of(request).place.prefix
    if is_v2(path, prefix):
        return errors_answer(path, prefix, problem, headers)
    if _wants_page(request):
        return HTMLResponse(problem_page(service_of(request).place, problem), status, headers=headers)
    return JSONResponse(dict(problem), status, headers=headers, media_type="application/problem+json")


async def _log_in_first(request: Request, _: Exception) -> Response:
    return send_through_the_hub(request)


async def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, OpenbisNbError)
    if error.status >= 500:
        _log.warning("%s: %s %s", error.code, error.message, scrub(error.detail or ""))
    wait = error.extra.get("retry_after")
    return answer_with(request, error.problem(), {"Retry-After": str(wait)} if wait else None)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    findings = [
        {"where": ".".join(map(str, finding["loc"])), "what": str(finding["msg"])}
        for finding in error.errors()[:_MOST_FINDINGS]  # without the values: they may be secrets
    ]
    said = "; ".join(f"{finding['where']}: {finding['what']}" for finding in findings)
    return answer_with(
        request,
        InvalidInput(f"The request is not understood: {said}.", extra={"findings": findings}).problem(),
    )


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, BadBody):
        return answer_with(request, error.problem)
    known = {404: "There is nothing at this address.", 405: "This address does not know that method."}
    problem = {
        "type": "about:blank",
        "title": "HTTP error",
        "status": error.status_code,
        "detail": known.get(error.status_code, str(error.detail)),
        "code": "not-found" if error.status_code == 404 else "http-error",
        "next_step": "Check the address." if error.status_code in known else "Check what was sent.",
    }
    return answer_with(request, problem, error.headers)


async def _unexpected(request: Request, error: Exception) -> Response:
    _log.error("A request failed with an error that was not expected.", exc_info=error)
    failure = OpenbisNbError(
        "Something failed that should not have.",
        next_step=f"Tell the admin of the hub, with this number: {request.state.request_id}.",
    )
    return answer_with(request, failure.problem())


def _wants_page(request: Request) -> bool:
    in_api = request.url.path.startswith(service_of(request).place.prefix + "api/")
    return not in_api and "text/html" in request.headers.get("Accept", "")
