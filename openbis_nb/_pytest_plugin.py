"""Pytest fixtures for everybody who tests against openBIS.

``openbis_sandbox`` is a running sandbox, as new for each test; ``shared_openbis_sandbox`` is one for all
tests that only read. The sandbox is imported when a test asks for it, so the plugin costs other suites
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from openbis_nb.sandbox import Sandbox


@pytest.fixture(scope="session")
def shared_openbis_sandbox() -> Iterator[Sandbox]:
    """One demo laboratory over HTTPS for the whole run: for tests that change nothing."""
    from openbis_nb.sandbox import running_sandbox

    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def _resettable_openbis_sandbox() -> Iterator[Sandbox]:
    from openbis_nb.sandbox import running_sandbox

    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def openbis_sandbox(_resettable_openbis_sandbox: Sandbox) -> Sandbox:
    """A demo laboratory over HTTPS that is as new: no sessions, no faults, nothing of other tests."""
    _resettable_openbis_sandbox.reset()
    return _resettable_openbis_sandbox
