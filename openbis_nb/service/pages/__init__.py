"""The pages of the service: the launcher with its dialog, the progress of a launch, and the library.

Everything that openBIS says is text: templates escape, scripts set ``textContent`` only, and the policy
``default-src 'self'`` lets nothing else run. Plain ES modules and CSS, no build step.
"""

from fastapi import APIRouter

from . import (
    dashboard_routes,
    fid_routes,
    import_routes,
    library_more_routes,
    library_routes,
    published_admin_routes,
    published_routes,
    routes,
)

__all__ = ["router"]

router = APIRouter()
for part in (
    routes,
    import_routes,
    library_more_routes,
    library_routes,
    dashboard_routes,
    published_admin_routes,
    published_routes,
    fid_routes,
):
    router.include_router(part.router)
