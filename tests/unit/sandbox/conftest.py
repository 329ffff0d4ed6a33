"""A sandbox without a server: its state, with a clock that a test moves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from openbis_nb.sandbox import ManualClock, SandboxConfig
from openbis_nb.sandbox.seed import plant
from openbis_nb.sandbox.state import SandboxState


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def state(tmp_path: Path, clock: ManualClock) -> Iterator[SandboxState]:
    """The demo laboratory in a folder of its own."""
    opened = SandboxState.open(tmp_path, SandboxConfig(), clock)
    plant(opened)
    yield opened
    opened.close()
