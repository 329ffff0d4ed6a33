"""``python -m openbis_nb.service``: what the hub starts."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys

import uvicorn

from .. import settings as core_settings
from ..errors import OpenbisNbError
from ..settings import Settings
from .app import create_app
from .logs import log_as_json
from .place import Place
from .server import GracefulServer
from .service import Service
from .settings import ServiceSettings, load


def main() -> int:
    """Serve until a signal; the exit code. After SIGTERM or SIGINT, by which it is stopped, it is 0."""
    try:
        place, settings, core = Place.of(os.environ), load(os.environ), core_settings.load()
        log_as_json(settings.log_level)
        with contextlib.suppress(KeyboardInterrupt):  # before it listens
            asyncio.run(_serve(place, settings, core))
    except OpenbisNbError as error:
        sys.stderr.write(f"{error.message}\n{error.next_step}\n")
        return error.exit_code
    return 0


async def _serve(place: Place, settings: ServiceSettings, core: Settings) -> None:
    """Raises:
    ConfigurationProblem: a setting cannot be; before anything listens.
    """
    service = Service(place, settings, core)
    host, port = place.bind
    # Its access log would show `code` and `state`; its other lines go where ours go.
    config = uvicorn.Config(
        create_app(place, settings, lambda: service),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        forwarded_allow_ips=list(settings.proxies),
        timeout_graceful_shutdown=10,
        lifespan="on",
    )
    await GracefulServer(config).serve()


if __name__ == "__main__":
    sys.exit(main())
