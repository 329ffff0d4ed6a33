"""Our service: alone with an imitated hub, or behind a real hub and its proxy, as people reach it."""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

from .burst import Crowd, Request
from .hub import PREFIX, StandInHub
from .incumbent import as_the_eln
from .openbis import OpenBIS
from .processes import below, free_port, plain_environment, running, until_it_listens

__all__ = ["EXPERIMENT", "FILE", "Ours", "alone", "behind_a_hub"]

EXPERIMENT = "/BIOLAB/GROWTH/GROWTH_CURVES_1"
FILE, _FOLDER = "a launch.ipynb", "analysis"


class Ours:
    """The running service.

    Args:
        pid: Of its process.
        url: Of its routes, with a slash at the end.
        sessions: The openBIS session of each person.
        tokens: The hub token of each person.
    """

    def __init__(self, pid: int, url: str, sessions: dict[str, str], tokens: dict[str, str]) -> None:
        self.pid, self.url = pid, url
        self._sessions, self._tokens = sessions, tokens
        self._waiting = iter(sessions)
        self._crowd: list[str] = []

    def by_the_eln(self, notebook: str, origin: str) -> Callable[[int], list[list[Request]]]:
        """Makes so many people's launches as the ELN at *origin* sends them: two requests each."""

        def launches(count: int) -> list[list[Request]]:
            return [
                as_the_eln(f"{self.url}eln", self._sessions[name], _FOLDER, FILE, notebook, origin)
                for name in self._newcomers(count)
            ]

        return launches

    def by_our_own(self, data_set: str) -> Callable[[int], list[list[Request]]]:
        """Makes so many people's launches as our own pages and plugin ask for them: one request each."""
        asked = {"place": EXPERIMENT, "kind": "experiment", "inputs": [data_set], "directory": _FOLDER}
        body = json.dumps({**asked, "name": FILE.removesuffix(".ipynb")})
        url = f"{self.url}api/v1/launches"

        def launches(count: int) -> list[list[Request]]:
            self._newcomers(count)
            plain = {"Content-Type": "application/json"}
            return [[Request(url, body, plain | one)] for one in self.authorized()]

        return launches

    def authorized(self) -> list[dict[str, str]]:
        """The header of the hub token of each person who launched last."""
        return [{"Authorization": f"token {self._tokens[name]}"} for name in self._crowd]

    def authorized_of(self, name: str) -> dict[str, str]:
        """The header of one person's hub token."""
        return {"Authorization": f"token {self._tokens[name]}"}

    def fetch(self, crowd: Crowd) -> None:
        """The first person's own server asks for the notebook of the last launch, as it does for an ELN's."""
        headers = self.authorized()[0]
        asked = f"{self.url}api/v1/launches?directory={_FOLDER}&file={FILE.replace(' ', '%20')}"
        launch = json.loads(crowd.get(asked, headers))["launches"][0]["id"]
        assert json.loads(crowd.get(f"{self.url}api/v1/launches/{launch}/content", headers))["notebook"]

    def _newcomers(self, count: int) -> list[str]:
        """People who have not launched before: the service remembers for a while who somebody is."""
        self._crowd = list(itertools.islice(self._waiting, count))
        assert len(self._crowd) == count, "more people are needed"
        return self._crowd


@contextmanager
def alone(
    openbis: OpenBIS, hub: StandInHub, folder: Path, extra: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Ours]:
    """The service as a hub starts it, with an imitated hub; *extra* are further settings."""
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
        "OPENBIS_NB_SERVICE_DATABASE_URL": f"sqlite:///{folder / 'service.sqlite'}",
        **extra,
    }
    with running([sys.executable, "-m", "openbis_nb.service"], log, env) as process:
        until_it_listens(process, port, log)
        yield Ours(process.pid, url + PREFIX, openbis.sessions, hub.tokens)


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
        sessions = dict(itertools.islice(openbis.sessions.items(), people))
        with ThreadPoolExecutor(4) as pool:
            tokens = list(pool.map(lambda token: _log_in(hub, token), sessions.values()))
        yield Ours(pid, url, sessions, dict(zip(sessions, tokens, strict=True)))
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
