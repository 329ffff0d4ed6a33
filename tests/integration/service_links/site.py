"""The service in this process, on a socket, with a clock that goes when a test says so."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
import uvicorn

from openbis_nb.sandbox import Sandbox
from openbis_nb.service.app import create_app
from openbis_nb.service.place import Place
from openbis_nb.service.publishing.links import PublicLinks
from openbis_nb.service.service import Service
from openbis_nb.service.settings import ServiceSettings, load
from openbis_nb.settings import Settings
from tests.hub.running import free_port, until
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import PREFIX, SERVICE_TOKEN, Browser
from tests.integration.service_library.api import ApiClient, notebook
from tests.integration.service_load.loop_thread import LoopThread

__all__ = ["DAY", "Clock", "LinkSite", "link_site"]

DAY = 24 * 3600.0


@dataclass
class Clock:
    """Seconds since 1970; begins now, since openBIS has a clock of its own."""

    now: float

    def __call__(self) -> float:
        return self.now

    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.now, UTC)

    def later(self, seconds: float) -> str:
        """As callers of the API write a time."""
        return (self.moment() + timedelta(seconds=seconds)).isoformat()


@dataclass
class LinkSite:
    """A service that a test can look into. ``hub`` is there where somebody comes with a browser."""

    openbis: Sandbox
    hub: FakeHub
    folder: Path
    origin: str
    clock: Clock
    service: Service
    loop: LoopThread = field(repr=False)

    @property
    def url(self) -> str:
        return self.origin + PREFIX

    @property
    def links(self) -> PublicLinks:
        return self.service.public_links

    @property
    def database(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.glob("service.sqlite*"))

    def who(self, user: str) -> ApiClient:
        """Somebody with a session of openBIS."""
        return ApiClient(f"{self.url}api/v1/", (user, self.openbis.token(user)))

    def browser(self) -> Browser:
        return Browser(self)  # type: ignore[arg-type]  # it takes the address and the hub

    def publish(self, user: str = "alice", content: bytes | None = None, **body: Any) -> dict[str, Any]:
        """A new notebook, published; the page."""
        who = self.who(user)
        stored = who.store(content or notebook("1 + 1", "secret_recipe()"), name="Growth curves")
        wish = {"notebook": stored["notebook"]["id"], "follow": "latest", "code": "shown", **body}
        return who.made("POST", "pages", json=wish, headers={"Idempotency-Key": uuid.uuid4().hex})

    def link(self, page: dict[str, Any], user: str = "alice", **body: Any) -> dict[str, Any]:
        """A link for the world to a page."""
        wish = {"ends_at": self.clock.later(30 * DAY)} | body
        return self.who(user).made("POST", f"pages/{page['id']}/links", json=wish)

    def visit(self, address: str, **headers: str) -> requests.Response:
        """Somebody who has nothing but an address."""
        sent = {"Accept": "text/html", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return requests.get(address, headers=sent, allow_redirects=False, timeout=60)

    def settled(self) -> None:
        """Wait until nothing goes on beside the requests: it would see a page with a later clock."""
        self.loop.run(self.service.publications.background.settled())

    def audit(self, page: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
        """Who did what to a page, the first first."""
        found = self.who("admin").get("published/audit", q=page["id"])["entries"]
        return [(line["who"], line["action"], line["details"]) for line in reversed(found)]


@contextmanager
def link_site(folder: Path, openbis: Sandbox, **settings: str) -> Iterator[LinkSite]:
    """A service with these settings, e.g. ``public_links="on"``."""
    hub, loop = FakeHub(openbis.url), LoopThread("service")
    origin = f"http://127.0.0.1:{free_port()}"
    place = Place.of(
        {
            "JUPYTERHUB_API_URL": hub.api_url,
            "JUPYTERHUB_API_TOKEN": SERVICE_TOKEN,
            "JUPYTERHUB_SERVICE_PREFIX": PREFIX,
            "JUPYTERHUB_SERVICE_URL": origin,
        }
    )
    given = {"reads_per_minute": "100000", "writes_per_minute": "100000"} | settings
    own = load({f"OPENBIS_NB_SERVICE_{name.upper()}": value for name, value in given.items()})
    try:
        yield from _serve(place, own, openbis, hub, folder, loop)
    finally:
        loop.close()
        hub.stop()


def _serve(
    place: Place, own: ServiceSettings, openbis: Sandbox, hub: FakeHub, folder: Path, loop: LoopThread
) -> Iterator[LinkSite]:
    host, port = place.bind
    origin = f"http://{host}:{port}"
    core = Settings(
        url=openbis.url, ca_bundle=Path(str(openbis.ca_bundle)), state_dir=folder, cache_dir=folder / "cache"
    )
    made: list[Service] = []

    def make() -> Service:
        made.append(Service(place, own, core))
        return made[0]

    app = create_app(place, own, make)
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_config=None, lifespan="on",
        forwarded_allow_ips=list(own.proxies), timeout_graceful_shutdown=5,
    )  # fmt: skip
    server = uvicorn.Server(config)
    running = asyncio.run_coroutine_threadsafe(server.serve(), loop._loop)
    until(lambda: server.started or running.done(), "the service answers")
    assert server.started, running.exception()
    [service] = made
    clock = Clock(datetime.now(UTC).timestamp())
    service.public_links._clock = clock
    service.publications.clock = clock.moment
    try:
        yield LinkSite(openbis, hub, folder, origin, clock, service, loop)
    finally:
        server.should_exit = True
        running.result(30)
