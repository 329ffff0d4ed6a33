"""A sandbox without a server: its state, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import ManualClock, SandboxConfig
from openbis_nb.sandbox.seeded import seeded_copy
from openbis_nb.sandbox.state import SandboxState


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def state(tmp_path: Path, clock: ManualClock) -> Iterator[SandboxState]:
    """The demo laboratory in a folder of its own."""
    opened, _ = seeded_copy(tmp_path, SandboxConfig(), clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxState]:
    """One demo laboratory for all tests that only read."""
    opened, _ = seeded_copy(tmp_path_factory.mktemp("shared"), SandboxConfig(), None)
    yield opened
    opened.close()
