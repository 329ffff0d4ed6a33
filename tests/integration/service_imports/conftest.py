"""A service that may fetch from one host on loopback, for all tests of imports."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox
from tests.foreign_host import ForeignHost
from tests.integration.service.conftest import hub, no_faults, openbis
from tests.integration.service.hub_at_the_wire import FakeHub
from tests.integration.service.running import Client, RunningService

from .importing import started

__all__ = ["hub", "no_faults", "openbis"]


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForeignHost]:
    host = ForeignHost(tmp_path_factory.mktemp("host"))
    yield host
    host.stop()


@pytest.fixture(autouse=True)
def quiet_host(host: ForeignHost) -> Iterator[None]:
    host.files.clear()
    host.asked.clear()
    yield
    host.go_on.set()


@pytest.fixture(scope="session")
def service(
    openbis: Sandbox, hub: FakeHub, host: ForeignHost, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningService]:
    service = started(tmp_path_factory.mktemp("service"), hub, openbis, host)
    yield service
    service.stop()


@pytest.fixture
def alice(service: RunningService) -> Client:
    return service.person("alice")
