"""An imitated JupyterHub as a process: whose token it is, and their session.

A real hub is one process that reads its database for each question; when 500 ask at once it would be
measured instead of the service (the benchmark measures 50 behind a real one, too). This one answers after a
fixed time, however many ask.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping

from aiohttp import web

from .processes import Program  # puts the root of the project on the path

from tests.integration.service_load.imitated_hub import ImitatedHub, token_of  # isort: skip

__all__ = ["PREFIX", "StandInHub"]

PREFIX = "/services/openbis/"


class StandInHub:
    """The imitated hub; a process.

    Args:
        delay: Each answer takes so long, in seconds.
        openbis_url: Said of each session.
        sessions: The openBIS session of each person.
    """

    def __init__(self, delay: float, openbis_url: str, sessions: Mapping[str, str]) -> None:
        self.tokens = {name: token_of(name) for name in sessions}
        self._program = Program("hub")
        asked = {"delay": delay, "openbis_url": openbis_url, "sessions": dict(sessions)}
        self.api_url = f"http://127.0.0.1:{self._program.ask(asked)['port']}/hub/api"

    def __enter__(self) -> StandInHub:
        return self

    def __exit__(self, *_: object) -> None:
        self._program.__exit__()


async def _serve() -> None:
    runner = web.AppRunner(ImitatedHub(**json.loads(sys.stdin.readline())).app(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until the benchmark ends
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(_serve())
