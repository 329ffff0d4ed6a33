"""pybis as the witness: unmodified, over HTTPS, with the sandbox's certificate verified."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pybis
import pytest

from openbis_nb.sandbox import Sandbox, running_sandbox

Connect = Callable[..., pybis.Openbis]


@pytest.fixture(scope="session", params=["3.5", "3.6", "3.7"])
def _versioned_sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    with running_sandbox(api_version=request.param) as sandbox:
        yield sandbox


@pytest.fixture
def versioned_sandbox(_versioned_sandbox: Sandbox) -> Sandbox:
    """A fresh sandbox of each API version that pybis treats differently (contract 2.8)."""
    _versioned_sandbox.reset()
    return _versioned_sandbox


def connect(sandbox: Sandbox, user: str = "alice") -> pybis.Openbis:
    """Log in as the person would."""
    openbis = pybis.Openbis(sandbox.url, verify_certificates=str(sandbox.ca_bundle))
    openbis.login(user, sandbox.users[user])
    return openbis


@pytest.fixture
def alice(versioned_sandbox: Sandbox) -> pybis.Openbis:
    """A power user, logged in to each version."""
    return connect(versioned_sandbox)
