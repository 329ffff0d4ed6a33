"""People at the wire: `reader` shares a sandbox that nobody changes, `ursula` has one of her own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from openbis_nb.sandbox import Sandbox

from .wire_client import WireClient


@pytest.fixture
def reader(shared_openbis_sandbox: Sandbox) -> Iterator[WireClient]:
    client = WireClient(shared_openbis_sandbox)
    yield client
    client.close()


@pytest.fixture
def person(openbis_sandbox: Sandbox) -> Iterator[Callable[[str], WireClient]]:
    """Makes clients of a fresh sandbox: `person("alice")`."""
    clients: list[WireClient] = []

    def make(user: str) -> WireClient:
        clients.append(WireClient(openbis_sandbox, user))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def ursula(person: Callable[[str], WireClient]) -> WireClient:
    return person("ursula")
