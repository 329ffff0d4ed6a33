"""``/health/live``, ``/health/ready`` and ``/metrics``: for whatever watches the service; no log-in."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import JSONResponse

from ..errors import OpenbisNbError
from .service import Service, service_of

__all__ = ["router"]

#: Longest wait for one of the three, in seconds.
_PATIENCE = 5.0

router = APIRouter(tags=["health"])
Here = Annotated[Service, Depends(service_of)]


@router.get("/health/live", summary="Is the process alive?")
async def live() -> dict[str, str]:
    """Answers as long as the process does; asks nobody."""
    return {"status": "ok"}


@router.get("/health/ready", summary="Can it do its work?")
async def ready(here: Here) -> Response:
    """200 when database, hub and openBIS answer, else 503; each with its reason. Asked at most every 5 s."""
    told = await here.health.get("all", lambda: _look(here))
    return JSONResponse(told, 200 if told["status"] == "ok" else 503)


@router.get("/metrics", summary="Counts and times for Prometheus")
async def metrics(here: Here) -> Response:
    """Launches, failures by cause, latency to openBIS and to the hub. No names."""
    here.metrics.pending.set(await here.launches.pending())
    here.metrics.published.set(await here.publications.live())
    return Response(here.metrics.text(), media_type="text/plain; version=0.0.4")


async def _look(here: Service) -> dict[str, Any]:
    names = ("database", "hub", "openbis")
    reasons = await asyncio.gather(
        _reason(here.database.check()), _reason(here.hub.is_up()), _reason(here.openbis_is_up())
    )
    checks = {
        name: {"ok": not reason, **({"reason": reason} if reason else {})}
        for name, reason in zip(names, reasons, strict=True)
    }
    return {"status": "failed" if any(reasons) else "ok", "checks": checks}


async def _reason(check: Awaitable[object]) -> str:
    try:
        async with asyncio.timeout(_PATIENCE):
            await check
    except TimeoutError:
        return f"No answer within {_PATIENCE:g} seconds."
    except OpenbisNbError as error:
        return error.message
    return ""
