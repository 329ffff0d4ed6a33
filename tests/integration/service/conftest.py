"""A service for all tests of a session, with a real sandbox and a hub at the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox
from tests.postgres import Postgres, postgres

from .hub_at_the_wire import FakeHub
from .running import Client, RunningService, running

__all__ = ["Postgres", "postgres"]


@pytest.fixture(scope="session")
def openbis() -> Iterator[Sandbox]:
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def hub(openbis: Sandbox) -> Iterator[FakeHub]:
    hub = FakeHub(openbis.url)
    try:
        yield hub
    finally:
        hub.stop()


@pytest.fixture(scope="session")
def service(
    openbis: Sandbox, hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    with running(tmp_path_factory.mktemp("service"), hub, openbis, max_body="200K") as service:
        yield service


@pytest.fixture(scope="session")
def hasty(
    openbis: Sandbox, hub: FakeHub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    """For what hangs: a silent openBIS or hub is given up after two seconds, a start after six."""
    patience = {"openbis_timeout": "2", "hub_timeout": "2", "content_timeout": "4", "spawn_timeout": "6"}
    with running(tmp_path_factory.mktemp("hasty"), hub, openbis, **patience) as service:
        yield service


@pytest.fixture
def alice(service: RunningService) -> Client:
    return service.person("alice")


@pytest.fixture(autouse=True)
def no_faults(openbis: Sandbox) -> Iterator[None]:
    yield
    openbis.faults.clear()
