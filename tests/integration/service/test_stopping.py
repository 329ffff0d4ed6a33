"""How the process ends: well when it is stopped, and with a sentence when a setting cannot be."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from openbis_nb.sandbox import Sandbox

from .hub_at_the_wire import FakeHub
from .running import RunningService


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_service_has_ended_well(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path, by: signal.Signals
) -> None:
    """What watches it (a hub, Kubernetes) must not read a stop as a failure."""
    service = RunningService(tmp_path, hub, openbis).start()
    assert service.stop(by) == 0
    assert "Traceback" not in service.log


@pytest.mark.parametrize("address", ["mysql://root@localhost/x", "sqlite:////no/such/folder/x", "nonsense"])
def test_a_database_that_cannot_be_is_said_at_the_start(
    openbis: Sandbox, hub: FakeHub, tmp_path: Path, address: str
) -> None:
    service = RunningService(tmp_path, hub, openbis, database_url=address)
    ended = subprocess.run(
        [sys.executable, "-m", "openbis_nb.service"],
        cwd=tmp_path, env=service.environment, capture_output=True, text=True, timeout=40, check=False,
    )  # fmt: skip
    assert ended.returncode == 2
    assert "OPENBIS_NB_SERVICE_DATABASE_URL" in ended.stderr
    assert "Traceback" not in ended.stderr
