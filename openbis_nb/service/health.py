"""``/health/live`` and ``/health/ready``: for whatever watches the service; no log-in."""

from __future__ import annotations

from fastapi import APIRouter

__all__ = ["router"]

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", summary="Is the process alive?")
async def live() -> dict[str, str]:
    """Answers as long as the process does; asks nobody."""
    return {"status": "ok"}
