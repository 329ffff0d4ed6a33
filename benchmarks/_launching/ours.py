"""Our service: alone with an imitated hub, or behind a real hub and its proxy, as people reach it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .burst import Request
from .hub import PREFIX, StandInHub
from .incumbent import as_the_eln
from .openbis import OpenBIS
from .processes import ROOT, below, free_port, plain_environment, running, until_it_listens

__all__ = ["Ours", "alone", "behind_a_hub"]

sys.path.append(str(ROOT))

_EXPERIMENT = "/BIOLAB/GROWTH/GROWTH_CURVES_1"


@dataclass(frozen=True, slots=True)
class Ours:
    """The running service.

    Args:
        pid: Of its process.
        url: Of its routes, with a slash at the end.
        openbis: Whose people launch.
        tokens: The hub token of each person.
    """

    pid: int
    url: str
    openbis: OpenBIS
    tokens: dict[str, str]

    def by_the_eln(self, notebook: str) -> Callable[[int], list[list[Request]]]:
        """Makes so many people's launches as the ELN sends them: two requests each."""

        def launches(count: int) -> list[list[Request]]:
            sessions = list(self.openbis.sessions.values())[:count]
            return [
                as_the_eln(
                    self.url + "eln", token, "analysis", f"launch {n}.ipynb", notebook, self.openbis.url
                )
                for n, token in enumerate(sessions)
            ]

        return launches

    def by_our_own(self, count: int) -> list[list[Request]]:
        """So many people's launches as our own pages and plugin ask for them: one request each."""
        body = {
            "place": _EXPERIMENT,
            "kind": "experiment",
            "template": "analysis",
            "directory": "analysis",
            "name": "launch",
        }
        headers = [{**one, "Content-Type": "application/json"} for one in self.authorized(count)]
        return [[Request(f"{self.url}api/v1/launches", json.dumps(body), one)] for one in headers]

    def authorized(self, count: int) -> list[dict[str, str]]:
        """The header of so many people's tokens."""
        return [{"Authorization": f"token {token}"} for token in list(self.tokens.values())[:count]]


@contextmanager
def alone(openbis: OpenBIS, hub: StandInHub, folder: Path) -> Iterator[Ours]:
    """The service as a hub starts it, with an imitated hub."""
    folder.mkdir()
    port, log = free_port(), folder / "service.log"
    url = f"http://127.0.0.1:{port}"
    env = plain_environment(folder) | {
        "JUPYTERHUB_API_URL": hub.api_url,
        "JUPYTERHUB_API_TOKEN": "the-token-of-the-service",
        "JUPYTERHUB_SERVICE_URL": url,
        "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
        "JUPYTERHUB_BASE_URL": "/",
        "OPENBIS_URL": openbis.url,
        "OPENBIS_NB_CA_BUNDLE": openbis.ca_bundle,
        "OPENBIS_NB_SERVICE_DATABASE": f"sqlite:///{folder / 'service.sqlite'}",
    }
    with running([sys.executable, "-m", "openbis_nb.service"], log, env) as process:
        until_it_listens(process, port, log)
        yield Ours(process.pid, url + PREFIX, openbis, hub.tokens)


@contextmanager
def behind_a_hub(openbis: OpenBIS, people: int, folder: Path) -> Iterator[Ours]:
    """A real hub with its proxy and the service, as ``hub_config`` has them; so many people logged in."""
    from tests.hub.running import Hub

    folder.mkdir()
    hub = Hub(folder, openbis)
    try:
        hub.wait_until_ready()
        url = hub.url + PREFIX
        pid = _service_of(hub.process.pid)
        sessions = dict(list(openbis.sessions.items())[:people])
        with ThreadPoolExecutor(4) as pool:
            tokens = list(pool.map(lambda token: _log_in(hub, token), sessions.values()))
        yield Ours(pid, url, openbis, dict(zip(sessions, tokens, strict=True)))
    finally:
        hub.stop()


def _log_in(hub, session: str) -> str:  # type: ignore[no-untyped-def]  # a class of the tests
    browser = hub.browser()
    browser.go(f"/hub/login?token={session}&next=/hub/home")  # not followed: that would start a server
    return str(browser.api_token())


def _service_of(pid: int) -> int:
    for child in below(pid):
        if b"openbis_nb.service" in Path(f"/proc/{child}/cmdline").read_bytes():
            return child
    raise SystemExit("The hub did not start the service.")
