"""``python -m openbis_nb.service``: what the hub starts."""

from __future__ import annotations

import contextlib
import os
import sys

import uvicorn

from .. import settings as core_settings
from ..errors import OpenbisNbError
from .app import create_app
from .logs import log_as_json
from .place import Place
from .server import GracefulServer
from .service import Service
from .settings import load


def main() -> int:
    """Serve until a signal; the exit code."""
    try:
        place, settings, core = Place.of(os.environ), load(os.environ), core_settings.load()
        log_as_json(settings.log_level)
        app = create_app(place, settings, lambda: Service(place, settings, core))
        host, port = place.bind
        # Its access log would show `code` and `state`; its other lines go where ours go.
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
            lifespan="on",
        )
        with contextlib.suppress(KeyboardInterrupt):  # how the hub stops its services
            GracefulServer(config).run()
    except OpenbisNbError as error:
        sys.stderr.write(f"{error.message}\n{error.next_step}\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
