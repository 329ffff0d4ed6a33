"""A service with short time-outs, and a line from it to openBIS that can be disturbed; one for all tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox

from .imitated_hub import ImitatedHub, token_of
from .line import Line
from .serving import Running, service

#: Seconds. All other waits of the service are longer than openBIS' silence may be.
OPENBIS_TIMEOUT, HUB_TIMEOUT, CONTENT_TIMEOUT = 1.0, 1.0, 3.0
PEOPLE = ("alice", "ursula", "Eve.O-Neill")


@dataclass(frozen=True)
class Site:
    """openBIS behind a line, a hub, and the service."""

    sandbox: Sandbox
    line: Line
    hub: ImitatedHub
    service: Running
    url: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.service.url)

    def recover(self) -> None:
        """openBIS and the line work."""
        self.sandbox.faults.clear()
        self.line.mend()
        self.hub.delay = 0.0

    @staticmethod
    def token(name: str) -> dict[str, str]:
        """The header of a person's hub token."""
        return {"Authorization": f"token {token_of(name)}"}


@pytest.fixture(scope="session")
def _openbis() -> Iterator[Sandbox]:
    with running_sandbox(max_sessions_per_user=0) as sandbox:  # any number
        yield sandbox


@pytest.fixture(scope="session")
def _site(_openbis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    line = Line(urlsplit(_openbis.url).port or 0)
    hub = ImitatedHub(_openbis.url, {name: _openbis.token(name) for name in PEOPLE})
    try:
        with service(tmp_path_factory.mktemp("service"), hub, _settings(_openbis, line)) as running:
            yield Site(_openbis, line, hub, running)
    finally:
        line.close()


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    """The service, with an openBIS that works until the test disturbs it."""
    _site.recover()
    yield _site
    _site.recover()


@pytest.fixture
def another_service(site: Site, tmp_path: Path) -> Iterator[Running]:
    """One more service at the same openBIS and hub, to be stopped."""
    with service(tmp_path, site.hub, _settings(site.sandbox, site.line)) as running:
        yield running


@pytest.fixture
async def browser(site: Site) -> AsyncIterator[aiohttp.ClientSession]:
    """Alice's browser, logged in at the service."""
    jar = aiohttp.CookieJar(unsafe=True)  # of an address without a name
    async with aiohttp.ClientSession(cookie_jar=jar, connector=aiohttp.TCPConnector(limit=0)) as session:
        await site.service.come_in(session, "alice")
        yield session


def _settings(openbis: Sandbox, line: Line) -> dict[str, str]:
    return {
        "OPENBIS_URL": f"https://127.0.0.1:{line.port}",
        "OPENBIS_NB_CA_BUNDLE": str(openbis.ca_bundle),
        "OPENBIS_NB_PUBLIC_URL": openbis.url,
        "OPENBIS_NB_SERVICE_OPENBIS_TIMEOUT": str(OPENBIS_TIMEOUT),
        "OPENBIS_NB_SERVICE_HUB_TIMEOUT": str(HUB_TIMEOUT),
        "OPENBIS_NB_SERVICE_CONTENT_TIMEOUT": str(CONTENT_TIMEOUT),
    }
