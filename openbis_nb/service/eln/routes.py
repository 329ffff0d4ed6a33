"""The address of the ELN's calls. Its errors are ``{"message": …}``, which the ELN shows in an alert."""

from __future__ import annotations

import logging

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, Response

from ...errors import InvalidInput, OpenbisNbError
from ...openbis.secrets import scrub
from ...workflows.workplace import Workplace
from ..launches.kinds import PREPARERS, Made
from ..place import Place
from ..service import service_of
from ..settings import ServiceSettings
from .answering import KIND, Counter
from .origins import headers_for
from .preparing import make
from .query import HiddenQuery

__all__ = ["add_to"]

_log = logging.getLogger(__name__)
_PATH = "/eln"
router = APIRouter(include_in_schema=False)


def add_to(app: FastAPI, place: Place, settings: ServiceSettings) -> None:
    """Join this part to the service.

    Args:
        app: The application.
        place: Where it stands.
        settings: Which template takes the place of the ELN's notebook, if one does.
    """
    template = settings.eln_template if settings.eln_rebuild else None

    async def prepare(workplace: Workplace, body: bytes, file_name: str) -> Made:
        return await make(workplace, body, file_name, template)

    PREPARERS[KIND] = prepare
    prefix = place.prefix.rstrip("/")
    app.include_router(router, prefix=prefix)
    app.add_middleware(HiddenQuery, path=prefix + _PATH)


@router.post(_PATH)
async def post(request: Request) -> Response:
    """Both calls of the ELN."""
    counter = _counter(request)
    headers = headers_for(request.headers.get("Origin"), counter.origins)
    try:
        answer = await counter.answer(request)
    except OpenbisNbError as error:
        return _refusal(request, error, headers)
    return JSONResponse({"fileName": answer.file_name, "path": answer.path}, headers=headers)


@router.get(_PATH)
async def get(request: Request) -> Response:
    """What the integration service answers, too (O-51)."""
    headers = headers_for(request.headers.get("Origin"), _counter(request).origins)
    error = InvalidInput("Notebooks are posted here by the ELN.", next_step="See docs/how-to/eln.md.")
    return _refusal(request, error, headers)


@router.options(_PATH)
async def options(request: Request) -> Response:
    """What a browser asks before a call that is not a simple one; the ELN's are."""
    headers = headers_for(request.headers.get("Origin"), _counter(request).origins)
    return Response(status_code=204, headers=headers)


def _refusal(request: Request, error: OpenbisNbError, headers: dict[str, str]) -> Response:
    if error.status >= 500:
        _log.warning("%s: %s %s", error.code, error.message, scrub(error.detail or ""))
    request.state.failure = error.code
    return JSONResponse({"message": scrub(str(error))}, error.status, headers=headers)


def _counter(request: Request) -> Counter:
    state = request.app.state
    if not hasattr(state, "eln"):
        state.eln = Counter(service_of(request))
    found: Counter = state.eln
    return found
