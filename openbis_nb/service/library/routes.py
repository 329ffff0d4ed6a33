"""All routes of the library below ``api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from . import (
    routes_changes,
    routes_compare,
    routes_lineage,
    routes_notebooks,
    routes_rights,
    routes_storage,
    routes_trash,
    routes_versions,
)

__all__ = ["router"]

router = APIRouter()
for part in (
    routes_notebooks,
    routes_changes,
    routes_trash,
    routes_versions,
    routes_compare,
    routes_lineage,
    routes_storage,
    routes_rights,
):
    router.include_router(part.router)
