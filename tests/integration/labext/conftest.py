"""alice's own Jupyter server under a stand-in of the hub, beside a real sandbox."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from openbis_nb.sandbox import Sandbox

from .servers import PersonsServer
from .stand_in import Running, StandIn


@pytest.fixture(scope="session")
def _running_stand_in() -> Iterator[StandIn]:
    with Running() as stand_in:
        yield stand_in


@pytest.fixture(scope="session")
def _running_server(
    _running_stand_in: StandIn, _resettable_openbis_sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PersonsServer]:
    sandbox = _resettable_openbis_sandbox
    openbis = {"OPENBIS_URL": sandbox.url, "OPENBIS_NB_CA_BUNDLE": str(sandbox.ca_bundle)}
    patience = {"OPENBIS_NB_REQUEST_TIMEOUT": "5", "REQUESTS_CA_BUNDLE": str(sandbox.ca_bundle)}
    folder = tmp_path_factory.mktemp("server")
    server = PersonsServer(folder, _running_stand_in.env | openbis | patience, base_url="/user/alice/")
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


@pytest.fixture(scope="session")
def _running_small_server(
    _running_stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PersonsServer]:
    limits = {"OPENBIS_NB_MAX_NOTEBOOK_SIZE": "100K"}
    folder = tmp_path_factory.mktemp("small")
    server = PersonsServer(folder, _running_stand_in.env | limits, largest_file=50_000)
    try:
        yield server.wait_until_ready()
    finally:
        server.stop()


@pytest.fixture
def hub(_running_stand_in: StandIn, openbis_sandbox: Sandbox) -> StandIn:
    """The hub and the service, with a live session of alice."""
    _running_stand_in.reset()
    _running_stand_in.session = {
        "server": openbis_sandbox.url,
        "user_id": "alice",
        "token": openbis_sandbox.token("alice"),
    }
    return _running_stand_in


@pytest.fixture
def server(_running_server: PersonsServer, hub: StandIn) -> PersonsServer:
    """alice's server with an empty folder and outbox."""
    shutil.rmtree(_running_server.state / "outbox", ignore_errors=True)
    for path in _running_server.root.iterdir():
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    return _running_server


@pytest.fixture
def small_server(_running_small_server: PersonsServer, hub: StandIn) -> PersonsServer:
    """It takes notebooks of 100 kB, on a disk with room for 50; no address of openBIS is set."""
    return _running_small_server
