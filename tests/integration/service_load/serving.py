"""The service as a process, an imitated hub as a thread, and a browser that has come in by OAuth."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import requests
from aiohttp import web

from tests.ports import free_port
from tests.waiting import until

from .imitated_hub import ImitatedHub
from .loop_thread import LoopThread

__all__ = ["PREFIX", "Running", "served", "service"]

PREFIX = "/services/openbis/"


@dataclass(frozen=True)
class Running:
    """The service; ``url`` ends with a slash."""

    process: subprocess.Popen[bytes]
    url: str
    log_file: Path

    @property
    def log(self) -> str:
        return self.log_file.read_text(encoding="utf-8", errors="replace")

    async def come_in(self, browser: aiohttp.ClientSession, name: str) -> None:
        """Let *browser* have a session of *name*'s, as the hub's OAuth ends."""
        async with browser.get(self.url, allow_redirects=False) as answer:
            state = parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]
        callback = f"{self.url}oauth_callback?code={name}&state={state}"
        async with browser.get(callback, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (302, PREFIX), await answer.text()


@contextmanager
def served(app: web.Application) -> Iterator[str]:
    """Serve *app* from a thread of its own; its address, without a slash at the end."""
    loop = LoopThread("hub")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)

    async def begin() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    try:
        yield loop.run(begin())
    finally:
        loop.run(runner.cleanup())
        loop.close()


@contextmanager
def service(folder: Path, hub: ImitatedHub, settings: dict[str, str]) -> Iterator[Running]:
    """The service, started as a hub does it.

    Args:
        folder: For its database and its log.
        hub: Who answers as the hub.
        settings: Variables of the environment: where openBIS is, how long to wait.
    """
    url = f"http://127.0.0.1:{free_port()}"
    log = folder / "service.log"
    with served(hub.app()) as hub_url:
        env = {
            "HOME": str(folder),
            "JUPYTERHUB_API_URL": f"{hub_url}/hub/api",
            "JUPYTERHUB_API_TOKEN": "of-the-service",
            "JUPYTERHUB_SERVICE_URL": url,
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "OPENBIS_NB_SERVICE_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}",
            **settings,
        }
        with log.open("wb") as written:
            command = [sys.executable, "-m", "openbis_nb.service"]
            process = subprocess.Popen(command, cwd=folder, env=env, stdout=written, stderr=written)
        running = Running(process, url + PREFIX, log)
        try:
            until(lambda: _answers(running), "the service answers")
            yield running
        finally:
            process.kill()
            process.wait()


def _answers(running: Running) -> bool:
    assert running.process.poll() is None, running.log
    try:
        return requests.get(f"{running.url}health/live", timeout=1).ok
    except requests.RequestException:
        return False
